"""The buildings of a project: sites first, and the finished table once their residences are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import shapely

from gcrm import sql
from gcrm.conform.assign import assign_points
from gcrm.conform.region import metric
from gcrm.conform.table import insert
from gcrm.enrich.building.attachment import Attachment, attach
from gcrm.enrich.building.ground import NONE, Ground, read_ground
from gcrm.enrich.building.wall import touching

if TYPE_CHECKING:
    import duckdb
    from numpy.typing import NDArray

    from gcrm.settings import Settings

_PLACES = "SELECT location_id, lon, lat FROM geocode.location WHERE precision = 'building' ORDER BY location_id"
_GRAIN = "One row per building: a footprint, a parcel without one, or the point of known addresses with neither."
_COLUMNS = {
    "building_key": "Number of the building within this snapshot.",
    "building_id": "The register's identifier; `parcel ID` or `point LON LAT` where that stands for it.",
    "stand": "What stands for the building: footprint, parcel or point (of known addresses).",
    "name": "Name of the building; null where no register gives one.",
    "building_use": "Use: residential, mixed, commercial, industrial, institutional or other; null is unknown.",
    "parcel_id": "Parcel it stands on; null where none is known.",
    "levels": "Floors above ground; null is unknown.",
    "height_m": "Height above ground in metres; null is unknown.",
    "footprint_m2": "Area of the footprint in square metres; null where a parcel or point stands for it.",
    "floor_area_m2": "Floor area in square metres; null is unknown.",
    "floor_area_from": "Where that is from: building, dwellings, or levels (times footprint); null is unknown.",
    "units": "Dwelling units; null is unknown.",
    "units_from": (
        "Where that is from: decision, building, dwellings, words (of a register), addresses, inferred, or assumed"
        " (by the setting unit_m2)."
    ),
    "built_year": "Year of construction, the median of its dwellings; null is unknown.",
    "records": "Records of registers of dwellings in it; null where there are none.",
    "addresses": "Known addresses in it, without regard to units.",
    "residence_type": (
        "detached, semi_row, small_multi (2-4 units), large_multi (5 and more), mixed or institutional; null is"
        " unknown, or no residence where residence_from says how that is known."
    ),
    "residence_word": "The register's own word, of its dwellings the most frequent; null where none says.",
    "residence_from": "How the type is known: decision, register, units or inferred; null where it is not.",
    "confidence": "How likely the type is the right one, 0 to 1; null where it is not known.",
    "stability": "Share of five models, each learned without a fifth, that say the same; null where none was asked.",
    "lon": "Longitude in degrees, WGS84, of a point inside.",
    "lat": "Latitude in degrees, WGS84, of a point inside.",
    "source": "Source of the footprint or parcel; null for points.",
    "row_no": "Number of the record there; null for points.",
}
_PLACED = {
    "location_id": "The place.",
    "building_key": "The building.",
    "how": "covers, parcel (nearest footprint on its parcel), nearest (within reach), or point (of the same address).",
    "distance_m": "Distance in metres to what stands for the building; 0 where that covers the place.",
}


_REGION = "enrich.building_region"
_IN_REGION = {
    "building_key": "The building.",
    "layer_id": "Number of the level within this snapshot.",
    "region_key": "Number of the region version within this snapshot.",
    "valid_from": "First day on which it lies there; null is always.",
    "valid_to": "First day no longer; null is still.",
}


def write_sites(con: duckdb.DuckDBPyConnection, *, settings: Settings) -> None:
    """Find what stands for buildings, the places in them, and what registers and addresses say of them.

    Writes the temporary tables `building_site`, `building_place`, `building_home` and `building_trait`.

    Parameters
    ----------
    con
        Connection with ingest and geocode attached.
    settings
        The project's settings.
    """
    for name in ("site", "held"):
        sql.run(con, __package__, name)
    if sql.number(con, "SELECT (SELECT count(*) FROM ingest.building) + (SELECT count(*) FROM ingest.parcel)"):
        _write_ground(con, settings)
    for name in ("point_site", "place"):
        sql.run(con, __package__, name)
    _write_left_over(con, settings)
    for name in ("home", "trait"):
        sql.run(con, __package__, name)


def write_buildings(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Write the tables `building`, `location_building` and `building_region` of `enrich`.

    Parameters
    ----------
    con
        Connection with `enrich` attached for writing, and the temporary tables of sites and residences.

    Returns
    -------
    dict of str to int
        Rows per table.
    """
    rows = {name: sql.run(con, __package__, name) for name in ("building", "location_building", "building_region")}
    if rows["building"]:
        layers = con.execute("SELECT layer_id FROM conform.layer WHERE regions > 0 ORDER BY layer_id").fetchall()
        for (layer,) in layers:
            assign_points(con, points="enrich.building", key="building_key", layer_id=layer, out=_REGION)
        rows["building_region"] = sql.number(con, "SELECT count(*) FROM enrich.building_region")
    sql.comment(con, _REGION, "One row per building and region version that its inner point lies in.", _IN_REGION)
    sql.comment(con, "enrich.building", _GRAIN, _COLUMNS)
    grain = "One row per place that stands in a building, or near enough to belong to it."
    sql.comment(con, "enrich.location_building", grain, _PLACED)
    return rows


def _write_ground(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Write footprints and parcels as sites, and the places that they hold."""
    crs = settings.project.metric_crs
    footprints = read_ground(con, "building", "building_id", crs)
    parcels = read_ground(con, "parcel", "parcel_id", crs)
    places = con.execute(_PLACES).fetchnumpy()
    lonlat = np.column_stack([places["lon"], places["lat"]]).astype(float)
    xy = _metric(lonlat, crs)
    found = attach(footprints, parcels, lonlat, xy, settings.buildings)
    named = {p for (p,) in con.execute("SELECT DISTINCT parcel_id FROM ingest.dwelling").fetchall()}
    built = np.unique(found.parcel_of[found.parcel_of != NONE])
    wanted = {i for i, name in enumerate(parcels.id) if name in named} - set(built.tolist())
    used = np.union1d(np.array(sorted(wanted), dtype=np.int64), found.parcel[found.parcel != NONE])
    _write_areas(con, footprints, np.arange(len(footprints)), 0, _named(parcels, found), touching(footprints))
    _write_areas(con, parcels, used, len(footprints), parcels.id, None)
    _write_held(con, np.ma.getdata(places["location_id"]), found, (footprints, parcels), xy)


def _named(parcels: Ground, found: Attachment) -> NDArray[np.object_]:
    """Return the identifier of each footprint's parcel; null where it stands on none."""
    named: NDArray[np.object_] = np.concatenate([parcels.id, np.array([None], object)])[found.parcel_of]
    return named


def _write_areas(
    con: duckdb.DuckDBPyConnection,
    ground: Ground,
    chosen: NDArray[np.int64],
    first: int,
    parcel_id: NDArray[np.object_],
    walls: NDArray[np.int64] | None,
) -> None:
    """Append areas to the sites; the one at position i has the number `first` + i."""
    if not len(chosen):
        return
    stand = "parcel" if walls is None else "footprint"
    round_ = 4 * np.pi * ground.area_m2[chosen] / np.square(shapely.length(ground.flat[chosen]))
    names = ground.id[chosen] if walls is not None else np.array([f"parcel {i}" for i in ground.id[chosen]], object)
    rows = {
        "site": first + chosen,
        "stand": pa.array([stand] * len(chosen)),
        "building_id": pa.array(names, pa.string()),
        "parcel_id": pa.array(parcel_id[chosen], pa.string()),
        "source": pa.array(ground.source[chosen], pa.string()),
        "row_no": ground.row_no[chosen],
        "lon": ground.point[chosen, 0],
        "lat": ground.point[chosen, 1],
        "area_m2": ground.area_m2[chosen],
        "compactness": round_,
        "touching": pa.nulls(len(chosen), pa.int32()) if walls is None else pa.array(walls[chosen].astype(np.int32)),
    }
    insert(con, "building_site", "SELECT * FROM arrow_rows", pa.table(rows))


def _write_held(
    con: duckdb.DuckDBPyConnection,
    location_id: NDArray[Any],
    found: Attachment,
    grounds: tuple[Ground, Ground],
    xy: NDArray[np.float64],
) -> None:
    footprints, parcels = grounds
    held = np.flatnonzero((found.footprint != NONE) | (found.parcel != NONE))
    on_parcel = found.footprint[held] == NONE
    site = np.where(on_parcel, len(footprints) + found.parcel[held], found.footprint[held])
    distance = np.zeros(len(held))
    far = found.how[held] != "covers"
    flat = np.concatenate([footprints.flat, parcels.flat])
    distance[far] = shapely.distance(shapely.points(xy[held[far]]), flat[site[far]])
    rows = {
        "location_id": location_id[held],
        "site": site,
        "how": pa.array(found.how[held], pa.string()),
        "distance_m": distance,
    }
    insert(con, "building_held", "SELECT * FROM arrow_rows", pa.table(rows))


def _write_left_over(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Attach places that nothing holds to the nearest point of known addresses within reach."""
    reach, crs = settings.buildings.reach_m, settings.project.metric_crs
    points = con.execute("SELECT site, lon, lat FROM building_site WHERE stand = 'point' ORDER BY site").fetchnumpy()
    left = con.execute(sql.read(__package__, "left_over")).fetchnumpy()
    if not len(points["site"]) or not len(left["lon"]) or not reach:
        return
    from scipy.spatial import cKDTree  # noqa: PLC0415 - slow to import, and few projects need it

    tree = cKDTree(_metric(np.column_stack([points["lon"], points["lat"]]), crs))
    far, at = tree.query(_metric(np.column_stack([left["lon"], left["lat"]]), crs), distance_upper_bound=reach)
    near = np.isfinite(far)
    rows = {
        "location_id": np.ma.getdata(left["location_id"])[near],
        "site": np.ma.getdata(points["site"])[at[near]],
        "how": pa.array(["nearest"] * int(near.sum()), pa.string()),
        "distance_m": far[near],
    }
    insert(con, "building_place", "SELECT * FROM arrow_rows", pa.table(rows))


def _metric(lonlat: NDArray[np.float64], crs: str) -> NDArray[np.float64]:
    """Project points to the metric CRS."""
    found: NDArray[np.float64] = shapely.get_coordinates(metric(shapely.points(lonlat), crs)).reshape(-1, 2)
    return found

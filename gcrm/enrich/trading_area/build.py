"""Trading areas as regions of overlapping levels: drawn, written, and joined to places like any other regions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import shapely

from gcrm import sql
from gcrm.conform.assign import assign_points
from gcrm.conform.region import area_m2, repaired
from gcrm.conform.resolution import best_resolution
from gcrm.conform.table import insert, row_numbers
from gcrm.enrich.trading_area.company import read_company
from gcrm.enrich.trading_area.method import areas
from gcrm.stage import Finding, StageReport

if TYPE_CHECKING:
    import duckdb
    from numpy.typing import NDArray

    from gcrm.settings import Settings

_PACKAGE = "gcrm.enrich.trading_area"
_PLACES = "conform.location_cell"
_VALIDITY = {
    "valid_from": "First day the store was open; null counts as always.",
    "valid_to": "First day it was closed; null is still open.",
}
#: Table -> its grain, and the meaning of its columns.
_TABLES: dict[str, tuple[str, dict[str, str]]] = {
    "layer": (
        "One row per level whose regions are computed.",
        {
            "layer_id": "Number of the layer, as in conform.layer.",
            "level": "Name of the level, as `[trading_areas]` names it.",
            "overlapping": "True: a place belongs to every region that covers it.",
            "resolution": "H3 resolution of the cells that places and regions were joined on.",
            "regions": "Regions of the layer.",
        },
    ),
    "region": (
        "One row per computed region and validity.",
        {
            "region_key": "Number of the region version, after those of conform.region.",
            "layer_id": "The region's layer.",
            "hierarchy": "Hierarchy of the layer: it has the level's name.",
            "level": "Level of the layer.",
            "region_id": "The store that the area belongs to.",
            "name": "Name of the store; its identifier where it has none.",
            "parent_key": "Null: nothing stands above a trading area.",
            **_VALIDITY,
            "geometry": "WKB in WGS84 lon/lat.",
            "area_m2": "Area in square metres, measured in the project's metric CRS.",
            "lon": "Longitude of a point inside the region, in degrees WGS84.",
            "lat": "Latitude of a point inside the region, in degrees WGS84.",
        },
    ),
    "location_region": (
        "One row per located place and computed region version that covers it.",
        {
            "location_id": "The place.",
            "layer_id": "The layer.",
            "region_key": "The region version that covers the place.",
            **_VALIDITY,
        },
    ),
}


def build_trading_areas(con: duckdb.DuckDBPyConnection, *, settings: Settings) -> StageReport:
    """Draw the trading areas that the settings declare; empty tables where they declare none.

    Parameters
    ----------
    con
        Connection with ingest, geocode and conform attached, and `enrich`, with roads, attached for writing.
    settings
        The project's settings.

    Returns
    -------
    StageReport
        Rows per table, and stores without an area.
    """
    for name in _TABLES:
        sql.run(con, _PACKAGE, name)
    findings = []
    if settings.trading_areas:
        company = read_company(con, settings.project.metric_crs)
        days = con.execute(sql.read(_PACKAGE, "store")).to_arrow_table().select(["opened_on", "closed_on"])
        for name, rule in settings.trading_areas.items():
            shapes = np.array([None if s is None else repaired(s) for s in areas(company, rule)], object)
            has = np.array([s is not None for s in shapes], bool)
            kept = [np.asarray(column)[has].tolist() for column in (company.ids, company.names)]
            _write(con, name, kept, shapes[has], days.filter(pa.array(has)), settings.project.metric_crs)
            if not has.all():
                findings.append(Finding("no_area", name, int((~has).sum()), _WHY))
    for name, (grain, columns) in _TABLES.items():
        sql.comment(con, f"enrich.{name}", grain, columns)
    return StageReport("enrich", {t: row_numbers(con, f"enrich.{t}") for t in _TABLES}, tuple(findings))


_WHY = (
    "stores have no such area: they could not be located, too few of their customers are known, or nothing is in reach"
)


def _write(
    con: duckdb.DuckDBPyConnection,
    level: str,
    stores: list[list[Any]],
    shapes: NDArray[np.object_],
    days: pa.Table,
    crs: str,
) -> None:
    """Write the areas of one level, and the places that each covers."""
    layer = sql.number(con, "SELECT layer_id FROM conform.layer WHERE level = $level", {"level": level})
    first = row_numbers(con, "conform.region") + row_numbers(con, "enrich.region")
    inner, sizes = shapely.point_on_surface(shapes), area_m2(shapes, crs)
    count = len(shapes)
    columns = {
        "region_key": pa.array(range(first + 1, first + count + 1), pa.int32()),
        "layer_id": pa.array([layer] * count, pa.int16()),
        "hierarchy": pa.array([level] * count, pa.string()),
        "level": pa.array([level] * count, pa.string()),
        "region_id": pa.array(stores[0], pa.string()),
        "name": pa.array(stores[1], pa.string()),
        "parent_key": pa.nulls(count, pa.int32()),
        "valid_from": days["opened_on"],
        "valid_to": days["closed_on"],
        "geometry": pa.array(shapely.to_wkb(shapes), pa.binary()),
        "area_m2": pa.array(sizes, pa.float64(), from_pandas=True),
        "lon": pa.array(shapely.get_x(inner), pa.float64()),
        "lat": pa.array(shapely.get_y(inner), pa.float64()),
    }
    insert(con, "enrich.region", "SELECT * FROM arrow_rows", pa.table(columns))
    resolution = best_resolution(sizes[np.isfinite(sizes)].tolist(), row_numbers(con, _PLACES))
    con.execute("INSERT INTO enrich.layer VALUES ($1, $2, TRUE, $3, $4)", [layer, level, resolution, count])
    if count:
        assign_points(
            con, points=_PLACES, key="location_id", layer_id=layer, out="enrich.location_region", catalog="enrich"
        )
        assign_points(
            con,
            points="enrich.building",
            key="building_key",
            layer_id=layer,
            out="enrich.building_region",
            catalog="enrich",
        )

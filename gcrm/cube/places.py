"""The members of the cube's dimensions, and the shapes of those that are places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import h3
import shapely

from gcrm import sql
from gcrm.cube.compile import Parameters
from gcrm.cube.compile.base import column
from gcrm.cube.geography import TODAY, Geography
from gcrm.cube.model import FACTS, Dimension, dimensions
from gcrm.cube.outline import named_outlines
from gcrm.errors import QueryError, near
from gcrm.frame import with_shapes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd

    from gcrm.warehouse.reader import Reader

#: Attribute -> the column that lists its members.
_LISTED = {
    "segment": "warehouse.dim_segment.segment",
    "owner": "warehouse.dim_owner.owner_id",
    "department": "warehouse.dim_product.department",
    "category": "warehouse.dim_product.category",
    "product": "warehouse.dim_product.product_id",
    **{name: f"warehouse.dim_location.{name}" for name in ("residence_type", "residence_word", "building_use")},
    "road_access": "warehouse.dim_location.road_access",
    "drive_to_store": "warehouse.dim_location.drive_to_store",
    "store": "warehouse.dim_store.store_id",
    "channel": "warehouse.fact_order.channel",
}
#: Facts whose attributes are listed by themselves.
_COUNTED = ("presence", "trip_end")


def members(reader: Reader, dimension: str) -> list[str]:
    """Return the known members of an attribute, or the identifiers of a region level, in order.

    Parameters
    ----------
    reader
        The snapshot.
    dimension
        Name of the attribute or level.

    Returns
    -------
    list of str
        The members; the unknown one is not among them.

    Raises
    ------
    QueryError
        If there is no such attribute or level.
    """
    known = dimensions(reader.settings)
    if dimension in known and known[dimension].kind == "attribute":
        return _attribute(reader, known[dimension])
    _level(reader, dimension)
    text = "SELECT region_id FROM cube.current_region WHERE level = $level ORDER BY 1"
    return [v for (v,) in reader.cursor().execute(text, {"level": dimension}).fetchall()]


def _attribute(reader: Reader, dimension: Dimension) -> list[str]:
    """Return the known members of an attribute, in order."""
    given = Parameters()
    if dimension.of:
        sources = [(FACTS[name].table, column(FACTS[name], dimension, given)) for name in dimension.facts]
    else:
        names = [name for name in _COUNTED if dimension.name in FACTS[name].attributes]
        sources = [(FACTS[name].table, FACTS[name].attributes[dimension.name].column) for name in names]
    text = " UNION ".join(f"SELECT {member} AS member FROM {table} AS f" for table, member in sources)
    if not sources:
        table, _, name = _LISTED[dimension.name].rpartition(".")
        text = f"SELECT DISTINCT {sql.identifier(name)} AS member FROM {table}"
    found = reader.cursor().execute(f"SELECT member FROM ({text}) WHERE member IS NOT NULL ORDER BY 1", given.values)
    return [member for (member,) in found.fetchall()]


def regions(
    reader: Reader, level: str, within: Mapping[str, str] | None = None, tolerance_m: float | None = None
) -> gpd.GeoDataFrame:
    """Return the regions of a level as they are today.

    Parameters
    ----------
    reader
        The snapshot.
    level, within, tolerance_m
        See `Workspace.regions`.

    Returns
    -------
    gpd.GeoDataFrame
        One row per region: region_id, name, parent_level, parent_id, geometry (EPSG:4326).

    Raises
    ------
    QueryError
        If there is no such level, or `within` names one of another hierarchy.
    """
    own = _level(reader, level)
    inside = ""
    values: dict[str, Any] = {"level": level}
    for i, (name, region) in enumerate((within or {}).items()):
        above = _level(reader, name)
        if above.kind != "region" or above.hierarchy != own.hierarchy:
            msg = f"'{level}' does not lie within '{name}': name a level of its own hierarchy, '{own.hierarchy}'."
            raise QueryError(msg)
        values |= {f"level_{i}": name, f"region_{i}": region}
        inside += (
            f" AND p.{sql.identifier(name)} IN (SELECT region_key FROM cube.current_region"
            f" WHERE level = $level_{i} AND region_id = $region_{i})"
        )
    path = " JOIN cube.region_path AS p ON p.region_key = c.region_key" if inside else ""
    found = reader.cursor().execute(
        "SELECT d.region_id, d.name, d.parent_level, d.parent_id, d.geometry FROM cube.current_region AS c"
        f"{path} JOIN warehouse.dim_region AS d ON d.region_key = c.region_key"
        f" WHERE c.level = $level{inside} ORDER BY d.region_id",
        values,
    )
    table = found.to_arrow_table()
    outlines = shapely.from_wkb(table["geometry"].to_numpy(zero_copy_only=False))
    frame = with_shapes(table.drop_columns(["geometry"]).to_pandas(), outlines)
    return frame if tolerance_m is None else _simplified(frame, reader.settings.project.metric_crs, tolerance_m)


def shapes(
    reader: Reader, place: Dimension, names: Sequence[str], geography: Geography = TODAY
) -> list[shapely.Geometry | None]:
    """Return the geometry of each member of a place dimension.

    Parameters
    ----------
    reader
        The snapshot.
    place
        A region level or cells.
    names
        Identifiers of regions, or cells in hexadecimal.
    geography
        Which version of the regions is meant.

    Returns
    -------
    list of shapely.Geometry
        In the order of `names`, in WGS84; null where it has none.

    Raises
    ------
    QueryError
        If there is no such level.
    """
    if place.kind == "cell":
        return [shapely.Polygon([(lon, lat) for lat, lon in h3.cell_to_boundary(m)]) for m in names]
    _level(reader, place.name)
    found = named_outlines(reader.cursor(), place.name, geography)
    return [found.get(m) for m in names]


def _level(reader: Reader, name: str) -> Dimension:
    levels = {n: d for n, d in dimensions(reader.settings).items() if d.kind in {"region", "area"}}
    if name not in levels:
        msg = f"There is no region level '{name}'.{near(name, levels)}"
        raise QueryError(msg)
    return levels[name]


def _simplified(frame: gpd.GeoDataFrame, metric_crs: str, tolerance_m: float) -> gpd.GeoDataFrame:
    """Simplify shared borders once, so that neighbours still meet."""
    metric = frame.to_crs(metric_crs)
    outlines = metric.geometry.to_numpy()
    simplify = shapely.coverage_simplify if shapely.coverage_is_valid(outlines) else shapely.simplify
    return metric.set_geometry(simplify(outlines, tolerance_m), crs=metric.crs).to_crs("EPSG:4326")

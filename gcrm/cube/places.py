"""The members of the cube's dimensions, and the shapes of those that are places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import h3
import shapely

from gcrm import sql
from gcrm.cube.geography import TODAY, Geography
from gcrm.cube.member import attribute_members
from gcrm.cube.model import Dimension, dimensions
from gcrm.cube.outline import named_outlines
from gcrm.errors import QueryError, near
from gcrm.frame import with_shapes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd

    from gcrm.warehouse.reader import Reader


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
        return attribute_members(reader.cursor(), known[dimension])
    _level(reader, dimension)
    text = "SELECT region_id FROM cube.current_region WHERE level = $level ORDER BY 1"
    return [v for (v,) in reader.cursor().execute(text, {"level": dimension}).fetchall()]


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

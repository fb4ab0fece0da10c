"""The outlines of regions by the version that figures are told by."""

from __future__ import annotations

from typing import Any

import duckdb
import shapely

from gcrm.cube.geography import TODAY, Geography
from gcrm.errors import ProjectError

_TODAY = "SELECT region_key, region_key AS member_key FROM cube.current_region WHERE level = $level"
_ON = """
    SELECT region_key, member_key FROM cube.region_version
    WHERE level = $level
        AND (valid_from IS NULL OR valid_from <= $day) AND (valid_to IS NULL OR $day < valid_to)
"""
_LAST = "SELECT region_key, member_key FROM cube.region_version WHERE level = $level AND region_key = member_key"


def outlines(con: duckdb.DuckDBPyConnection, level: str, geography: Geography) -> dict[int, shapely.Geometry]:
    """Return the outlines of a level's regions by the key that answers name them by.

    Parameters
    ----------
    con
        Connection with a snapshot attached.
    level
        Name of the level.
    geography
        On a day, the outlines of that day; as was, the last that each region had; as if, those of the scenario.

    Returns
    -------
    dict
        Key -> geometry in WGS84; regions without one are missing.
    """
    values: dict[str, Any] = {"level": level}
    table = {"on": _ON, "was": _LAST}.get(geography.kind, _TODAY)
    if geography.kind == "on":
        values["day"] = geography.day
    found = con.execute(
        f"SELECT t.member_key, r.geometry FROM ({table}) AS t JOIN warehouse.dim_region AS r"
        " ON r.region_key = t.region_key WHERE r.geometry IS NOT NULL",
        values,
    ).fetchall()
    shapes = {key: shapely.from_wkb(bytes(outline)) for key, outline in found}
    layout = geography.layout
    return _laid_out(con, shapes, geography) if layout and layout.level.name == level else shapes


def named_outlines(con: duckdb.DuckDBPyConnection, level: str, geography: Geography) -> dict[str, shapely.Geometry]:
    """Return the outlines of a level's regions by identifier.

    Parameters
    ----------
    con
        Connection with a snapshot attached.
    level, geography
        See `outlines`.

    Returns
    -------
    dict
        Identifier -> geometry in WGS84.

    Raises
    ------
    ProjectError
        If the snapshot is older than the table that names regions of every day.
    """
    text = "SELECT member_key, region_id FROM cube.region_version WHERE level = $level"
    try:
        names = dict(con.execute(text, {"level": level}).fetchall())
    except duckdb.CatalogException:
        msg = "This snapshot was built by an older version and does not hold what outlines need: run gcrm build again."
        raise ProjectError(msg) from None
    if geography.layout:
        names |= {key: name for name, key in geography.layout.added.items()}
    return {names[key]: outline for key, outline in outlines(con, level, geography).items()}


def _laid_out(
    con: duckdb.DuckDBPyConnection, shapes: dict[int, shapely.Geometry], geography: Geography
) -> dict[int, shapely.Geometry]:
    """Return the territories of a scenario: today's without the units that it names, and those that it gives them."""
    layout = geography.layout
    if layout is None:
        return shapes
    units = outlines(con, layout.unit.name, TODAY)
    moved = shapely.union_all([units[key] for key in layout.units if key in units])
    found = {key: shapely.difference(outline, moved) for key, outline in shapes.items()}
    for member in {m for m in layout.members if m is not None}:
        given = [units[u] for u, m in zip(layout.units, layout.members, strict=True) if m == member and u in units]
        rest = found.get(member, shapely.Polygon())
        found[member] = shapely.union_all([*given, *(p for p in shapely.get_parts([rest]) if p.area)])
    return {key: outline for key, outline in found.items() if not shapely.is_empty(outline)}

"""The cube's own tables: for each place and region the members it belongs to, one column per level."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm import sql
from gcrm.access.scope import LOCAL
from gcrm.cube.ask import ask
from gcrm.cube.ground import whole_range
from gcrm.cube.history import write_history
from gcrm.cube.materialise.build import build_cuboids
from gcrm.cube.model import dimensions, model_of
from gcrm.cube.suppression.build import build_release
from gcrm.cube.view import write_views
from gcrm.stage import StageReport
from gcrm.warehouse.dictionary import COMMENTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from gcrm.cube.demand import Asked
    from gcrm.settings import Settings

#: Table made by the `.sql` file of its name -> its columns.
_FILED = {
    "current_region": (
        *("region_key", "layer_id", "hierarchy", "level", "depth"),
        *("overlapping", "region_id", "name", "parent_key"),
    ),
    "area_location": ("location_id", "level", "region_key"),
    "region_version": (
        *("region_key", "member_key", "layer_id", "hierarchy"),
        *("level", "region_id", "valid_from", "valid_to"),
    ),
}


def build_cube(
    con: duckdb.DuckDBPyConnection,
    *,
    settings: Settings,
    earlier: str | None = None,
    heard: Mapping[Asked, int] | None = None,
) -> StageReport:
    """Build the paths through which facts reach the regions of today and of every day, and what is given out.

    Parameters
    ----------
    con
        Connection with the warehouse attached, and `cube` attached for writing.
    settings
        The project's settings; they say which levels and cells there are.
    earlier
        What the cube of the snapshot before is attached as: what it gave out stays known. Null where there is none.
    heard
        What was asked before -> how often; it says which cuboids are worth their space.

    Returns
    -------
    StageReport
        Rows per table.
    """
    rows = {name: _filed(con, name, columns) for name, columns in _FILED.items()}
    kinds = ("region", "area", "cell")
    levels, areas, cells = ([d.name for d in dimensions(settings).values() if d.kind == kind] for kind in kinds)
    rows["location_path"] = _location_path(con, levels, cells)
    rows["region_path"] = _region_path(con, levels)
    rows |= write_history(con, levels, areas, cells)
    cuboids, skipped = build_cuboids(con, settings=settings, heard=heard)
    write_views(con, levels, cells)
    released, findings = build_release(
        con,
        settings=settings,
        model=model_of(settings),
        whole=whole_range(con),
        ask=lambda question: ask(con, question, settings=settings, scope=LOCAL).table,
        earlier=earlier,
    )
    return StageReport("cube", rows | cuboids | released, (*skipped, *findings))


def _filed(con: duckdb.DuckDBPyConnection, table: str, columns: tuple[str, ...]) -> int:
    """Make a table by its file, with its grain from the first line and the meaning that its columns have everywhere."""
    rows = sql.run(con, "gcrm.cube", table)
    grain = sql.read("gcrm.cube", table).splitlines()[0].removeprefix("-- ")
    sql.comment(con, f"cube.{table}", grain, {name: COMMENTS[name] for name in columns})
    return rows


def _location_path(con: duckdb.DuckDBPyConnection, levels: list[str], cells: list[str]) -> int:
    """Make one row per place, with a column per level (region_key, null outside) and per cell resolution."""
    picks = "".join(f", l.{sql.identifier(c)}" for c in cells)
    picks += "".join(f", max(b.region_key) FILTER (c.level = {sql.literal(n)}) AS {sql.identifier(n)}" for n in levels)
    groups = ", ".join(["l.location_id", *(f"l.{sql.identifier(c)}" for c in cells)])
    con.execute(f"""
        CREATE TABLE cube.location_path AS
        SELECT l.location_id{picks}
        FROM warehouse.dim_location AS l
        LEFT JOIN (
            warehouse.bridge_location_region AS b JOIN cube.current_region AS c ON c.region_key = b.region_key
        ) ON b.location_id = l.location_id
        GROUP BY {groups}
    """)
    meaning = {"location_id": COMMENTS["location_id"]}
    meaning |= dict.fromkeys(levels, "Region of this level today (region_key); null outside every region.")
    meaning |= dict.fromkeys(cells, "H3 cell that holds the point; null where there is none.")
    grain = "One row per place: its region at every level and its cells, as the regions are today."
    sql.comment(con, "cube.location_path", grain, meaning)
    return sql.number(con, "SELECT count(*) FROM cube.location_path")


def _region_path(con: duckdb.DuckDBPyConnection, levels: list[str]) -> int:
    """Make one row per region of today, with its ancestor (or itself) in a column per level of its hierarchy."""
    picks = "".join(
        f", max(ancestor_key) FILTER (ancestor_level = {sql.literal(n)}) AS {sql.identifier(n)}" for n in levels
    )
    con.execute(f"""
        CREATE TABLE cube.region_path AS
        WITH RECURSIVE climb AS (
            SELECT region_key, hierarchy, level, region_key AS ancestor_key, level AS ancestor_level, parent_key
            FROM cube.current_region
            UNION ALL
            SELECT c.region_key, c.hierarchy, c.level, p.region_key, p.level, p.parent_key
            FROM climb AS c JOIN cube.current_region AS p ON p.region_key = c.parent_key
        )
        SELECT region_key, hierarchy, level{picks}
        FROM climb
        GROUP BY region_key, hierarchy, level
        ORDER BY region_key
    """)
    meaning = {name: COMMENTS[name] for name in ("region_key", "hierarchy", "level")}
    meaning |= dict.fromkeys(levels, "Ancestor at this level, the region itself at its own (region_key).")
    grain = "One row per region as the regions are today: its ancestors in its own hierarchy."
    sql.comment(con, "cube.region_path", grain, meaning)
    return sql.number(con, "SELECT count(*) FROM cube.region_path")

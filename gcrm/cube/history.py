"""The paths of every day: which regions a place belonged to, and which a region lay in, stretch of time by stretch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm import sql
from gcrm.warehouse.dictionary import COMMENTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

#: True where some region has a day on which it began or ended; without one, every day's regions are today's.
DATED = "SELECT count(*) > 0 FROM cube.region_version WHERE valid_from IS NOT NULL OR valid_to IS NOT NULL"
#: Days that stand for no beginning and no end. Plain comparisons keep an outer join a hash join: with `IS NULL OR` in
#: its condition DuckDB compares every row with every other.
EVER, NEVER = "DATE '0001-01-01'", "DATE '9999-12-31'"
_FROM = "First day of the stretch; null has no beginning."
_TO = "Day after its last; null has no end."


def write_history(
    con: duckdb.DuckDBPyConnection, levels: Sequence[str], areas: Sequence[str], cells: Sequence[str]
) -> dict[str, int]:
    """Make the tables `region_path_on` and `location_path_on`; they stay empty where no region is dated.

    Parameters
    ----------
    con
        Connection with the warehouse attached, and `cube.region_version` made.
    levels, areas, cells
        Levels that do not overlap, levels that may, and columns of cells.

    Returns
    -------
    dict
        Rows per table.
    """
    return {
        "region_path_on": _region_path_on(con, levels),
        "location_path_on": _location_path_on(con, levels, areas, cells),
    }


def _region_path_on(con: duckdb.DuckDBPyConnection, levels: Sequence[str]) -> int:
    """Make one row per region version and stretch of time in which no region of its hierarchy changes."""
    picks = "".join(f", max(above_key) FILTER (above_level = {sql.literal(n)}) AS {sql.identifier(n)}" for n in levels)
    con.execute(f"""
        CREATE TABLE cube.region_path_on AS
        WITH RECURSIVE cut AS (
            SELECT hierarchy, valid_from AS day FROM cube.region_version
            UNION
            SELECT hierarchy, valid_to FROM cube.region_version
            UNION
            SELECT hierarchy, NULL FROM cube.region_version
        ),
        stretch AS (
            SELECT hierarchy, day AS valid_from,
                lead(day) OVER (PARTITION BY hierarchy ORDER BY day NULLS FIRST) AS valid_to
            FROM cut
        ),
        version AS (
            SELECT v.region_key, v.member_key, v.hierarchy, v.level, v.region_id, r.parent_level, r.parent_id,
                s.valid_from, s.valid_to
            FROM cube.region_version AS v
            JOIN warehouse.dim_region AS r ON r.region_key = v.region_key
            JOIN stretch AS s ON s.hierarchy = v.hierarchy
                AND (v.valid_from IS NULL OR v.valid_from <= s.valid_from)
                AND (v.valid_to IS NULL OR s.valid_from IS NULL OR s.valid_from < v.valid_to)
            WHERE ({DATED})
        ),
        climb AS (
            SELECT region_key, member_key, hierarchy, level, valid_from, valid_to,
                member_key AS above_key, level AS above_level, parent_level, parent_id
            FROM version
            UNION ALL
            SELECT c.region_key, c.member_key, c.hierarchy, c.level, c.valid_from, c.valid_to,
                p.member_key, p.level, p.parent_level, p.parent_id
            FROM climb AS c
            JOIN version AS p ON p.hierarchy = c.hierarchy AND p.level = c.parent_level
                AND p.region_id = c.parent_id AND p.valid_from IS NOT DISTINCT FROM c.valid_from
        )
        SELECT region_key, member_key, hierarchy, level, valid_from, valid_to{picks}
        FROM climb
        GROUP BY region_key, member_key, hierarchy, level, valid_from, valid_to
        ORDER BY region_key, valid_from NULLS FIRST
    """)
    meaning = {name: COMMENTS[name] for name in ("region_key", "member_key", "hierarchy", "level")}
    meaning |= {"valid_from": _FROM, "valid_to": _TO}
    meaning |= dict.fromkeys(levels, "Ancestor at this level in the stretch (member_key), the region's own at its own.")
    grain = "One row per region version and stretch of time in which its hierarchy stays the same; empty if undated."
    sql.comment(con, "cube.region_path_on", grain, meaning)
    return sql.number(con, "SELECT count(*) FROM cube.region_path_on")


def _location_path_on(
    con: duckdb.DuckDBPyConnection, levels: Sequence[str], areas: Sequence[str], cells: Sequence[str]
) -> int:
    """Make one row per place and stretch of time in which its memberships stay the same.

    Many places have the same memberships: their stretches are worked out once, at one of them. Which places are
    alike is told by the number of memberships and by two sums of hashes, 128 bits that no two sets share by chance.
    """
    picks = ""
    for n in levels:
        picks += f", max(v.member_key) FILTER (v.level = {sql.literal(n)}) AS {sql.identifier(n)}"
    for n in areas:
        own = f"FILTER (v.level = {sql.literal(n)})"
        picks += f", coalesce(list(DISTINCT v.member_key ORDER BY v.member_key) {own}, []) AS {sql.identifier(n)}"
    shown = "".join(f", l.{sql.identifier(n)}" for n in cells)
    shown += "".join(f", p.{sql.identifier(n)}" for n in (*levels, *areas))
    con.execute(f"""
        CREATE TABLE cube.location_path_on AS
        WITH place AS MATERIALIZED (
            SELECT l.location_id, count(b.region_key) AS many,
                coalesce(sum(hash(b.region_key, b.valid_from, b.valid_to)) FILTER (b.region_key IS NOT NULL), 0) AS one,
                coalesce(bit_xor(hash(b.valid_to, b.region_key, b.valid_from)) FILTER (b.region_key IS NOT NULL), 0)
                    AS other
            FROM warehouse.dim_location AS l
            LEFT JOIN warehouse.bridge_location_region AS b ON b.location_id = l.location_id
            WHERE ({DATED})
            GROUP BY l.location_id
        ),
        alike AS MATERIALIZED (
            SELECT many, one, other, min(location_id) AS location_id FROM place GROUP BY many, one, other
        ),
        held AS MATERIALIZED (
            SELECT b.location_id, b.region_key, b.valid_from, b.valid_to
            FROM warehouse.bridge_location_region AS b
            JOIN alike AS a ON a.location_id = b.location_id
        ),
        cut AS (
            SELECT location_id, NULL::DATE AS day FROM alike
            UNION
            SELECT location_id, valid_from FROM held WHERE valid_from IS NOT NULL
            UNION
            SELECT location_id, valid_to FROM held WHERE valid_to IS NOT NULL
        ),
        stretch AS (
            SELECT location_id, day AS valid_from,
                lead(day) OVER (PARTITION BY location_id ORDER BY day NULLS FIRST) AS valid_to
            FROM cut
        ),
        path AS (
            SELECT s.location_id, s.valid_from, s.valid_to{picks}
            FROM stretch AS s
            LEFT JOIN (held AS b JOIN cube.region_version AS v ON v.region_key = b.region_key)
                ON b.location_id = s.location_id
                AND coalesce(b.valid_from, {EVER}) <= coalesce(s.valid_from, {EVER})
                AND coalesce(s.valid_from, {EVER}) < coalesce(b.valid_to, {NEVER})
            GROUP BY s.location_id, s.valid_from, s.valid_to
        )
        SELECT e.location_id, p.valid_from, p.valid_to{shown}
        FROM place AS e
        JOIN alike AS a ON a.many = e.many AND a.one = e.one AND a.other = e.other
        JOIN path AS p ON p.location_id = a.location_id
        JOIN warehouse.dim_location AS l ON l.location_id = e.location_id
    """)
    meaning = {"location_id": COMMENTS["location_id"], "valid_from": _FROM, "valid_to": _TO}
    meaning |= dict.fromkeys(cells, "H3 cell that holds the point; null where there is none.")
    meaning |= dict.fromkeys(levels, "Region of this level in the stretch (member_key); null outside every region.")
    meaning |= dict.fromkeys(areas, "Overlapping regions of this level in the stretch (member_key); empty outside all.")
    grain = "One row per place and stretch of time in which its regions stay the same; empty where none is dated."
    sql.comment(con, "cube.location_path_on", grain, meaning)
    return sql.number(con, "SELECT count(*) FROM cube.location_path_on")

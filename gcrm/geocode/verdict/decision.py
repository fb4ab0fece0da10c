"""What people decided about addresses: it outranks everything that is found, and holds until the address changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm import sql

if TYPE_CHECKING:
    import duckdb

#: How far from the entrance a point may be that a person chose on a map (95 %), in metres: the size of a building.
#: It is an assumption; nobody has measured it.
PIN_ERROR_M = 25.0


def apply_to_match(con: duckdb.DuckDBPyConnection) -> int:
    """Let decisions count instead of what was found; writes the temporary table `decided`.

    Parameters
    ----------
    con
        Connection of the stage, with `match` and `geocode.record_location` made.

    Returns
    -------
    int
        Places that were decided about. Decisions about addresses that nobody has any more wait for nothing.
    """
    if not _has_decisions(con):
        con.execute("CREATE OR REPLACE TEMP TABLE decided (location_id BIGINT)")
        return 0
    count = sql.run(con, __package__, "decided")
    sql.run(con, __package__, "decided_match", {"pin_error_m": PIN_ERROR_M})
    return count


def apply_to_points(con: duckdb.DuckDBPyConnection) -> None:
    """Let decisions count instead of points that records brought, once `geocode.location` is made."""
    if _has_decisions(con):
        sql.run(con, __package__, "decided_point", {"pin_error_m": PIN_ERROR_M})


def _has_decisions(con: duckdb.DuckDBPyConnection) -> bool:
    """Say whether anything was decided; a table of addresses without a project has no decisions."""
    known = "SELECT count(*) FROM duckdb_tables() WHERE database_name = 'ingest' AND table_name = 'decision'"
    return sql.number(con, known) > 0 and sql.number(con, "SELECT count(*) FROM ingest.decision") > 0

"""The located records of every kind, and the addresses of packs, in one view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm import sql

if TYPE_CHECKING:
    import duckdb


def write_records(con: duckdb.DuckDBPyConnection) -> None:
    """Make the view `located_record`: one row per located record of every kind and address point of a pack.

    Parameters
    ----------
    con
        Connection with `ingest` attached, and with what `write_packs` wrote.
    """
    sql.run(con, __package__, "record")


def drop_records(con: duckdb.DuckDBPyConnection) -> None:
    """Drop what `write_records` made."""
    con.execute("DROP VIEW temp.located_record")

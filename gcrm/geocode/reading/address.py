"""The addresses as they were written, and what their parts are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gcrm import sql
from gcrm.geocode.reading.order import read_again

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

#: Temporary tables of this room.
TABLES = ("word", "habit", "written", "arranged", "parsed", "street", "address")


def write_words(con: duckdb.DuckDBPyConnection) -> None:
    """Write the temporary table `word`: what is written in several ways in the names of streets."""
    sql.run(con, __package__, "word")


def write_written(con: duckdb.DuckDBPyConnection, values: Mapping[str, Any]) -> int:
    """Write the temporary table `written`: one row per distinct written address that has to be understood.

    Parameters
    ----------
    con
        Connection with the view `located_record`.
    values
        Values of the stage's SQL.

    Returns
    -------
    int
        Rows written.
    """
    return sql.run(con, __package__, "written", values)


def write_addresses(con: duckdb.DuckDBPyConnection, values: Mapping[str, Any], *, held: bool) -> None:
    """Write the temporary table `address`: one row per row of `written` with the keys of its parts.

    Parameters
    ----------
    con
        Connection with the temporary tables `written`, `word` and `habit`.
    values
        Values of the stage's SQL.
    held
        True where the addresses of the reference itself are read; false for others, which are read once more with
        what is held of the reference where no pattern fits them.
    """
    if not sql.number(con, "SELECT count(*) FROM written"):
        # Setting up the patterns would take longer than a small build. Streets of ranges have no written address.
        sql.run(con, __package__, "blank")
        if held:
            sql.run(con, __package__, "street", values)
        return
    for name in ("arranged", "parsed", "street"):
        sql.run(con, __package__, name, values)
    if not held:
        read_again(con, values)
    sql.run(con, __package__, "address", values)

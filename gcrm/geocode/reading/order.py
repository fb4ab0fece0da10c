"""The reading of written addresses: what their parts are, by patterns and by what the reference knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gcrm import sql

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

#: Temporary tables that are there only while texts are read again.
_TABLES = ("unclear", "reordered", "understood")


def read_again(con: duckdb.DuckDBPyConnection, values: Mapping[str, Any]) -> None:
    """Take texts apart again that no pattern fits, put into the usual order by the reference's postcodes and cities.

    Parameters
    ----------
    con
        Connection with the temporary tables `arranged`, `parsed` and `street`, and with what is held of the reference.
    values
        Values of the stage's SQL.
    """
    # Most lots have no such text; what takes one apart is not even set up then.
    if sql.run(con, __package__, "unclear", values) and sql.run(con, __package__, "reordered", values):
        for name in ("understood", "arranged_again", "parsed"):
            sql.run(con, __package__, name, values)
        con.execute("INSERT INTO parsed FROM understood")
        sql.run(con, __package__, "street", values)
    for name in _TABLES:
        con.execute(f"DROP TABLE IF EXISTS {name}")


def write_second_reading(con: duckdb.DuckDBPyConnection, values: Mapping[str, Any]) -> None:
    """Write the temporary tables `unclear`, `reordered` and `understood`, whether needed or not.

    Parameters
    ----------
    con
        Connection with the temporary tables `parsed` and `street`, and with what is held of the reference.
    values
        Values of the stage's SQL.
    """
    for name in _TABLES:
        sql.run(con, __package__, name, values)

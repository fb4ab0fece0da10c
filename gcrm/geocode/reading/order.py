"""The reading of written addresses: what their parts are, by patterns and by what the reference knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gcrm import sql

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb


def read_again(con: duckdb.DuckDBPyConnection, values: Mapping[str, Any]) -> None:
    """Take texts apart again that no pattern fits, put into the usual order by the reference's postcodes and cities.

    Parameters
    ----------
    con
        Connection with the temporary tables `arranged`, `parsed` and `street`, and with what is held of the reference.
    values
        Values of the stage's SQL.
    """
    if sql.run(con, __package__, "reordered", values):
        for name in ("understood", "arranged_again", "parsed"):
            sql.run(con, __package__, name, values)
        con.execute("INSERT INTO parsed FROM understood")
        con.execute("DROP TABLE understood")
        sql.run(con, __package__, "street", values)

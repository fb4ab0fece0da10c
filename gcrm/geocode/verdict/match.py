"""The match that counts for each place, and what else it may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gcrm import sql

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

#: Temporary tables of this module.
TABLES = ("confidence", "match")


def write_confidence(con: duckdb.DuckDBPyConnection) -> None:
    """Write the temporary table `confidence`: how often matches of each kind were right where that was measured."""
    sql.run(con, __package__, "confidence")


def write_matches(con: duckdb.DuckDBPyConnection, values: Mapping[str, Any]) -> None:
    """Write the temporary table `match`, and `geocode.alternative`.

    Parameters
    ----------
    con
        Connection with the temporary tables of the matching and of the approaches.
    values
        Values of the stage's SQL.
    """
    for name in ("match", "alternative"):
        sql.run(con, __package__, name, values)

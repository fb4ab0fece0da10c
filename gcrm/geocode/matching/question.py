"""The questions: places with an address, and what of them is looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gcrm import sql

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

#: Temporary tables of this module.
TABLES = ("place", "query", "exact", "open")


def write_places(con: duckdb.DuckDBPyConnection, values: Mapping[str, Any]) -> int:
    """Write the temporary table `place`: one row per distinct place that has no given point.

    Parameters
    ----------
    con
        Connection with the temporary table `address`.
    values
        Values of the stage's SQL.

    Returns
    -------
    int
        Rows written.
    """
    return sql.run(con, __package__, "place", values)


def write_questions(con: duckdb.DuckDBPyConnection, values: Mapping[str, Any]) -> None:
    """Write the temporary tables `query`, `exact` and `open`: what is asked, what has its answer, what has none.

    Parameters
    ----------
    con
        Connection with the temporary table `place` and what is held of the reference.
    values
        Values of the stage's SQL.
    """
    for name in ("query", "exact", "open"):
        sql.run(con, __package__, name, values)

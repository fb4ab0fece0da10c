"""The places of a project with their points, and the places of its records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gcrm import sql
from gcrm.errors import InternalError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb


def write_record_locations(con: duckdb.DuckDBPyConnection, values: Mapping[str, Any]) -> int:
    """Write `geocode.record_location`: one row per located record.

    Parameters
    ----------
    con
        Connection with the view `located_record` and the temporary table `address`.
    values
        Values of the stage's SQL.

    Returns
    -------
    int
        Rows written.
    """
    return sql.run(con, __package__, "record_location", values)


def write_points(con: duckdb.DuckDBPyConnection, values: Mapping[str, Any]) -> int:
    """Write `geocode.location`: one row per distinct place.

    Parameters
    ----------
    con
        Connection with the temporary tables `place` and `match`.
    values
        Values of the stage's SQL.

    Returns
    -------
    int
        Rows written.

    Raises
    ------
    InternalError
        If two different places share a location_id: they would silently become one.
    """
    count = sql.run(con, __package__, "location", values)
    row = con.execute(sql.read(__package__, "collision")).fetchone()
    if row is None or row[0]:
        msg = "two places share a location_id"
        raise InternalError(msg)
    return count


def write_pile_ups(con: duckdb.DuckDBPyConnection, values: Mapping[str, Any]) -> int:
    """Write `geocode.pile_up`: one row per place at whose point many different addresses stand.

    Parameters
    ----------
    con
        Connection with `geocode.location`.
    values
        Values of the stage's SQL.

    Returns
    -------
    int
        Rows written.
    """
    return sql.run(con, __package__, "pile_up", values)

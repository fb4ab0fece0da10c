"""Approaches: every way to come near the addresses that were not found, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gcrm import sql
from gcrm.geocode.limit import POINT_ERROR_M
from gcrm.geocode.matching.candidate import write_alike
from gcrm.geocode.nearby.crossing import write_crossings
from gcrm.geocode.nearby.segment import write_segments
from gcrm.geocode.reference.held import write_middles

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

#: Temporary tables of this room.
TABLES = (
    *("unanswered", "meant", "surrounded", "enclosed", "neighbour"),
    *("near", "segment", "crossed", "node", "crossing"),
)


def write_approaches(con: duckdb.DuckDBPyConnection, values: Mapping[str, Any]) -> None:
    """Write the temporary tables `near`, `neighbour`, `segment` and `crossing`.

    Parameters
    ----------
    con
        Connection with the temporary tables of the matching and what is held of the reference.
    values
        Values of the stage's SQL.
    """
    for name in ("unanswered", "street_pair_again"):
        sql.run(con, __package__, name, values)
    write_alike(con)
    for name in ("meant", "surrounded", "neighbour"):
        sql.run(con, __package__, name, values)
    for whole in (False, True):  # streets as a whole last: they are long
        if sql.run(con, __package__, "enclosed", {**values, "whole": whole}):
            con.execute("INSERT INTO neighbour FROM enclosed")
    sql.run(con, __package__, "member", values)
    write_middles(con, values)
    sql.run(con, __package__, "near", values)
    write_segments(con, POINT_ERROR_M)
    write_crossings(con, values)


def write_none(con: duckdb.DuckDBPyConnection) -> None:
    """Write the temporary tables of this room without a row: nothing is asked.

    Parameters
    ----------
    con
        Connection whose temporary tables they are.
    """
    sql.run(con, __package__, "blank")

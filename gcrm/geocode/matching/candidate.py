"""Candidates: addresses of the reference that an open question may mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gcrm import sql
from gcrm.geocode.reference.held import write_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

#: Temporary tables of this module.
TABLES = ("mend", "alike", "held_number", "candidate", "choice", "answer")


def write_candidates(con: duckdb.DuckDBPyConnection, values: Mapping[str, Any]) -> None:
    """Write the temporary tables `alike`, `candidate`, `choice` and `answer`: the best candidate of each question.

    Parameters
    ----------
    con
        Connection with the temporary table `open` and what is held of the reference.
    values
        Values of the stage's SQL.
    """
    for name in ("mend", "said"):
        sql.run(con, __package__, name, values)
    write_names(con)
    for name in ("alike", "held_number", "candidate", "choice", "answer"):
        sql.run(con, __package__, name, values)

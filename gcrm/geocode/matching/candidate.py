"""Candidates: addresses of the reference that an open question may mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gcrm import sql
from gcrm.geocode.reference.held import write_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

#: Temporary tables of this module.
TABLES = ("mend", "beginning", "street_pair", "alike", "candidate", "choice", "answer")


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
    for name in ("beginning", "street_pair", "alike", "candidate", "choice", "answer"):
        sql.run(con, __package__, name, values)


def write_alike(con: duckdb.DuckDBPyConnection) -> int:
    """Write the temporary table `alike`: streets of the reference that asked ones may mean, and at what price.

    Parameters
    ----------
    con
        Connection with the temporary table `street_pair`: what is compared.

    Returns
    -------
    int
        Rows written.
    """
    return sql.run(con, __package__, "alike")


def write_none(con: duckdb.DuckDBPyConnection) -> None:
    """Write the temporary tables of the matching without a row: nothing is asked.

    Parameters
    ----------
    con
        Connection whose temporary tables they are.
    """
    sql.run(con, __package__, "blank")

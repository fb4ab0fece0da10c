"""The reference and what is held of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gcrm import sql

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

#: Made of the reference, in this order.
_REFERENCE = (
    "reference",
    "held_range",
    "held_street",
    "reference_version",
    "held_postcode",
    "held_city",
    "held_reach",
    "held_area",
)
_MIDDLES = ("held_extent", "held_member", "middle", "held_middle")
_NAMES = (
    *("held_number", "held_block", "word_form", "held_said", "name"),
    *("held_name", "held_piece", "held_word", "held_meant"),
)
#: Temporary tables that stay as they are until the reference changes.
HELD = (
    *_REFERENCE[1:],
    *("held_number", "held_block", "held_extent", "held_middle"),
    *("word_form", "held_name", "held_piece", "held_word", "held_meant"),
)
#: Temporary tables of this room.
TABLES = (*HELD, "member", "middle", "said", "name")


def write_held(con: duckdb.DuckDBPyConnection, values: Mapping[str, Any]) -> None:
    """Write `geocode.reference`, and the temporary tables that are made of it.

    Parameters
    ----------
    con
        Connection with `geocode` attached, the view `located_record`, and the temporary table `address` with the
        reference's own addresses.
    values
        Values of the stage's SQL.
    """
    for name in (*_REFERENCE, *_MIDDLES, *_NAMES):
        sql.run(con, __package__, name, values)


def write_middles(con: duckdb.DuckDBPyConnection, values: Mapping[str, Any]) -> int:
    """Write the temporary table `middle`: where streets, postcodes and places are, and how far they reach.

    Parameters
    ----------
    con
        Connection with the temporary tables `member` and `held_extent`.
    values
        Values of the stage's SQL.

    Returns
    -------
    int
        Rows written.
    """
    return sql.run(con, __package__, "middle", values)


def write_names(con: duckdb.DuckDBPyConnection) -> int:
    """Write the temporary table `name`: the forms by which streets are compared, one row per key and way to say it.

    Parameters
    ----------
    con
        Connection with the temporary tables `said` and `word_form`.

    Returns
    -------
    int
        Rows written.
    """
    return sql.run(con, __package__, "name")

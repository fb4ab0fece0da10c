"""Plain text: functions that may stand for those of the stage where all is ASCII."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm import sql

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

_OF_TEXT = ("marks", "fold", "words", "number_key", "postcode_key")
_OF_PAIRS = ("edits", "postcode_edits", "resembles")
#: Functions of what is asked -> those that do the same for ASCII.
TEXT: Mapping[str, str] = {name: f"plain_{name}" for name in _OF_TEXT} | {"city_key": "plain_words"}
#: The same with the functions that compare what is asked with the reference.
ALL: Mapping[str, str] = {**TEXT, **{name: f"plain_{name}" for name in _OF_PAIRS}}
_ASCII = (
    "SELECT coalesce(bool_and(strlen(k) = length(k)), true) "
    "FROM (SELECT concat(street, postcode, city) AS k FROM geocode.reference)"
)


def write_functions(con: duckdb.DuckDBPyConnection) -> None:
    """Make the functions."""
    sql.run(con, __package__, "plain_macro")


def of_reference(con: duckdb.DuckDBPyConnection) -> Mapping[str, str]:
    """Return the functions that may stand for others where what is asked is ASCII.

    Parameters
    ----------
    con
        Connection with `geocode.reference`.

    Returns
    -------
    Mapping of str to str
        Name of a function -> name of the one that may stand for it.
    """
    row = con.execute(_ASCII).fetchone()
    return ALL if row and row[0] else TEXT

"""The rules by which places are decided, the prices of faults, and the slips that are looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm import sql

if TYPE_CHECKING:
    import duckdb

#: Temporary tables of this module.
TABLES = ("rule", "fault", "price", "gap")


def write_rules(con: duckdb.DuckDBPyConnection) -> None:
    """Make the functions of the matching, and write the temporary tables `rule`, `fault`, `price` and `gap`."""
    for name in ("match_macro", *TABLES):
        sql.run(con, __package__, name)

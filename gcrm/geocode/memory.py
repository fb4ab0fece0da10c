"""What an earlier build found: an address is looked for again when it or the reference changes, and only then.

The stage keeps, in the schema `kept` of its own file, how each address was understood, what was found for each place
before anybody decided about it, and what the reference was made into. A later build with the same rules, settings and
reference takes over what it would only find again; the result is the same to the last row.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gcrm import sql

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb

#: Schema of the stage's file that holds what is kept.
SCHEMA = "kept"
#: Columns that tell written addresses apart.
_WRITTEN = ("address", "house_number", "street", "unit", "postcode", "city", "parcel_id")


@dataclass(frozen=True)
class Memory:
    """What a build knows of the one before.

    Attributes
    ----------
    engine
        Hash of the rules by which addresses are found: code, settings, packs.
    catalog
        The stage as the build before left it, attached for reading; null where there is none.
    """

    engine: str
    catalog: str | None = None


def holds(con: duckdb.DuckDBPyConnection, memory: Memory | None) -> bool:
    """Say whether what an earlier build found would be found again: same rules, same settings, same reference."""
    if memory is None or memory.catalog is None:
        return False
    known = con.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE database_name = $catalog AND schema_name = $schema "
        "AND table_name = 'mark'",
        {"catalog": memory.catalog, "schema": SCHEMA},
    ).fetchone()
    if not known or not known[0]:
        return False
    row = con.execute(f"SELECT mark FROM {_kept(memory.catalog, 'mark')}").fetchone()
    return row is not None and row[0] == _mark(con, memory)


def take_reference(con: duckdb.DuckDBPyConnection, catalog: str, tables: Iterable[str]) -> None:
    """Take over `geocode.reference` and the temporary tables that were made of it.

    Parameters
    ----------
    con
        Connection of the stage, with the build before attached.
    catalog
        Catalog of that build.
    tables
        Names of the temporary tables.
    """
    con.execute(f"CREATE OR REPLACE TABLE geocode.reference AS FROM {sql.identifier(catalog)}.reference")
    for table in tables:
        con.execute(f"CREATE OR REPLACE TEMP TABLE {sql.identifier(table)} AS FROM {_kept(catalog, table)}")


def spare_written(con: duckdb.DuckDBPyConnection, catalog: str) -> None:
    """Take out of `written` what was understood before; `asked_before` holds it."""
    same = " AND ".join(f"k.{name} IS NOT DISTINCT FROM w.{name}" for name in _WRITTEN)
    known = f"{_kept(catalog, 'address')} AS k WHERE {same}"
    con.execute(f"CREATE OR REPLACE TEMP TABLE asked_before AS SELECT k.* FROM written AS w, {known}")
    con.execute(f"DELETE FROM written AS w WHERE EXISTS (SELECT 1 FROM {known})")


def take_addresses(con: duckdb.DuckDBPyConnection) -> None:
    """Put the addresses that were understood before beside those that are new."""
    con.execute("INSERT INTO address FROM asked_before")
    con.execute("DROP TABLE asked_before")


def spare_places(con: duckdb.DuckDBPyConnection, catalog: str) -> int:
    """Leave only places in `place` that were never looked for as they are now; `every_place` holds all of them.

    Parameters
    ----------
    con
        Connection of the stage.
    catalog
        The stage as the build before left it.

    Returns
    -------
    int
        Places that are left.
    """
    sql.run(con, __package__, "place_mark")
    con.execute("ALTER TABLE place RENAME TO every_place")
    row = con.execute(
        "CREATE TEMP TABLE place AS FROM every_place WHERE location_id NOT IN "
        f"(SELECT location_id FROM place_mark SEMI JOIN {_kept(catalog, 'place_mark')} USING (location_id, mark))"
    ).fetchone()
    return int(row[0]) if row else 0


def take_matches(con: duckdb.DuckDBPyConnection, catalog: str) -> None:
    """Put what was found before, and its alternatives, beside what was found now."""
    again = "location_id IN (SELECT location_id FROM every_place ANTI JOIN place USING (location_id))"
    con.execute(f"INSERT INTO match FROM {_kept(catalog, 'match')} WHERE {again}")
    con.execute(f"INSERT INTO geocode.alternative FROM {sql.identifier(catalog)}.alternative WHERE {again}")
    con.execute("DROP TABLE place")
    con.execute("ALTER TABLE every_place RENAME TO place")


def keep(con: duckdb.DuckDBPyConnection, memory: Memory, tables: Iterable[str], asked: int) -> None:
    """Keep what a later build may take over; call it before anything is decided by people.

    Parameters
    ----------
    con
        Connection of the stage with everything found.
    memory
        What the build knows of the one before.
    tables
        Temporary tables that were made of the reference.
    asked
        Places that were looked for now.
    """
    sql.run(con, __package__, "place_mark")
    con.execute(f"CREATE SCHEMA geocode.{SCHEMA}")
    for table in ("address", "match", "place_mark", *tables):
        con.execute(f"CREATE TABLE {_kept('geocode', table)} AS FROM temp.{sql.identifier(table)}")
    con.execute("DROP TABLE place_mark")
    con.execute(
        f"CREATE TABLE {_kept('geocode', 'mark')} AS SELECT $mark AS mark, $asked AS asked",
        {"mark": _mark(con, memory), "asked": asked},
    )


def _kept(catalog: str, table: str) -> str:
    return f"{sql.identifier(catalog)}.{SCHEMA}.{sql.identifier(table)}"


def _mark(con: duckdb.DuckDBPyConnection, memory: Memory) -> str:
    """Return a hash of everything that an answer depends on besides the address."""
    row = con.execute(sql.read(__package__, "reference_mark")).fetchone()
    return hashlib.sha256(f"{memory.engine} {row[0] if row else ''}".encode()).hexdigest()

"""Who is to be forgotten, and what tells of them: identifiers, and texts that only they have."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from gcrm import crm, sql
from gcrm.crm import Subject
from gcrm.warehouse import snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import duckdb

    from gcrm.settings import Settings

#: Tables of ingest whose rows describe people, and the columns that say whom.
_TABLES = {
    "customer": ("customer_id",),
    "prospect": ("prospect_id", "customer_id"),
    "contact": ("customer_id", "prospect_id"),
    "consent": ("customer_id", "prospect_id"),
}
_KIND_OF = {"customer_id": "customer", "prospect_id": "prospect"}
#: Places where nobody else is.
_OWN_PLACES = """
    CREATE OR REPLACE TEMP TABLE own_place AS
    WITH person AS (
        SELECT 'customer' AS kind, source, row_no FROM ingest.customer WHERE list_contains($customer, customer_id)
        UNION ALL
        SELECT 'prospect' AS kind, source, row_no FROM ingest.prospect WHERE list_contains($prospect, prospect_id)
    )
    SELECT r.location_id FROM geocode.record_location AS r
    LEFT JOIN person AS p ON p.kind = r.kind AND p.source = r.source AND p.row_no = r.row_no
    GROUP BY r.location_id HAVING bool_and(p.kind IS NOT NULL)
"""
_RECORDS: tuple[type[Any], ...] = (
    crm.Contact,
    crm.Interaction,
    crm.Note,
    crm.Task,
    crm.Visit,
    crm.Assignment,
    crm.Consent,
)
#: Texts that are no one's own: days, times, numbers, words that are too short.
_COMMON = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T ][\d:.+Z-]*)?|[-+]?\d*[.,]?\d+(e[-+]?\d+)?", re.IGNORECASE)
_SHORTEST = 4
_LONGEST = 400
_DIGITS = 7


def is_telling(value: str) -> bool:
    """Say whether a text may tell of one person: no day, no amount, nothing short; a long number may (a telephone)."""
    word = value.strip()
    if not _SHORTEST <= len(word) <= _LONGEST:
        return False
    return not _COMMON.fullmatch(word) or (word.isdigit() and len(word) >= _DIGITS)


@dataclass
class Traces:
    """What is known of the people and of everybody else.

    Attributes
    ----------
    people
        Whom to forget.
    known
        Those of them that stand in a snapshot, a source or the operational store.
    theirs
        Texts of theirs.
    others
        Texts of others in the operational store.
    sources
        Sources whose rows describe them, as the published snapshot knows.
    """

    people: frozenset[Subject]
    known: set[Subject] = field(default_factory=set)
    theirs: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)
    sources: set[str] = field(default_factory=set)


def trace(folder: Path, settings: Settings, wanted: Iterable[Subject]) -> Traces:
    """Look for people in all snapshots and in the operational store.

    A prospect who became a customer is one person under two identifiers: both are forgotten.

    Parameters
    ----------
    folder
        The project's folder.
    settings
        Its settings.
    wanted
        Whom to look for.

    Returns
    -------
    Traces
        What was found.
    """
    found = Traces(frozenset(wanted))
    manifests = snapshot.history(folder)
    for manifest in manifests:
        with sql.connect() as con:
            snapshot.attach(con, folder, manifest)
            found.people |= _same_people(con, found.people)
    for i, manifest in enumerate(manifests):
        with sql.connect() as con:
            snapshot.attach(con, folder, manifest)
            _read_snapshot(con, found, newest=i == 0)
    if crm.exists(folder, settings):
        _read_store(folder, settings, found)
    return found


def _same_people(con: duckdb.DuckDBPyConnection, people: frozenset[Subject]) -> frozenset[Subject]:
    """Return the prospects that the customers were, and the customers that the prospects became."""
    rows = con.execute(
        "SELECT prospect_id, customer_id FROM ingest.prospect WHERE customer_id IS NOT NULL "
        "AND (list_contains($customer, customer_id) OR list_contains($prospect, prospect_id))",
        ids_of(people),
    ).fetchall()
    return frozenset(s for p, c in rows for s in (Subject("prospect", p), Subject("customer", c)))


def _read_snapshot(con: duckdb.DuckDBPyConnection, found: Traces, *, newest: bool) -> None:
    """Take the texts of the people, and note which sources brought rows about them."""
    for table, columns in _TABLES.items():
        names = _text_columns(con, "ingest", table)
        if not names:
            continue  # a snapshot of an older version has no such table
        condition, values = _theirs(columns, found.people)
        listed = ", ".join(map(sql.identifier, names))
        for source, *row in con.execute(
            f"SELECT source, {listed} FROM ingest.{table} WHERE {condition}", values
        ).fetchall():
            cells = dict(zip(names, row, strict=True))
            found.theirs |= {text for text in row if text is not None}
            found.known |= {p for p in found.people if any(_KIND_OF[c] == p.kind and cells[c] == p.id for c in columns)}
            if newest:
                found.sources.add(source)


def living(folder: Path, people: frozenset[Subject]) -> Iterator[bytes]:
    """Yield the texts of the published snapshot that are not of these people: records of others, and the reference.

    Parameters
    ----------
    folder
        The project's folder.
    people
        Whom to leave out.

    Yields
    ------
    bytes
        Texts, each on a line of its own.
    """
    manifest = snapshot.newest(folder)
    if manifest is None:
        return
    with sql.connect() as con:
        snapshot.attach(con, folder, manifest)
        for table, columns in _TABLES.items():
            condition, values = _theirs(columns, people)
            yield from _texts(con, "ingest", table, f"NOT coalesce({condition}, false)", values)
        con.execute(_OWN_PLACES, ids_of(people))
        tables = con.execute(
            "SELECT table_name, bool_or(column_name = 'location_id') FROM duckdb_columns() "
            "WHERE database_name = 'geocode' AND schema_name = 'main' GROUP BY table_name"
        ).fetchall()
        for table, placed in tables:
            condition = "location_id NOT IN (FROM own_place)" if placed else "true"
            yield from _texts(con, "geocode", table, condition, {})


def ids_of(people: frozenset[Subject]) -> dict[str, list[str]]:
    """Return the identifiers by kind, as statements take them."""
    return {kind: sorted(p.id for p in people if p.kind == kind) for kind in ("customer", "prospect")}


def _theirs(columns: tuple[str, ...], people: frozenset[Subject]) -> tuple[str, dict[str, Any]]:
    """Return the condition that a row is of the people, and the values of its parameters."""
    ids = ids_of(people)
    condition = " OR ".join(f"list_contains(${_KIND_OF[c]}, {c})" for c in columns)
    return condition, {_KIND_OF[c]: ids[_KIND_OF[c]] for c in columns}


def _texts(
    con: duckdb.DuckDBPyConnection, stage: str, table: str, condition: str, values: dict[str, Any]
) -> Iterator[bytes]:
    """Yield the texts of a table's rows that meet a condition; nothing where a snapshot has no such table."""
    name = f"{sql.identifier(stage)}.{sql.identifier(table)}"
    for column in _text_columns(con, stage, table):
        quoted = sql.identifier(column)
        con.execute(f"SELECT DISTINCT {quoted} FROM {name} WHERE {quoted} IS NOT NULL AND ({condition})", values)
        while rows := con.fetchmany(20_000):
            yield "\n".join(row[0] for row in rows).encode(errors="replace")


def _text_columns(con: duckdb.DuckDBPyConnection, stage: str, table: str) -> list[str]:
    rows = con.execute(
        "SELECT column_name FROM duckdb_columns() WHERE database_name = $stage AND table_name = $table "
        "AND schema_name = 'main' "
        "AND data_type = 'VARCHAR' AND column_name NOT IN ('source', 'kind')",
        {"stage": stage, "table": table},
    ).fetchall()
    return [name for (name,) in rows]


def _read_store(folder: Path, settings: Settings, found: Traces) -> None:
    with crm.open_store(folder, settings) as store, store.moment() as moment:
        stones = moment.tombstones()
        found.known |= {p for p in found.people if p in stones}
        for kind in _RECORDS:
            for record in moment.find(kind):
                texts = {v for name, v in asdict(record).items() if isinstance(v, str) and not name.endswith("_by")}
                if record.subject in found.people:
                    found.known.add(record.subject)
                    found.theirs |= texts
                else:
                    found.others |= {record.subject.id} | (texts if kind is crm.Contact else set())

"""Who is to be forgotten, and what tells of them: identifiers, and texts that only they have."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import duckdb

from gcrm import crm, sql
from gcrm.crm import Subject
from gcrm.warehouse import snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from gcrm.settings import Settings

#: Tables of ingest whose rows describe people, and the columns that say whom.
_TABLES = {
    "customer": ("customer_id",),
    "prospect": ("prospect_id", "customer_id"),
    "contact": ("customer_id", "prospect_id"),
    "consent": ("customer_id", "prospect_id"),
}
_KIND_OF = {"customer_id": "customer", "prospect_id": "prospect"}
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
        Texts of others, apart from files.
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
    ids = {kind: [p.id for p in people if p.kind == kind] for kind in ("customer", "prospect")}
    rows = con.execute(
        "SELECT prospect_id, customer_id FROM ingest.prospect WHERE customer_id IS NOT NULL "
        "AND (list_contains($customer, customer_id) OR list_contains($prospect, prospect_id))",
        ids,
    ).fetchall()
    return frozenset(s for p, c in rows for s in (Subject("prospect", p), Subject("customer", c)))


def _read_snapshot(con: duckdb.DuckDBPyConnection, found: Traces, *, newest: bool) -> None:
    for table, columns in _TABLES.items():
        try:
            names = [r[0] for r in con.execute(f"DESCRIBE ingest.{table}").fetchall() if r[1] == "VARCHAR"]
        except duckdb.CatalogException:
            continue  # a snapshot of an older version has no such table
        listed = ", ".join(map(sql.identifier, names))
        condition = " OR ".join(f"list_contains(${_KIND_OF[c]}, {c})" for c in columns)
        values: dict[str, Any] = {
            kind: [p.id for p in found.people if p.kind == kind] for kind in {_KIND_OF[c] for c in columns}
        }
        own = [n for n in names if n != "source"]
        for row in con.execute(f"SELECT {listed} FROM ingest.{table} WHERE {condition}", values).fetchall():
            cells = dict(zip(names, row, strict=True))
            found.theirs |= {str(cells[n]) for n in own if cells[n] is not None}
            if newest and table != "consent":
                found.sources.add(str(cells["source"]))
            found.known |= {p for p in found.people if any(_KIND_OF[c] == p.kind and cells[c] == p.id for c in columns)}
        if newest:
            for name in own:
                query = (
                    f"SELECT DISTINCT {sql.identifier(name)} FROM ingest.{table} WHERE NOT coalesce({condition}, false)"
                )
                rows = con.execute(query, values).fetchall()
                found.others |= {str(value) for (value,) in rows if value is not None}
    _read_places(con, found)


def _read_places(con: duckdb.DuckDBPyConnection, found: Traces) -> None:
    """Take the addresses as the geocoder wrote them."""
    for table, column in (("customer", "customer_id"), ("prospect", "prospect_id")):
        rows = con.execute(
            f"""SELECT DISTINCT unnest([l.address, l.matched_address]) FROM ingest.{table} AS t
            JOIN geocode.record_location AS r ON r.kind = '{table}' AND r.source = t.source AND r.row_no = t.row_no
            JOIN geocode.location AS l ON l.location_id = r.location_id WHERE list_contains($ids, t.{column})""",
            {"ids": [p.id for p in found.people if p.kind == table]},
        ).fetchall()
        found.theirs |= {str(value) for (value,) in rows if value is not None}


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
                    found.others |= texts | {record.subject.id}

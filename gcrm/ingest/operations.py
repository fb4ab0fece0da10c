"""What people wrote in the operational store: read in one transaction, and put beside the rows of the files.

Rows of the store have the source `crm`, and the number of their record as row_no. Where a file says the same in
another way, both stand here; the star lets the store win.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from gcrm import crm, sql
from gcrm.columns import KINDS
from gcrm.ingest import ledger

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import duckdb

    from gcrm.settings import Settings

#: Name of the store as a source; no source of gcrm.toml has it.
SOURCE = "crm"
_VIEW = "gcrm_operations"
_TYPES = {
    "VARCHAR": pa.string(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
    "BOOLEAN": pa.bool_(),
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
}
_TASK = {
    "task_id": ("VARCHAR", "Number of the task in the store, with its type."),
    "subject_kind": ("VARCHAR", "What it is about: customer, prospect, building, region or store."),
    "subject_id": ("VARCHAR", "Identifier of what it is about."),
    "level": ("VARCHAR", "Level of the region; null for everything else."),
    "title": ("VARCHAR", "What is to be done."),
    "due_on": ("DATE", "By when; null is any time."),
    "owner_id": ("VARCHAR", "Sales person who does it; null is nobody yet."),
    "state": ("VARCHAR", "How far it is: open, done or dropped."),
    "created_on": ("DATE", "Day on which it was written down, UTC."),
    "source": ("VARCHAR", "Always crm."),
    "row_no": ("BIGINT", "Number of the record in the store."),
}
_DECISION = {
    "address_key": ("VARCHAR", "Hash of the address as it was written, without its unit."),
    "action": ("VARCHAR", "accept (a place that was found), move (to another point) or not_found."),
    "lon": ("DOUBLE", "Longitude in degrees, WGS84; null where the address lies nowhere."),
    "lat": ("DOUBLE", "Latitude in degrees, WGS84; null where the address lies nowhere."),
    "decided_on": ("DATE", "Day of the decision, UTC."),
    "source": ("VARCHAR", "Always crm."),
    "row_no": ("BIGINT", "Number of the record in the store."),
}
_SAMENESS = {
    "subject_kind": ("VARCHAR", "customer or prospect: of the first of the two."),
    "subject_id": ("VARCHAR", "Identifier of the first."),
    "other_kind": ("VARCHAR", "customer or prospect: of the other one."),
    "other_id": ("VARCHAR", "Identifier of the other one."),
    "same": ("BOOLEAN", "True where they are one party, false where they are not."),
    "decided_on": ("DATE", "Day of the decision, UTC."),
    "source": ("VARCHAR", "Always crm."),
    "row_no": ("BIGINT", "Number of the record in the store."),
}
_RESIDENCE = {
    "building_id": ("VARCHAR", "The building, as `enrich.building` names it."),
    "residence_type": ("VARCHAR", "Its type of residence; none where nobody lives there."),
    "units": ("BIGINT", "Dwelling units; null leaves what is known otherwise."),
    "decided_on": ("DATE", "Day of the decision, UTC."),
    "source": ("VARCHAR", "Always crm."),
    "row_no": ("BIGINT", "Number of the record in the store."),
}
#: Tables that only the store fills -> column -> its type and meaning.
_OWN = {"task": _TASK, "decision": _DECISION, "sameness": _SAMENESS, "residence": _RESIDENCE}
_OPERATION = {
    "identity": "Identity of the store.",
    "last_change": "Number of the newest change that was read.",
    "forgotten": "People whose rows are kept out.",
}


@dataclass(frozen=True)
class Operations:
    """What one transaction read of the store.

    Attributes
    ----------
    identity, last_change
        Which store it is, and the number of the newest change in it.
    stones
        Who was forgotten.
    rows
        Table of ingest -> its rows, by column.
    records
        Table of ingest and type of record -> records of the store.
    """

    identity: str
    last_change: int
    stones: crm.Tombstones
    rows: dict[str, list[dict[str, Any]]]
    records: dict[tuple[str, str], int]


def read(settings: Settings, folder: Path) -> Operations | None:
    """Read the operational store of a project; null where it has none.

    Parameters
    ----------
    settings
        The project's settings.
    folder
        The project's folder.

    Returns
    -------
    Operations or None
        Everything that a build takes from the store, as it was at one moment.

    Raises
    ------
    StoreError
        If the store cannot be reached or read.
    """
    if not crm.exists(folder, settings):
        return None
    with crm.open_store(folder, settings) as store, store.moment() as moment:
        owners = moment.find(crm.Owner)
        visits = moment.find(crm.Visit)
        decisions = moment.find(crm.Decision)
        pairs = moment.find(crm.Sameness)
        homes = moment.find(crm.Residence)
        parts: dict[tuple[str, str], tuple[int, list[dict[str, Any]]]] = {
            ("owner", "owner"): (len(owners), [_owner(o) for o in _newest(owners)]),
            ("contact", "contact"): _each(_contact, moment.find(crm.Contact)),
            ("consent", "consent"): _each(_consent, moment.find(crm.Consent)),
            ("assignment", "assignment"): _each(_assignment, moment.find(crm.Assignment)),
            ("interaction", "interaction"): _each(_interaction, moment.find(crm.Interaction)),
            ("interaction", "visit"): _each(_visit, [v for v in visits if v.state != "planned"]),
            ("task", "task"): _each(_task, moment.find(crm.Task)),
            ("task", "visit"): _each(_planned, [v for v in visits if v.state == "planned"]),
            ("decision", "decision"): (len(decisions), [_decision(d) for d in _last(decisions)]),
            ("sameness", "sameness"): (len(pairs), [_sameness(s) for s in _last_words(pairs)]),
            ("residence", "residence"): (len(homes), [_residence(r) for r in _last_homes(homes)]),
        }
        rows: dict[str, list[dict[str, Any]]] = {}
        for (table, _), (_, made) in parts.items():
            rows.setdefault(table, []).extend(made)
        records = {key: count for key, (count, _) in parts.items()}
        return Operations(moment.identity, moment.last_change, moment.tombstones(), rows, records)


def write(con: duckdb.DuckDBPyConnection, operations: Operations | None) -> dict[str, int]:
    """Put the rows of the store behind those of the files, and enter them into the account.

    Parameters
    ----------
    con
        Connection with `ingest` attached read-write and the tables of all kinds made.
    operations
        What was read; null where there is no store.

    Returns
    -------
    dict of str to int
        Table -> rows that it has now, for those that took some.
    """
    for name in ("task", "decision", "sameness", "residence", "operation"):
        sql.run(con, __package__, name)
    for name, columns in _OWN.items():
        sql.comment(con, f"ingest.{name}", _grain(name), {column: text for column, (_, text) in columns.items()})
    sql.comment(con, "ingest.operation", _grain("operation"), _OPERATION)
    counts = dict.fromkeys(_OWN, 0)
    if operations is None:
        return counts
    for table, rows in operations.rows.items():
        if rows:
            counts[table] = _insert(con, table, rows)
    for (table, entity), records in operations.records.items():
        loaded = sum(row["entity"] == entity for row in operations.rows[table])
        if records:
            account: dict[str, Any] = {
                "source": SOURCE,
                "kind": _kind_of(table),
                "file": entity,
                "format": "operational store",
            }
            account |= {"rows_in": records, "rows_loaded": loaded, "rows_superseded": records - loaded}
            ledger.enter(con, account)
    con.execute(
        "INSERT INTO ingest.operation VALUES ($identity, $last_change, $forgotten)",
        {
            "identity": operations.identity,
            "last_change": operations.last_change,
            "forgotten": len(operations.stones.hashes),
        },
    )
    return counts


def _grain(name: str) -> str:
    return sql.read(__package__, name).splitlines()[0].removeprefix("-- ")


def _kind_of(table: str) -> str:
    return next((kind.name for kind in KINDS.values() if kind.table == table), table)


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, Any]]) -> int:
    """Insert rows into a table of ingest; return the rows that it has then."""
    kind = KINDS.get(_kind_of(table))
    fields = {f.name: f.sql_type for f in kind.fields} if kind else None
    own = fields or {name: type_ for name, (type_, _) in _OWN[table].items()}
    types = own | {"source": "VARCHAR", "row_no": "BIGINT"}
    schema = pa.schema([(name, _TYPES[type_]) for name, type_ in types.items()])
    names = ", ".join(map(sql.identifier, types))
    target = f"ingest.{sql.identifier(table)}"
    con.register(_VIEW, pa.Table.from_pylist([row | {"source": SOURCE} for row in rows], schema=schema))
    try:
        con.execute(f"INSERT INTO {target} ({names}) SELECT {names} FROM {_VIEW}")
    finally:
        con.unregister(_VIEW)
    return sql.number(con, f"SELECT count(*) FROM {target}")


def _each(shape: Any, records: Iterable[crm.Record]) -> tuple[int, list[dict[str, Any]]]:
    made = [shape(record) for record in records]
    return len(made), made


def _base(record: crm.Record, entity: str, key: str | None = None) -> dict[str, Any]:
    """Return what every row has: where it comes from, and its key."""
    base: dict[str, Any] = {"entity": entity, "row_no": record.id}
    return base | {key: f"{SOURCE}-{entity}-{record.id}"} if key else base


def _party(subject: crm.Subject) -> dict[str, str]:
    """Return the customer or prospect that a subject is; nothing for buildings, regions and stores."""
    if subject.kind not in {"customer", "prospect"}:
        return {}
    return {f"{subject.kind}_id": subject.id}


def _about(subject: crm.Subject) -> dict[str, str | None]:
    return {"subject_kind": subject.kind, "subject_id": subject.id, "level": subject.level}


def _newest(owners: list[crm.Owner]) -> list[crm.Owner]:
    """Return the newest team of each sales person."""
    order = sorted(owners, key=lambda o: (o.valid_from or date.min, o.id))
    return sorted({o.owner_id: o for o in order}.values(), key=lambda o: o.id)


def _last(decisions: list[crm.Decision]) -> list[crm.Decision]:
    """Return the last word on each address: whoever wrote it down, or changed it, last."""
    order = sorted(decisions, key=lambda d: (d.changed_at or datetime.min.replace(tzinfo=UTC), d.id))
    return sorted({d.address_key: d for d in order}.values(), key=lambda d: d.id)


def _decision(d: crm.Decision) -> dict[str, Any]:
    day = d.changed_at.date() if d.changed_at else None
    own = {"address_key": d.address_key, "action": d.action, "lon": d.lon, "lat": d.lat, "decided_on": day}
    return _base(d, "decision") | own


def _owner(o: crm.Owner) -> dict[str, Any]:
    return _base(o, "owner") | {"owner_id": o.owner_id, "name": o.name, "team": o.team}


def _contact(c: crm.Contact) -> dict[str, Any]:
    own = {"name": c.name, "role": c.role, "email": c.email, "phone": c.phone}
    return _base(c, "contact", "contact_id") | _party(c.subject) | own


def _consent(c: crm.Consent) -> dict[str, Any]:
    own = {"channel": c.channel, "purpose": c.purpose, "granted": c.granted}
    return _base(c, "consent") | _party(c.subject) | own | {"given_on": c.given_on, "evidence": c.evidence}


def _assignment(a: crm.Assignment) -> dict[str, Any]:
    own = {"owner_id": a.owner_id, "valid_from": a.valid_from, "valid_to": a.valid_to}
    return _base(a, "assignment") | _about(a.subject) | own | {"product": a.product, "channel": a.channel}


def _interaction(i: crm.Interaction) -> dict[str, Any]:
    own = {"occurred_at": i.occurred_at, "channel": i.channel, "kind": i.kind, "outcome": i.outcome}
    return _base(i, "interaction", "interaction_id") | _party(i.subject) | own


def _visit(v: crm.Visit) -> dict[str, Any]:
    kind = "visit" if v.state == "done" else "visit_missed"
    own = {"occurred_at": v.planned_at, "channel": "visit", "kind": kind, "outcome": v.outcome}
    return _base(v, "visit", "interaction_id") | _party(v.subject) | own


def _task(t: crm.Task) -> dict[str, Any]:
    own = {"title": t.title, "due_on": t.due_on, "owner_id": t.owner_id, "state": t.state}
    return _base(t, "task", "task_id") | _about(t.subject) | own | _created(t)


def _planned(v: crm.Visit) -> dict[str, Any]:
    own = {"title": "visit", "due_on": v.planned_at.date(), "owner_id": v.owner_id, "state": "open"}
    return _base(v, "visit", "task_id") | _about(v.subject) | own | _created(v)


def _created(record: crm.Record) -> dict[str, Any]:
    return {"created_on": record.created_at.date() if record.created_at else None}


def _last_words(pairs: list[crm.Sameness]) -> list[crm.Sameness]:
    """Return the newest word on each two records."""
    order = sorted(pairs, key=lambda s: (s.changed_at or datetime.min.replace(tzinfo=UTC), s.id))
    return sorted({(s.subject, s.other_kind, s.other_id): s for s in order}.values(), key=lambda s: s.id)


def _sameness(s: crm.Sameness) -> dict[str, Any]:
    own = {"subject_kind": s.subject.kind, "subject_id": s.subject.id, "other_kind": s.other_kind}
    day = s.changed_at.date() if s.changed_at else None
    return _base(s, "sameness") | own | {"other_id": s.other_id, "same": s.same, "decided_on": day}


def _last_homes(homes: list[crm.Residence]) -> list[crm.Residence]:
    """Return the newest word on each building."""
    order = sorted(homes, key=lambda r: (r.changed_at or datetime.min.replace(tzinfo=UTC), r.id))
    return sorted({r.building_id: r for r in order}.values(), key=lambda r: r.id)


def _residence(r: crm.Residence) -> dict[str, Any]:
    own = {"building_id": r.building_id, "residence_type": r.residence_type, "units": r.units}
    return _base(r, "residence") | own | {"decided_on": r.changed_at.date() if r.changed_at else None}

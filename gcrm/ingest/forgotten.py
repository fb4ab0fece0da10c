"""People who were forgotten: their rows are kept out, and what they bought and did stays without them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gcrm import crm
from gcrm.ingest.fault import Fault
from gcrm.sql import identifier

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from gcrm.crm import Tombstones
    from gcrm.ingest.plan import Plan
    from gcrm.settings import Settings

_REASON = "forgotten"
#: What stands in files in place of an identifier that was taken out of them; it names nobody.
NOBODY = "(forgotten)"
#: Kind -> columns that name people; a row that names one of the forgotten is rejected.
REJECTED = {
    "customers": ("customer_id",),
    "prospects": ("prospect_id", "customer_id"),
    "contacts": ("customer_id", "prospect_id"),
    "consents": ("customer_id", "prospect_id"),
    "assignments": ("subject_id",),
}
#: Kind -> columns that name people; the name goes, the row and its figures stay.
BLANKED = {"orders": ("customer_id",), "interactions": ("customer_id", "prospect_id")}
#: Kind -> columns that go with the name: what somebody wrote about the person.
SAID = {"interactions": ("outcome",)}
#: Column -> SQL for the kind of what it names.
KIND_OF = {"customer_id": "'customer'", "prospect_id": "'prospect'", "subject_id": "subject_kind"}


def stones(settings: Settings, folder: Path) -> Tombstones | None:
    """Return who was forgotten; null where nobody was, or there is no operational store.

    Raises
    ------
    StoreError
        If the store cannot be reached or read.
    """
    if not crm.exists(folder, settings):
        return None
    with crm.open_store(folder, settings) as store:
        found = store.tombstones()
    return found if found.hashes else None


def fault(kind: str) -> Fault:
    """Return the fault of a row of `kind` that names somebody who was forgotten."""
    return Fault(_REASON, REJECTED[kind][0], "a person who was forgotten")


def mark(con: duckdb.DuckDBPyConnection, plan: Plan, kind: str, stones: Tombstones) -> None:
    """Mark the rows of `ingest.load` that name somebody who was forgotten, or take the name out of them.

    Parameters
    ----------
    con
        Connection with `ingest` attached read-write.
    plan
        How the rows were loaded.
    kind
        What they are.
    stones
        Who was forgotten.
    """
    values: dict[str, Any] = {"salt": stones.salt, "hashes": sorted(stones.hashes)}
    for column in REJECTED.get(kind, ()):
        code = next(i for i, f in enumerate(plan.faults) if f.reason == _REASON)
        con.execute(f"UPDATE ingest.load SET fault = {code} WHERE fault IS NULL AND {_names(column)}", values)
    for column in BLANKED.get(kind, ()):
        name = identifier(column)
        changes = ", ".join(f"{identifier(c)} = NULL" for c in (column, *SAID.get(kind, ())))
        con.execute(f"UPDATE ingest.load SET {changes} WHERE {_names(column)} OR {name} = '{NOBODY}'", values)


def _names(column: str) -> str:
    """Return the condition that a column names somebody who was forgotten; each distinct value is hashed once."""
    name, kind = identifier(column), KIND_OF[column]
    key = f"{kind} || chr(31) || {name}"
    people = f"SELECT DISTINCT {key} AS person FROM ingest.load WHERE {name} IS NOT NULL"
    hashes = "sha256($salt || encode(person)) IN (SELECT unnest($hashes))"
    return f"{key} IN (SELECT person FROM ({people}) AS p WHERE {hashes})"

"""Forgetting: every trace of a person leaves the store, and a salted hash remains that keeps the person out."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update

from gcrm.crm import log
from gcrm.crm.check import checked_subject
from gcrm.crm.fault import WAIT_S
from gcrm.crm.record import Subject
from gcrm.crm.row import ROWS
from gcrm.crm.table import ChangeRow, DecisionRow, FactRow, TombstoneRow
from gcrm.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy import Connection

    from gcrm.crm.engine import Door

SALT = "salt"
_SEPARATOR = chr(31)  # no identifier holds it
_PATIENCE_S = 30.0
_SOME = 500


@dataclass(frozen=True)
class Tombstones:
    """Who was forgotten, without saying who.

    Attributes
    ----------
    salt
        What the store mixes into every hash.
    hashes
        SHA-256 in hexadecimal digits of salt, kind, chr(31) and id, one per subject.
    """

    salt: bytes
    hashes: frozenset[str] = field(repr=False)

    def hash(self, kind: str, subject_id: str) -> str:
        """Return the hash of a subject."""
        return hashlib.sha256(self.salt + f"{kind}{_SEPARATOR}{subject_id}".encode()).hexdigest()

    def __contains__(self, subject: object) -> bool:
        """Say whether a subject was forgotten."""
        return isinstance(subject, Subject) and self.hash(subject.kind, subject.id) in self.hashes


def tombstones(con: Connection) -> Tombstones:
    """Return the hashes of everybody who was forgotten."""
    return Tombstones(_salt(con), frozenset(con.scalars(select(TombstoneRow.hash))))


def is_forgotten(con: Connection, kind: str, subject_id: str) -> bool:
    """Say whether a subject was forgotten.

    Parameters
    ----------
    con
        Connection to the store.
    kind, subject_id
        The subject.

    Returns
    -------
    bool
        True where it was.
    """
    wanted = Tombstones(_salt(con), frozenset()).hash(kind, subject_id)
    return con.execute(select(TombstoneRow.at).where(TombstoneRow.hash == wanted)).one_or_none() is not None


def _salt(con: Connection) -> bytes:
    return bytes.fromhex(con.scalars(select(FactRow.value).where(FactRow.name == SALT)).one())


def erase(door: Door, subjects: Iterable[Subject], actor: str, addresses: Collection[str] = ()) -> int:
    """Forget subjects: their records, removed ones too, and the values of these records in the log.

    The log says that a number of subjects was forgotten, by whom and when. It is safe to repeat: a second time finds
    nothing, and clears the files again.

    Parameters
    ----------
    door
        The store's database.
    subjects
        Whom to forget.
    actor
        Who forgets them.
    addresses
        Keys of addresses that nobody else has: decisions about them go as well.

    Returns
    -------
    int
        Records erased.

    Raises
    ------
    StoreError
        If others keep the file open so that what was erased cannot be cleared from it yet.
    """
    wanted = sorted({checked_subject(s) for s in subjects}, key=lambda s: (s.kind, s.id, s.level or ""))
    if not wanted:
        return 0
    with door.writing() as con:
        erased = _erase_records(con, wanted)
        erased[DecisionRow.__tablename__] = _erase_decisions(con, sorted(addresses))
        _bury(con, wanted, actor, erased)
    clear(door)
    return sum(len(ids) for ids in erased.values())


def _erase_records(con: Connection, subjects: list[Subject]) -> dict[str, list[int]]:
    """Delete every record about the subjects; return entity -> their numbers."""
    erased: dict[str, list[int]] = {}
    for table in (t for t in ROWS.values() if hasattr(t, "subject_id")):
        for some in _parts(subjects):
            ids = [s.id for s in some]
            rows = con.execute(
                select(table.id, table.subject_kind, table.subject_id, table.subject_level).where(
                    table.subject_id.in_(ids)
                )
            )
            found = [row[0] for row in rows if Subject(*row[1:]) in some]
            found += _others(con, table, some)
            con.execute(delete(table).where(table.id.in_(found)))
            erased.setdefault(table.__tablename__, []).extend(found)
    return erased


def _erase_decisions(con: Connection, addresses: list[str]) -> list[int]:
    """Delete the decisions about some addresses; return their numbers."""
    found: list[int] = []
    for some in _parts(addresses):
        found += con.scalars(select(DecisionRow.id).where(DecisionRow.address_key.in_(some)))
        con.execute(delete(DecisionRow).where(DecisionRow.address_key.in_(some)))
    return found


def _others(con: Connection, table: Any, subjects: list[Subject]) -> list[int]:
    """Return the numbers of the records that name one of the subjects as the other one of two."""
    if not hasattr(table, "other_id"):
        return []
    rows = con.execute(
        select(table.id, table.other_kind, table.other_id, table.subject_kind, table.subject_id).where(
            table.other_id.in_([s.id for s in subjects])
        )
    )
    # Those whose first one is among the subjects, too, are found by it.
    return [row[0] for row in rows if Subject(*row[1:3]) in subjects and Subject(*row[3:]) not in subjects]


def _bury(con: Connection, subjects: list[Subject], actor: str, erased: dict[str, list[int]]) -> None:
    """Write the tombstones and the entry of the log, and blank the values of the entries about what was erased."""
    now, stones, number = datetime.now(UTC), tombstones(con), log.last(con) + 1
    count = sum(len(ids) for ids in erased.values())
    after = {"subjects": len(subjects), "records": count}
    entry = {"number": number, "at": now, "actor": actor, "action": "forget", "entity": "tombstone", "entity_id": 0}
    con.execute(insert(ChangeRow), entry | {"version": 0, "after": after})
    fresh = {stones.hash(s.kind, s.id) for s in subjects} - stones.hashes
    if fresh:
        con.execute(insert(TombstoneRow), [{"hash": h, "at": now} for h in sorted(fresh)])
    for entity, ids in erased.items():
        for some in _parts(ids):
            con.execute(
                update(ChangeRow)
                .where(ChangeRow.entity == entity, ChangeRow.entity_id.in_(some))
                .values(before=None, after=None, blanked=number)
            )


def _parts(values: list[Any]) -> Iterable[list[Any]]:
    return (values[i : i + _SOME] for i in range(0, len(values), _SOME))


def clear(door: Door) -> None:
    """Let the files forget too: rewrite the database, and empty what SQLite keeps beside it.

    Parameters
    ----------
    door
        The store's database.

    Raises
    ------
    StoreError
        If others keep the file open so that what was erased cannot be cleared from it yet.
    """
    with door.alone() as con:
        if door.is_postgresql:
            for table in ROWS.values():
                con.exec_driver_sql(f'VACUUM (FULL) "{door.namespace}"."{table.__tablename__}"')
            con.exec_driver_sql(f'VACUUM (FULL) "{door.namespace}"."{ChangeRow.__tablename__}"')
            return
        con.exec_driver_sql("VACUUM")
        con.exec_driver_sql("PRAGMA busy_timeout = 100")
        try:
            _empty_wal(con, door.place)
        finally:
            con.exec_driver_sql(f"PRAGMA busy_timeout = {int(WAIT_S * 1000)}")


def _empty_wal(con: Connection, place: str) -> None:
    """Bring the write-ahead log into the file and cut it to nothing, as soon as no reader needs it."""
    end = time.monotonic() + _PATIENCE_S
    while con.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]:
        if time.monotonic() > end:
            msg = (
                f"The records are erased from {place}, but another program reads it and keeps their bytes in the "
                "file beside it. Close the dashboard and other programs, and forget once more."
            )
            raise StoreError(msg)
        time.sleep(0.05)

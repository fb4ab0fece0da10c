"""A unit of work: one transaction in which somebody adds, changes and removes records, each logged."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, update

from gcrm.crm import log
from gcrm.crm.check import checked
from gcrm.crm.entity import ENTITIES, own_fields
from gcrm.crm.period import make_room
from gcrm.crm.query import Order, find, get, row_of
from gcrm.crm.record import Assignment, Owner, R, Record
from gcrm.crm.row import ROWS, to_columns, to_record
from gcrm.errors import ConflictError, RecordError, near

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection


class Unit:
    """What one person does in one transaction; others see all of it or nothing.

    Attributes
    ----------
    actor
        Who acts.
    """

    def __init__(self, con: Connection, actor: str, take_turn: Callable[[Connection], None]) -> None:
        self.actor = actor
        self._con = con
        self._take_turn = take_turn
        self._has_turn = False

    def add(self, record: R) -> R:
        """Store a new record.

        An assignment, or another team of a sales person, closes the earlier one that would overlap; see
        `period.make_room`.

        Parameters
        ----------
        record
            The record, not stored before.

        Returns
        -------
        Record
            The record as it is stored, with its number and version 1.

        Raises
        ------
        RecordError
            If it holds what cannot be, was stored before, or lies in the past of another that it would overlap.
        """
        kind = type(record)
        if record.id:
            msg = f"This {ENTITIES[kind]} is stored already (number {record.id}); use change."
            raise RecordError(msg)
        record = checked(record)
        self._turn()
        if isinstance(record, Assignment | Owner):
            make_room(self, record)
        columns = to_columns(_own(record))
        now = datetime.now(UTC)
        stamp: dict[str, Any] = {
            "created_at": now,
            "created_by": self.actor,
            "changed_at": now,
            "changed_by": self.actor,
        }
        done = self._con.execute(insert(ROWS[kind]), columns | stamp | {"version": 1})
        key: Any = done.inserted_primary_key
        stored = replace(record, id=key[0], version=1, **stamp)
        self._log("add", stored, None, columns)
        return stored

    def change(self, record: R, **changes: Any) -> R:
        """Change fields of a stored record.

        Parameters
        ----------
        record
            The record as it was read.
        **changes
            Field -> new value. What it is about never changes: remove it and add another.

        Returns
        -------
        Record
            The record as it is stored now; the same version where nothing differs.

        Raises
        ------
        ConflictError
            If somebody changed or removed it since it was read; the message says who changed which fields and when.
        RecordError
            If a field is not known or holds what cannot be.
        """
        kind = type(record)
        row = self._row(record)
        names = own_fields(kind)
        for name in changes:
            if name not in names or name == "subject":
                fixed = "stays as it is; remove the record and add another" if name == "subject" else "is no field"
                msg = f"{ENTITIES[kind]}.{name} {fixed}.{near(name, set(names) - {'subject'})}"
                raise RecordError(msg)
        before = to_record(kind, row)
        made = checked(replace(before, **changes))
        if isinstance(made, Assignment | Owner):
            self._turn()
            make_room(self, made)
        old, new = _own(before), _own(made)
        differing = [name for name in names if old[name] != new[name]]
        if not differing:
            return before
        stored = self._put(made, {n: new[n] for n in differing})
        self._log("change", stored, {n: old[n] for n in differing}, {n: new[n] for n in differing})
        return stored

    def remove(self, record: Record) -> None:
        """Remove a stored record; its history stays.

        Raises
        ------
        ConflictError
            If somebody changed or removed it since it was read.
        """
        before = to_record(type(record), self._row(record))
        stored = self._put(before, {"removed_at": datetime.now(UTC)})
        self._log("remove", stored, to_columns(_own(before)), None)

    def get(self, kind: type[R], id: int) -> R | None:  # noqa: A002 - the word of every table here
        """Return a record by its number, as this unit sees it; null where there is none."""
        return get(self._con, kind, id)

    def find(self, kind: type[R], *, order_by: Order = "id", limit: int | None = None, **where: Any) -> list[R]:
        """Return records as this unit sees them.

        Parameters
        ----------
        kind, order_by, limit, **where
            As in `Store.find`.

        Returns
        -------
        list of Record
            The records.
        """
        return find(self._con, kind, order_by=order_by, limit=limit, **where)

    def _row(self, record: Record) -> Any:
        """Return the row of a stored record for writing, in the version that was read."""
        entity = ENTITIES[type(record)]
        if not record.id:
            msg = f"This {entity} is not stored yet; add it first."
            raise RecordError(msg)
        row = row_of(self._con, type(record), record.id)
        if row is None or row.removed_at is not None or row.version != record.version:
            raise ConflictError(self._conflict(entity, record))
        return row

    def _conflict(self, entity: str, record: Record) -> str:
        """Say who did what to a record since it was read."""
        later = [
            f"{c.actor} {_did(c)} on {c.at:%Y-%m-%d at %H:%M:%S} UTC"
            for c in log.entries(self._con, entity=entity, entity_id=record.id)
            if c.version > record.version
        ]
        what = "; ".join(later[-5:]) or "it is no longer there"
        todo = "Nothing of yours was stored. Read it again and repeat your change."
        return f"This {entity} is not as you read it: {what}. {todo}"

    def _put(self, record: R, columns: dict[str, Any]) -> R:
        """Write columns of a stored record as its next version; return it so."""
        stamp: dict[str, Any] = {
            "version": record.version + 1,
            "changed_at": datetime.now(UTC),
            "changed_by": self.actor,
        }
        table = ROWS[type(record)]
        same = (table.id == record.id) & (table.version == record.version)
        self._turn()
        if self._con.execute(update(table).where(same).values(columns | stamp)).rowcount != 1:
            raise ConflictError(self._conflict(ENTITIES[type(record)], record))  # it changed before our turn came
        return replace(record, **stamp)

    def _turn(self) -> None:
        """Make sure that nobody else writes from here on."""
        if not self._has_turn:
            self._take_turn(self._con)
            self._has_turn = True

    def _log(
        self, action: log.Action, record: Record, before: dict[str, Any] | None, after: dict[str, Any] | None
    ) -> None:
        entry = {
            "at": record.changed_at,
            "actor": self.actor,
            "action": action,
            "entity": ENTITIES[type(record)],
            "entity_id": record.id,
            "version": record.version,
            "before": before and log.readable(before),
            "after": after and log.readable(after),
        }
        self._con.execute(log.INSERT, entry)


def _own(record: Record) -> dict[str, Any]:
    return {name: getattr(record, name) for name in own_fields(type(record))}


def _did(change: log.Change) -> str:
    names = sorted({*(change.before or {}), *(change.after or {})})
    return f"changed {', '.join(names)}" if change.action == "change" else f"{change.action.removesuffix('e')}ed it"

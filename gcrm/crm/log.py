"""The change log: who changed what and when, numbered without gaps in the order of the commits, never rewritten."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import bindparam, func, insert, select

from gcrm.crm.table import ChangeRow

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy import Connection

Action = Literal["add", "change", "remove", "forget"]


_NEXT = select(func.coalesce(func.max(ChangeRow.number), 0) + 1).scalar_subquery()
_GIVEN = ("at", "actor", "action", "entity", "entity_id", "version", "before", "after")
#: Adds an entry, numbered one above the last; only who has the turn to write may do so.
INSERT = insert(ChangeRow).values(number=_NEXT, **{name: bindparam(name) for name in _GIVEN})


@dataclass(frozen=True)
class Change:
    """One entry of the log.

    Attributes
    ----------
    number
        1, 2, 3, ... in the order of the commits; there are no gaps.
    at
        When, UTC.
    actor
        Who.
    action
        What was done; `forget` is the erasure of people, whose values then are gone from the log too.
    entity, entity_id
        Type and number of the record.
    version
        Its version after that.
    before, after
        The fields that differ, before and after; null where there was nothing, or where it has been forgotten.
    """

    number: int
    at: datetime
    actor: str
    action: Action
    entity: str
    entity_id: int
    version: int
    before: dict[str, Any] | None
    after: dict[str, Any] | None


def last(con: Connection, entities: Collection[str] | None = None) -> int:
    """Return the number of the newest entry (of some entities); 0 where there is none."""
    query = select(func.max(ChangeRow.number))
    if entities is not None:
        query = query.where(ChangeRow.entity.in_(entities))
    return con.scalar(query) or 0


def entries(
    con: Connection,
    *,
    after: int = 0,
    limit: int | None = None,
    entity: str | None = None,
    entity_id: int | None = None,
) -> list[Change]:
    """Return entries of the log in order.

    Parameters
    ----------
    con
        Connection to the store.
    after
        Only those with a higher number.
    limit
        Most entries; null is all.
    entity, entity_id
        Only those of this type, and of this record.

    Returns
    -------
    list of Change
        The entries.
    """
    query = select(ChangeRow).where(ChangeRow.number > after).order_by(ChangeRow.number).limit(limit)
    if entity is not None:
        query = query.where(ChangeRow.entity == entity)
    if entity_id is not None:
        query = query.where(ChangeRow.entity_id == entity_id)
    names = [f.name for f in fields(Change)]
    return [Change(**{name: getattr(row, name) for name in names}) for row in con.execute(query)]


def readable(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return columns as the log keeps them: dates as text, nulls left out."""
    return {name: _plain(value) for name, value in columns.items() if value is not None}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value

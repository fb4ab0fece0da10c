"""Finding records: equal fields, in an order, up to a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from gcrm.crm.entity import KEPT, own_fields
from gcrm.crm.row import ROWS, to_columns, to_record
from gcrm.errors import QueryError, near

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Connection

    from gcrm.crm.record import R, Record

_SEPARATOR = chr(31)  # no identifier holds it
#: Fields to order by; `-` before a name is the other way round. Nulls come last.
Order = str | tuple[str, ...]


def row_of(con: Connection, kind: type[Record], id: int) -> Any:  # noqa: A002 - the word of every table here
    """Return the row of a record, removed or not.

    Parameters
    ----------
    con
        Connection to the store.
    kind, id
        Type and number of the record.

    Returns
    -------
    Any
        The row; null where there never was one.
    """
    return con.execute(select(ROWS[kind]).where(ROWS[kind].id == id)).one_or_none()


def get(con: Connection, kind: type[R], id: int) -> R | None:  # noqa: A002
    """Return a record by its number.

    Parameters
    ----------
    con
        Connection to the store.
    kind, id
        Type and number of the record.

    Returns
    -------
    Record or None
        The record; null where there is none or it was removed.
    """
    row = row_of(con, kind, id)
    return None if row is None or row.removed_at is not None else to_record(kind, row)


def find(con: Connection, kind: type[R], *, order_by: Order, limit: int | None, **where: Any) -> list[R]:
    """Return records whose fields equal what is asked for.

    Parameters
    ----------
    con
        Connection to the store.
    kind
        Type of the records.
    order_by
        A field or several.
    limit
        Most records; null is all.
    **where
        Field -> value; a list of values is any of them.

    Returns
    -------
    list of Record
        The records, apart from the database.

    Raises
    ------
    QueryError
        If a field is not known.
    """
    table = ROWS[kind]
    _check(kind, where)
    query = select(table).where(table.removed_at.is_(None))
    subjects = where.get("subject")
    if isinstance(subjects, list | tuple | set | frozenset):
        query = query.where(_among(table, [to_columns({"subject": s}) for s in subjects]))
        del where["subject"]
    for name, value in to_columns(where).items():
        column = getattr(table, name)
        many = isinstance(value, list | tuple | set | frozenset)
        query = query.where(_any(column, value) if many else column == value)
    for word in (order_by,) if isinstance(order_by, str) else order_by:
        name = word.removeprefix("-")
        _check(kind, [name])
        column = table.subject_id if name == "subject" else getattr(table, name)
        query = query.order_by((column.desc() if word.startswith("-") else column.asc()).nulls_last())
    return [to_record(kind, row) for row in con.execute(query.order_by(table.id).limit(limit))]


def _any(column: Any, values: Sequence[Any]) -> Any:
    found = column.in_([v for v in values if v is not None])
    return found | column.is_(None) if None in values else found


def _among(table: Any, subjects: list[dict[str, str | None]]) -> Any:
    """Return the condition that a row is about one of the subjects: by id, which has an index, then by all three."""
    names = ("subject_kind", "subject_id", "subject_level")
    whole = [_SEPARATOR.join(s[n] or "" for n in names) for s in subjects]
    kind, own, level = (getattr(table, n) for n in names)
    return own.in_([s["subject_id"] for s in subjects]) & (
        kind + _SEPARATOR + own + _SEPARATOR + func.coalesce(level, "")
    ).in_(whole)


def _check(kind: type[Record], names: Collection[str]) -> None:
    known = (*own_fields(kind), *KEPT)
    for name in names:
        if name not in known:
            msg = f"A {kind.__name__.lower()} has no field '{name}'.{near(name, known)}"
            raise QueryError(msg)

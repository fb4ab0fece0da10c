"""Redaction: what people wrote about others must not tell of somebody who was forgotten."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from gcrm.crm import log
from gcrm.crm.row import ROWS
from gcrm.crm.table import ChangeRow

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

#: Columns that no text is written in.
_SPARED = {"subject_id", "subject_kind", "subject_level", "other_id", "other_kind", "created_by", "changed_by"}


def redact(con: Connection, clean: Callable[[str], str], actor: str) -> int:
    """Take texts out of every record, removed ones too, and blank the entries of the log that hold them.

    Parameters
    ----------
    con
        Connection to the store, with the turn to write.
    clean
        Returns a text as it may stay.
    actor
        Who does it.

    Returns
    -------
    int
        Records that were changed.
    """
    changed = sum(_redact_table(con, table, clean) for table in ROWS.values())
    entries = [
        number
        for number, before, after in con.execute(select(ChangeRow.number, ChangeRow.before, ChangeRow.after)).all()
        if any(_cleaned(value, clean) != value for value in (before, after))
    ]
    if not changed and not entries:
        return 0
    number, after = log.last(con) + 1, {"records": changed, "entries": len(entries)}
    entry = {"number": number, "at": datetime.now(UTC), "actor": actor, "action": "forget", "entity": "mention"}
    con.execute(insert(ChangeRow), entry | {"entity_id": 0, "version": 0, "after": after})
    for place in entries:
        blank = update(ChangeRow).where(ChangeRow.number == place)
        con.execute(blank.values(before=None, after=None, blanked=number))
    return changed


def _redact_table(con: Connection, table: Any, clean: Callable[[str], str]) -> int:
    """Take the texts out of one table; return the rows that were changed."""
    columns = [column for column in table.__table__.columns if column.key not in _SPARED]
    changed = 0
    for row in con.execute(select(*columns)).mappings().all():
        made = {name: _cleaned(value, clean) for name, value in row.items()}
        different = {name: value for name, value in made.items() if value != row[name]}
        if different:
            con.execute(update(table).where(table.id == row["id"]).values(different))
            changed += 1
    return changed


def _cleaned(value: Any, clean: Callable[[str], str]) -> Any:
    """Clean a text, or all texts within a JSON value; everything else stays."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict | list):
        text = json.dumps(value, ensure_ascii=False)
        return value if clean(text) == text else _within(value, clean)
    return value


def _within(value: Any, clean: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {clean(str(key)): _within(inner, clean) for key, inner in value.items()}
    if isinstance(value, list):
        return [_within(inner, clean) for inner in value]
    return clean(value) if isinstance(value, str) else value

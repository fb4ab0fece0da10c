"""Records as rows of their tables, and back."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from gcrm.crm.entity import TYPES
from gcrm.crm.record import Record, Subject
from gcrm.crm.table import Base

if TYPE_CHECKING:
    from gcrm.crm.record import R

#: Type of record -> its table.
ROWS: dict[type[Record], Any] = {
    TYPES[mapper.class_.__tablename__]: mapper.class_
    for mapper in Base.registry.mappers
    if mapper.class_.__tablename__ in TYPES
}


def to_columns(values: dict[str, Any]) -> dict[str, Any]:
    """Return fields of a record as columns of its table: a subject takes three."""
    columns = dict(values)
    if "subject" in columns:
        subject: Subject = columns.pop("subject")
        columns |= {"subject_kind": subject.kind, "subject_id": subject.id, "subject_level": subject.level}
    return columns


def to_record(kind: type[R], row: Any) -> R:
    """Return a row as a record, apart from the database."""
    names = [f.name for f in fields(kind) if f.name != "subject"]
    values = {name: getattr(row, name) for name in names}
    if hasattr(row, "subject_id"):
        values["subject"] = Subject(row.subject_kind, row.subject_id, row.subject_level)
    return kind(**values)

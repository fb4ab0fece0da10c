"""Periods that must not overlap: assignments of a subject, and teams of a sales person.

A new period closes the earlier one that is still running on its first day; one of the same first day it replaces. One
that begins later is never cut: whoever writes behind its back is refused, and says what to do with it first.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from gcrm.crm.entity import ENTITIES
from gcrm.crm.record import Assignment, Owner
from gcrm.errors import RecordError

if TYPE_CHECKING:
    from gcrm.crm.unit import Unit


def make_room(unit: Unit, record: Assignment | Owner) -> None:
    """Close or replace what a period would overlap, in the same transaction.

    Parameters
    ----------
    unit
        The transaction.
    record
        The assignment or owner that is about to be stored.

    Raises
    ------
    RecordError
        If it would overlap one that begins later.
    """
    first, end = record.valid_from or date.min, record.valid_to or date.max
    for other in _others(unit, record):
        begins, ends = other.valid_from or date.min, other.valid_to or date.max
        if other.id == record.id or begins >= end or first >= ends:
            continue
        if begins < first:
            unit.change(other, valid_to=first)
        elif begins == first:
            unit.remove(other)
        else:
            msg = (
                f"This {ENTITIES[type(record)]} would overlap one that begins on {begins:%Y-%m-%d} "
                f"(number {other.id}, {other.owner_id}). Give it an end by then, or remove the later one first."
            )
            raise RecordError(msg)


def _others(unit: Unit, record: Assignment | Owner) -> list[Assignment] | list[Owner]:
    if isinstance(record, Owner):
        return unit.find(Owner, owner_id=record.owner_id)
    return unit.find(Assignment, subject=record.subject, product=record.product, channel=record.channel)

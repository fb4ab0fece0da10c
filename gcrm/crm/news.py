"""What is new in the store since a build: a fingerprint of what a build reads, and the number of changes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from gcrm.crm import log
from gcrm.crm.table import ChangeRow, FactRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

#: What a build reads of the store; notes, saved views, decisions and exports change no figure.
READ = ("assignment", "consent", "contact", "interaction", "owner", "task", "tombstone", "visit")
IDENTITY = "identity"


def fingerprint(session: Session) -> str:
    """Return a hash that changes whenever a build would read something else.

    The log has no gaps and every change is in it, so the store's identity and its newest entry say all.
    """
    identity = session.scalars(select(FactRow.value).where(FactRow.name == IDENTITY)).one()
    return hashlib.sha256(f"{identity} {log.last(session, READ)}".encode()).hexdigest()[:16]


def count_since(session: Session, number: int) -> int:
    """Return how many changes above `number` a build would read."""
    query = select(func.count()).where(ChangeRow.number > number, ChangeRow.entity.in_(READ))
    return session.scalar(query) or 0

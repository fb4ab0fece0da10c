"""The store at one moment: what a build reads of it, and what is new since the last one."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from gcrm.crm import erasure, log
from gcrm.crm.query import find
from gcrm.crm.table import ChangeRow, FactRow

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from gcrm.crm.record import R

#: What a build reads of the store; notes, saved views and exports change no figure.
READ = (
    *("assignment", "consent", "contact", "decision", "interaction"),
    *("owner", "residence", "sameness", "task", "tombstone", "visit"),
)


class Moment:
    """The store as one transaction sees it; use it only while that lasts."""

    def __init__(self, con: Connection) -> None:
        self._con = con

    @property
    def identity(self) -> str:
        """Which store this is; a copy has the same, a new one another."""
        return self._con.scalars(select(FactRow.value).where(FactRow.name == "identity")).one()

    @property
    def last_change(self) -> int:
        """Number of the newest change that a build would read; 0 where there is none."""
        return log.last(self._con, READ)

    @property
    def fingerprint(self) -> str:
        """Hash that changes whenever a build would read something else.

        The log has no gaps and every change is in it, so the store's identity and its newest entry say all.
        """
        return hashlib.sha256(f"{self.identity} {self.last_change}".encode()).hexdigest()[:16]

    def find(self, kind: type[R]) -> list[R]:
        """Return every record of a type, by number."""
        return find(self._con, kind, order_by="id", limit=None)

    def count_since(self, number: int) -> int:
        """Return how many changes above `number` a build would read."""
        query = select(func.count()).where(ChangeRow.number > number, ChangeRow.entity.in_(READ))
        return self._con.scalar(query) or 0

    def tombstones(self) -> erasure.Tombstones:
        """Return the hashes of everybody who was forgotten, and the salt that makes them."""
        return erasure.tombstones(self._con)

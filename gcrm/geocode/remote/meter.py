"""The meter that processes share: who may send when, how many requests a day has left, and who asks for what."""

from __future__ import annotations

import hashlib
import os
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gcrm.geocode.remote.ledger import Turn, transaction

if TYPE_CHECKING:
    import sqlite3

    from gcrm.settings.remote import Remote

#: How long a question counts as being asked by another process, beyond the time for one answer.
_CLAIM_S = 30.0


class Meter:
    """The rate, the day's count and the claims of one process for one service.

    Parameters
    ----------
    con
        Connection to the file.
    service
        Identity of the service.
    """

    def __init__(self, con: sqlite3.Connection, service: str) -> None:
        self._con, self._service = con, service
        self._holder = f"{os.getpid()}-{time.time_ns()}"

    def turn(self, question: bytes, batch: int, remote: Remote) -> Turn:
        """Ask for a turn: where it is `go`, the request is counted before it is sent.

        Parameters
        ----------
        question
            Hash of the question.
        batch
            Number of the batch.
        remote
            Limits of the day and of the second.

        Returns
        -------
        Turn
            Whether the request may be sent now.
        """
        with transaction(self._con) as con:
            now = time.time()
            if con.execute("SELECT 1 FROM answer WHERE hash = ?", (question,)).fetchone():
                return Turn("known")
            claim = con.execute("SELECT holder, until FROM claim WHERE hash = ?", (question,)).fetchone()
            if claim and claim[0] != self._holder and now < claim[1] <= now + remote.timeout_s + _CLAIM_S:
                return Turn("claimed")
            if self.spent() >= remote.max_per_day:
                return Turn("spent")
            wait_s = self._wait_s(now, 1 / remote.per_second)
            if wait_s > 0:
                return Turn("wait", wait_s)
            self._count(question, batch, now, remote)
            return Turn("go")

    def _wait_s(self, now: float, interval_s: float) -> float:
        row = self._con.execute(
            "SELECT next_at, paused_until FROM meter WHERE service = ?", (self._service,)
        ).fetchone()
        next_at, paused_until = row or (0.0, 0.0)
        if next_at > now + interval_s:
            # The clock was put back, or others are slower: no turn is farther away than one interval.
            next_at = now + interval_s
            self._con.execute("UPDATE meter SET next_at = ? WHERE service = ?", (next_at, self._service))
        return max(next_at - now, paused_until - now, 0.0)

    def _count(self, question: bytes, batch: int, now: float, remote: Remote) -> None:
        """Count a request that will be sent, for the rate, the day and the audit."""
        self._con.execute(
            "INSERT INTO meter VALUES (?, ?, 0) ON CONFLICT (service) DO UPDATE SET next_at = excluded.next_at",
            (self._service, now + 1 / remote.per_second),
        )
        self._con.execute(
            "INSERT INTO spent VALUES (?, ?, 1) ON CONFLICT (service, day) DO UPDATE SET requests = requests + 1",
            (self._service, _day()),
        )
        self._con.execute(
            "INSERT OR REPLACE INTO claim VALUES (?, ?, ?)", (question, self._holder, now + remote.timeout_s + _CLAIM_S)
        )
        (sofar,) = self._con.execute("SELECT hash FROM batch WHERE id = ?", (batch,)).fetchone()
        chained = hashlib.sha256(sofar.encode() + question).hexdigest()
        self._con.execute("UPDATE batch SET requests = requests + 1, hash = ? WHERE id = ?", (chained, batch))

    def pause(self, seconds: float) -> None:
        """Let all processes wait: the server asked for it, or is in trouble.

        Parameters
        ----------
        seconds
            How long, from now.
        """
        until = time.time() + seconds
        with transaction(self._con) as con:
            con.execute(
                "INSERT INTO meter VALUES (?, 0, ?) ON CONFLICT (service) DO UPDATE "
                "SET paused_until = max(paused_until, excluded.paused_until)",
                (self._service, until),
            )

    def release(self, question: bytes) -> None:
        """Let others ask a question that got no answer.

        Parameters
        ----------
        question
            Hash of the question.
        """
        with transaction(self._con) as con:
            con.execute("DELETE FROM claim WHERE hash = ? AND holder = ?", (question, self._holder))

    def spent(self) -> int:
        """Return the requests of today (UTC)."""
        row = self._con.execute(
            "SELECT requests FROM spent WHERE service = ? AND day = ?", (self._service, _day())
        ).fetchone()
        return int(row[0]) if row else 0

    def leave(self) -> None:
        """Let others ask everything that this process did not come to; call it within a transaction."""
        self._con.execute("DELETE FROM claim WHERE holder = ?", (self._holder,))


def _day() -> str:
    return datetime.now(UTC).date().isoformat()

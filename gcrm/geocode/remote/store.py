"""What is kept between runs and shared by all of them: answers by hash, the rate, the day's count, a line per batch.

It is an SQLite file in WAL mode with every commit on disk, because each answer was paid for. Processes take turns by
its write lock. No address stands in it.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gcrm.errors import RemoteError
from gcrm.geocode.remote.ledger import SCHEMA, Batch, Turn
from gcrm.geocode.remote.reading import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gcrm.geocode.remote.provider import Service
    from gcrm.settings.remote import Remote

FILE_NAME = "answers.sqlite"
_BUSY_S = 60.0
#: How long a question counts as being asked by another process, beyond the time for one answer.
_CLAIM_S = 30.0


class Store:
    """The opened file of one folder, for one service and one process.

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

    def answers(self) -> dict[bytes, Answer]:
        """Return the kept answers of the service by hash."""
        rows = self._con.execute(
            "SELECT hash, state, level, lon, lat, error_m FROM answer WHERE service = ?", (self._service,)
        )
        return {bytes(hash_): Answer(*row) for hash_, *row in rows}

    def begin(self, actor: str, remote: Remote, planned: int) -> int:
        """Open a line of the audit before anything is sent.

        Parameters
        ----------
        actor
            Who sends.
        remote
            The settings: who agreed, and when.
        planned
            Addresses that are to be sent.

        Returns
        -------
        int
            Number of the batch.
        """
        values = (_now(), actor, self._service, remote.agreed_by, str(remote.agreed_on), planned)
        with _turn(self._con) as con:
            cursor = con.execute(
                "INSERT INTO batch (began_at, actor, service, agreed_by, agreed_on, planned, requests, answers, found, "
                "hash) VALUES (?, ?, ?, ?, ?, ?, 0, 0, 0, '')",
                values,
            )
            return int(cursor.lastrowid or 0)

    def end(self, batch: int) -> None:
        """Close the line of a batch.

        Parameters
        ----------
        batch
            Its number.
        """
        with _turn(self._con) as con:
            con.execute("UPDATE batch SET ended_at = ? WHERE id = ?", (_now(), batch))
            con.execute("DELETE FROM claim WHERE holder = ?", (self._holder,))

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
        with _turn(self._con) as con:
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
        with _turn(self._con) as con:
            con.execute(
                "INSERT INTO meter VALUES (?, 0, ?) ON CONFLICT (service) DO UPDATE "
                "SET paused_until = max(paused_until, excluded.paused_until)",
                (self._service, until),
            )

    def keep(self, question: bytes, answer: Answer, batch: int) -> None:
        """Keep an answer; it is on disk when this returns.

        Parameters
        ----------
        question
            Hash of the question.
        answer
            What came.
        batch
            Number of the batch.
        """
        row = (answer.state, answer.level, answer.lon, answer.lat, answer.error_m, _now())
        with _turn(self._con) as con:
            con.execute(
                "INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (question, self._service, *row)
            )
            con.execute("DELETE FROM claim WHERE hash = ?", (question,))
            con.execute(
                "UPDATE batch SET answers = answers + 1, found = found + ? WHERE id = ?",
                (answer.state == "found", batch),
            )

    def release(self, question: bytes) -> None:
        """Let others ask a question that got no answer.

        Parameters
        ----------
        question
            Hash of the question.
        """
        with _turn(self._con) as con:
            con.execute("DELETE FROM claim WHERE hash = ? AND holder = ?", (question, self._holder))

    def spent(self) -> int:
        """Return the requests of today (UTC)."""
        row = self._con.execute(
            "SELECT requests FROM spent WHERE service = ? AND day = ?", (self._service, _day())
        ).fetchone()
        return int(row[0]) if row else 0

    def batches(self) -> list[Batch]:
        """Return the audit: every batch of every service, the first one first."""
        return [
            Batch(*row)
            for row in self._con.execute(
                "SELECT * FROM (SELECT id, began_at, ended_at, actor, service, "
                "agreed_by, agreed_on, planned, requests, answers, found, hash FROM batch) ORDER BY id"
            )
        ]

    def clear(self) -> int:
        """Delete every answer of the service; what was sent stays in the audit.

        Returns
        -------
        int
            How many there were.
        """
        with _turn(self._con) as con:
            return con.execute("DELETE FROM answer WHERE service = ?", (self._service,)).rowcount


@contextmanager
def open_store(folder: Path, service: Service) -> Iterator[Store]:
    """Open the file of a folder; make it where there is none.

    Parameters
    ----------
    folder
        A folder that is there.
    service
        Whose answers are asked for.

    Yields
    ------
    Store
        The opened file.

    Raises
    ------
    RemoteError
        If it cannot be read or written.
    """
    path = folder / FILE_NAME
    try:
        if not path.exists():
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
        with closing(sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None)) as con:
            con.execute("PRAGMA journal_mode = WAL")
            con.execute("PRAGMA synchronous = FULL")
            con.execute("PRAGMA secure_delete = ON")
            con.executescript(SCHEMA)
            yield Store(con, service.identity)
    except (sqlite3.Error, OSError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        msg = f"{path} cannot be used: {why or type(error).__name__}. Nothing more was sent."
        raise RemoteError(msg) from error


def exists(folder: Path) -> bool:
    """Say whether a folder holds answers."""
    return (folder / FILE_NAME).is_file()


@contextmanager
def _turn(con: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Hold the write lock for a transaction."""
    con.execute("BEGIN IMMEDIATE")
    try:
        yield con
    except BaseException:
        con.execute("ROLLBACK")
        raise
    con.execute("COMMIT")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _day() -> str:
    return datetime.now(UTC).date().isoformat()


def digest(answers: dict[bytes, Answer]) -> str:
    """Return one hash over the answers that have a point: what a build is made from."""
    used = sorted((hash_, answer) for hash_, answer in answers.items() if answer.state == "found")
    return hashlib.sha256(repr(used).encode()).hexdigest()

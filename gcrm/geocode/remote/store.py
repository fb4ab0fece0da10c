"""What is kept between runs and shared by all of them: answers by hash, the rate, the day's count, a line per batch.

It is an SQLite file in WAL mode with every commit on disk, because each answer was paid for. Processes take turns by
its write lock. No address stands in it.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gcrm.errors import RemoteError
from gcrm.geocode.remote.answer import Answer
from gcrm.geocode.remote.ledger import SCHEMA, Batch, transaction
from gcrm.geocode.remote.meter import Meter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gcrm.geocode.remote.provider import Service
    from gcrm.settings.remote import Remote

FILE_NAME = "answers.sqlite"
_BUSY_S = 60.0


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
        self.meter = Meter(con, service)

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
        with transaction(self._con) as con:
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
        with transaction(self._con) as con:
            con.execute("UPDATE batch SET ended_at = ? WHERE id = ?", (_now(), batch))
            self.meter.leave()

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
        with transaction(self._con) as con:
            con.execute(
                "INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (question, self._service, *row)
            )
            con.execute("DELETE FROM claim WHERE hash = ?", (question,))
            con.execute(
                "UPDATE batch SET answers = answers + 1, found = found + ? WHERE id = ?",
                (answer.state == "found", batch),
            )

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
        with transaction(self._con) as con:
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
    with opened(folder) as con:
        yield Store(con, service.identity)


@contextmanager
def opened(folder: Path) -> Iterator[sqlite3.Connection]:
    """Connect to the file of a folder; make it where there is none.

    Parameters
    ----------
    folder
        A folder that is there.

    Yields
    ------
    sqlite3.Connection
        A connection without transactions of its own.

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
            yield con
    except (sqlite3.Error, OSError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        msg = f"{path} cannot be used: {why or type(error).__name__}. Nothing more was sent."
        raise RemoteError(msg) from error


def exists(folder: Path) -> bool:
    """Say whether a folder holds answers."""
    return (folder / FILE_NAME).is_file()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def digest(answers: dict[bytes, Answer]) -> str:
    """Return one hash over the answers that have a point: what a build is made from."""
    used = sorted((hash_, answer) for hash_, answer in answers.items() if answer.state == "found")
    return hashlib.sha256(repr(used).encode()).hexdigest()

"""What stands in the file that runs share: its tables, a turn to send, and a line of the audit."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

#: One row per answer; per question that a process is asking; per service with its rate; per day; per batch.
SCHEMA = """
CREATE TABLE IF NOT EXISTS answer (
    hash BLOB PRIMARY KEY, service TEXT NOT NULL, state TEXT NOT NULL, level TEXT, lon REAL, lat REAL, error_m REAL,
    answered_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS claim (hash BLOB PRIMARY KEY, holder TEXT NOT NULL, until REAL NOT NULL);
CREATE TABLE IF NOT EXISTS meter (service TEXT PRIMARY KEY, next_at REAL NOT NULL, paused_until REAL NOT NULL);
CREATE TABLE IF NOT EXISTS spent (
    service TEXT NOT NULL, day TEXT NOT NULL, requests INTEGER NOT NULL, PRIMARY KEY (service, day)
);
CREATE TABLE IF NOT EXISTS batch (
    id INTEGER PRIMARY KEY, began_at TEXT NOT NULL, ended_at TEXT, actor TEXT NOT NULL, service TEXT NOT NULL,
    agreed_by TEXT NOT NULL, agreed_on TEXT NOT NULL, planned INTEGER NOT NULL, requests INTEGER NOT NULL,
    answers INTEGER NOT NULL, found INTEGER NOT NULL, hash TEXT NOT NULL
);
"""

Verdict = Literal["go", "wait", "spent", "known", "claimed"]


@dataclass(frozen=True)
class Turn:
    """Whether a request may be sent now.

    Attributes
    ----------
    verdict
        `go`; `wait`; `spent` (the day's requests are used up); `known` or `claimed` (another process has the answer, or
        is asking for it).
    wait_s
        Seconds to wait before asking for a turn again.
    """

    verdict: Verdict
    wait_s: float = 0.0


@dataclass(frozen=True)
class Batch:
    """One line of the audit: who sent how many addresses to whom, and when.

    Attributes
    ----------
    id
        Number of the batch.
    began_at, ended_at
        UTC, as ISO 8601; the end is null where the run was killed.
    actor
        Who sent it.
    service
        Provider and server.
    agreed_by, agreed_on
        The consent that it was sent under.
    planned
        Addresses that were to be sent.
    requests
        Requests that were sent, repeated ones too.
    answers, found
        Answers that came, and those with a point.
    hash
        Hash over the keyed hashes of what was sent, in order: proves which addresses they were to whoever has them and
        the key, and tells nobody else anything.
    """

    id: int
    began_at: str
    ended_at: str | None
    actor: str
    service: str
    agreed_by: str
    agreed_on: str
    planned: int
    requests: int
    answers: int
    found: int
    hash: str


@contextmanager
def transaction(con: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Hold the write lock for a transaction: processes take turns by it.

    Parameters
    ----------
    con
        Connection to the file.

    Yields
    ------
    sqlite3.Connection
        The same one; what is written by it is undone where an exception leaves the block.
    """
    con.execute("BEGIN IMMEDIATE")
    try:
        yield con
    except BaseException:
        con.execute("ROLLBACK")
        raise
    con.execute("COMMIT")

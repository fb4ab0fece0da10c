"""What a database complains about, said in a sentence with what to do; by its code, for its text may hold data."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.exc import DBAPIError

#: How long a write waits for the others before it gives up.
WAIT_S = 30.0
BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}

_PASSWORD = "and the password in PGPASSWORD or ~/.pgpass"  # noqa: S105 - where to put it
_KEPT_BUSY = f"is kept busy by others for more than {WAIT_S:g} s. Nothing was written; try again."
_DAMAGED = "is damaged, or is no SQLite database. Put back a copy of it, or move the file away."
_CLOSED = "cannot be opened for writing. Check the rights of the file and its folder, and that the disk can be written."
_SQLITE = {
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_READONLY: _CLOSED,
    sqlite3.SQLITE_PERM: _CLOSED,
    sqlite3.SQLITE_AUTH: _CLOSED,
    sqlite3.SQLITE_CANTOPEN: _CLOSED,
    sqlite3.SQLITE_FULL: "cannot be written: the disk is full. Nothing was written.",
    sqlite3.SQLITE_BUSY: _KEPT_BUSY,
    sqlite3.SQLITE_LOCKED: _KEPT_BUSY,
    sqlite3.SQLITE_IOERR: "cannot be read or written: the disk reports an error. Nothing was written.",
}
#: By the beginning of PostgreSQL's SQLSTATE, the longest first.
_POSTGRESQL = {
    "3D000": "has no such database. Let its administrator make it, or mend [crm] url.",
    "42501": "does not let this user do that. Let its administrator grant the right.",
    "25006": "cannot be written: it is read-only.",
    "53100": "cannot be written: its disk is full. Nothing was written.",
    "55P03": _KEPT_BUSY,
    "57014": _KEPT_BUSY,
    "40": "had two writers in each other's way. Nothing was written; try again.",
    "28": f"refuses this user. Check user and database, {_PASSWORD}.",
    "08": "broke off. Nothing was written; try again.",
    "57": "broke off. Nothing was written; try again.",
    "53": "takes no more connections, or has no memory left. Try again later.",
}


def say(error: DBAPIError, place: str) -> str:
    """Return a sentence about an error of the database.

    Parameters
    ----------
    error
        What SQLAlchemy raised.
    place
        What to call the database.

    Returns
    -------
    str
        What it complains about and what to do, without anything of what was to be stored.
    """
    head = f"The operational store ({place})"
    code = getattr(error.orig, "sqlite_errorcode", None)
    if isinstance(code, int):
        return f"{head} {_SQLITE.get(code & 0xFF, f'refused with error {code} of SQLite. Nothing was written.')}"
    state = getattr(error.orig, "sqlstate", None)
    if state is None:
        return (
            f"{head} cannot be reached, or broke off. Check that the server runs, its name and the network, "
            f"the user {_PASSWORD}."
        )
    known = next((text for start, text in _POSTGRESQL.items() if state.startswith(start)), None)
    return f"{head} {known or f'refused with error {state} of PostgreSQL. Nothing was written.'}"

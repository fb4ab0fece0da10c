"""Erasure of answers: what was said of addresses that somebody asks to be forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm.geocode.remote.key import read_key
from gcrm.geocode.remote.ledger import transaction
from gcrm.geocode.remote.store import exists, opened

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from gcrm.geocode.remote.question import Question


def kept(folder: Path, questions: Collection[Question]) -> frozenset[bytes]:
    """Return the hashes under which answers to these questions are kept, whichever service gave them.

    Parameters
    ----------
    folder
        Folder of the answers; it need not be there.
    questions
        What may have been asked.

    Returns
    -------
    frozenset of bytes
        Hashes of answers that are there.

    Raises
    ------
    RemoteError
        If there are answers and they, or their key, cannot be read.
    """
    if not questions or not exists(folder):
        return frozenset()
    secret = read_key(folder)
    with opened(folder) as con:
        there = {(bytes(hash_), service) for hash_, service in con.execute("SELECT hash, service FROM answer")}
    services = {service for _, service in there}
    wanted = {question.hash_for(secret, service) for question in questions for service in services}
    return frozenset(hash_ for hash_, _ in there if hash_ in wanted)


def erase(folder: Path, hashes: Collection[bytes]) -> int:
    """Delete answers for good; the audit keeps that so many addresses were sent.

    Parameters
    ----------
    folder
        Folder of the answers; it need not be there.
    hashes
        Hashes of their questions.

    Returns
    -------
    int
        Answers that were deleted.

    Raises
    ------
    RemoteError
        If they cannot be deleted.
    """
    if not hashes or not exists(folder):
        return 0
    deleted = 0
    with opened(folder) as con:
        with transaction(con):
            for hash_ in hashes:
                deleted += con.execute("DELETE FROM answer WHERE hash = ?", (hash_,)).rowcount
                con.execute("DELETE FROM claim WHERE hash = ?", (hash_,))
        con.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return deleted

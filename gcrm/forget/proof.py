"""The proof: every file of the project is looked through for what only the forgotten people have."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from gcrm.forget.content import pieces
from gcrm.forget.needle import Needles
from gcrm.forget.people import is_telling
from gcrm.ingest.forgotten import NOBODY

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from gcrm.forget.people import Traces

#: Bytes from which on a text is looked for within words too.
_LONG = 6


@dataclass(frozen=True)
class Evidence:
    """Texts that, where they are found, show that somebody was not forgotten.

    Attributes
    ----------
    anywhere
        Texts that nothing of other people holds, not even within a word.
    alone
        Texts that nobody else has as words of their own.
    encodings
        Encodings of the project's text files.
    """

    anywhere: frozenset[str]
    alone: frozenset[str]
    encodings: tuple[str, ...] = ()

    def tells(self, value: str) -> bool:
        """Say whether a value holds any of them."""
        return any(True for _ in self.hits(value.encode(errors="replace"), plain=True))

    def without(self, value: str) -> str:
        """Return a text without any of them."""
        for text in sorted(set(self.hits(value.encode(errors="replace"), plain=True)), key=len, reverse=True):
            value = value.replace(text, NOBODY)
        return value

    def hits(self, data: bytes, *, plain: bool) -> Iterable[str]:
        """Yield what is found in the bytes."""
        for hit in self._needles.find(data):
            if hit.text in self.anywhere or (plain and hit.alone and hit.text in self.alone):
                yield hit.text

    @cached_property
    def _needles(self) -> Needles:
        return Needles(self.anywhere | self.alone, self.encodings)

    @property
    def longest(self) -> int:
        """Bytes of the longest text."""
        return self._needles.longest


@dataclass(frozen=True)
class Proof:
    """What a scan found.

    Attributes
    ----------
    files, bytes
        Files that were looked through, and their size.
    texts
        Texts that were looked for.
    hits
        File -> texts of the people that it still holds, as a number.
    """

    files: int
    bytes: int
    texts: int
    hits: dict[Path, int]


def choose(
    traces: Traces,
    others: Iterable[Path],
    mentions: Iterable[Path],
    texts: Iterable[bytes],
    encodings: tuple[str, ...],
) -> Evidence:
    """Choose the texts that prove something: a name or an address that others have too does not.

    Parameters
    ----------
    traces
        What is known of the people, and of others.
    others
        Files that describe others, and nothing of the people.
    mentions
        Files of what people did: a name in them does not say whose it is, but a number may be that of something else.
    texts
        Further texts that are not theirs.
    encodings
        Encodings of the project's text files.

    Returns
    -------
    Evidence
        What to look for.
    """
    ids = {person.id for person in traces.people}
    words = ids | {text.strip() for text in traces.theirs if is_telling(text)}
    needles = Needles(words, encodings)
    numbers = Needles(ids, encodings)
    inside: set[str] = set()
    alone: set[str] = set()

    def note(data: bytes, *, plain: bool, wanted: Needles = needles) -> None:
        for hit in wanted.find(data):
            inside.add(hit.text)
            if plain and hit.alone:
                alone.add(hit.text)

    for data in chain(["\n".join(traces.others).encode(errors="replace")], texts):
        note(data, plain=True)
    for path in others:
        for piece in pieces(path, needles.longest):
            note(piece.data, plain=piece.plain)
    for path in mentions:
        for piece in pieces(path, needles.longest):
            note(piece.data, plain=piece.plain, wanted=numbers)
    anywhere = {word for word in words - inside if len(word.encode()) >= _LONG}
    return Evidence(frozenset(anywhere), frozenset(words - alone), encodings)


def scan(paths: Iterable[Path], evidence: Evidence) -> Proof:
    """Look through files for what only the people have.

    Parameters
    ----------
    paths
        The files.
    evidence
        What to look for.

    Returns
    -------
    Proof
        What was found.

    Raises
    ------
    ProjectError
        If a file cannot be read.
    """
    hits: dict[Path, set[str]] = {}
    files = size = 0
    for path in paths:
        files, size = files + 1, size + path.stat().st_size
        for piece in pieces(path, evidence.longest):
            if found := set(evidence.hits(piece.data, plain=piece.plain)):
                hits.setdefault(path, set()).update(found)
    counts = {path: len(found) for path, found in hits.items()}
    return Proof(files, size, len(evidence.anywhere | evidence.alone), counts)

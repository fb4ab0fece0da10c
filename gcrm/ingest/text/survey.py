"""The survey of a text file: its physical lines and records, counted from the bytes alone.

It shares no code with the parser that loads the rows, so that each is a check on the other. A record is a line, or
several where quotes enclose line ends (RFC 4180).
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CHUNK = 1 << 23
#: Bytes of the longest record with quotes that is read in parallel.
_LONGEST = 1 << 21
LF, CR, QUOTE = 10, 13, 34
#: What ends a line, by what the file holds: only files without any line feed end their lines by a carriage return.
LINE_ENDS = {"lf": "\n", "cr": "\r"}


class EncodingError(Exception):
    """A text is not UTF-8; the argument is the physical line, 1-based."""


@dataclass(frozen=True)
class Survey:
    """What the bytes of a text file say.

    Attributes
    ----------
    physical
        Lines, counted by their ends; a last line without an end counts.
    records
        Lines that do not end inside quotes.
    multiline
        Numbers of records that span several lines, the first record being 1.
    extra
        How many lines more than one each of these spans.
    line_end
        Key of `LINE_ENDS`.
    plain
        True where the file follows RFC 4180 to the letter: quotes only around whole values and doubled inside, one kind
        of line end. Any parser then finds the same values.
    nul
        True where a NUL byte occurs.
    """

    physical: int
    records: int
    multiline: np.ndarray
    extra: np.ndarray
    line_end: str
    plain: bool
    nul: bool


def survey(path: Path, delimiter: str) -> Survey:
    """Count the lines and records of a text file in one pass over its bytes.

    Parameters
    ----------
    path
        The file.
    delimiter
        Field separator; one character.

    Returns
    -------
    Survey
        What the bytes say.

    Raises
    ------
    EncodingError
        If the file is not UTF-8.
    """
    state = _State(delimiter.encode())
    for chunk in chunks(path):
        state.take(chunk)
    return state.done()


def chunks(path: Path) -> Iterator[bytes]:
    """Yield the file in pieces that end with a line feed, but for the last; the byte-order mark is left out."""
    with path.open("rb") as file:
        if file.read(3) != codecs.BOM_UTF8:
            file.seek(0)
        while piece := file.read(_CHUNK):
            yield piece + file.readline(_CHUNK)


class _State:
    """Where the survey stands between two chunks."""

    def __init__(self, delimiter: bytes) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._around = np.frombuffer(delimiter + b"\n", np.uint8) if len(delimiter) == 1 else None
        self._inside = 0  # 1 while between an opening and a closing quote
        self._lf = self._cr = self._crlf = self._records = 0
        self._last = b"\n"
        self._nul = False
        self._open = 0  # bytes of the record that the last chunk left open
        self._plain = self._around is not None
        self._multiline: list[np.ndarray] = []
        self._extra: list[np.ndarray] = []

    def take(self, chunk: bytes) -> None:
        self._check_encoding(chunk)
        self._plain = self._plain and self._last == b"\n"  # a line longer than a chunk is not looked at closely
        self._nul = self._nul or b"\0" in chunk
        lf = chunk.count(b"\n")
        if b"\r" in chunk:
            self._cr += chunk.count(b"\r")
            self._crlf += chunk.count(b"\r\n") + (self._last == b"\r" and chunk[:1] == b"\n")
        if self._inside or b'"' in chunk:
            self._take_quoted(np.frombuffer(chunk, np.uint8))
        else:
            self._records += lf
            self._open = 0
        self._lf += lf
        self._last = chunk[-1:]

    def _check_encoding(self, chunk: bytes) -> None:
        if chunk.isascii() and self._decoder.getstate()[0] == b"":
            return
        try:
            self._decoder.decode(chunk)
        except UnicodeDecodeError as error:
            raise EncodingError(self._lf + chunk[: error.start].count(b"\n") + 1) from None

    def _take_quoted(self, chunk: np.ndarray) -> None:
        quotes = np.flatnonzero(chunk == QUOTE)
        ends = np.flatnonzero(chunk == LF)
        if self._plain and self._around is not None:
            opening, closing = quotes[self._inside :: 2], quotes[1 - self._inside :: 2]
            before = np.where(opening > 0, chunk[opening - 1], LF)
            after = np.where(closing + 1 < chunk.size, chunk[np.minimum(closing + 1, chunk.size - 1)], LF)
            allowed = np.append(self._around, np.uint8(QUOTE))
            self._plain = bool(
                np.isin(before, allowed).all() and np.isin(after, np.append(allowed, np.uint8(CR))).all()
            )
        inner = (np.searchsorted(quotes, ends) + self._inside) % 2 == 1
        self._measure(ends[~inner], chunk.size)
        complete = np.cumsum(~inner)
        numbers, counts = np.unique(self._records + complete[inner] + 1, return_counts=True)
        self._multiline.append(numbers)
        self._extra.append(counts)
        self._records += int(complete[-1]) if complete.size else 0
        self._inside = (self._inside + quotes.size) % 2

    def _measure(self, ends: np.ndarray, size: int) -> None:
        """Look for records so long that DuckDB would scan them over and over."""
        if ends.size:
            longest = max(self._open + int(ends[0]) + 1, int(np.diff(ends).max(initial=0)))
            self._open = size - int(ends[-1]) - 1
        else:
            longest = self._open = self._open + size
        self._plain = self._plain and max(longest, self._open) <= _LONGEST

    def done(self) -> Survey:
        try:
            self._decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            raise EncodingError(self._lf + 1) from None
        only_cr = self._lf == 0 and self._cr > 0
        open_end = self._last != (b"\r" if only_cr else b"\n")
        numbers = np.concatenate([np.empty(0, np.int64), *self._multiline])
        # A record that spans two chunks was counted in both.
        numbers, place = np.unique(numbers, return_inverse=True)
        extra = np.bincount(place, np.concatenate([np.empty(0, np.int64), *self._extra]), numbers.size).astype(np.int64)
        return Survey(
            physical=(self._cr if only_cr else self._lf) + open_end,
            records=self._records + open_end,
            multiline=numbers,
            extra=extra,
            line_end="cr" if only_cr else "lf",
            plain=self._plain and not self._inside and (self._cr == 0 or self._cr == self._crlf == self._lf),
            nul=self._nul,
        )

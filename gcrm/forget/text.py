"""Records of a text file with the very bytes they take, so that some can go and all others stay as they are."""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gcrm.ingest.text.encoding import mark_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_WIDE = ("utf-16", "utf-32")
_LONGEST = 1 << 27


@dataclass(frozen=True)
class Record:
    """One record of a text file.

    Attributes
    ----------
    raw
        Its lines as they lie in the file, with their ends.
    text
        What they say.
    values
        Its values; null where it cannot be taken apart.
    """

    raw: bytes
    text: str
    values: list[str] | None


def encoding_of(path: Path, declared: str | None) -> str:
    """Return the encoding that a text file is read in: that of its mark, else the declared one, else UTF-8."""
    return mark_of(path) or declared or "utf-8"


def records(path: Path, encoding: str, delimiter: str) -> Iterator[Record]:
    """Yield the records of a text file, the header first.

    Parameters
    ----------
    path
        The file.
    encoding, delimiter
        How it is written.

    Yields
    ------
    Record
        The records; put together, their bytes are the file's.

    Raises
    ------
    UnicodeError
        If the bytes mean nothing in the encoding.
    """
    csv.field_size_limit(_LONGEST)
    lines = _Lines(_lines(path, encoding))
    while True:
        parser = csv.reader(lines, delimiter=delimiter, strict=True)
        try:
            for values in parser:
                yield _record(lines.settle(), values)
        except csv.Error:
            yield _record(lines.settle(1), None)
        else:
            return


def replaced(record: Record, values: list[str], changes: dict[int, str], encoding: str, delimiter: str) -> bytes:
    """Return the bytes of a record with other values in some columns, and all others as they are.

    Parameters
    ----------
    record, values
        The record, and its values.
    changes
        Column -> its new value, without delimiters and quotes.
    encoding, delimiter
        How the file is written.

    Returns
    -------
    bytes
        The record as it stands in the file from now on.
    """
    spans = _spans(record.text, delimiter)
    made = record.text
    if len(spans) == len(values):
        for column in sorted(changes, reverse=True):
            begin, end = spans[column]
            made = made[:begin] + changes[column] + made[end:]
    else:  # quotes stand where no rule puts them: the whole record is written by the rules
        out = io.StringIO()
        end_ = record.text[len(record.text.rstrip("\r\n")) :]
        row = [changes.get(i, value) for i, value in enumerate(values)]
        csv.writer(out, delimiter=delimiter, lineterminator=end_).writerow(row)
        made = out.getvalue()
    return made.encode(encoding.removesuffix("-sig"))


def _record(lines: list[tuple[bytes, str]], values: list[str] | None) -> Record:
    text = "".join(text for _, text in lines)
    return Record(b"".join(raw for raw, _ in lines), text, values)


def _lines(path: Path, encoding: str) -> Iterator[tuple[bytes, str]]:
    """Yield the lines of a file, as bytes and as text without its mark."""
    first = True
    for raw in _wide_lines(path, encoding) if encoding.startswith(_WIDE) else _narrow_lines(path):
        text = raw.decode(encoding)
        yield raw, text.removeprefix("\ufeff") if first else text
        first = False


def _narrow_lines(path: Path) -> Iterator[bytes]:
    """Cut at line feeds; only a file without any is cut at carriage returns."""
    with path.open("rb") as file:
        if any(b"\n" in chunk for chunk in iter(lambda: file.read(1 << 20), b"")):
            file.seek(0)
            yield from file
            return
    yield from _cut(path.read_bytes(), b"\r")


def _wide_lines(path: Path, encoding: str) -> Iterator[bytes]:
    text = path.read_bytes().decode(encoding)
    end = "\n" if "\n" in text else "\r"
    yield from (line.encode(encoding) for line in re.findall(f"[^{end}]*{end}|[^{end}]+", text))


def _cut(content: bytes, end: bytes) -> Iterator[bytes]:
    parts = content.split(end)
    yield from (part + end for part in parts[:-1])
    if parts[-1]:
        yield parts[-1]


def _spans(text: str, delimiter: str) -> list[tuple[int, int]]:
    """Return where each value of a record begins and ends, its quotes included."""
    spans, place, end = [], 0, len(text.rstrip("\r\n"))
    while True:
        begin = place
        if text[place : place + 1] == '"':
            place += 1
            while place < end and (text[place] != '"' or text[place + 1 : place + 2] == '"'):
                place += 2 if text[place] == '"' else 1
        while place < end and text[place] != delimiter:
            place += 1
        spans.append((begin, place))
        if place >= end:
            return spans
        place += 1


class _Lines:
    """Lines that can be given back as long as their record is not settled."""

    def __init__(self, lines: Iterator[tuple[bytes, str]]) -> None:
        self._lines = lines
        self._back: deque[tuple[bytes, str]] = deque()
        self._taken: list[tuple[bytes, str]] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._back.popleft() if self._back else next(self._lines)
        self._taken.append(line)
        return line[1]

    def settle(self, keep: int | None = None) -> list[tuple[bytes, str]]:
        """Return the lines taken since the last time, and give back all after the first `keep`."""
        taken = self._taken if keep is None else self._taken[:keep]
        self._back.extendleft(reversed(self._taken[len(taken) :]))
        self._taken = []
        return taken

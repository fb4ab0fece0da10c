"""Records of a text file that does not keep to the rules, taken apart one by one.

Slower than DuckDB's reader by far, but it finds in every file where a record begins and ends, and which ones are
broken: a broken record is set aside with its line, and reading goes on at the next line.
"""

from __future__ import annotations

import csv
from collections import deque
from itertools import islice
from typing import IO, TYPE_CHECKING

import numpy as np
import pyarrow as pa

from gcrm.ingest.limits import MOST_BROKEN, check_broken
from gcrm.ingest.reading import Broken, Lines
from gcrm.ingest.text.gap import misfit

if TYPE_CHECKING:
    from collections.abc import Iterator

_BATCH = 20_000
#: Longest value; a quote that is never closed is given up after as many characters.
_LONGEST = 1 << 20
#: Longest line and longest record, in characters; what goes beyond is not kept in memory.
_LONGEST_LINE = 1 << 24
_LONGEST_RECORD = 1 << 25


class Records:
    """Iterator over the records of an opened text file.

    It is read once; what it learns about lines and broken records is complete at the end.
    """

    def __init__(self, file: IO[str], delimiter: str, line_end: str = "\n") -> None:
        self._broken: list[Broken] = []
        self._lines = _Lines(file, line_end)
        self._delimiter = delimiter
        self._header_lines = 0
        self._width = 0
        self._row_no = 0
        self._multiline: list[int] = []
        self._extra: list[int] = []

    def header(self) -> list[str]:
        """Read the header; empty where the first line is empty or cannot be read."""
        csv.field_size_limit(_LONGEST)
        try:
            names = next(csv.reader(self._lines, delimiter=self._delimiter, strict=True), [])
        except csv.Error:
            return []
        self._header_lines = self._lines.settle()
        self._width = len(names)
        return names

    @property
    def broken(self) -> list[Broken]:
        """Records that could not be taken apart.

        Raises
        ------
        FileError
            If there are so many that the file is no table.
        """
        check_broken(len(self._broken))
        return self._broken

    def lines(self, physical: int) -> Lines:
        """Return how the records read so far lie on the physical lines of the file."""
        return Lines(physical, self._header_lines, np.array(self._multiline, np.int64), np.array(self._extra, np.int64))

    def batches(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """Yield the records as text columns, followed by the number of the record."""
        rows = self._rows()
        while part := list(islice(rows, _BATCH)):
            numbers, values = zip(*part, strict=True)
            columns = [pa.array(column, pa.string()) for column in zip(*values, strict=True)]
            yield pa.RecordBatch.from_arrays([*columns, pa.array(numbers, pa.int64())], schema=schema)

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield number and values of each record that has one value per column."""
        while len(self._broken) <= MOST_BROKEN:
            # A new parser for what is left: one that has failed remembers nothing of the lines it took.
            parser = csv.reader(self._lines, delimiter=self._delimiter, strict=True)
            try:
                for row in parser:
                    self._row_no += 1
                    self._settle(self._lines.settle())
                    if self._whole(row):
                        yield self._row_no, row
                    elif len(self._broken) > MOST_BROKEN:
                        return
            except csv.Error as error:
                self._row_no += 1
                # A record that never ends is given up with all its lines, or it would be read again from each of them.
                self._settle(self._lines.settle(None if isinstance(error, _RecordError) else 1))
                self._broken.append(Broken(self._row_no, "unreadable", _say(error)))
            else:
                return

    def _settle(self, lines: int) -> None:
        if lines > 1:
            self._multiline.append(self._row_no)
            self._extra.append(lines - 1)

    def _whole(self, row: list[str]) -> bool:
        """Say whether a row has one value per column; one empty value too many at the end is no value."""
        if len(row) == self._width + 1 and row[-1] == "":
            row.pop()
        if len(row) == self._width:
            return True
        self._broken.append(misfit(self._row_no, len(row), self._width))
        return False


class _LineError(csv.Error):
    """A line is too long."""


class _RecordError(csv.Error):
    """A record is too long."""


class _Lines:
    """Lines of a file that can be given back as long as their record is not settled.

    A line that is too long stands as null among them.
    """

    def __init__(self, file: IO[str], end: str) -> None:
        self._file = file
        self._end = end
        self._back: deque[str | None] = deque()
        self._taken: list[str | None] = []
        self._size = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._back.popleft() if self._back else self._read()
        self._taken.append(line)
        if line is None:
            raise _LineError
        self._size += len(line)
        if self._size > _LONGEST_RECORD:
            raise _RecordError
        return line

    def _read(self) -> str | None:
        """Read a line; null for one that is too long, which is passed over."""
        line = self._file.readline(_LONGEST_LINE)
        if not line:
            raise StopIteration
        if len(line) < _LONGEST_LINE or line.endswith(self._end):
            return line
        while (more := self._file.readline(_LONGEST_LINE)) and not more.endswith(self._end):
            pass
        return None

    def settle(self, keep: int | None = None) -> int:
        """Forget the lines taken since the last time, but give back all after the first `keep`; return how many."""
        count = len(self._taken)
        if keep is not None:
            self._back.extendleft(reversed(self._taken[keep:]))
            count = min(count, keep)
        self._taken.clear()
        self._size = 0
        return count


def _say(error: csv.Error) -> str:
    """Say in a sentence why a record cannot be taken apart."""
    if isinstance(error, _LineError):
        return f"a line of {_LONGEST_LINE:,} characters or more"
    if isinstance(error, _RecordError):
        return f"a record of more than {_LONGEST_RECORD:,} characters"
    text = str(error)
    if "new-line character" in text:
        return "a carriage return inside the line"
    if "unexpected end" in text or "field larger" in text:
        return "a quote is opened and never closed"
    return "a quote is neither around a whole value nor doubled"

"""Gaps: the records that a parallel reader leaves out, and the numbers of those that it brings.

DuckDB reads past a record that has too many or too few values, or none at all, and its account of where that was is
not exact to the byte. So the bytes of a file in which it left something out are looked at once more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pyarrow as pa
from duckdb.func import PythonUDFType

from gcrm.ingest.limits import check_broken
from gcrm.ingest.reading import Broken
from gcrm.ingest.text.survey import CR, LF, QUOTE, chunks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

EMPTY_LINE = "an empty line"


def misfit(row_no: int, values: int, width: int) -> Broken:
    """Return the entry of a record with another number of values than the header has columns.

    Parameters
    ----------
    row_no
        Number of the record, 1-based.
    values
        How many values it has; 0 for an empty line.
    width
        Columns of the header.

    Returns
    -------
    Broken
        `blank_line` or `ragged`.
    """
    if values == 0:
        return Broken(row_no, "blank_line", EMPTY_LINE)
    return Broken(row_no, "ragged", f"{values} values, the header has {width} columns")


def broken_records(path: Path, delimiter: str, width: int) -> list[Broken]:
    """Find the records of a file that do not have one value per column.

    Parameters
    ----------
    path
        A file that the survey calls plain.
    delimiter
        Field separator; one byte.
    width
        Columns of the header.

    Returns
    -------
    list of Broken
        In the order of the file. One empty value too many at the end of a record is none.

    Raises
    ------
    FileError
        If there are so many that the file is no table.
    """
    found: list[Broken] = []
    mark = ord(delimiter)
    records, inside, open_marks = 0, 0, 0
    for chunk in chunks(path):
        data = np.frombuffer(chunk if chunk.endswith(b"\n") else chunk + b"\n", np.uint8)
        quotes = np.flatnonzero(data == QUOTE)
        ends = _outside(np.flatnonzero(data == LF), quotes, inside)
        marks = _outside(np.flatnonzero(data == mark), quotes, inside)
        inside = (inside + quotes.size) % 2
        if not ends.size:  # a value over more lines than a chunk holds
            open_marks += marks.size
            continue
        before = np.searchsorted(marks, ends)
        values = _values(data, ends, np.diff(before, prepend=-open_marks) + 1, mark, width)
        open_marks = marks.size - int(before[-1])
        wrong = np.flatnonzero(values != width)
        check_broken(len(found) + wrong.size)
        # The header is record 0.
        found += [misfit(records + int(i), int(values[i]), width) for i in wrong if records + i]
        records += ends.size
    return found


def _outside(places: NDArray[np.int64], quotes: NDArray[np.int64], inside: int) -> NDArray[np.int64]:
    """Return those of the places that do not lie between quotes."""
    kept: NDArray[np.int64] = places[(np.searchsorted(quotes, places) + inside) % 2 == 0]
    return kept


def _values(
    data: NDArray[np.uint8], ends: NDArray[np.int64], values: NDArray[np.int64], mark: int, width: int
) -> NDArray[np.int64]:
    """Correct the numbers of values per record for empty lines, and for an empty value too many at the end."""
    length = np.diff(ends, prepend=-1) - 1
    returns = (length > 0) & (data[ends - 1] == CR)
    length -= returns
    stop = ends - 1 - returns
    empty = data[stop] == mark
    # An empty value may also stand as two quotes. Shorter records have no such place; any other stands in for it.
    quoted = (data[stop] == QUOTE) & (data[stop - 1] == QUOTE) & (data[np.maximum(stop - 2, 0)] == mark)
    empty |= (length > 2) & quoted
    values = values - ((values == width + 1) & (length > 0) & empty)
    return np.where(length == 0, 0, values)


def number_rows(con: duckdb.DuckDBPyConnection, broken: Sequence[Broken]) -> None:
    """Give numbers to the rows of `ingest.load`, which stand in the order of the file but lack the broken records.

    Parameters
    ----------
    con
        Connection with `ingest` attached read-write.
    broken
        The records that are not among the rows, in the order of the file.
    """
    missing = np.array([b.row_no for b in broken], np.int64)
    rows_before = missing - 1 - np.arange(missing.size)

    def number(rowid: pa.ChunkedArray) -> pa.Array:
        place = rowid.to_numpy()
        return pa.array(place + 1 + np.searchsorted(rows_before, place, side="right"))

    number_of = "rowid + 1"
    if missing.size:
        bigint = duckdb.sqltypes.BIGINT
        con.create_function("gcrm_row_no", number, [bigint], bigint, type=PythonUDFType.ARROW)
        number_of = "gcrm_row_no(rowid)"
    try:
        con.execute(f"UPDATE ingest.load SET row_no = {number_of}")
    finally:
        if missing.size:
            con.remove_function("gcrm_row_no")

"""A sheet of a spreadsheet, made into a Parquet file whose columns have types; it runs in a process of its own.

A column of which all cells hold the same is of that type. In any other column every cell keeps its own, so that what
becomes of a cell never depends on the other rows.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from gcrm.errors import near
from gcrm.ingest.cast import CELL
from gcrm.ingest.limits import FileError, check_archive, check_rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from python_calamine import CalamineSheet

    from gcrm.settings import Limits

    Row = list[Any]

_BATCH = 20_000
_ARCHIVES = {".xlsx", ".xlsm", ".xlsb", ".ods"}
#: Member of a cell -> how Arrow stores it.
_ARROW = {
    "number": pa.float64(),
    "word": pa.string(),
    "calendar": pa.date32(),
    "clock": pa.timestamp("us"),
    "truth": pa.bool_(),
}
_MEMBERS: dict[type, str] = {
    int: "number",
    float: "number",
    str: "word",
    date: "calendar",
    datetime: "clock",
    bool: "truth",
    time: "word",
    timedelta: "word",
}
_WHOLE = 1e15


@dataclass(frozen=True)
class Sheet:
    """What was found in a sheet; its rows stand in the draft.

    Attributes
    ----------
    names
        Names of the columns, which the draft calls `c0`, `c1`, ...; its last column `row_no` numbers the records.
    rows
        Rows of the sheet up to the last that holds something.
    header
        Row of the header, 1-based: the first that holds something.
    blank
        Numbers of the records, 1-based and ascending, that hold nothing; the draft leaves them out.
    """

    names: tuple[str, ...]
    rows: int
    header: int
    blank: np.ndarray


def write_draft(path: Path, wanted: str | None, draft: Path, limits: Limits) -> Sheet:
    """Make a sheet into a Parquet file.

    Parameters
    ----------
    path
        The spreadsheet.
    wanted
        Name of the sheet; null for the only one.
    draft
        The file to write.
    limits
        What the file may take.

    Returns
    -------
    Sheet
        What was found.

    Raises
    ------
    FileError
        If the file is no spreadsheet or damaged, has no such sheet, or its header names columns twice or not at all.
    """
    if path.suffix.lower() in _ARCHIVES:
        check_archive(path, limits.unpacked_mb)
    try:
        with CalamineWorkbook.from_path(path) as book:
            sheet = _choose(book, wanted)
            if sheet.start is None or sheet.end is None:
                msg = f"the sheet '{sheet.name}' is empty. Name the columns in its first row."
                raise FileError(msg)
            check_rows(sheet.end[0] + 1, path.stat().st_size, limits.rows)
            return _write(sheet, draft)
    except PasswordError:
        msg = "the spreadsheet is locked by a password. Save it without one."
        raise FileError(msg) from None
    except CalamineError:
        msg = "the file is no spreadsheet of the kind that its ending says, or is damaged. Save it anew."
        raise FileError(msg) from None


def _choose(book: CalamineWorkbook, wanted: str | None) -> CalamineSheet:
    """Return the sheet that gcrm.toml names, or the only one that people see."""
    tables = [s for s in book.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet]
    names = [s.name for s in tables]
    if wanted is not None:
        if wanted not in names:
            msg = f"there is no sheet '{wanted}'.{near(wanted, names)}"
            raise FileError(msg)
        return book.get_sheet_by_name(wanted)
    seen = [s.name for s in tables if s.visible == SheetVisibleEnum.Visible]
    if len(seen) != 1:
        msg = f"it has {len(seen)} sheets. Name one by 'sheet' in gcrm.toml.{near('', seen)}"
        raise FileError(msg)
    return book.get_sheet_by_name(seen[0])


def _write(sheet: CalamineSheet, draft: Path) -> Sheet:
    """Write the draft of a sheet; its rows are gone through twice, once to find what each column holds."""
    rows = sheet.iter_rows()
    header, names = _header(sheet, rows)
    kinds: list[set[str]] = [set() for _ in names]
    last, number = header, header
    blank: list[np.ndarray] = []
    for batch in _batches(rows):
        filled = _look(batch, kinds)
        blank.append(np.flatnonzero(~filled) + number - header + 1)
        if filled.any():
            last = number + int(np.flatnonzero(filled)[-1]) + 1
        number += len(batch)
    used = [i for i, name in enumerate(names) if name]
    for i, found in enumerate(kinds):
        if found and not names[i]:
            msg = (
                f"column {_letters(sheet, i)} holds something, but its header in row {header} has no name. "
                "Name every column in one row, without merged cells, or empty the column."
            )
            raise FileError(msg)
    empty = np.concatenate([np.empty(0, np.int64), *blank])
    empty = empty[empty <= last - header]
    again = islice(sheet.iter_rows(), header, last)
    _fill(draft, again, {i: kinds[i] for i in used}, empty)
    return Sheet(tuple(names[i] for i in used), last, header, empty)


def _header(sheet: CalamineSheet, rows: Iterator[Row]) -> tuple[int, list[str]]:
    """Return the number of the first row that holds something, 1-based, and the names in it."""
    for number, row in enumerate(rows, 1):
        names = [shown or "" for shown in map(_word, row)]
        if not any(names):
            continue
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
            if top <= number - 1 <= bottom and right > left:
                msg = (
                    f"in its header, row {number}, several cells are merged into one. Give every column a name of its "
                    "own, in one row."
                )
                raise FileError(msg)
        name, count = Counter(filter(None, names)).most_common(1)[0]
        if count > 1:
            msg = f"the header has the column '{name}' more than once. Give every column a name of its own."
            raise FileError(msg)
        return number, names
    msg = f"the sheet '{sheet.name}' is empty. Name the columns in its first row."
    raise FileError(msg)


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, _BATCH)):
        yield batch


def _look(batch: list[Row], kinds: list[set[str]]) -> np.ndarray:
    """Note what the columns of some rows hold; return which rows hold anything."""
    filled = np.zeros(len(batch), bool)
    for found, column in zip(kinds, zip(*batch, strict=True), strict=True):
        types = set(map(type, column))
        if types == {str} and not any(column):
            continue
        there = np.fromiter((not _is_empty(value) for value in column), bool, len(batch))
        filled |= there
        found |= {_MEMBERS[kind] for kind in types - {str}}
        if str in types and any(type(value) is str and not _is_empty(value) for value in column):
            found.add("word")
    return filled


def _fill(draft: Path, rows: Iterator[Row], kinds: dict[int, set[str]], blank: np.ndarray) -> None:
    """Write the rows behind the header, but for the blank ones, as columns with types."""
    types = {i: _type(found) for i, found in kinds.items()}
    fields = [pa.field(f"c{place}", kind) for place, kind in enumerate(types.values())]
    schema = pa.schema([*fields, pa.field("row_no", pa.int64())])
    with pq.ParquetWriter(draft, schema, compression="lz4") as writer:
        before = 0
        for batch in _batches(rows):
            numbers = np.arange(before + 1, before + len(batch) + 1)
            before += len(batch)
            kept = ~np.isin(numbers, blank)
            chosen = [row for row, keep in zip(batch, kept, strict=True) if keep]
            columns = list(zip(*chosen, strict=True)) or [()] * (max(types) + 1)
            arrays = [_array(columns[i], kind) for i, kind in types.items()]
            writer.write_batch(pa.record_batch([*arrays, pa.array(numbers[kept])], schema=schema))


def _type(found: set[str]) -> pa.DataType:
    """Return the type of a column that holds such cells."""
    if not found:
        return pa.string()
    if len(found) == 1:
        return _ARROW[next(iter(found))]
    return pa.struct([pa.field(name, _ARROW[name]) for name in CELL])


def _array(column: tuple[Any, ...], kind: pa.DataType) -> pa.Array:
    """Turn the cells of a column into an array."""
    if pa.types.is_struct(kind):
        cells = [None if _is_empty(v) else {_MEMBERS[type(v)]: _word(v) if type(v) in _WORDS else v} for v in column]
        return pa.array(cells, kind)
    if pa.types.is_string(kind):
        return pa.array([_word(v) for v in column], kind)
    return pa.array([None if _is_empty(v) else v for v in column], kind)


_WORDS = {kind for kind, member in _MEMBERS.items() if member == "word"}


def _is_empty(value: Any) -> bool:
    """Say whether a cell holds nothing; blanks are nothing."""
    return type(value) is str and (not value or value.isspace())


def _word(value: Any) -> str | None:
    """Return a cell as text: whole numbers without a point, times as hours, minutes and seconds."""
    if _is_empty(value):
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) < _WHOLE:
        return str(int(value))
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        return (
            f"{'-' if seconds < 0 else ''}{abs(seconds) // 3600:02}:{abs(seconds) // 60 % 60:02}:{abs(seconds) % 60:02}"
        )
    return str(value)


def _letters(sheet: CalamineSheet, column: int) -> str:
    """Return what spreadsheets call a column, given its place among those that the sheet uses."""
    number, letters = column + 1 + (sheet.start[1] if sheet.start else 0), ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters

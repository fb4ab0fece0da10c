"""Tables as Excel workbooks: each text is a text cell, which no spreadsheet runs, and stays one when it is edited.

A number that Excel would round (more than 15 digits), a day that it does not know (before March 1900) and a time finer
than a millisecond become text. A table longer than a sheet goes on in further ones.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from gcrm.errors import ExportError
from gcrm.exports.words import is_number, to_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from xlsxwriter.format import Format

#: What a sheet holds at most, its header included, and a cell in UTF-16 code units.
MOST_ROWS, MOST_COLUMNS, MOST_TEXT = 1_048_576, 16_384, 32_767
_FIRST_DAY = date(1900, 3, 1)
_DIGITS = 15
_BATCH = 10_000
_WIDEST = 40
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_NOT_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")


class _Sheet(Worksheet):  # type: ignore[misc] # the library comes without types
    """A sheet that writes every number with all its digits, and every text as that text."""

    def _xml_number_element(self, number: float, attributes: list[tuple[str, Any]] = []) -> None:  # noqa: B006
        words = "".join(f' {key}="{value}"' for key, value in attributes)
        self.fh.write(f"<c{words}><v>{number!r}</v></c>")

    def _xml_rich_inline_string(self, string: str, attributes: list[tuple[str, Any]] = []) -> None:  # noqa: B006
        # The library takes a text that begins with <r> for XML of its own.
        self._xml_inline_string(string, preserve=True, attributes=attributes)

    @staticmethod
    def _escape_control_characters(data: object) -> str:
        """Write what XML cannot hold as `_xHHHH_` (ECMA-376 part 1, 22.9.2.19), and what looks like that as well."""
        escaped = _ESCAPE_LIKE.sub("_x005F_", str(data))
        return _NOT_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", escaped)


def write_xlsx(tables: Mapping[str, pa.Table], path: Path) -> None:
    """Write tables as a workbook.

    Parameters
    ----------
    tables
        Title of the sheet -> its rows.
    path
        The file.

    Raises
    ------
    ExportError
        If a table has more columns, or a text is longer, than Excel holds.
    """
    for table in tables.values():
        _check(table)
    # The parts of the workbook are put together beside it: people's data leaves nothing in other folders.
    with xlsxwriter.Workbook(str(path), {**_OPTIONS, "tmpdir": str(path.parent)}) as book:
        forms = _forms(book)
        for title, table in tables.items():
            for number, start in enumerate(range(0, max(table.num_rows, 1), MOST_ROWS - 1), start=1):
                sheet = book.add_worksheet(title if number == 1 else f"{title} {number}", worksheet_class=_Sheet)
                _fill(sheet, table.slice(start, MOST_ROWS - 1), forms)


def _forms(book: xlsxwriter.Workbook) -> dict[str, Format]:
    """Return the formats of cells; a text that is edited stays a text."""
    return {
        "text": book.add_format({"num_format": "@", "quote_prefix": True}),
        "head": book.add_format({"num_format": "@", "quote_prefix": True, "bold": True}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
        "time": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss.000"}),
        "number": book.add_format(),
    }


def _fill(sheet: Worksheet, table: pa.Table, forms: dict[str, Format]) -> None:
    for place, field in enumerate(table.schema):
        kept = "text" if pa.types.is_string(field.type) else "number"
        sheet.set_column(place, place, min(max(len(field.name) + 2, 10), _WIDEST), forms[kept])
        sheet.write_string(0, place, field.name, forms["head"])
    sheet.freeze_panes(1, 0)
    row = 0
    for batch in table.to_batches(max_chunksize=_BATCH):
        cells = [list(_cells(pa.chunked_array([column]))) for column in batch.columns]
        for values in zip(*cells, strict=True):
            row += 1
            if all(value is None for value in values):
                sheet.write_blank(row, 0, None, forms["text"])  # a row without cells would not be there
            for place, value in enumerate(values):
                _write(sheet, (row, place), value, forms)


def _write(sheet: Worksheet, cell: tuple[int, int], value: Any, forms: dict[str, Format]) -> None:
    """Write one cell; null is no cell."""
    if isinstance(value, str):
        sheet.write_string(*cell, value, forms["text"])
    elif isinstance(value, bool):
        sheet.write_boolean(*cell, value)
    elif isinstance(value, date):
        sheet.write_datetime(*cell, value, forms["time" if isinstance(value, datetime) else "day"])
    elif value is not None:
        sheet.write_number(*cell, value)


def _cells(column: pa.ChunkedArray) -> Iterator[Any]:
    """Yield what Excel takes for each value: text, truth, a day, a time, a number, or nothing."""
    kind = column.type
    if pa.types.is_boolean(kind):
        return iter(column.to_pylist())
    if pa.types.is_floating(kind):
        return (v if v is None or math.isfinite(v) else str(v) for v in column.to_pylist())
    words = to_words(column).to_pylist()
    if pa.types.is_date(kind) or (pa.types.is_timestamp(kind) and kind.tz is None):
        return (None if word is None else _day(word) for word in words)
    if is_number(kind):
        return (None if word is None else _number(word) for word in words)
    return iter(words)


def _day(word: str) -> date | str:
    """Return a day or time that Excel can hold as such, else its text."""
    try:
        found = datetime.fromisoformat(word)
    except ValueError:
        return word
    if found.date() < _FIRST_DAY or found.microsecond % 1000 or len(word) > len("2020-01-01 00:00:00.000000"):
        return word
    return found if " " in word else found.date()


def _number(word: str) -> float | str:
    """Return a whole or decimal number that Excel can hold with all its digits, else its text."""
    if sum(c.isdigit() for c in word.lstrip("-0.")) > _DIGITS:
        return word
    return float(word) if "." in word else int(word)


def _check(table: pa.Table) -> None:
    if table.num_columns > MOST_COLUMNS:
        msg = f"Excel holds {MOST_COLUMNS:,} columns, and this table has {table.num_columns:,}. Export CSV or Parquet."
        raise ExportError(msg)
    if any(_length(name) > MOST_TEXT for name in table.column_names):
        msg = "The name of a column is longer than a cell of Excel. Export CSV or Parquet."
        raise ExportError(msg)
    for name, column in zip(table.column_names, table.columns, strict=True):
        if is_number(column.type) or pa.types.is_boolean(column.type) or pa.types.is_temporal(column.type):
            continue
        longest = max((_length(v) for v in to_words(column).to_pylist() if v), default=0)
        if longest > MOST_TEXT:
            msg = (
                f"A cell of Excel holds {MOST_TEXT:,} characters, and column '{name}' has a text of {longest:,}. "
                "Export CSV or Parquet."
            )
            raise ExportError(msg)


def _length(text: str) -> int:
    """Count as Excel does."""
    return len(text.encode("utf-16-le")) // 2

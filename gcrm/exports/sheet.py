"""Reading workbooks that gcrm wrote, also after a spreadsheet saved them: each cell as text, null and empty apart."""

from __future__ import annotations

import re
import zipfile
from datetime import datetime, timedelta
from typing import IO, TYPE_CHECKING
from xml.etree import ElementTree as ET

import pyarrow as pa

from gcrm.errors import ExportError, near

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_COLUMN = re.compile(r"[A-Z]+")
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's clock has no zone
#: Number formats of days and times that need no definition.
_BUILT_IN_TIMES = frozenset({*range(14, 23), *range(45, 48)})


def read_xlsx(path: Path, title: str | None = None) -> pa.Table:
    """Read a table from a workbook, as text.

    Parameters
    ----------
    path
        The file.
    title
        Title of the sheet where the table begins; the first sheet where null. Sheets that are called the same with a
        number behind it go on with it.

    Returns
    -------
    pa.Table
        Columns of strings, named by the first row; days and times by ISO 8601.

    Raises
    ------
    ExportError
        If it is no workbook, or has no such sheet.
    """
    try:
        with zipfile.ZipFile(path) as book:
            sheets = _sheets(book)
            first = next(iter(sheets)) if title is None else title
            if first not in sheets:
                msg = f"{path} has no sheet '{first}'.{near(first, sheets)}"
                raise ExportError(msg)
            parts = [part for name, part in sheets.items() if re.fullmatch(rf"{re.escape(first)}( \d+)?", name)]
            return _table(book, parts)
    except (zipfile.BadZipFile, KeyError, ValueError, ET.ParseError) as error:
        msg = f"{path} is no Excel workbook as gcrm writes it."
        raise ExportError(msg) from error


def _sheets(book: zipfile.ZipFile) -> dict[str, str]:
    """Return the title of each sheet and the part of the file that holds it."""
    links = {node.get("Id"): node.get("Target", "") for node in _parse(book, "xl/_rels/workbook.xml.rels")}
    nodes = _parse(book, "xl/workbook.xml").iter(f"{_MAIN}sheet")
    return {node.get("name", ""): "xl/" + links[node.get(_LINK)].removeprefix("/xl/") for node in nodes}


def _table(book: zipfile.ZipFile, parts: list[str]) -> pa.Table:
    """Put the rows of several sheets together; the first row of each is the header."""
    shared, timed = _shared(book), _timed(book)
    names: list[str] = []
    columns: list[list[str | None]] = []
    for part in parts:
        with book.open(part) as file:
            rows = _rows(file, shared, timed)
            _, header = next(rows, (1, {}))
            names = names or [header.get(i) or "" for i in range(max(header, default=-1) + 1)]
            columns = columns or [[] for _ in names]
            start = len(columns[0]) if columns else 0
            for number, row in rows:
                for place, column in enumerate(columns):
                    column.extend([None] * (start + number - 2 - len(column)))  # rows without a cell may be left out
                    column.append(row.get(place))
    return pa.Table.from_arrays([pa.array(column, pa.string()) for column in columns], names=names)


def _rows(file: IO[bytes], shared: list[str], timed: set[int]) -> Iterator[tuple[int, dict[int, str]]]:
    """Yield the number of each row, and its texts by the place of their column."""
    for _, node in ET.iterparse(file):  # noqa: S314 - entities that multiply are refused by the parser itself
        if node.tag == f"{_MAIN}row":
            cells = ((_place(cell), _text(cell, shared, timed)) for cell in node.iter(f"{_MAIN}c"))
            yield int(node.get("r", "")), {place: text for place, text in cells if text is not None}
            node.clear()


def _text(cell: ET.Element, shared: list[str], timed: set[int]) -> str | None:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _string(cell)
    value = cell.findtext(f"{_MAIN}v")
    if value is None:
        return None
    if kind == "s":
        return shared[int(value)]
    if kind == "b":
        return "true" if value == "1" else "false"
    if kind == "n":
        return _time(float(value)) if int(cell.get("s", "0")) in timed else _number(value)
    return _unescape(value)


def _number(value: str) -> str:
    """Return a number as short as it can be written; a spreadsheet writes 0.1 as 0.10000000000000001."""
    if value.lstrip("-").isdigit():
        return value
    number = float(value)
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 and number else repr(number)


def _time(serial: float) -> str:
    """Return the day or time that a spreadsheet counts as so many days."""
    found = _EPOCH + timedelta(milliseconds=round(serial * 86_400_000))
    return found.date().isoformat() if serial.is_integer() else found.isoformat(" ")


def _place(cell: ET.Element) -> int:
    """Return the number of a cell's column, 0 for A."""
    letters = _COLUMN.match(cell.get("r", ""))
    if letters is None:
        msg = "a cell without a place"
        raise ValueError(msg)
    place = 0
    for letter in letters[0]:
        place = place * 26 + ord(letter) - 64
    return place - 1


def _shared(book: zipfile.ZipFile) -> list[str]:
    name = "xl/sharedStrings.xml"
    return [_string(node) for node in _parse(book, name)] if name in book.namelist() else []


def _string(node: ET.Element) -> str:
    """Return the text of an inline or shared string; hints for its pronunciation are not part of it."""
    runs = [*node.findall(f"{_MAIN}t"), *node.findall(f"{_MAIN}r/{_MAIN}t"), *node.findall(f"{_MAIN}is//{_MAIN}t")]
    return _unescape("".join(run.text or "" for run in runs))


def _unescape(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _timed(book: zipfile.ZipFile) -> set[int]:
    """Return the numbers of the cell formats that show days or times."""
    styles = _parse(book, "xl/styles.xml")
    formats = {int(n.get("numFmtId", "0")): n.get("formatCode", "") for n in styles.iter(f"{_MAIN}numFmt")}
    times = _BUILT_IN_TIMES | {i for i, code in formats.items() if set("ymdhs") & set(_LITERAL.sub("", code.lower()))}
    cells = styles.find(f"{_MAIN}cellXfs")
    return {i for i, node in enumerate(() if cells is None else cells) if int(node.get("numFmtId", "0")) in times}


def _parse(book: zipfile.ZipFile, name: str) -> ET.Element:
    return ET.fromstring(book.read(name))  # noqa: S314 - as above

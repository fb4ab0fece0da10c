# ruff: noqa: RUF001 - signs that look like others are what this is about
"""Ten thousand texts that want to run, through CSV and Excel: read by others, none runs and all are what they were."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from itertools import islice
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import openpyxl
import pyarrow as pa
import pytest
from openpyxl.utils.escape import unescape

from gcrm import exports
from gcrm.exports.escape import escape
from tests.exports.hostile import texts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ALL = 10_000
TEXT, CELLS = (f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("text", "table"))
#: XML of the office formats cannot hold control characters, and knows one kind of line end.
LOST = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
#: What looks like a number to a spreadsheet that opens a CSV file.
NUMBERS = re.compile(r"[\d.e/%\s-]+|TRUE")


def table(count: int) -> pa.Table:
    found = texts(count)
    return pa.table({"=a": found, "n": range(-5, count - 5), "b": found[::-1]})


def test_by_a_csv_reader_no_field_begins_like_a_formula(tmp_path):
    whole = table(ALL)
    exports.write_table(whole, tmp_path / "x.csv")
    with (tmp_path / "x.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) == ALL + 1
    for row in rows:
        for field in (row[0], row[2]):
            assert not re.match('[\\s"\ufeff\u200b\x00]*[=+\\-@|%＝＋－＠\t\r\n]', field), field
    assert [int(row[1]) for row in rows[1:]] == whole["n"].to_pylist()
    # A reader that splits at other signs, and knows no quotes, finds none either.
    content = (tmp_path / "x.csv").read_text(encoding="utf-8-sig")
    pieces = re.split("[;\t\r\n\v\f|\u2028\u2029\x85]", content)
    assert [p for p in pieces if re.match('[\\s"\ufeff\u200b\x00]*[=+@%＝＋＠]', p)] == []
    assert exports.read_table(tmp_path / "x.csv", whole.schema).equals(whole)


def test_by_openpyxl_every_cell_is_its_text(tmp_path):
    whole = table(ALL)
    exports.write_table(whole, tmp_path / "x.xlsx")
    book = openpyxl.load_workbook(tmp_path / "x.xlsx", read_only=True)
    rows = book.active.iter_rows()
    expected = zip(*(["=a", *texts(ALL)], ["n", *whole["n"].to_pylist()], ["b", *texts(ALL)[::-1]]), strict=True)
    for row, values in zip(rows, expected, strict=True):
        for cell, value in zip(row, values, strict=True):
            assert cell.data_type == ("s" if isinstance(value, str) else "n")
            assert (
                cell.value == value
                or unescape(cell.value).replace("_xFFFE_", "\ufffe").replace("_xFFFF_", "\uffff") == value
            )
    book.close()
    assert exports.read_table(tmp_path / "x.xlsx", whole.schema).equals(whole)


def converted(source: Path, separator: int | None = None) -> Path:
    """What LibreOffice makes of a file: a flat document that says of each cell whether it is a formula."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("no LibreOffice; 'make soak' as root installs Debian's libreoffice-calc-nogui")
    folder = source.parent / f"office-{source.stem}-{separator}"
    options = [f"--infilter=CSV:{separator},34,76,1"] if separator else []
    profile = f"-env:UserInstallation={(source.parent / 'profile').as_uri()}"
    words = [office, profile, "--headless", *options, "--convert-to", "fods", "--outdir", str(folder), str(source)]
    subprocess.run(words, check=True, capture_output=True, timeout=300)
    return folder / f"{source.stem}.fods"


def rows_of(path: Path) -> Iterator[list[tuple[str, bool]]]:
    """Texts of each row, and whether a formula made them."""
    for _, row in ET.iterparse(path):  # noqa: S314 - we had it made
        if row.tag == f"{CELLS}table-row":
            cells = [cell for cell in row if cell.tag == f"{CELLS}table-cell"]
            yield [
                ("\n".join(map(plain, cell.findall(f"{TEXT}p"))), f"{CELLS}formula" in cell.attrib) for cell in cells
            ]
            row.clear()


def plain(paragraph: ET.Element) -> str:
    signs = {f"{TEXT}s": " ", f"{TEXT}tab": "\t", f"{TEXT}line-break": "\n"}
    found = [paragraph.text or ""]
    for part in paragraph:
        found.append(signs[part.tag] * int(part.get(f"{TEXT}c", "1")) if part.tag in signs else plain(part))
        found.append(part.tail or "")
    return "".join(found)


def shown(text: str) -> str:
    """What is left of a text in LibreOffice's flat documents, which drop tabs from texts of several lines."""
    lines = LOST.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return lines.replace("\t", "") if "\n" in lines else lines


@pytest.mark.soak
def test_by_libreoffice_nothing_runs(tmp_path, soak):
    whole = table(soak(ALL))
    for name in ("csv", "xlsx"):
        exports.write_table(whole, tmp_path / f"safe.{name}")
    with (tmp_path / "raw.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([whole.column_names, *zip(*whole.to_pydict().values(), strict=True)])
    for separator in (44, 59, 9):
        rows = list(rows_of(converted(tmp_path / "safe.csv", separator)))
        assert not any(formula for row in rows for _, formula in row)
        assert not any(text.startswith("#NAME?") for row in rows for text, _ in row)
    # The same look at a file that is not escaped finds formulas: the test can fail.
    assert any(formula for row in rows_of(converted(tmp_path / "raw.csv", 44)) for _, formula in row)

    sheets = {"csv": (converted(tmp_path / "safe.csv", 44), escape), "xlsx": (converted(tmp_path / "safe.xlsx"), str)}
    for name, (path, written) in sheets.items():
        rows = islice(rows_of(path), 1, None)
        for values, row in zip(whole.to_pylist(), rows, strict=False):
            assert not any(formula for _, formula in row)
            for place, column in ((0, "=a"), (2, "b")):
                expected = shown(written(values[column]))
                if name == "xlsx" or not NUMBERS.fullmatch(expected):
                    assert shown(row[place][0]) == expected

"""Spreadsheets: what other programs write is what ingest reads, cell by cell."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import pytest
import xlsxwriter

from gcrm import process
from gcrm.errors import SourceError
from gcrm.ingest.limits import FileError
from gcrm.ingest.table.sheet import write_draft
from gcrm.settings import Limits
from tests.ingest.bench import build

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@pytest.fixture(autouse=True)
def _at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read in this process, which is quicker; tests of limits undo it."""
    monkeypatch.setattr(process, "run", lambda function, *args, limits: function(*args))  # noqa: ARG005


ACCOUNT = "format, rows_in, rows_loaded, rows_rejected, physical_lines, header_lines, loaded_lines, rejected_lines"


def workbook(path: Path, *rows: Sequence[Any], name: str = "One", first: int = 0, **options: Any) -> Path:
    """Write a workbook of one sheet; days and times get the formats that make them so."""
    with xlsxwriter.Workbook(path, options) as book:
        formats = {
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
            time: book.add_format({"num_format": "hh:mm:ss"}),
            timedelta: book.add_format({"num_format": "[h]:mm:ss"}),
        }
        sheet = book.add_worksheet(name)
        for r, row in enumerate(rows, first):
            for c, value in enumerate(row):
                if isinstance(value, tuple):
                    sheet.write_formula(r, c, value[0], None, value[1])
                elif type(value) in formats:
                    sheet.write_datetime(r, c, value, formats[type(value)])
                elif isinstance(value, str):
                    sheet.write_string(r, c, value)
                elif value is not None:
                    sheet.write(r, c, value)
    return path


def test_cells_keep_their_types(tmp_path: Path) -> None:
    workbook(
        tmp_path / "c.xlsx",
        ["customer_id", "name", "since", "until", "postcode", "lon", "lat", "segment"],
        ["007", "Ann", date(2020, 2, 29), datetime(2021, 1, 2, 3, 4), "02139", -122.5, 37.75, True],  # noqa: DTZ001
        [8, "a\nb", date(1900, 3, 1), None, 2139.0, None, None, None],
        [9.5, "  ", "2020-01-05", date(9999, 12, 31), 2139.5, 0, 0, date(2020, 1, 1)],
        [1e14, "김", None, None, None, None, None, time(10, 5)],
        ["x", 0.1 + 0.2, None, None, None, None, None, timedelta(hours=30)],
    )
    built = build(tmp_path, it={"kind": "customers", "path": "c.xlsx"})
    found = built.rows(
        "SELECT customer_id, name, since, until, postcode, lon, segment, row_no FROM ingest.customer ORDER BY row_no"
    )
    assert found == [
        ("007", "Ann", date(2020, 2, 29), date(2021, 1, 2), "02139", -122.5, "true", 1),
        ("8", "a\nb", date(1900, 3, 1), None, "2139", None, None, 2),
        ("9.5", None, date(2020, 1, 5), date(9999, 12, 31), "2139.5", 0.0, "2020-01-01", 3),
        ("100000000000000", "김", None, None, None, None, "10:05:00", 4),
        ("x", "0.3", None, None, None, None, "30:00:00", 5),
    ]
    assert built.rows(f"SELECT {ACCOUNT} FROM ingest.source") == [("Excel", 5, 5, 0, 6, 1, 5, 0)]


def test_what_becomes_of_a_cell_does_not_depend_on_others(tmp_path: Path) -> None:
    """A word in a column of numbers, or of days, spoils its own row alone."""
    rows = [[1, 0.1 + 0.2, date(2020, 1, 1)], [2, 2.675, date(2020, 1, 2)]]
    header = ["line_no", "amount", "product_id"]
    source = {"kind": "order_lines", "path": "l.xlsx", "columns": {"order_id": "line_no"}}
    workbook(tmp_path / "l.xlsx", header, *rows)
    alone = build(tmp_path, it=source).rows("SELECT amount, product_id FROM ingest.order_line ORDER BY row_no")
    assert alone == [(Decimal("0.30"), "2020-01-01"), (Decimal("2.68"), "2020-01-02")]
    workbook(tmp_path / "l.xlsx", header, *rows, ["x", "n/a", "none"], [4, True, 5])
    built = build(tmp_path, it=source)
    assert built.rows("SELECT amount, product_id FROM ingest.order_line ORDER BY row_no") == alone
    assert built.rejects() == [(4, 3, "bad_number", "line_no"), (5, 4, "bad_number", "amount")]


def test_formats_and_nulls_are_for_cells_too(tmp_path: Path) -> None:
    rows = [["a", "31.12.2020"], ["b", date(2020, 12, 31)], ["c", "-"], ["d", 20201231], ["e", "2020-12-31"]]
    workbook(tmp_path / "c.xlsx", ["customer_id", "since"], *rows)
    source = {"kind": "customers", "path": "c.xlsx", "formats": {"since": "%d.%m.%Y"}, "nulls": {"since": ["-"]}}
    built = build(tmp_path, it=source)
    day = date(2020, 12, 31)
    assert built.rows("SELECT customer_id, since FROM ingest.customer ORDER BY 1") == [
        ("a", day),
        ("b", day),
        ("c", None),
    ]
    assert [row[2:] for row in built.rejects()] == [("bad_date", "since")] * 2


def test_formulas_give_the_value_that_was_computed(tmp_path: Path) -> None:
    rows = [
        [("=1+1", 2), ('="a"', "a")],
        [("=NA()", "#N/A"), "b"],
        [("=1/0", "#DIV/0!"), "c"],
        [3, ("=NA()", "#N/A")],
    ]
    workbook(tmp_path / "o.xlsx", ["owner_id", "name"], *rows)
    built = build(tmp_path, it={"kind": "owners", "path": "o.xlsx"})
    assert built.rows("SELECT owner_id, name FROM ingest.owner ORDER BY row_no") == [("2", "a"), ("3", None)]
    assert built.rejects() == [(3, 2, "missing_value", "owner_id"), (4, 3, "missing_value", "owner_id")]


def test_lines_are_the_rows_of_the_sheet(tmp_path: Path) -> None:
    """Empty rows above count to the header, those between are rejected, those at the end are none."""
    rows = [
        ["owner_id", "name"],
        ["1", "a"],
        [],
        ["2", "  "],
        [None, "c"],
        ["  ", ""],
        ["3", "d"],
        ["", " "],
        [None, "  "],
    ]
    workbook(tmp_path / "o.xlsx", *rows, first=2)
    built = build(tmp_path, it={"kind": "owners", "path": "o.xlsx"})
    assert built.rows("SELECT owner_id, name, row_no FROM ingest.owner ORDER BY row_no") == [
        ("1", "a", 1),
        ("2", None, 3),
        ("3", "d", 6),
    ]
    assert built.rejects() == [
        (5, 2, "blank_line", None),
        (7, 4, "missing_value", "owner_id"),
        (8, 5, "blank_line", None),
    ]
    assert built.rows(f"SELECT {ACCOUNT} FROM ingest.source") == [("Excel", 6, 3, 3, 9, 3, 3, 3)]


def test_the_1904_calendar(tmp_path: Path) -> None:
    workbook(tmp_path / "c.xlsx", ["customer_id", "since"], ["a", date(2020, 2, 29)], date_1904=True)
    built = build(tmp_path, it={"kind": "customers", "path": "c.xlsx"})
    assert built.rows("SELECT since FROM ingest.customer") == [(date(2020, 2, 29),)]


def test_numbers_that_are_no_days(tmp_path: Path) -> None:
    """Serial numbers outside the calendar of spreadsheets do not become days."""
    with xlsxwriter.Workbook(tmp_path / "c.xlsx") as book:
        sheet, form = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, ["customer_id", "since"])
        for i, serial in enumerate([-5, 0, 0.25, 2958466, 1e10, 43890], 1):
            sheet.write(i, 0, i)
            sheet.write(i, 1, serial, form)
    built = build(tmp_path, it={"kind": "customers", "path": "c.xlsx"})
    assert built.rows("SELECT customer_id, since FROM ingest.customer") == [("6", date(2020, 2, 29))]
    assert [row[2] for row in built.rejects()] == ["bad_date"] * 5


def test_sheets_by_name(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "o.xlsx") as book:
        for name in ("Kunden 2020", "Notes", "Lists"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["owner_id"])
            sheet.write_row(1, 0, [name])
        book.get_worksheet_by_name("Lists").hide()
    source = {"kind": "owners", "path": "o.xlsx"}
    with pytest.raises(
        SourceError, match=r"it has 2 sheets. Name one by 'sheet' in gcrm.toml. Known: Kunden 2020, Notes"
    ):
        build(tmp_path, it=source)
    with pytest.raises(SourceError, match=r"there is no sheet 'Kunden'. Did you mean 'Kunden 2020'\?|Known"):
        build(tmp_path, it=source | {"sheet": "Kunden"})
    for name in ("Kunden 2020", "Lists"):
        built = build(tmp_path, it=source | {"sheet": name})
        assert built.rows("SELECT owner_id FROM ingest.owner") == [(name,)]


def test_the_only_visible_sheet(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "o.xlsx") as book:
        book.add_worksheet("Seen").write_column(0, 0, ["owner_id", "1"])
        book.add_worksheet("Lists").hide()
        book.add_chartsheet("Chart")
    built = build(tmp_path, it={"kind": "owners", "path": "o.xlsx"})
    assert built.rows("SELECT owner_id FROM ingest.owner") == [("1",)]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([], "the sheet 'One' is empty"),
        ([["  "]], "the sheet 'One' is empty"),
        ([["name"], ["a"]], "no column 'owner_id', which owners need"),
        ([["owner_id", "x", "x"], [1, 2, 3]], "column 'x' more than once"),
        ([["owner_id", None, "x"], [1, 2, 3]], "column B holds something, but its header in row 1 has no name"),
        ([["owner_id"], [1, *[None] * 27, 3]], "column AC holds something"),
    ],
)
def test_headers_that_are_refused(tmp_path: Path, rows: list[list[Any]], says: str) -> None:
    workbook(tmp_path / "o.xlsx", *rows)
    with pytest.raises(SourceError, match=says):
        build(tmp_path, it={"kind": "owners", "path": "o.xlsx"})


def test_a_merged_header_is_refused(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "o.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["owner_id"])
        sheet.merge_range(0, 1, 0, 2, "name")
        sheet.write_row(1, 0, ["1", "Ann", "Lee"])
    with pytest.raises(SourceError, match="in its header, row 1, several cells are merged"):
        build(tmp_path, it={"kind": "owners", "path": "o.xlsx"})


def test_merged_cells_below_the_header(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "o.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["owner_id", "name"])
        sheet.merge_range(1, 1, 2, 1, "both")
        sheet.write_column(1, 0, ["1", "2"])
    built = build(tmp_path, it={"kind": "owners", "path": "o.xlsx"})
    assert built.rows("SELECT name FROM ingest.owner ORDER BY row_no") == [("both",), (None,)]


def test_a_wide_sheet(tmp_path: Path) -> None:
    names = ["owner_id", *(f"c{i}" for i in range(16_383))]
    workbook(tmp_path / "o.xlsx", names, [1, *range(16_383)], ["2", *range(16_382), "x"])
    built = build(tmp_path, it={"kind": "owners", "path": "o.xlsx", "columns": {"name": "c16382"}})
    assert built.rows("SELECT owner_id, name FROM ingest.owner ORDER BY 1") == [("1", "16382"), ("2", "x")]


def test_a_lone_cell_far_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few bytes may ask for a table of 17 thousand million cells; the process that makes it is stopped."""
    monkeypatch.undo()
    with xlsxwriter.Workbook(tmp_path / "o.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["owner_id"])
        sheet.write(1_048_575, 16_383, "x")
    with pytest.raises(SourceError, match="reading it did not end well"):
        build(tmp_path, it={"kind": "owners", "path": "o.xlsx"})


def test_a_sheet_is_read_in_a_process_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    workbook(tmp_path / "o.xlsx", ["owner_id"], [1], [], ["x"])
    built = build(tmp_path, it={"kind": "owners", "path": "o.xlsx"})
    assert built.rows("SELECT owner_id FROM ingest.owner ORDER BY row_no") == [("1",), ("x",)]
    with pytest.raises(SourceError, match="there is no sheet 'Two'"):
        build(tmp_path, it={"kind": "owners", "path": "o.xlsx", "sheet": "Two"})


@pytest.mark.parametrize("name", ["a.xlsx", "a.xlsm", "a.xlsb", "a.ods", "a.xls"])
def test_files_that_are_no_spreadsheets(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("something.txt", "else")
    for content in (b"", b"owner_id\n1\n", (tmp_path / "other.zip").read_bytes()):
        path.write_bytes(content)
        with pytest.raises(FileError, match=r"damaged|no spreadsheet"):
            write_draft(path, None, tmp_path / "draft", Limits())


def ods(path: Path, body: str) -> None:
    """Write an OpenDocument spreadsheet of one sheet whose rows are given as XML."""
    names = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text"))
    table = f'<table:table table:name="{escape("One & only")}">{body}</table:table>'
    with zipfile.ZipFile(path, "w") as archive:
        kind = "application/vnd.oasis.opendocument.spreadsheet"
        archive.writestr("mimetype", kind)
        entry = f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        space = 'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
        archive.writestr("META-INF/manifest.xml", f"<manifest:manifest {space}>{entry}</manifest:manifest>")
        archive.writestr(
            "content.xml",
            f"<office:document-content {names}><office:body><office:spreadsheet>{table}"
            "</office:spreadsheet></office:body></office:document-content>",
        )


def cell(kind: str, value: str, **more: str) -> str:
    named = {"float": "value", "date": "date-value", "boolean": "boolean-value"}.get(kind)
    extra = "".join(f' table:{k.replace("_", "-")}="{v}"' for k, v in more.items())
    held = f' office:{named}="{value}"' if named else ""
    return (
        f'<table:table-cell office:value-type="{kind}"{held}{extra}><text:p>{escape(value)}</text:p></table:table-cell>'
    )


def row(*cells: str, **more: str) -> str:
    extra = "".join(f' table:{k.replace("_", "-")}="{v}"' for k, v in more.items())
    return f"<table:table-row{extra}>{''.join(cells)}</table:table-row>"


def test_opendocument(tmp_path: Path) -> None:
    empty = '<table:table-cell table:number-columns-repeated="1020"/>'
    ods(
        tmp_path / "c.ods",
        row(cell("string", "customer_id"), cell("string", "since"), cell("string", "postcode"), empty)
        + row(cell("float", "7"), cell("date", "1899-07-01"), cell("string", "02139"), empty)
        + row(cell("string", "8"), cell("date", "2020-02-29T10:00:00"), cell("float", "2139"), empty)
        + row(empty, number_rows_repeated="1048573"),
    )
    built = build(tmp_path, it={"kind": "customers", "path": "c.ods", "sheet": "One & only"})
    assert built.rows("SELECT customer_id, since, postcode FROM ingest.customer ORDER BY row_no") == [
        ("7", date(1899, 7, 1), "02139"),
        ("8", date(2020, 2, 29), "2139"),
    ]
    assert built.rows(f"SELECT {ACCOUNT} FROM ingest.source") == [("OpenDocument", 2, 2, 0, 3, 1, 2, 0)]


def test_an_opendocument_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a kilobyte that repeats a cell a thousand million times."""
    monkeypatch.undo()
    ods(
        tmp_path / "o.ods",
        row(cell("string", "owner_id"))
        + row(cell("float", "1", number_columns_repeated="16384"), number_rows_repeated="1048575"),
    )
    with pytest.raises(SourceError, match=r"did not end well|no table is that dense|no spreadsheet of the kind"):
        build(tmp_path, it={"kind": "owners", "path": "o.ods"})


def test_excel_97(tmp_path: Path) -> None:
    """LibreOffice writes what Excel 97 would, formulas with their values among it."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("no LibreOffice to write a file in the old format of Excel")
    rows = [["007", date(2020, 2, 29), ("=1+1", 2)], ["8", date(1900, 3, 1), ("=NA()", "#N/A")]]
    workbook(tmp_path / "c.xlsx", ["customer_id", "since", "postcode"], *rows)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [office, profile, "--headless", "--convert-to", "xls", "--outdir", tmp_path, tmp_path / "c.xlsx"]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    built = build(tmp_path, it={"kind": "customers", "path": "c.xls"})
    assert built.rows("SELECT customer_id, since, postcode FROM ingest.customer ORDER BY row_no") == [
        ("007", date(2020, 2, 29), "2"),
        ("8", date(1900, 3, 1), None),
    ]
    assert built.rows("SELECT format FROM ingest.source") == [("Excel 97",)]

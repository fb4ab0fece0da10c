"""Bad Parquet files, archives and spreadsheets: what is small and unpacks to much, and what was cut or lies."""

from __future__ import annotations

import struct
import zipfile
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from tests.traps.files.family import CUSTOMERS, ORDERS, ZONES, Family
from tests.traps.files.shapes import GOOD, _cut, frame

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PARQUET = CUSTOMERS | {"path": "it.parquet"}
SHEET = CUSTOMERS | {"path": "it.xlsx"}
SMALL = "[limits]\nunpacked_mb = 20\nmemory_mb = 500\nseconds = 60\n"


def table(**columns: Any) -> Callable[[Path], None]:
    return lambda folder: pq.write_table(pa.table(columns), folder / "it.parquet")


def refused(
    name: str, make: Callable[[Path], Any], says: str, source: dict[str, str] | None = None, top: str = ""
) -> Family:
    return Family(name, make, source or PARQUET, refused=says, top=top)


def _many_rows(folder: Path) -> None:
    """A hundred million rows in a fifth of a megabyte."""
    zeros = pa.DictionaryArray.from_arrays(np.zeros(10_000_000, np.int8), [1])
    part = pa.table({"customer_id": zeros})
    with pq.ParquetWriter(folder / "it.parquet", part.schema, compression="none", write_statistics=False) as writer:
        for _ in range(10):
            writer.write_table(part, row_group_size=10_000_000)
    assert (folder / "it.parquet").stat().st_size < 200_000


def _long_text(folder: Path) -> None:
    """A megabyte of text, once in the file and a thousand times in the table."""
    words = pa.DictionaryArray.from_arrays(pa.array([1] * 999 + [0], pa.int32()), ["Ann", "x" * 1_000_000])
    pq.write_table(pa.table({"customer_id": range(1000), "name": words}), folder / "it.parquet")


def _swelling(folder: Path) -> None:
    """A megabyte of text that takes gigabytes two thousand rows at a time."""
    words = pa.DictionaryArray.from_arrays(pa.array([0] * 50_000, pa.int32()), ["x" * 1_000_000])
    pq.write_table(pa.table({"customer_id": range(50_000), "name": words}), folder / "it.parquet", compression="zstd")
    assert (folder / "it.parquet").stat().st_size < 500_000


def _flipped(folder: Path) -> None:
    table(customer_id=[str(i) for i in range(1000)])(folder)
    data = bytearray((folder / "it.parquet").read_bytes())
    data[100:400] = bytes(300)
    (folder / "it.parquet").write_bytes(data)


def _bomb(folder: Path) -> None:
    """An archive that says it holds four gigabytes."""
    with zipfile.ZipFile(folder / "it.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("it.shp", bytes(1_000_000))
    data = bytearray((folder / "it.zip").read_bytes())
    place = data.index(b"PK\1\2") + 24
    data[place : place + 4] = struct.pack("<I", 2**32 - 2)
    (folder / "it.zip").write_bytes(data)


def _lying_bomb(folder: Path) -> None:
    """An archive whose file is larger than it says."""
    with zipfile.ZipFile(folder / "it.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for suffix in (".shp", ".shx", ".dbf"):
            archive.writestr(f"it{suffix}", bytes(30_000_000))
    data = (folder / "it.zip").read_bytes()
    (folder / "it.zip").write_bytes(data.replace(struct.pack("<I", 30_000_000), struct.pack("<I", 1000)))


def _many_entries(folder: Path) -> None:
    with zipfile.ZipFile(folder / "it.zip", "w") as archive:
        for i in range(10_001):
            archive.writestr(f"{i}.txt", b"")


def _two_shapefiles(folder: Path) -> None:
    with zipfile.ZipFile(folder / "it.zip", "w") as archive:
        archive.writestr("a.shp", b"")
        archive.writestr("b.shp", b"")


def workbook(*rows: list[Any], name: str = "it.xlsx") -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        book = xlsxwriter.Workbook(folder / name)
        sheet = book.add_worksheet("Customers")
        for i, row in enumerate(rows):
            sheet.write_row(i, 0, row)
        book.close()

    return write


def _tall_sheet(folder: Path) -> None:
    """A sheet of three million rows, which no program would write but XML can hold."""
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    head += b'<row r="1"><c t="inlineStr"><is><t>customer_id</t></is></c></row>'
    row = b"<row><c><v>1</v></c></row>"
    workbook(["customer_id"])(folder)
    with zipfile.ZipFile(folder / "it.xlsx") as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(folder / "it.xlsx", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for name, data in parts.items():
            if name != "xl/worksheets/sheet1.xml":
                new.writestr(name, data)
        with new.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(head)
            for _ in range(300):
                sheet.write(row * 10_000)
            sheet.write(b"</sheetData></worksheet>")


def _billion_laughs(folder: Path) -> None:
    """Entities that name each other ten times over."""
    names = [f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10)]
    entities = '<!DOCTYPE x [<!ENTITY a0 "ha">' + "".join(names) + "]>"
    workbook(["customer_id"], ["1"])(folder)
    with zipfile.ZipFile(folder / "it.xlsx") as old:
        parts = {name: old.read(name) for name in old.namelist()}
    body = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>customer_id</t></si><si><t>&a9;</t></si></sst>'
    parts["xl/sharedStrings.xml"] = (entities + body).encode()
    with zipfile.ZipFile(folder / "it.xlsx", "w") as new:
        for name, data in parts.items():
            new.writestr(name, data)


def _two_sheets(folder: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["customer_id"])
    book.create_sheet("Other")
    book.save(folder / "it.xlsx")


def _formula_errors(folder: Path) -> None:
    book = xlsxwriter.Workbook(folder / "it.xlsx")
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["customer_id", "name", "lon", "lat"])
    sheet.write_row(1, 0, ["1", "Ann", -122.5, 37.5])
    sheet.write_row(2, 0, ["2", "Bob"])
    sheet.write_formula(2, 2, "=1/0", None, "#DIV/0!")
    sheet.write(2, 3, 37.5)
    book.close()


FAMILIES = [
    refused("a hundred million rows in a few bytes", _many_rows, "no table is that dense"),
    Family("one long text a thousand times", _long_text, PARQUET, loaded=1, rejected={"bad_text": 999}),
    refused("a long text that swells", _swelling, "more than 300 MB of memory", top="[limits]\nmemory_mb = 600\n"),
    refused(
        "Parquet that ends too early",
        _cut("it.parquet", 0.5, table(customer_id=["1"] * 9)),
        "not Parquet, or is damaged",
    ),
    refused("Parquet with zeroed bytes", _flipped, "damaged"),
    refused(
        "Parquet with dates where amounts should be",
        table(order_id=["1"], customer_id=["1"], ordered_on=[date(2020, 1, 1)], amount=[date(2020, 1, 1)]),
        "no money for 'amount' can be made",
        ORDERS | {"path": "it.parquet"},
    ),
    refused(
        "Parquet with a list where a name should be",
        table(customer_id=["1"], name=[["a", "b"]]),
        "no text for 'name' can be made",
    ),
    refused(
        "Parquet with a struct where a key should be",
        table(customer_id=[{"a": 1}]),
        "no text for 'customer_id' can be made",
    ),
    Family(
        "Parquet with nulls in a dictionary",
        table(customer_id=pa.array(["1", None, "3"]).dictionary_encode()),
        PARQUET,
        loaded=2,
        rejected={"missing_value": 1},
    ),
    Family(
        "Parquet with numbers that are none",
        table(customer_id=[1, 2, 3], lon=[-122.5, float("nan"), float("inf")], lat=[37.5] * 3),
        PARQUET,
        loaded=1,
        rejected={"bad_number": 2},
    ),
    Family(
        "Parquet with amounts beyond cents",
        table(
            order_id=["1", "2"],
            customer_id=["1"] * 2,
            ordered_on=[date(2020, 1, 1)] * 2,
            amount=[Decimal("1.001"), Decimal("1.010")],
        ),
        ORDERS | {"path": "it.parquet"},
        loaded=1,
        rejected={"bad_number": 1},
    ),
    refused(
        "an archive that unpacks to gigabytes",
        _bomb,
        "it unpacks to 4,096 MB, the limit is 20 MB",
        ZONES | {"path": "it.zip"},
        SMALL,
    ),
    refused(
        "an archive that unpacks to more than it says",
        _lying_bomb,
        "damaged|stopped",
        ZONES | {"path": "it.zip"},
        SMALL,
    ),
    refused(
        "an archive of ten thousand files", _many_entries, "the archive holds 10001 files", ZONES | {"path": "it.zip"}
    ),
    refused("an archive of two Shapefiles", _two_shapefiles, "holds 2 Shapefiles", ZONES | {"path": "it.zip"}),
    refused(
        "an archive that is none",
        lambda folder: (folder / "it.zip").write_bytes(b"PK\3\4"),
        "not a ZIP archive",
        ZONES | {"path": "it.zip"},
    ),
    refused(
        "a spreadsheet of three million rows", _tall_sheet, "stopped|limit|rows", SHEET, "[limits]\nunpacked_mb = 50\n"
    ),
    refused(
        "a spreadsheet that ends too early", _cut("it.xlsx", 0.6, workbook(["customer_id"], ["1"])), "damaged", SHEET
    ),
    refused("a spreadsheet of entities that multiply", _billion_laughs, "it", SHEET),
    refused("a spreadsheet without the sheet", _two_sheets, "(?i)sheet", SHEET | {"sheet": "Customers"}),
    refused("a spreadsheet whose sheet is not named", _two_sheets, "(?i)sheets", SHEET),
    refused(
        "a spreadsheet with a column twice",
        workbook(["customer_id", "name", "name"], ["1", "a", "b"]),
        "more than once",
        SHEET,
    ),
    refused("a spreadsheet without rows", workbook(), "(?i)header|empty", SHEET),
    Family("errors of formulas", _formula_errors, SHEET, loaded=1, rejected={"missing_value": 1}),
    refused(
        "a GeoPackage called a spreadsheet",
        lambda folder: (frame("it.gpkg", [GOOD])(folder), (folder / "it.gpkg").rename(folder / "it.xlsx")),
        "damaged|ZIP",
        SHEET,
    ),
]

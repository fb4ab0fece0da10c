"""Tables as files: every type comes back, limits of Excel are kept or named, a file is whole or not there."""

from __future__ import annotations

import errno
import math
from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import openpyxl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gcrm import exports
from gcrm.errors import ExportError
from gcrm.exports import draft, workbook

FORMATS = ("csv", "xlsx", "parquet")
BERLIN = ZoneInfo("Europe/Berlin")
EVERY_TYPE = pa.table(
    {
        "=text": ["", None, "'", "00123", "12345678901234567890", "a\r\nb\rc\n", "\x00\x01", "_x0041_ _x005F_x0041_"],
        "whole": [1, None, -5, 2**62, -(2**62), 10**15, 999_999_999_999_999, 0],
        "number": [0.1 + 0.2, None, -0.0, 1e300, math.inf, -math.inf, 5e-324, 3.0],
        "money": pa.array(
            [
                *map(Decimal, ("1.20", "-0.10", "0.00", "1234567890123456.78", "-9.99", "99999999999999.99", "5.00")),
                None,
            ],
            pa.decimal128(20, 2),
        ),
        "day": [
            *(date(1, 1, 1), None, date(1900, 2, 28), date(1900, 3, 1)),
            *(date(2024, 2, 29), date(9999, 12, 31), date(1582, 10, 4), date(1970, 1, 1)),
        ],
        "clock": pa.array(
            [
                *(datetime(2024, 2, 29, 23, 59, 59, 999000), None, datetime(2024, 1, 1)),  # noqa: DTZ001
                *(datetime(1899, 1, 1, 1), datetime(2024, 1, 1, 1, 1, 1, 1)),  # noqa: DTZ001
                *(datetime(9999, 12, 31, 23, 59, 59), datetime(1950, 6, 1, 12), datetime(2001, 1, 1, 0, 0, 1)),  # noqa: DTZ001
            ],
            pa.timestamp("us"),
        ),
        "moment": pa.array(
            [datetime(2024, 7, 1, 12, tzinfo=BERLIN), None, *[datetime(2024, 1, 1, tzinfo=UTC)] * 6],
            pa.timestamp("us", "Europe/Berlin"),
        ),
        "truth": [True, False, None, True, False, True, None, False],
        "bytes": [b"", b"\x00=", None, b"=1+1", *[b"x"] * 4],
        "time": [time(1, 2, 3, 4), None, *[time(0)] * 6],
        "big": pa.array([2**64 - 1, None, *range(6)], pa.uint64()),
        "nothing": pa.nulls(8),
        "word": pa.array(["=a", "b"] * 4).dictionary_encode(),
    }
)


@pytest.mark.parametrize("name", FORMATS)
def test_every_type_comes_back(tmp_path, name):
    path = tmp_path / f"all.{name}"
    exports.write_table(EVERY_TYPE, path)
    back = exports.read_table(path, EVERY_TYPE.schema)
    for column in EVERY_TYPE.column_names:
        assert back[column].to_pylist() == EVERY_TYPE[column].to_pylist(), column
    assert exports.to_bytes(EVERY_TYPE, "csv") == (tmp_path / "all.csv").read_bytes() if name == "csv" else True


@pytest.mark.parametrize("name", ["csv", "xlsx"])
def test_without_types_everything_is_text(tmp_path, name):
    path = tmp_path / f"all.{name}"
    exports.write_table(EVERY_TYPE.select(["=text", "money", "day"]).slice(3, 1), path)
    money = "1234567890123456.78"
    assert exports.read_table(path).to_pylist() == [{"=text": "00123", "money": money, "day": "1900-03-01"}]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(
            st.none() | st.text(st.characters(exclude_categories=["Cs"])),
            st.none() | st.floats(allow_nan=False),
            st.none() | st.integers(-(2**63), 2**63 - 1),
            st.none() | st.dates(),
            st.none() | st.datetimes(),
        ),
        max_size=20,
    ),
    name=st.sampled_from(["csv", "xlsx"]),
)
def test_whatever_goes_out_comes_back(tmp_path, rows, name):
    types = [pa.string(), pa.float64(), pa.int64(), pa.date32(), pa.timestamp("us")]
    columns = [pa.array([row[i] for row in rows], kind) for i, kind in enumerate(types)]
    table = pa.Table.from_arrays(columns, names=["=1", "number", "number", "day", " clock "])
    path = tmp_path / f"any.{name}"
    exports.write_table(table, path, overwrite=True)
    assert exports.read_table(path, table.schema).equals(table)


def test_excel_holds_numbers_days_and_text_as_such(tmp_path):
    exports.write_table(EVERY_TYPE, tmp_path / "all.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "all.xlsx").active
    kinds = [[cell.data_type for cell in column[1:]] for column in sheet.iter_cols()]
    assert {kind for column in kinds for kind in column} == {"s", "n", "d", "b"}
    cell = {sheet.cell(1, c + 1).value: sheet.cell(2, c + 1) for c in range(sheet.max_column)}
    assert cell["number"].value == 0.1 + 0.2  # the digits that a spreadsheet's writers usually leave out
    assert cell["money"].value == 1.2
    assert sheet["D5"].value == "1234567890123456.78"
    assert sheet["A5"].value == "00123"
    assert sheet["A5"].quotePrefix
    assert sheet["A5"].number_format == "@"
    assert sheet["E6"].value == datetime(2024, 2, 29)  # noqa: DTZ001
    assert sheet["E2"].value == "0001-01-01"


def test_numbers_that_a_spreadsheet_saved_again_come_back(tmp_path):
    table = EVERY_TYPE.select(["=text", "whole", "number", "money", "day", "truth"]).slice(1, 5)
    table = table.set_column(0, "text", pa.array(["", None, "'", "00123", "=1"]))
    exports.write_table(table, tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    book.save(tmp_path / "saved.xlsx")  # shared strings, other number formats
    back = exports.read_table(tmp_path / "saved.xlsx", table.schema)
    assert back["text"].to_pylist()[1:] == [None, "'", "00123", "=1"]
    assert back.drop_columns(["text"]).equals(table.drop_columns(["text"]))


def test_a_table_longer_than_a_sheet_goes_on_in_the_next(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "MOST_ROWS", 11)
    table = pa.table({"n": range(25)})
    exports.write_table(table, tmp_path / "long.xlsx")
    assert openpyxl.load_workbook(tmp_path / "long.xlsx").sheetnames == ["export", "export 2", "export 3"]
    assert exports.read_table(tmp_path / "long.xlsx", table.schema).equals(table)


def test_several_tables_are_several_sheets(tmp_path):
    tables = {"regions": pa.table({"a": ["x"]}), "people": pa.table({"b": [1]})}
    exports.write_table(tables, tmp_path / "two.xlsx")
    assert exports.read_table(tmp_path / "two.xlsx", title="people").to_pylist() == [{"b": "1"}]
    with pytest.raises(ExportError, match="Did you mean 'people'"):
        exports.read_table(tmp_path / "two.xlsx", title="peple")
    with pytest.raises(ExportError, match="Export xlsx instead"):
        exports.write_table(tables, tmp_path / "two.csv")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (pa.table({"long": ["x", "😀" * 16_384]}), "'long' has a text of 32,768"),
        (pa.table({f"c{i}": [1] for i in range(16_385)}), "16,385"),
        (pa.table({}), "no columns"),
        (
            pa.table(
                {
                    "torn": pa.Array.from_buffers(
                        pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\2\0\0\0"), pa.py_buffer(b"\xed\xa0")]
                    )
                }
            ),
            "'torn' is damaged",
        ),
    ],
    ids=["text", "columns", "none", "surrogate"],
)
def test_what_excel_cannot_hold_is_refused(tmp_path, table, message):
    with pytest.raises(ExportError, match=message):
        exports.write_table(table, tmp_path / "too.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_the_longest_text_fits(tmp_path):
    table = pa.table({"long": ["😀" * 16_383, "x" * 32_767]})
    exports.write_table(table, tmp_path / "long.xlsx")
    assert exports.read_table(tmp_path / "long.xlsx").equals(table)


def test_a_file_that_is_there_is_kept_unless_it_may_be_replaced(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("mine")
    with pytest.raises(ExportError, match="is there already"):
        exports.write_table(EVERY_TYPE, path)
    assert path.read_text() == "mine"
    exports.write_table(pa.table({"a": [1]}), path, overwrite=True)
    assert path.read_bytes() == b'\xef\xbb\xbf"a"\n1\n'
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("no/a.csv", "there is no folder"),
        ("sub", "is a folder"),
        ("a.cvs", "Did you mean 'csv'"),
        ("a", "cannot be written as"),
    ],
)
def test_a_wrong_target_is_named(tmp_path, name, message):
    (tmp_path / "sub").mkdir()
    with pytest.raises(ExportError, match=message):
        exports.write_table(pa.table({"a": [1]}), tmp_path / name, format="csv" if name == "sub" else None)


def test_a_full_disk_leaves_nothing(tmp_path, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "a.csv").write_text("mine")
    for place in ("link", "fsync"):
        with monkeypatch.context() as patch:
            patch.setattr(draft.os, place, full)
            if place == "link":
                patch.setattr(draft.Path, "rename", full)
            with pytest.raises(ExportError, match="No space left"):
                exports.write_table(pa.table({"a": [1]}), tmp_path / "b.csv")
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]


def test_two_who_write_the_same_name_do_not_mix(tmp_path):
    path = tmp_path / "a.csv"

    def both() -> None:
        with draft.draft(path) as mine:
            mine.write_text("mine")
            exports.write_table(pa.table({"a": [1]}), path)

    with pytest.raises(ExportError, match="is there already"):
        both()
    assert path.read_bytes() == b'\xef\xbb\xbf"a"\n1\n'
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]


def test_what_is_no_export_is_named(tmp_path):
    (tmp_path / "a.xlsx").write_text("no zip")
    (tmp_path / "a.csv").write_bytes(b"a,b\n1\n")
    for name in ("a.xlsx", "a.csv"):
        with pytest.raises(ExportError, match="as gcrm writes it"):
            exports.read_table(tmp_path / name)
    with pytest.raises(ExportError, match="cannot be read"):
        exports.read_table(tmp_path / "none.csv")
    exports.write_table(pa.table({"a": ["x"]}), tmp_path / "b.csv")
    with pytest.raises(ExportError, match="other columns"):
        exports.read_table(tmp_path / "b.csv", pa.schema([("b", pa.string())]))
    with pytest.raises(ExportError, match="cannot be read as int64"):
        exports.read_table(tmp_path / "b.csv", pa.schema([("a", pa.int64())]))

"""Any table, geocoded without a project: every row comes back in its place, and the stage decides as in a project."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from gcrm.cli import app
from gcrm.errors import SourceError
from gcrm.exports import read_table
from gcrm.geocode.pack.build import Origins, build_pack
from gcrm.geocode.table import Request, geocode_table
from tests.geocode.ground import find
from tests.geocode.pack.shelf import pack, write

REFERENCE = (
    ("12", "Main Street", None, "94110", "Springfield", -122.4, 37.7),
    ("14", "Main Street", None, "94110", "Springfield", -122.4, 37.701),
    ("7", "Oak Avenue", None, "94111", "Springfield", -122.41, 37.71),
)


def column(answer, name):
    return answer.table.column(name).to_pylist()


def test_rows_come_back_in_order_with_every_column(tmp_path):
    made = pack(tmp_path, *REFERENCE)
    table = tmp_path / "in.csv"
    table.write_text(
        "Number;Full Address;Note\n3;12 Main St, 94110 Springfield;=1+1\n1;nowhere at all;\n"
        "2;7 Oak Ave, 94111 Springfield;007\n"
        "2;7 Oak Ave, 94111 Springfield;007\n"
    )
    answer = geocode_table(table, [made.folder])
    assert answer.table.column_names[:3] == ["Number", "Full Address", "Note"]
    assert column(answer, "Number") == ["3", "1", "2", "2"]
    assert column(answer, "Note") == ["=1+1", None, "007", "007"]
    assert column(answer, "geo_status") == ["matched", "unmatched", "matched", "matched"]
    assert column(answer, "geo_lon") == [-122.4, None, -122.41, -122.41]
    assert answer.used == {"address": "Full Address"}
    assert answer.counts == (("matched", "exact", 3), ("unmatched", None, 1))


def test_the_stage_decides_as_in_a_project(tmp_path):
    asked = [
        "12 Main St, 94110 Springfield",
        "14 Main Street",
        "13 Main Street, 94110",
        "Main Street, 94110",
        "PO Box 9",
    ]
    names = ("house_number", "street", "unit", "postcode", "city", "lon", "lat")
    in_project = find([dict(zip(names, row, strict=True)) for row in REFERENCE], *asked)
    made = pack(tmp_path, *REFERENCE)
    answer = geocode_table(write(tmp_path / "in.parquet", *((a,) for a in asked), names=("address",)), [made.folder])
    for name in ("lon", "lat", "match_level", "status", "confidence", "error_m", "rule", "matched_address"):
        assert column(answer, f"geo_{name}") == [row[name] for row in in_project], name


def test_lines_of_an_address_are_read_together(tmp_path):
    made = pack(tmp_path, *REFERENCE)
    table = tmp_path / "in.csv"
    table.write_text(
        "Address Line 1,Address Line 2,Ville,CP\n"
        "Flat 2,12 Main Street,Springfield,94110\n14 Main Street,Apt 4,Springfield,94110\n,,Springfield,\n"
    )
    answer = geocode_table(table, [made.folder])
    assert answer.used["address_2"] == "Address Line 2"
    assert column(answer, "geo_match_level") == ["exact", "exact", "place"]
    assert column(answer, "geo_lat")[:2] == [37.7, 37.701]


def test_parts_sheets_and_types(tmp_path):
    made = pack(tmp_path, *REFERENCE)
    book = openpyxl.Workbook()
    book.active.append(["HAUSNR", "Zusatz", "STRASSE", "PLZ", "since", "amount"])
    book.active.append([12, None, "Main Street", 94110, dt.date(2020, 1, 2), 1.5])
    book.save(tmp_path / "in.xlsx")
    answer = geocode_table(tmp_path / "in.xlsx", [made.folder])
    assert column(answer, "geo_match_level") == ["exact"]
    assert column(answer, "amount") == [1.5]
    assert answer.used["house_number"] == "HAUSNR"
    assert answer.used["number_suffix"] == "Zusatz"
    kept = pa.table({"where": ["12 Main Street, 94110"], "n": pa.array([3], pa.int32()), "lon": [1.0]})
    pq.write_table(kept, tmp_path / "in.parquet")
    answer = geocode_table(tmp_path / "in.parquet", [made.folder], Request({"address": "where"}))
    assert answer.table.select(["where", "n", "lon"]).equals(kept)


def test_a_file_can_stand_for_a_pack(tmp_path):
    source = write(tmp_path / "reference.csv", *REFERENCE)
    table = write(tmp_path / "in.csv", ("12", "Main Street"), names=("number", "street"))
    answer = geocode_table(table, [source])
    assert column(answer, "geo_lat") == [37.7]
    assert [pack.name for pack in answer.references] == ["reference.csv"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "reference.csv"]


def test_a_reference_may_hold_whole_addresses(tmp_path):
    rows = [(f"{n} {s}, {p} {c}", i, x, y) for i, (n, s, _, p, c, x, y) in enumerate(REFERENCE)]
    source = write(tmp_path / "reference.csv", *rows, names=("full_address", "number", "lon", "lat"))
    table = write(tmp_path / "in.csv", ("14 Main St, 94110",), ("7 Oak Ave",), names=("address",))
    answer = geocode_table(table, [source])
    assert column(answer, "geo_match_level") == ["exact", "exact"]
    assert column(answer, "geo_lat") == [37.701, 37.71]


def test_tables_that_cannot_be_given_back_are_refused(tmp_path):
    made = pack(tmp_path, *REFERENCE)

    def refuse(text, message, request=None):
        (tmp_path / "in.csv").write_text(text)
        with pytest.raises(SourceError, match=message):
            geocode_table(tmp_path / "in.csv", [made.folder], request)

    refuse("address,b\n1 A,2\n1 A,2,3\n", "the first is record 2")
    refuse("a,b\n1 A,2\n", "--column address=NAME")
    refuse("address,geo_lon\n1 A,2\n", "--prefix")
    refuse("address,b\n1 A,2\n", "nothing called 'adress'.* Did you mean 'address'", Request({"adress": "b"}))
    refuse("address,b\n1 A,2\n", "no column 'c'", Request({"address": "c"}))
    with pytest.raises(SourceError, match="There is no file"):
        geocode_table(tmp_path / "none.csv", [made.folder])
    with pytest.raises(SourceError, match="no reference pack"):
        geocode_table(tmp_path / "in.csv", [tmp_path])


def test_an_empty_table_stays_empty(tmp_path):
    made = pack(tmp_path, *REFERENCE)
    (tmp_path / "in.csv").write_text("address,b\n")
    answer = geocode_table(tmp_path / "in.csv", [made.folder])
    assert answer.table.num_rows == 0
    assert answer.counts == ()


def test_a_postcode_and_its_city_may_share_a_column(tmp_path):
    made = pack(tmp_path, *REFERENCE)
    table = tmp_path / "in.csv"
    table.write_text(
        "Mailing Address;PLZ/Ort\n12 Main Street;94110 Springfield\n7 Oak Ave;D-94111\n14 Main St;Springfield\n"
    )
    answer = geocode_table(table, [made.folder])
    assert answer.used == {"address": "Mailing Address", "postcode_city": "PLZ/Ort"}
    assert column(answer, "geo_match_level") == ["exact"] * 3
    assert column(answer, "geo_rule") == ["postcode_agrees", "postcode_agrees", "city_agrees"]


def test_numbers_that_a_spreadsheet_took_for_days_are_none(tmp_path):
    made = pack(tmp_path, *((number, *REFERENCE[0][1:]) for number in ("3", "3-5", "5-3", "12")))
    table = tmp_path / "in.csv"
    table.write_text(
        "house number;street;postcode\n"
        "3-May;Main Street;94110\n05. Mrz;Main Street;94110\n2024-05-03;Main Street;94110\n12,0;Main Street;94110\n"
    )
    answer = geocode_table(table, [made.folder])
    assert column(answer, "geo_match_level") == ["street", "street", "street", "exact"]
    assert column(answer, "geo_not_understood") == ["3 may", "05 mrz", "2024 05 03", None]


def test_what_is_said_of_a_file_and_cannot_be_is_told(tmp_path):
    made = pack(tmp_path, *REFERENCE)
    (tmp_path / "in.csv").write_text("address\n12 Main St\n")
    with pytest.raises(SourceError, match="no encoding called 'utf-9'") as told:
        geocode_table(tmp_path / "in.csv", [made.folder], Request(hints={"encoding": "utf-9"}))
    assert "input_value" not in str(told.value)


def test_the_commands(tmp_path):
    run = CliRunner()
    source = write(tmp_path / "points.csv", *REFERENCE)
    packed = run.invoke(
        app,
        ["reference", "build", str(source), "--out", str(tmp_path / "p.pack"), "--country", "us", "--licence", "CC0"],
    )
    assert packed.exit_code == 0, packed.output
    shown = run.invoke(app, ["reference", "info", str(tmp_path / "p.pack")])
    assert shown.exit_code == 0, shown.output
    assert "CC0" in shown.output
    (tmp_path / "in.csv").write_text('address,note\n"12 Main Street, 94110 Springfield",=A1\n')
    words = [
        "geocode",
        str(tmp_path / "in.csv"),
        "--reference",
        str(tmp_path / "p.pack"),
        "--out",
        str(tmp_path / "o.csv"),
    ]
    done = run.invoke(app, words)
    assert done.exit_code == 0, done.output
    found = read_table(tmp_path / "o.csv")
    assert found.column("note").to_pylist() == ["=A1"]
    assert found.column("geo_match_level").to_pylist() == ["exact"]
    assert (tmp_path / "o.csv").read_text(encoding="utf-8-sig").splitlines()[1].count('"\'=A1"') == 1
    again = run.invoke(app, words)
    assert again.exit_code == 1
    assert "is there already" in str(again.exception)


def test_a_country_is_written_as_two_letters(tmp_path):
    made = pack(tmp_path, *REFERENCE)
    (tmp_path / "in.csv").write_text("address,b\n1 Main St,x\n")
    with pytest.raises(SourceError, match=r"'USA' is no country.*such as US"):
        geocode_table(tmp_path / "in.csv", [made.folder], Request(country="USA"))
    with pytest.raises(SourceError, match="'U1' is no country"):
        build_pack([write(tmp_path / "more.csv", *REFERENCE)], tmp_path / "m.pack", Origins(country="U1"))
    assert geocode_table(tmp_path / "in.csv", [made.folder], Request(country="us")).table.num_rows == 1

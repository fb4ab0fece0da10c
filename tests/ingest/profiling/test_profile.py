"""Profiles: the kind, the mapping and the outcome that are told of a file are those of a build."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
import xlsxwriter
from shapely.geometry import box
from typer.testing import CliRunner

from gcrm.cli import app
from gcrm.columns import KINDS
from gcrm.errors import UserError
from gcrm.ingest.profiling.profile import Hints, profile
from gcrm.ingest.profiling.vocabulary import WORDS, plain
from tests.ingest.bench import build

if TYPE_CHECKING:
    from pathlib import Path


def write(folder: Path, text: str, name: str = "file.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_text(text, encoding=encoding, newline="")
    return path


HEADINGS = {
    "customers": [
        "customer_id=Kunden-Nr. name=Firma since=Kunde_seit postcode=PLZ city=Ort street=Straße house_number=Hausnr.",
        "customer_id=고객번호 name=고객명 address=도로명주소 postcode=우편번호 lon=경도 lat=위도",
        "customer_id=Código_Cliente name=Razão_Social address=Endereço postcode=CEP city=Município",
    ],
    "orders": [
        "order_id=Order_Nr customer_id=Customer_Number ordered_on=Order_Date amount=Total",
        "order_id=주문번호 customer_id=고객번호 ordered_on=주문일 amount=금액",
    ],
    "order_lines": ["order_id=Bestellnummer line_no=Position product_id=Artikelnummer quantity=Menge amount=Betrag"],
    "stores": ["store_id=Filialnummer name=Bezeichnung lon=x lat=y"],
    "address_references": ["house_number=number street=Rua postcode=zip lon=Länge lat=Breite"],
}


@pytest.mark.parametrize(("kind", "words"), [(kind, words) for kind, lines in HEADINGS.items() for words in lines])
def test_headings_of_four_languages(tmp_path: Path, kind: str, words: str) -> None:
    pairs = [word.split("=") for word in words.split()]
    columns = {field: heading.replace("_", " ") for field, heading in pairs}
    found = profile(write(tmp_path, f"{','.join(columns.values())}\n{','.join('1' for _ in columns)}\n"))
    assert found.kind == kind
    assert found.source["columns"] == columns


def test_every_word_is_a_word_for_a_column() -> None:
    known = {field.name for kind in KINDS.values() for field in kind.fields}
    assert set(WORDS) <= known
    for words in WORDS.values():
        assert [plain(word) for word in words.split()] == words.split()


@pytest.mark.parametrize(
    ("encoding", "names"), [("cp949", "김철수"), ("cp1252", "Zoë"), ("utf-16", "Zoë"), ("utf-8-sig", "Zoë")]
)
def test_encodings(tmp_path: Path, encoding: str, names: str) -> None:
    path = write(tmp_path, f"customer_id,name\n1,{names}\n2,Bob\n", encoding=encoding)
    known = Hints(encoding=encoding) if encoding in {"cp949", "cp1252"} else None
    found = profile(path, hints=known, examples=1)
    assert found.columns[1].examples == (names,)
    assert found.loaded == 2
    assert ("encoding" in found.source) == (encoding in {"cp949", "cp1252"})


def test_an_encoding_is_suggested(tmp_path: Path) -> None:
    found = profile(write(tmp_path, "customer_id,name\n1,Zoë\n", encoding="cp1252"))
    assert found.source["encoding"] == "cp1252"
    assert "could be cp1252" in found.remarks[0]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_separators(tmp_path: Path, delimiter: str) -> None:
    text = 'customer_id,name,since\n1,"a;b|c\td,e",2020-01-01\n2,x,2020-01-02\n'.replace(",", delimiter)
    found = profile(write(tmp_path, text))
    assert found.source.get("delimiter", ",") == delimiter
    assert found.loaded == 2


def test_dates_and_numbers_of_another_country(tmp_path: Path) -> None:
    header = "Bestellnummer;Kunde;Kundennummer;Bestelldatum;Betrag\n"
    found = profile(write(tmp_path, header + "7;Ann;1;05.01.2020;37,5\n8;Bob;2;23.01.2020;1.037,5\n"))
    assert found.kind == "orders"
    assert found.source["formats"] == {"ordered_on": "%d.%m.%Y"}
    by_name = {column.name: column for column in found.columns}
    assert by_name["Bestelldatum"].type == "date"
    assert (by_name["Bestelldatum"].smallest, by_name["Bestelldatum"].largest) == ("2020-01-05", "2020-01-23")
    assert by_name["Betrag"].type == "number with a decimal comma"
    assert any("decimal commas" in remark for remark in found.remarks)
    (rejected,) = found.rejected
    assert (rejected.reason, rejected.column, rejected.count, rejected.lines) == ("bad_number", "amount", 2, (2, 3))


def test_day_and_month_that_look_alike(tmp_path: Path) -> None:
    found = profile(write(tmp_path, "customer_id,since\n1,01/02/2020\n2,03/04/2020\n"))
    assert any("cannot be told apart" in remark for remark in found.remarks)
    assert '# "since": or "%m/%d/%Y"; day and month look alike' in found.toml
    assert profile(write(tmp_path, "customer_id,since\n1,01/02/2020\n2,03/14/2020\n")).remarks == ()


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("id,x1,y1\n1,-122.41,37.71\n2,-122.42,37.72\n", "by their values only"),
        ("customer_id,lon,lat\n1,37.71,-122.41\n2,37.72,-122.42\n", "taken as exchanged"),
        ("customer_id,lon,lat\n1,551000.5,4178000.5\n2,552000.5,4179000.5\n", "name their CRS with --crs"),
    ],
)
def test_places(tmp_path: Path, rows: str, says: str) -> None:
    path = write(tmp_path, rows)
    found = profile(path, hints=Hints(kind="customers"))
    assert any(says in remark for remark in found.remarks)
    if "CRS" in says:
        assert "outside the world" in found.refused
        found = profile(path, hints=Hints(kind="customers", crs="EPSG:32610"))
    assert (found.loaded, found.refused) == (2, "")


def test_a_spreadsheet_and_geodata(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    book.add_worksheet("Kunden").write_column(0, 0, ["Kundennummer", "K1", "K2"])
    book.add_worksheet("Other").write(0, 0, "x")
    book.close()
    assert profile(tmp_path / "a.xlsx", hints=Hints(layer="Kunden")).loaded == 2
    with pytest.raises(UserError, match="2 sheets"):
        profile(tmp_path / "a.xlsx")
    frame = gpd.GeoDataFrame(
        {"note": ["long text", "longer text"], "code": ["A", "B"]},
        geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)],
        crs=4326,
    )
    frame.to_parquet(tmp_path / "b.parquet")
    found = profile(tmp_path / "b.parquet")
    assert (found.kind, found.crs, found.source["columns"], found.loaded) == (
        "regions",
        "EPSG:4326",
        {"region_id": "code"},
        2,
    )


def test_what_is_told_is_what_a_build_does(tmp_path: Path) -> None:
    text = "Kundennummer;Name;Kunde seit;Länge;Breite\n" + "".join(
        f"{i % 50};n{i};{i % 40:02d}.01.2020;{i * 5};1\n" for i in range(1, 100)
    )
    path = write(tmp_path, text + "5;x\n\n")
    found = profile(path, name="mine")
    source = tomllib.loads(found.toml)["sources"]["mine"]
    built = build(tmp_path, mine=source | {"path": path.name})
    assert built.rows("SELECT rows_loaded FROM ingest.source") == [(found.loaded,)]
    counted = built.rows("SELECT reason, count(*) FROM ingest.reject GROUP BY ALL ORDER BY ALL")
    told: dict[str, int] = {}
    for part in found.rejected:
        told[part.reason] = told.get(part.reason, 0) + part.count
    assert sorted(told.items()) == counted
    assert len(told) > 2


def test_names_and_values_of_every_sort_survive_in_the_suggestion(tmp_path: Path) -> None:
    path = write(tmp_path, 'customer_id,"la""t\\",lon\n1,2,3\n', name='a\'b "c".csv')
    found = profile(path, hints=Hints(kind="customers"))
    assert tomllib.loads(found.toml)["sources"]["a_b__c"]["kind"] == "customers"


def test_no_value_is_printed_unless_asked_for(tmp_path: Path) -> None:
    rows = "".join(f"SECRET{i},Secret Name {i},SECRET street,555000{i}\n" for i in range(9))
    path = write(tmp_path, "customer_id,name,address,phone\n" + rows + "SECRET1,bad\n")
    run = CliRunner().invoke(app, ["profile", str(path)])
    assert run.exit_code == 0, run.output
    assert "secret" not in run.output.lower()
    assert "555000" not in run.output
    assert "It would load 9 rows and reject 1." in run.output
    shown = CliRunner().invoke(app, ["profile", str(path), "--examples", "2"])
    assert "SECRET0 | SECRET1" in shown.output


def test_what_cannot_be_told(tmp_path: Path) -> None:
    found = profile(write(tmp_path, "a,b\n1,2\n"))
    assert (found.kind, found.toml) == (None, "")
    assert "name it with --kind" in found.remarks[0]
    found = profile(write(tmp_path, "a,b\n1,2\n1,3\n"), hints=Hints(kind="orders"))
    assert "no column 'customer_id'" in found.refused
    with pytest.raises(UserError, match="no kind of source called 'customer'"):
        profile(write(tmp_path, "a,b\n1,2\n"), hints=Hints(kind="customer"))
    with pytest.raises(UserError, match="is no file"):
        profile(tmp_path)


@pytest.mark.parametrize(
    ("name", "kind", "rows", "loaded"),
    [
        ("Master_Address_Database_2015-10-13.csv", "address_references", 57_021, 57_021),
        ("TaxFY14.csv", "dwellings", 27_528, 26_758),
        ("BOUNDARY_CDDNeighborhoods.geojson", "regions", 13, 13),
        ("demographics/acs_block_groups_middlesex.csv", "zone_statistics", None, None),
    ],
)
def test_a_city(testdata: Path, name: str, kind: str, rows: int | None, loaded: int | None) -> None:
    found = profile(testdata / "cambridge" / name)
    assert (found.kind, found.refused) == (kind, "")
    if rows is not None:
        assert (found.rows, found.loaded) == (rows, loaded)


DEMO = {
    "contacts.csv": "interactions",
    "customers.parquet": "customers",
    "order_lines.parquet": "order_lines",
    "owners.csv": "owners",
    "prospects.parquet": "prospects",
    "stores.csv": "stores",
    "zips.geojson": "regions",
    "zone_statistics.csv": "zone_statistics",
}


@pytest.mark.parametrize("name", DEMO)
def test_the_demo(repository: Path, name: str) -> None:
    found = profile(repository / "data" / "samples" / "san_francisco" / "data" / name)
    assert (found.kind, found.refused) == (DEMO[name], "")
    assert found.loaded > 0.9 * found.rows

"""Packs of address points: what is taken from files, what is left out and why, and that the same makes the same."""

from __future__ import annotations

import gzip
import json

import duckdb
import pytest

from gcrm.errors import ExportError, SourceError
from gcrm.geocode.pack import TABLES, read_pack
from gcrm.geocode.pack.build import Origins, build_pack
from tests.geocode.pack.shelf import make, pack, rows, write

MAIN = ("12", "Main Street", None, "94110", "Springfield", -122.4, 37.7)


def test_rows_come_out_as_they_went_in(tmp_path):
    other = ("12A", "Main Street", "2", "94110", "Springfield", -122.41, 37.71)
    made = pack(tmp_path, other, MAIN)
    assert rows(made, "point") == [MAIN, other]
    assert made.rows | {"vocabulary": 0} == {
        "point": 2, "range": 0, "street": 0, "place": 1, "postcode": 1, "vocabulary": 0,
    }  # fmt: skip
    assert made.left_out == {}
    assert rows(made, "postcode", "postcode", "city") == [("94110", "Springfield")]
    assert rows(made, "place", "name", "kind") == [("Springfield", "city")]
    words = [("main", "street", 1), ("springfield", "city", 1), ("street", "street", 1)]
    assert sorted(rows(made, "vocabulary")) == words


def test_a_record_that_is_left_out_is_counted(tmp_path):
    made = pack(
        tmp_path,
        MAIN,
        MAIN,
        ("13", "Main Street", None, None, None, None, 37.7),
        ("14", "Main Street", None, None, None, 0.0, 0.0),
        ("15", "Main Street", None, None, None, -122.4, 137.7),
        ("16", None, None, "94110", None, -122.4, 37.7),
        (None, None, "2", None, None, -122.4, 37.7),
    )
    assert rows(made, "point") == [MAIN]
    assert made.left_out == {"duplicate": 1, "no_address": 1, "no_point": 2, "no_street": 1, "outside": 1}


def test_a_street_without_addresses_is_kept_apart(tmp_path):
    made = pack(
        tmp_path,
        MAIN,
        (None, "Main Street", None, "94110", None, -122.401, 37.7),
        (None, "Elm Street", None, "94110", None, -122.4, 37.7),
        (None, "ELM STREET", None, "94110", None, -122.402, 37.7),
        (None, "Elm Street", None, "94999", None, -121.4, 37.7),
    )
    found = rows(made, "street", "name", "postcode", "lon", "radius_m")
    assert sorted(found)[1] == ("Elm Street", "94999", -121.4, 0.0)
    (near,) = [row for row in found if row[1] == "94110"]
    assert near[3] == pytest.approx(176 * 0.95, abs=10)


def test_the_same_sources_make_the_same_bytes(tmp_path):
    lines = [
        (str(i), f"Street {i % 7}", None, str(94110 + i % 3), "X", -122 + i / 1e4, 37 + i / 1e4) for i in range(9000)
    ]
    first = pack(tmp_path, *lines)
    (tmp_path / "other").mkdir()
    second = make(tmp_path / "other" / "some.pack", write(tmp_path / "other" / "some.csv", *reversed(lines)))
    assert second.hash == first.hash
    for name in [*(f"{table}.parquet" for table in TABLES), "pack.json"]:
        assert (second.folder / name).read_bytes() == (first.folder / name).read_bytes(), name


def test_house_number_suffix_type_and_direction_may_stand_in_columns_of_their_own(tmp_path):
    names = ("HAUSNR", "ADZ", "predir", "stname", "sttype", "postdir", "PLZ", "X", "Y")
    source = write(
        tmp_path / "parts.csv",
        ("12", "a", None, "Main", "St", None, "00123", 1.5, 2.5),
        ("413", "1/2", "N", "Main St", "St", "NW", "00123", 1.5, 2.5),
        names=names,
    )
    made = make(tmp_path / "parts.pack", source)
    expected = [("12a", "Main St", "00123"), ("413 1/2", "N Main St NW", "00123")]
    assert rows(made, "point", "house_number", "street", "postcode") == expected


def test_a_number_below_a_number_and_a_title_may_stand_in_columns_of_their_own(tmp_path):
    korean = tmp_path / "juso.csv"
    korean.write_text(
        "도로명,건물본번,건물부번,우편번호,경도,위도\n화곡로,245,9,07600,126.84,37.55\n화곡로,245,0,07600,126.85,37.55\n"
    )
    made = build_pack([korean], tmp_path / "kr.pack", Origins())
    assert [row[0] for row in rows(made, "point")] == ["245", "245-9"]
    brazilian = tmp_path / "cnefe.csv"
    brazilian.write_text(
        "NOM_TIPO_SEGLOGR;NOM_TITULO_SEGLOGR;NOM_SEGLOGR;NUM_ENDERECO;LATITUDE;LONGITUDE\n"
        "RUA;DOUTOR;EXEMPLO;15;-8.05;-34.9\nRUA;;EXEMPLO;15;-8.06;-34.9\n"
    )
    made = build_pack([brazilian], tmp_path / "br.pack", Origins())
    assert sorted(row[1] for row in rows(made, "point")) == ["RUA DOUTOR EXEMPLO", "RUA EXEMPLO"]


def test_columns_can_be_given_and_left_aside(tmp_path):
    source = write(tmp_path / "odd.csv", ("7", "Rua A", "B", 1.0, 2.0), names=("a", "b", "street", "lon", "lat"))
    with pytest.raises(SourceError, match=r"no column 'bb'\. Did you mean 'b'"):
        make(tmp_path / "odd.pack", source, columns={"street": "bb"})
    with pytest.raises(SourceError, match="nothing called 'sreet'"):
        make(tmp_path / "odd.pack", source, columns={"sreet": "b"})
    made = make(tmp_path / "odd.pack", source, columns={"street": "b", "house_number": "a"})
    assert rows(made, "point", "house_number", "street") == [("7", "Rua A")]
    with pytest.raises(SourceError, match="--column street=NAME"):
        make(tmp_path / "none.pack", source, columns={"street": ""})
    with pytest.raises(SourceError, match="--column lon=NAME"):
        make(tmp_path / "none.pack", source, columns={"lon": ""})


def test_coordinates_of_another_crs_are_turned_and_wrong_ones_refused(tmp_path):
    # The tower of Stuttgart's main station, as its survey office gives it in UTM 32N.
    row = ("2", "Arnulf-Klett-Platz", None, "70173", "Stuttgart", 513352.0, 5403466.0)
    source = write(tmp_path / "utm.csv", row)
    with pytest.raises(SourceError, match="--crs"):
        make(tmp_path / "utm.pack", source)
    made = make(tmp_path / "utm.pack", source, hints={"crs": "EPSG:25832"})
    ((lon, lat),) = rows(made, "point", "lon", "lat")
    assert (lon, lat) == (pytest.approx(9.1819, abs=0.001), pytest.approx(48.7839, abs=0.001))


@pytest.mark.parametrize("ending", [".geojson", ".geojson.gz", ".geojsonl"])
def test_openaddresses_are_read_line_by_line(tmp_path, ending):
    lines = [
        {
            "type": "Feature",
            "properties": {"hash": "0", "number": "1", "street": "A ST", "unit": "", "city": "SF", "postcode": "94103"},
            "geometry": {"type": "Point", "coordinates": [-122.4, 37.7]},
        },
        {
            "type": "Feature",
            "properties": {"hash": "1", "number": "2", "street": "A ST", "unit": "5", "city": "", "postcode": ""},
            "geometry": {"type": "Point", "coordinates": [-122.41, 37.7]},
        },
    ]
    text = "".join(json.dumps(line) + "\n" for line in lines).encode()
    source = tmp_path / f"oa{ending}"
    source.write_bytes(gzip.compress(text) if ending.endswith(".gz") else text)
    made = make(tmp_path / "oa.pack", source)
    assert rows(made, "point") == [
        ("2", "A ST", "5", None, None, -122.41, 37.7),
        ("1", "A ST", None, "94103", "SF", -122.4, 37.7),
    ]


def test_openaddresses_as_csv(tmp_path):
    source = tmp_path / "oa.csv"
    source.write_text(
        "LON,LAT,NUMBER,STREET,UNIT,CITY,DISTRICT,REGION,POSTCODE,ID,HASH\n"
        "-122.4,37.7,0,A ST,,SF,,CA,94103,,x\n-122.4,37.7,12,A ST,,SF,,CA,94103,,y\n"
        "-122.4,37.7,12,A ST,too,many,SF,,CA,94103,,y\n"
    )
    made = make(tmp_path / "oa.pack", source)
    assert rows(made, "point", "house_number", "street", "city") == [("12", "A ST", "SF")]
    assert made.left_out == {"unreadable": 1}


def test_several_sources_make_one_pack(tmp_path):
    a = write(tmp_path / "a.csv", MAIN)
    b = write(tmp_path / "b.parquet", MAIN, ("14", "Main Street", None, "94110", "Springfield", -122.4, 37.7001))
    made = make(tmp_path / "ab.pack", b, a, name="Both", country="US", licence="CC0", date="2026-01-31")
    assert made.rows["point"] == 2
    found = read_pack(tmp_path / "ab.pack")
    assert (found.name, found.country, found.licence, found.date) == ("Both", "US", "CC0", "2026-01-31")
    assert found.source == ("a.csv", "b.parquet")
    assert found.hash == made.hash


def test_a_pack_appears_whole_or_not_at_all(tmp_path):
    source = write(tmp_path / "a.csv", MAIN)
    empty = write(tmp_path / "empty.csv", ("13", "Main Street", None, None, None, None, None))
    target = tmp_path / "a.pack"
    before = set(tmp_path.iterdir())
    with pytest.raises(SourceError, match="no record could be used"):
        make(target, empty)
    with pytest.raises(SourceError, match="is no day"):
        make(target, source, date="31.1.2026")
    with pytest.raises(SourceError, match="There is no file"):
        make(target, tmp_path / "missing.csv")
    with pytest.raises(ExportError, match=r"ends in \.pack"):
        make(tmp_path / "a", source)
    assert set(tmp_path.iterdir()) == before
    first = make(target, source)
    with pytest.raises(ExportError, match="there already"):
        make(target, source)
    with pytest.raises(SourceError):
        build_pack([empty], target, Origins(), overwrite=True)
    assert read_pack(target).hash == first.hash
    again = build_pack([source], target, Origins(licence="CC0"), overwrite=True)
    assert read_pack(target).hash == again.hash != first.hash
    assert set(tmp_path.iterdir()) == before | {target}
    (tmp_path / "b.pack").mkdir()
    with pytest.raises(ExportError, match="no reference pack"):
        build_pack([source], tmp_path / "b.pack", Origins(), overwrite=True)


def test_every_address_of_a_city_is_kept(tmp_path, testdata):
    source = testdata / "addresses" / "de_stuttgart.parquet"
    made = make(tmp_path / "s.pack", source, country="DE")
    names = "house_number, street, postcode, lon, lat"
    with duckdb.connect() as con:
        con.execute(f"CREATE VIEW theirs AS SELECT {names} FROM read_parquet('{source}')")
        con.execute(f"CREATE VIEW ours AS SELECT {names} FROM read_parquet('{made.file('point')}')")
        away = con.execute("SELECT count(*) FROM (FROM theirs EXCEPT FROM ours)").fetchall()
        more = con.execute("SELECT count(*) FROM (FROM ours EXCEPT FROM theirs)").fetchall()
        (distinct,) = con.execute("SELECT count(*) FROM (SELECT DISTINCT * FROM theirs)").fetchall()
    assert (away, more) == ([(0,)], [(0,)])
    assert made.rows["point"] == distinct[0]


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_any_text_stays_what_it_is(tmp_path, ending):
    texts = [
        "Straße „A“",
        'say "hi"',
        "a,b;c\td",
        "two\nlines",
        "=1+1",
        "NULL",
        "로/길 245-9",
        "\u202eRTL",
        "é" * 500,
        "'",
        "%",
    ]
    lines = [(str(i), text, None, None, text, 1.0 + i, 2.0) for i, text in enumerate(texts, 1)]
    made = make(
        tmp_path / "t.pack", write(tmp_path / f"t.{ending}", *lines, ("99", "  padded ", None, " ", None, 1.0, 2.0))
    )
    found = {number: (street, city) for number, street, city in rows(made, "point", "house_number", "street", "city")}
    assert found == {str(i): (text, text) for i, text in enumerate(texts, 1)} | {"99": ("padded", None)}
    assert made.left_out == {}

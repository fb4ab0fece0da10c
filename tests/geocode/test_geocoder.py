"""One address at a time: a geocoder answers as the table does, in any order, from any thread, again and again."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gcrm import sql
from gcrm.errors import SourceError
from gcrm.geocode import Geocoder
from gcrm.geocode.geocoder import Found
from gcrm.geocode.prepared import PreparedConnection
from gcrm.geocode.table import geocode_table
from tests.geocode import noise
from tests.geocode.ground import connect
from tests.geocode.pack.shelf import pack, write

STREETS = ("Main Street", "Oak Avenue", "Elm Road", "Harbour Lane", "Station Road", "Mill Court")
POINTS = tuple(
    (str(number), street, None, postcode, "Springfield", -122.4 + 0.01 * i + 0.0002 * number, 37.7 + 0.01 * j)
    for i, street in enumerate(STREETS)
    for j, postcode in enumerate(("94110", "94111"))
    for number in range(1, 60, 2)
)
ASKED = (
    "11 Main Street, 94110 Springfield",
    "11 Mian Street, 94110 Springfield",
    "12 Main Street, 94110 Springfield",
    "11a Oak Avenue, 94111 Springfield",
    "13 Oak Avenue",
    "999 Elm Road, 94110 Springfield",
    "Harbour Ln 21, 94111 Springfield",
    "PO Box 12, 94110 Springfield",
    "94111 Springfield",
    "94111 Springfield 21 Harbour Lane",
    "Springfield, 21, Harbour Lane",
    "nowhere at all",
    "'; DROP TABLE x; --",
    "",
)
RESULTS = tuple(name for name in Found.__dataclass_fields__ if name != "alternatives")


@pytest.fixture(scope="module")
def geocoder(tmp_path_factory):
    with Geocoder(pack(tmp_path_factory.mktemp("pack"), *POINTS).folder) as made:
        yield made


def values(found: Found) -> tuple[object, ...]:
    return tuple(getattr(found, name) for name in RESULTS)


def test_an_address_is_found_by_its_text_and_by_its_parts(geocoder):
    for found in (
        geocoder.find("11 Main Street, 94110 Springfield"),
        geocoder.find(house_number="11", street="Main St", postcode="94110"),
    ):
        assert (found.status, found.match_level, found.lon, found.lat) == ("matched", "exact", -122.3978, 37.7)
        assert found.matched_address == "11 Main Street, 94110 Springfield"
        assert found.alternatives == ()


def test_an_unsure_address_says_what_else_it_may_be(geocoder):
    found = geocoder.find("13 Oak Avenue")
    assert found.status == "tie"
    assert [a.rank for a in found.alternatives] == [1, 2]
    assert {a.address for a in found.alternatives} == {
        "13 Oak Avenue, 94110 Springfield",
        "13 Oak Avenue, 94111 Springfield",
    }


def test_a_geocoder_answers_as_a_table_in_any_order(geocoder, tmp_path):
    table = tmp_path / "in.parquet"
    pq.write_table(pa.table({"address": list(ASKED)}), table)
    rows = geocode_table(table, [geocoder.references[0].folder]).table.to_pylist()
    expected = [tuple(row[f"geo_{name}"] for name in RESULTS) for row in rows]
    order = [*range(len(ASKED))] * 2
    random.Random(3).shuffle(order)  # noqa: S311 - an order, not a secret
    for i in order:
        assert values(geocoder.find(ASKED[i])) == expected[i]


def test_a_city_is_answered_as_its_table(testdata, tmp_path):
    source = testdata / "addresses" / "us_washington_dc.parquet"
    with connect() as con:
        con.execute(
            "CREATE TEMP TABLE held AS SELECT *, row_number() OVER () AS row_no FROM read_parquet($path) "
            "WHERE street < 'B'",
            {"path": str(source)},
        )
        con.execute(f"COPY held TO {sql.literal(str(tmp_path / 'held.parquet'))}")
        asked = noise.noise(con, city="Washington", seed=11, rows=1, half=0)
    parts = ("house_number", "street", "postcode", "city")
    table = pa.table({name: [getattr(a, name) for a in asked] for name in parts})
    pq.write_table(table, tmp_path / "in.parquet")
    rows = geocode_table(tmp_path / "in.parquet", [tmp_path / "held.parquet"]).table.to_pylist()
    with Geocoder(tmp_path / "held.parquet") as geocoder:
        for row, written in zip(rows, asked, strict=True):
            found = geocoder.find(**{name: getattr(written, name) for name in parts})
            assert values(found) == tuple(row[f"geo_{name}"] for name in RESULTS), written


def test_many_are_found_as_one_by_one(geocoder):
    alone = [values(geocoder.find(text)) for text in ASKED]
    table = pa.table({"address": list(ASKED) * 2, "note": ["x"] * (2 * len(ASKED))})
    assert list(zip(*geocoder.find_all(table).to_pydict().values(), strict=True)) == alone * 2
    assert [values(geocoder.find(text)) for text in ASKED] == alone
    assert geocoder.find_all(table.slice(0, 0)).num_rows == 0
    with pytest.raises(SourceError, match="no column"):
        geocoder.find_all(pa.table({"note": ["x"]}))


def test_threads_may_share_one(geocoder):
    alone = [values(geocoder.find(text)) for text in ASKED]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(geocoder.find, ASKED))
    assert [values(found) for found in together] == alone


def test_plans_are_made_anew_now_and_then(geocoder, monkeypatch):
    before = [values(geocoder.find(text)) for text in ASKED[:4]]
    monkeypatch.setattr("gcrm.geocode.geocoder._USES", 2)
    assert [values(geocoder.find(text)) for text in ASKED[:4]] == before


def test_a_file_will_do_as_a_reference(tmp_path):
    source = write(tmp_path / "a.csv", POINTS[0])
    with Geocoder(source) as geocoder:
        assert geocoder.find("1 Main Street, 94110").match_level == "exact"


def test_mistakes_are_told(geocoder, tmp_path):
    with pytest.raises(TypeError, match="'zip'"):
        geocoder.find(zip="94110")
    with pytest.raises(SourceError, match="needs a reference"):
        Geocoder()
    with pytest.raises(SourceError, match="none"):
        Geocoder(tmp_path / "none")


def test_a_plan_fills_tables_as_the_statement_does():
    with sql.connect() as con:
        con.execute("CREATE TABLE t (x INTEGER)")
        make = "-- One row per x.\nCREATE OR REPLACE TEMP TABLE half AS SELECT x // $by AS y, '$by' AS text FROM t;\n"
        later = "CREATE OR REPLACE TEMP TABLE later AS SELECT y + 1 AS z FROM half"
        con.execute(make.replace("$by AS y", "2 AS y"))
        con.execute(later)
        prepared = PreparedConnection(con, {"half": ("later",)})
        for rows in ([4, 6], [], [8]):
            con.execute("DELETE FROM t")
            con.executemany("INSERT INTO t VALUES (?)", [[x] for x in rows]) if rows else None
            (statement,) = prepared.extract_statements(make)
            assert prepared.execute(statement, {"by": 2}).fetchone() == (len(rows),)
            assert prepared.execute(later).fetchone() == (len(rows),)
            found = prepared.execute("SELECT y, text FROM half ORDER BY y").fetchall()
            assert found == [(x // 2, "$by") for x in rows]
            assert con.execute("SELECT z FROM later ORDER BY z").fetchall() == [(x // 2 + 1,) for x in rows]


def test_tables_that_come_and_go_are_kept_and_what_is_added_is_emptied():
    with sql.connect() as con:
        con.execute("CREATE TEMP TABLE base AS SELECT 0 AS x; CREATE TEMP TABLE t AS SELECT 0 AS x")
        prepared = PreparedConnection(con, {})
        for x in (1, 2, 3):
            con.execute("UPDATE base SET x = $x", {"x": x})
            prepared.execute("CREATE OR REPLACE TEMP TABLE t AS SELECT x FROM base WHERE x > 9")
            prepared.execute("CREATE OR REPLACE TEMP TABLE passing AS SELECT x * 10 AS x FROM base")
            prepared.execute("INSERT INTO t FROM passing")
            prepared.execute("DROP TABLE passing")
            assert prepared.execute("SELECT x FROM t").fetchall() == [(x * 10,)]
            prepared.execute("CREATE OR REPLACE TEMP TABLE t AS SELECT x + 1 AS x FROM t")
            assert prepared.execute("SELECT x FROM t").fetchall() == [(x * 10 + 1,)]


def test_a_table_with_a_column_of_its_name_is_not_made_again():
    oid = "SELECT table_oid FROM duckdb_tables() WHERE table_name = 'street'"
    with sql.connect() as con:
        con.execute("CREATE TEMP TABLE base AS SELECT 1 AS street; CREATE TEMP TABLE street AS SELECT 0 AS street")
        before = con.execute(oid).fetchone()
        prepared = PreparedConnection(con, {})
        for street in (5, 6):
            con.execute("UPDATE base SET street = $street", {"street": street})
            prepared.execute("CREATE OR REPLACE TEMP TABLE street AS SELECT street FROM base")
            assert con.execute("FROM street").fetchall() == [(street,)]
        assert con.execute(oid).fetchone() == before

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
from gcrm.geocode.geocoder import _HELD, Found
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
    "Main Street & Oak Avenue, Springfield",
    "21 Hàrbour Läne, 94111 Springfield",
    "½ Mïan Street, 94110 Springfield",
    "Springfield, 21, Harbour Lane",
    "13 Mill Curt, 94111 Springfield",
    "12 Mill Curt, 94111",
    "Mill Court 3-May, 94111 Springfield",
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


def scrawled(count: int) -> list[str]:
    """Write addresses so that hardly a pattern was made for them."""
    rng = random.Random(17)  # noqa: S311 - texts, not secrets
    letters = "abst 0129,.-/#'&;½ßäé길로\t\u2019Ω\u0301"
    made = []
    for _ in range(count):
        text = [*rng.choice(ASKED)]
        for _ in range(rng.randrange(8)):
            i = rng.randrange(len(text) + 1)
            text[i : i + rng.randrange(2)] = [rng.choice(letters)]
        before = rng.choice(("", "Flat 3, ", "c/o Miller, ", "Unit 3/", "12-14 ", "R. "))
        made.append(before + "".join(text) + rng.choice(("", " Apt 4", ", USA", " #5", " 1. OG links")))
    return made


def test_numbers_stand_for_their_digits(geocoder):
    asked = {"house_number": [11, 11.0, float("nan")], "street": ["Main Street"] * 3, "postcode": [94110.0] * 3}
    assert geocoder.find_all(pa.table(asked)).column("match_level").to_pylist() == ["exact", "exact", "street"]
    for number, level in ((11, "exact"), (11.0, "exact"), (float("nan"), "street")):
        assert geocoder.find(house_number=number, street="Main Street", postcode=94110.0).match_level == level
    assert geocoder.find("Main Street 11.0, 94110 Springfield").match_level == "exact"


def test_the_two_ways_to_find_an_address_agree(geocoder):
    for text in (*ASKED, *scrawled(60)):
        asked = [text.replace(chr(0), "") or None, None, None, None, None, None]
        assert geocoder.find(text) == geocoder._find_long(asked), text


def test_a_long_text_is_left_to_duckdb(geocoder, monkeypatch):
    seen = []
    find_long = geocoder._find_long
    monkeypatch.setattr(geocoder, "_find_long", lambda asked: seen.append(asked) or find_long(asked))
    long = "11 Main Street, 94110 Springfield" + ", c/o Miller" * 20
    assert geocoder.find(long).status == "matched"
    assert len(seen) == 1


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
        assert values(geocoder.find(ASKED[i])) == expected[i], ASKED[i]


@pytest.mark.soak
def test_a_city_is_answered_as_its_table(testdata, tmp_path, soak):
    source = testdata / "addresses" / "us_washington_dc.parquet"
    with connect() as con:
        con.execute(
            "CREATE TEMP TABLE held AS SELECT *, row_number() OVER () AS row_no "
            "FROM (FROM read_parquet($path) WHERE street < 'B' ORDER BY street, house_number LIMIT $rows)",
            {"path": str(source), "rows": soak(20_000)},
        )
        con.execute(f"COPY held TO {sql.literal(str(tmp_path / 'held.parquet'))}")
        asked = noise.noise(con, city="Washington", seed=11, rows=1, half=0)
    random.Random(5).shuffle(asked)  # noqa: S311 - an order, not a secret
    asked = asked[: soak(400)]
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


def test_between_asks_only_what_is_held_has_rows(geocoder):
    geocoder.find_all(pa.table({"address": list(ASKED)}))
    con = geocoder._con
    names = con.execute(
        "SELECT concat_ws('.', nullif(schema_name, 'main'), table_name) FROM duckdb_tables()"
    ).fetchall()
    filled = {name for (name,) in names if con.execute(f"SELECT count(*) FROM {name}").fetchone() != (0,)}
    # What is left over would be compared with whatever is asked.
    assert {name for name in filled if not name.startswith("pack_")} <= {*_HELD, "price"}
    assert "name" not in filled


def test_few_and_very_many_are_found_alike(geocoder, monkeypatch):
    table = pa.table({"address": list(ASKED) * 3})
    few = geocoder.find_all(table)
    monkeypatch.setattr("gcrm.geocode.geocoder._FEW", 10)
    assert geocoder.find_all(table).equals(few)


def test_threads_may_share_one(geocoder):
    alone = [values(geocoder.find(text)) for text in ASKED]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(geocoder.find, ASKED))
    assert [values(found) for found in together] == alone


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

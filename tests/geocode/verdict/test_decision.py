"""What people decided outranks what was found and what was given, for every record of the address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from gcrm import sql
from tests.geocode.ground import build, connect, insert, located, pick
from tests.geocode.matching.test_match import REFERENCE

if TYPE_CHECKING:
    import duckdb

TIE = {"address": "5 Oak Avenue"}
MISSING = {"address": "99 Nowhere Lane, 99999"}
ABOUT = ("match_level", "status", "rule", "lon", "lat")


def key(con: duckdb.DuckDBPyConnection, row: dict[str, Any]) -> str:
    """Return the key of an address."""
    sql.run(con, "gcrm.geocode", "key_macro")
    names = ("address", "house_number", "street", "postcode", "city")
    values = [row.get(name) for name in names]
    return str(con.execute("SELECT address_key(?, ?, ?, ?, ?)", values).fetchall()[0][0])


def found(
    customers: list[dict[str, Any]], *decisions: tuple[dict[str, Any], str, float | None, float | None]
) -> list[dict[str, Any]]:
    """Return the location of each customer, after decisions of the first day, the second, ..."""
    with connect() as con:
        insert(con, "address_reference", *REFERENCE)
        insert(con, "customer", *customers)
        sql.run(con, "gcrm.ingest", "decision")
        for i, (row, action, lon, lat) in enumerate(decisions, 1):
            con.execute(
                "INSERT INTO ingest.decision VALUES (?, ?, ?, ?, DATE '2026-01-01' + ?::INTEGER, 'crm', ?)",
                [key(con, row), action, lon, lat, i, i],
            )
        build(con)
        return located(con)


def test_a_decided_point_counts_instead_of_a_tie_and_of_nothing() -> None:
    rows = found([TIE, MISSING], (TIE, "accept", -122.4, 37.787), (MISSING, "move", -122.5, 37.75))
    assert pick(rows, *ABOUT) == [
        ("decided", "matched", "decided", -122.4, 37.787),
        ("decided", "matched", "decided", -122.5, 37.75),
    ]
    assert pick(rows, "confidence", "error_m", "precision", "faults") == [(1.0, 25.0, "building", None)] * 2


def test_what_is_nowhere_loses_its_point_and_stays_so() -> None:
    (row,) = found(
        [{"address": "1 Main Street, 94110"}], ({"address": "1 Main Street, 94110"}, "not_found", None, None)
    )
    assert pick([row], *ABOUT, "error_m", "precision") == [
        (None, "unmatched", "decided_not_found", None, None, None, None)
    ]


def test_all_records_of_the_address_follow_and_no_others() -> None:
    same = [
        {"address": "5 oak  AVENUE "},
        {"address": "5 Oak Avenue", "unit": "3"},
        {"house_number": "5", "street": "Oak Ave."},
        {"address": "7 Oak Avenue"},
    ]
    rows = found([TIE, *same], (TIE, "move", -122.41, 37.76))
    assert pick(rows, "rule")[:4] == [("decided",)] * 4, "the same place, however it is written"
    assert rows[4]["rule"] != "decided"


def test_a_given_point_gives_way_to_a_person() -> None:
    given = {"address": "8 Given Road", "lon": -122.0, "lat": 37.0}
    bare = {"lon": -122.0, "lat": 37.0}
    rows = found([given, bare], ({"address": "8 Given Road"}, "move", -121.0, 36.0))
    assert pick(rows, "match_level", "lon", "error_m") == [("decided", -121.0, 25.0), ("given", -122.0, 10.0)]
    (row,) = found([given], ({"address": "8 Given Road"}, "not_found", None, None))
    assert pick([row], *ABOUT, "error_m") == [(None, "unmatched", "decided_not_found", None, None, None)]


def test_accepting_a_computed_point_does_not_make_it_better() -> None:
    between = {"address": "4 Elm Street, 94112"}
    without = [row for row in REFERENCE if (row["house_number"], row["street"]) != ("4", "Elm Street")]
    with connect() as con:
        insert(con, "address_reference", *without)
        insert(con, "customer", between)
        build(con)
        (engine,) = located(con)
        assert engine["match_level"] == "interpolated"
        sql.run(con, "gcrm.ingest", "decision")
        con.execute(
            "INSERT INTO ingest.decision VALUES (?, 'accept', ?, ?, DATE '2026-01-01', 'crm', 1)",
            [key(con, between), engine["lon"], engine["lat"]],
        )
        build(con)
        (row,) = located(con)
    assert (row["rule"], row["matched_address"]) == ("decided", engine["matched_address"])
    assert row["error_m"] == engine["error_m"] > 25


def test_the_last_word_counts() -> None:
    other = {"address": "5 Oak Ave"}
    (first, second) = found([TIE, other], (TIE, "move", -122.1, 37.1), (other, "move", -122.2, 37.2))
    assert first["lon"] == second["lon"] == -122.2
    (first, second) = found([TIE, other], (other, "move", -122.2, 37.2), (TIE, "not_found", None, None))
    assert first["rule"] == second["rule"] == "decided_not_found"


def test_a_decision_about_an_address_that_nobody_has_changes_nothing() -> None:
    assert found([TIE], (MISSING, "move", -122.2, 37.2)) == found([TIE])


@pytest.mark.parametrize(
    ("row", "same"),
    [
        ({"address": "  5 OAK   avenue "}, True),
        ({"address": "5 Oak Avenue", "unit": "7"}, True),
        ({"address": "5 Oak\u00a0Avenue"}, True),
        ({"address": "5 Oak Avenue", "city": "Oakland"}, False),
        ({"street": "5 Oak Avenue"}, False),
        ({"address": "5 Oak Avenues"}, False),
    ],
)
def test_the_key_is_of_the_words_not_of_blanks_capitals_and_units(row: dict[str, Any], same: bool) -> None:  # noqa: FBT001
    with connect() as con:
        assert (key(con, row) == key(con, TIE)) is same


def test_accents_are_written_in_two_ways_and_nothing_has_no_key() -> None:
    with connect() as con:
        assert key(con, {"street": "Caf\u00e9"}) == key(con, {"street": "Cafe\u0301"}) != key(con, {"street": "Cafe"})
        assert key(con, {"unit": "3"}) == "None"

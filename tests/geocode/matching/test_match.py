"""Every level and status, on literal rows."""

from __future__ import annotations

from typing import Any

import pytest

from tests.geocode.ground import build, connect, find, insert, located, pick


def point(
    number: str | None, street: str | None, postcode: str | None, lon: float, lat: float, city: str | None = None
) -> dict[str, Any]:
    return {"house_number": number, "street": street, "postcode": postcode, "city": city, "lon": lon, "lat": lat}


# Oak Avenue 5 stands in two postcodes 3.1 km apart; Elm Street is 400 m long and straight.
REFERENCE = [
    point("1", "Main Street", "94110", -122.4100, 37.7500),
    point("3", "Main Street", "94110", -122.4101, 37.7500),
    point("5", "Oak Avenue", "94110", -122.4100, 37.7600),
    point("5", "Oak Avenue", "94111", -122.4000, 37.7870),
    *(point(str(n), "Elm Street", "94112", -122.4500, 37.7200 + n * 0.0004) for n in range(1, 11)),
    point("7", "Hill Road", None, -122.3000, 37.8000, "Oakland"),
    point("7", "Hill Road", None, -122.3000, 37.9000, "Berkeley"),
]


def decided(*customers: dict[str, Any] | str) -> list[tuple[Any, ...]]:
    return pick(find(REFERENCE, *customers), "match_level", "status", "rule")


def test_a_given_point_wins_over_its_address() -> None:
    (row,) = find(REFERENCE, {"address": "1 Main Street, 94110", "lon": 7.5, "lat": -8.25})
    assert (row["lon"], row["lat"], row["match_level"], row["status"]) == (7.5, -8.25, "given", "matched")
    assert (row["confidence"], row["error_m"], row["address"]) == (1.0, 10.0, "1 Main Street, 94110")


@pytest.mark.parametrize(
    ("lon", "lat"), [(0.0, 0.0), (181.0, 5.0), (5.0, -90.5), (None, 5.0), (5.0, None), (float("nan"), 5.0)]
)
def test_an_invalid_point_is_not_taken(lon: float | None, lat: float | None) -> None:
    rows = find(REFERENCE, {"address": "1 Main Street, 94110", "lon": lon, "lat": lat}, {"lon": lon, "lat": lat})
    assert pick(rows, "lon", "match_level", "rule") == [
        (-122.41, "exact", "postcode_agrees"),
        (None, None, "no_address"),
    ]


def test_number_street_and_postcode_are_exact() -> None:
    (row,) = find(REFERENCE, {"house_number": "1", "street": "MAIN ST.", "postcode": "94110"})
    assert (row["lon"], row["lat"], row["match_level"], row["status"]) == (-122.41, 37.75, "exact", "matched")
    assert (row["score"], row["error_m"], row["matched_address"]) == (100.0, 10.0, "1 Main Street, 94110")


def test_the_unit_changes_the_place_but_not_the_point() -> None:
    first, second = find(REFERENCE, "1 Main St Apt 2, 94110", "1 Main St Apt 3, 94110")
    assert first["location_id"] != second["location_id"]
    assert (first["lon"], first["lat"]) == (second["lon"], second["lat"]) == (-122.41, 37.75)
    assert (first["unit"], second["unit"]) == ("2", "3")


def test_without_a_postcode_an_address_must_be_the_only_one() -> None:
    only, tie = find(REFERENCE, "1 Main St", "5 Oak Ave")
    assert (only["match_level"], only["status"], only["faults"]) == ("exact", "matched", "postcode_missing")
    assert (tie["match_level"], tie["status"], tie["confidence"]) == ("exact", "tie", 0.48)
    assert (tie["lon"], tie["lat"]) == (-122.41, 37.76)
    # The other place is 2.7 km north and 0.01 degrees of longitude away: 3,129 m on the sphere.
    assert tie["error_m"] == pytest.approx(3129 + 10, abs=2)


def test_the_postcode_tells_two_addresses_apart() -> None:
    rows = find(REFERENCE, "5 Oak Ave, 94111", "5 Oak Ave, 94110")
    assert pick(rows, "lat", "status") == [(37.787, "matched"), (37.76, "matched")]


def test_the_city_tells_two_addresses_apart() -> None:
    rows = find(REFERENCE, "7 Hill Rd, Berkeley", "7 Hill Rd, Oakland", "7 Hill Rd")
    assert pick(rows, "lat", "status", "rule") == [
        (37.9, "matched", "city_agrees"), (37.8, "matched", "city_agrees"), (37.9, "tie", "several"),
    ]  # fmt: skip


def test_a_slip_in_the_postcode_is_forgiven_at_a_lower_score() -> None:
    known, digit, swapped = find(REFERENCE, "1 Main St, 94112", "1 Main St, 94119", "1 Main St, 91410")
    for row, score in ((known, 96), (digit, 96), (swapped, 96)):
        assert (row["lon"], row["rule"], row["score"]) == (-122.41, "postcode_differs", score)


def test_an_address_elsewhere_is_left_for_review_without_a_point() -> None:
    far, city = find(REFERENCE, "1 Main St, New York, NY 10001", "7 Hill Rd, Chicago")
    for row in (far, city):
        assert (row["status"], row["rule"], row["lon"], row["lat"], row["error_m"]) == (
            "review",
            "elsewhere",
            None,
            None,
            None,
        )
    assert far["matched_address"] == "1 Main Street, 94110"


def test_an_unknown_number_gets_its_street_and_never_the_nearest_number() -> None:
    (row,) = find(REFERENCE, "99 Elm St, 94112")
    # The centre lies between numbers 5 and 6; 5 and 6 are equally near, the lower longitude and latitude is taken.
    assert (row["lon"], row["lat"]) == (-122.45, pytest.approx(37.7220))
    assert (row["match_level"], row["status"], row["rule"]) == ("street", "matched", "street_in_postcode")
    # The farthest of the ten houses is 5 steps of 0.0004 degrees from number 5; 99 is beyond them. Elm Street alone has
    # five houses or more: half of it, 4.5 steps, is what streets reach; of that 0.4 + 4/10 are added.
    assert row["error_m"] == pytest.approx((5 + 4.5 * 0.8) * 0.0004 * 111_195.08, abs=0.2)
    assert row["matched_address"] == "elm st, 94112"


def test_a_street_without_a_number_is_a_street() -> None:
    assert decided("Elm Street, 94112", {"street": "Elm Street"}) == [
        ("street", "matched", "street_in_postcode"), ("street", "matched", "street_alone"),
    ]  # fmt: skip


def test_a_street_of_many_places_is_a_tie() -> None:
    reference = [point("1", "Main Street", None, -122.0, 37.0), point("2", "Main Street", None, -80.0, 40.0)]
    (row,) = find(reference, "Main Street")
    assert (row["match_level"], row["status"], row["rule"], row["confidence"]) == ("street", "tie", "street_wide", 0.1)


def test_an_unknown_street_gets_its_postcode() -> None:
    (row,) = find(REFERENCE, "1 Nowhere Lane, 94112")
    assert (row["match_level"], row["status"], row["confidence"]) == ("postcode", "matched", 0.917)
    assert (row["lon"], row["lat"]) == (pytest.approx(-122.45), pytest.approx(37.7222, abs=1e-6))
    # The farthest of ten points is 4.5 steps from the centre; postcodes reach 4.5 steps, of which 1.5/10 are added.
    assert row["error_m"] == pytest.approx((4.5 + 4.5 * 0.15) * 0.0004 * 111_195.08, abs=0.2)


def test_a_city_alone_is_the_middle_of_its_addresses() -> None:
    reference = [
        {"house_number": str(n), "street": "Oak Ln", "city": "Reno", "lon": n / 1e3, "lat": 39.5} for n in (1, 2, 3)
    ]
    rows = find(reference, {"city": "Reno"}, "Reno, NV", "Reno", "Oak Ln", {"city": "Elko"})
    assert pick(rows, "rule", "lon") == [("place", 0.002)] * 3 + [("street_alone", 0.002), ("not_in_reference", None)]


def test_what_is_nowhere_stays_without_a_point() -> None:
    rows = find(REFERENCE, "1 Nowhere Lane, 99999", "San Francisco", {"city": "San Francisco"}, {}, "   ", "!?")
    assert {(row["lon"], row["lat"], row["match_level"], row["error_m"]) for row in rows} == {(None, None, None, None)}
    assert [row["rule"] for row in rows] == [
        "not_in_reference", "not_in_reference", "not_in_reference", "no_address", "no_address", "not_understood",
    ]  # fmt: skip
    assert {row["status"] for row in rows} == {"unmatched"}


@pytest.mark.parametrize(
    "text", ["PO Box 12, 94110", "P.O. Box 9", "Post Office Box 3, 94110", "Postfach 10 20 30, 70173 Stuttgart"]
)
def test_a_post_box_is_rejected(text: str) -> None:
    assert decided(text, {"street": text.partition(",")[0]}) == [(None, "rejected", "post_box")] * 2


def test_points_of_one_building_are_one_place() -> None:
    # 0.0002 degrees of latitude are 22 m; the middle one of three stands for all.
    near = [point("1", "Main Street", "94110", -122.41, 37.75 + i * 0.0002) for i in range(3)]
    far = [point("2", "Main Street", "94110", -122.41, 37.75 + i * 0.006) for i in range(2)]
    one, tie = find([*near, *far], "1 Main St, 94110", "2 Main St, 94110")
    assert (one["lat"], one["status"]) == (pytest.approx(37.7502), "matched")
    assert one["error_m"] == pytest.approx(10 + 22.2, abs=0.2)
    assert (tie["status"], tie["rule"]) == ("tie", "several")


def test_the_buildings_of_a_campus_are_one_place() -> None:
    # Nine buildings every 167 m, 667 m from the middle one; without the middle three, two heaps 667 m apart.
    campus = [point("1", "College Way", "94110", -122.41, 37.75 + i * 0.0015) for i in range(9)]
    heaps = [point("2", "College Way", "94110", -122.41, 37.75 + i * 0.0015) for i in (0, 1, 2, 6, 7, 8)]
    one, two = find([*campus, *heaps], "1 College Way, 94110", "2 College Way, 94110")
    assert (one["lat"], one["status"], one["rule"]) == (pytest.approx(37.756), "matched", "postcode_agrees")
    assert one["error_m"] == pytest.approx(10 + 667.2, abs=0.2)
    assert (two["status"], two["rule"]) == ("tie", "several")


def test_the_centre_is_right_across_the_date_line() -> None:
    reference = [point("1", "Reef Road", "9", 179.99, -17.0), point("3", "Reef Road", "9", -179.99, -17.0)]
    (row,) = find(reference, {"postcode": "9"})
    assert abs(row["lon"]) == pytest.approx(180.0)
    assert row["error_m"] < 1100


def test_every_located_kind_is_answered() -> None:
    with connect() as con:
        insert(con, "address_reference", *REFERENCE, {"address": "1 Main St, 94110"})
        for table in ("customer", "prospect", "store", "dwelling"):
            insert(con, table, {"address": "3 Main St, 94110"}, {"lon": 1.0, "lat": 2.0})
        report = build(con)
        for table in ("customer", "prospect", "store", "dwelling"):
            assert pick(located(con, table), "lon", "match_level") == [(-122.4101, "exact"), (1.0, "given")]
        assert pick(located(con, "address_reference"), "lon", "match_level")[-1] == (-122.41, "exact")
        stores = con.execute(
            "SELECT s.store_id FROM geocode.record_location AS r JOIN ingest.store AS s USING (source, row_no) "
            "WHERE r.kind = 'store' ORDER BY row_no"
        ).fetchall()
    assert stores == [("store-1",), ("store-2",)]
    assert report.rows["record_location"] == len(REFERENCE) + 1 + 8
    counts = {(f.kind, f.subject): f.count for f in report.findings}
    assert counts["located", "store: exact"] == 1
    assert counts["located", "store: given"] == 1


def test_reasons_are_counted() -> None:
    with connect() as con:
        insert(con, "address_reference", *REFERENCE)
        insert(
            con,
            "customer",
            {"address": "PO Box 1"},
            {"address": "PO Box 2"},
            {},
            {"address": "5 Oak Ave"},
            {"lon": 5.0},
        )
        found = {(f.kind, f.subject): f.count for f in build(con).findings if f.subject.startswith("customer")}
    assert found == {
        ("unlocated", "customer: post_box"): 2,
        ("unlocated", "customer: no_address"): 2,
        ("tie", "customer: exact"): 1,
        ("invalid_point", "customer"): 1,
    }


def test_nothing_at_all_is_a_build_too() -> None:
    with connect() as con:
        report = build(con)
        assert set(report.rows.values()) == {0}
        assert report.findings == ()

"""Places find their building, and a building its units: literal rows in, literal rows out."""

from __future__ import annotations

import pytest
import shapely

from gcrm.conform.region import degrees
from tests import star

#: A corner of a street grid near San Francisco, in metres of EPSG:32610; boxes are west, south, east, north from it.
X, Y = 551_000.0, 4_180_000.0


def lonlat(x: float, y: float) -> tuple[float, float]:
    return degrees(shapely.Point(X + x, Y + y), "EPSG:32610")


def box(west: float, south: float, east: float, north: float) -> bytes:
    corners = ((west, south), (east, south), (east, north), (west, north))
    return shapely.to_wkb(shapely.Polygon([lonlat(*c) for c in corners]))


def place(number: int, x: float, y: float, **more: object) -> dict[str, object]:
    lon, lat = lonlat(x, y)
    return {"location_id": number, "lon": lon, "lat": lat, "match_level": "given", "precision": "building"} | more


def record(kind: str, number: int, row_no: int | None = None) -> dict[str, object]:
    return {"kind": kind, "source": "s", "row_no": row_no or number, "location_id": number}


def footprint(name: str, wkb: bytes, row_no: int, **more: object) -> dict[str, object]:
    return {"building_id": name, "geometry": wkb, "source": "b", "row_no": row_no} | more


def parcel(name: str, wkb: bytes, row_no: int) -> dict[str, object]:
    return {"parcel_id": name, "geometry": wkb, "source": "p", "row_no": row_no}


def held(con):
    return dict(
        con.execute(
            "SELECT location_id, (building_id, stand, how, round(distance_m)::INTEGER) FROM enrich.location_building "
            "JOIN enrich.building USING (building_key)"
        ).fetchall()
    )


def test_a_place_lies_in_its_footprint_or_the_nearest_on_its_parcel_or_within_reach():
    con = star.build(
        {
            "geocode.location": [
                place(1, 5, 5),
                place(2, 25, 25),  # 15 m from the house on the same parcel, 7 m from the neighbour's
                place(3, 60, 5),  # 10 m from the second house, on no parcel
                place(4, 70, 5),  # too far from everything
                place(5, 5, 105),  # on a parcel without a footprint
                place(6, 5, 5, precision="area"),
            ],
            "ingest.building": [
                footprint("house", box(0, 0, 10, 25), 1),
                footprint("next", box(32, 0, 50, 30), 2),
                footprint("outer", box(-5, -5, 30, 30), 3, parcel_id="elsewhere"),
            ],
            "ingest.parcel": [parcel("P1", box(-5, -5, 30, 31), 1), parcel("P2", box(0, 100, 10, 110), 2)],
        }
    )
    assert held(con) == {
        1: ("house", "footprint", "covers", 0),  # the smaller of two that cover it
        2: ("outer", "footprint", "covers", 0),
        3: ("next", "footprint", "nearest", 10),
        5: ("parcel P2", "parcel", "covers", 0),
    }


def test_the_nearest_footprint_of_the_own_parcel_wins_over_a_nearer_one_next_door():
    con = star.build(
        {
            "geocode.location": [place(1, 25, 5)],
            "ingest.building": [footprint("own", box(0, 0, 10, 10), 1), footprint("next", box(32, 0, 50, 10), 2)],
            "ingest.parcel": [parcel("P1", box(-1, -1, 30, 11), 1), parcel("P2", box(30, -1, 51, 11), 2)],
        }
    )
    assert held(con) == {1: ("own", "footprint", "parcel", 15)}


def test_points_of_known_addresses_stand_for_buildings_where_there_is_nothing_else():
    con = star.build(
        {
            "geocode.location": [place(1, 0, 0), place(2, 0, 0), place(3, 8, 0), place(4, 30, 0)],
            "geocode.record_location": [record("address_reference", 1), record("customer", 2), record("customer", 3)],
            "ingest.address_reference": [{"house_number": "1", "street": "A", "source": "s", "row_no": 1}],
        }
    )
    assert {k: (v[1], v[2], v[3]) for k, v in held(con).items()} == {
        1: ("point", "point", 0),
        2: ("point", "point", 0),
        3: ("point", "nearest", 8),
    }


@pytest.mark.parametrize(
    ("dwellings", "building", "expected"),
    [
        ([{"units": 3}, {"units": 2}], {}, (5, "dwellings")),
        ([{"units": 3}], {"units": 7}, (7, "building")),
        ([{"residence_type": "TWO-FAM-RES"}], {}, (2, "words")),
        ([{"residence_type": "CONDOMINIUM"}] * 4, {}, (4, "words")),
        ([{"residence_type": "CONDOMINIUM"}, {"residence_type": "CNDO-RES-PKG"}], {}, (1, "words")),
        ([], {"use": "house"}, (1, "words")),
        ([], {}, (None, None)),
    ],
)
def test_units_say_where_they_are_from(dwellings, building, expected):
    con = star.build(
        {
            "ingest.building": [footprint("b", box(0, 0, 10, 10), 1, parcel_id="P", **building)],
            "ingest.parcel": [parcel("P", box(-1, -1, 11, 11), 1)],
            "ingest.dwelling": [
                {"parcel_id": "P", "source": "d", "row_no": i, **row} for i, row in enumerate(dwellings, 1)
            ],
        }
    )
    assert con.execute("SELECT units, units_from FROM enrich.building").fetchall() == [expected]


def test_units_at_addresses_count_once_each():
    places = [place(i, 5, 5, house_number="1" if i < 4 else "3", street="A", unit=str(i)) for i in range(1, 6)]
    con = star.build(
        {
            "geocode.location": places,
            "geocode.record_location": [record("address_reference", i) for i in range(1, 6)],
            "ingest.address_reference": [
                # 1 A has two units, one of them listed twice; 3 A has none.
                *(
                    {"house_number": "1", "street": "A", "unit": u, "source": "s", "row_no": i}
                    for i, u in enumerate(("a", "b", "b"), 1)
                ),
                *({"house_number": "3", "street": "A", "source": "s", "row_no": i} for i in (4, 5)),
            ],
            "ingest.building": [footprint("b", box(0, 0, 10, 10), 1)],
        }
    )
    found = con.execute("SELECT addresses, units, units_from, residence_type, residence_from FROM enrich.building")
    assert found.fetchall() == [(2, 3, "addresses", "small_multi", "units")]


def test_a_house_is_in_a_row_where_it_shares_a_wall():
    con = star.build(
        {
            "ingest.building": [
                footprint("left", box(0, 0, 8, 12), 1, use="house"),
                footprint("right", box(8.2, 0, 16, 12), 2, use="house"),
                footprint("alone", box(30, 0, 40, 12), 3, use="house"),
                footprint("corner", box(40.1, 12.1, 50, 20), 4, use="house"),  # meets at a corner only
            ]
        }
    )
    found = con.execute("SELECT building_id, residence_type FROM enrich.building").fetchall()
    assert dict(found) == {"left": "semi_row", "right": "semi_row", "alone": "detached", "corner": "detached"}


def test_a_place_of_the_warehouse_knows_its_building():
    con = star.build(
        {
            "geocode.location": [place(1, 5, 5)],
            "geocode.record_location": [record("customer", 1)],
            "ingest.customer": [{"customer_id": "c", "source": "s", "row_no": 1}],
            "ingest.building": [footprint("b", box(0, 0, 10, 10), 1, use="apartments", units=12, levels=4)],
        }
    )
    answer = star.ask(con, measures=["customers"], by=["residence_type", "residence_word", "building_use"])
    assert answer.table.select(range(4)).to_pylist() == [
        {"residence_type": "large_multi", "residence_word": "apartments", "building_use": "residential", "customers": 1}
    ]


@pytest.mark.parametrize(("units", "expected"), [("abc", {(1, "addresses")}), ("", {(None, None)})])
def test_an_address_without_units_is_one_dwelling_where_units_are_listed(units, expected):
    # Nine points without units, and one with three or none; the last one lies in a building of six floors.
    rows = [(i, None) for i in range(1, 10)] + [(10, unit) for unit in units or [None]] + [(11, None)]
    con = star.build(
        {
            "geocode.location": [place(i, 50.0 * i, 5, house_number=str(i), street="A") for i in range(1, 12)],
            "geocode.record_location": [
                {"kind": "address_reference", "source": "s", "row_no": n, "location_id": i}
                for n, (i, _) in enumerate(rows, 1)
            ],
            "ingest.address_reference": [
                {"house_number": str(i), "street": "A", "unit": unit, "source": "s", "row_no": n}
                for n, (i, unit) in enumerate(rows, 1)
            ],
            "ingest.building": [footprint("tower", box(545, 0, 555, 10), 1, levels=6)],
        }
    )
    found = con.execute("SELECT units, units_from FROM enrich.building WHERE stand = 'point' AND addresses = 1")
    told = set(found.fetchall())
    assert told == expected | ({(3, "addresses")} if units else set())
    tower = con.execute("SELECT residence_type, units FROM enrich.building WHERE building_id = 'tower'").fetchall()
    assert tower == [(None, None)]


def test_flats_of_known_floor_area_and_unknown_number_are_assumed_by_their_area():
    con = star.build(
        {
            "ingest.building": [
                footprint("block", box(0, 0, 20, 30), 1, use="apartments", levels=5),
                footprint("flat", box(100, 0, 110, 10), 2, use="apartments"),
            ]
        }
    )
    found = con.execute("SELECT building_id, residence_type, units, units_from FROM enrich.building ORDER BY 1")
    # 600 m² on five floors at 100 m² each; of the other one neither floors nor units are known.
    assert found.fetchall() == [("block", "large_multi", 30, "assumed"), ("flat", "small_multi", None, None)]

"""Spatial filters by travel time: on one straight street everything can be worked out by hand."""

from __future__ import annotations

from datetime import date

import pytest
import shapely
from pyproj import Geod

from gcrm.access.scope import Scope
from gcrm.errors import QueryError
from tests import star
from tests.star import ask

_GEOD = Geod(ellps="WGS84")
_WEST, _LAT = -122.5, 37.75
#: Metres from the western end of the street, of twelve places, and of a thirteenth that is far from it.
PLACES = [0, 100, 300, 500, 800, 1000, 1500, 2000, 2400, 2600, 3000, 3500]
SETTINGS = star.SETTINGS.model_copy(
    update={"roads": star.SETTINGS.roads.model_copy(update={"junction_s": 0.0, "reach_m": 150.0})}
)


def _at(metres):
    lon, lat, _ = _GEOD.fwd(_WEST, _LAT, 90, metres)
    return lon, lat


def _rows(*, with_road=True, **road):
    points = [*(_at(m) for m in PLACES), (_WEST, _LAT + 0.05)]
    line = shapely.LineString([_at(m) for m in range(0, 4001, 100)])
    street = {"road_id": "r", "source": "roads", "row_no": 0, "geometry": shapely.to_wkb(line), "speed_kmh": 30, **road}
    return {
        "geocode.location": [{"location_id": i, "lon": x, "lat": y} for i, (x, y) in enumerate(points)],
        "geocode.record_location": [
            *({"kind": "customer", "source": "s", "row_no": i, "location_id": i} for i in range(len(points))),
            {"kind": "store", "source": "s", "row_no": 0, "location_id": PLACES.index(2000)},
        ],
        "ingest.customer": [{"customer_id": f"c{i}", "source": "s", "row_no": i} for i in range(len(points))],
        "ingest.store": [{"store_id": "S1", "source": "s", "row_no": 0}],
        'ingest."order"': [
            {"order_id": f"o{i}", "customer_id": f"c{i}", "amount": 2**i, "ordered_on": date(2017, 1, 1), "source": "s"}
            for i in range(len(points))
        ],
        "ingest.road": [street] if with_road else [],
        "ingest.road_condition": [
            {"road_class": "unclassified", "day_type": "sunday", "closed": True, "source": "c", "row_no": 0},
            {"road_class": "unclassified", "day_type": "saturday", "speed_kmh": 15, "source": "c", "row_no": 1},
        ],
    }


@pytest.fixture(scope="module")
def con():
    return star.build(_rows(road_class="unclassified"), SETTINGS)


@pytest.fixture(scope="module")
def one_way():
    return star.build(_rows(oneway="yes"), SETTINGS)


def which(con, **words):
    """Metres of the places that count, and the notes; each place has a power of two as revenue."""
    answer = ask(con, settings=SETTINGS, measures=["revenue"], area=({"near": {"store": "S1"}, **words},))
    total = int(answer.table["revenue"][0].as_py() or 0)
    return [m for i, m in enumerate([*PLACES, "far"]) if total >> i & 1], answer.notes


@pytest.mark.parametrize(
    ("words", "reach_m"),
    [
        ({"travel_min": 0}, 0),
        ({"travel_min": 1}, 500),  # 30 km/h are 500 m in a minute
        ({"travel_min": 2.9}, 1450),
        ({"travel_min": 60}, 9999),
        ({"travel_min": 6, "mode": "walk"}, 500),  # 5 km/h
        ({"travel_min": 2.5, "mode": "cycle"}, 625),  # 15 km/h
        ({"travel_min": 2, "day_type": "saturday", "hour": 12}, 500),  # half as fast
        ({"travel_min": 2, "day_type": "weekday", "hour": 12}, 1000),
    ],
)
def test_places_count_that_reach_the_store_in_time(con, words, reach_m):
    # The last metre is left out: the street is drawn in a plane, the distances are those of the ellipsoid.
    found, notes = which(con, **{**words, "travel_min": words["travel_min"] * 1.001})
    assert found == [m for m in PLACES if abs(m - 2000) <= reach_m]
    assert "Travel times are on roads" in notes[0]


def test_where_the_street_is_closed_only_the_store_itself_is_reached_by_nobody(con):
    assert which(con, travel_min=60, day_type="sunday", hour=9)[0] == []


def test_a_one_way_street_tells_coming_from_going(one_way):
    coming, notes = which(one_way, travel_min=2.001)
    assert coming == [m for m in PLACES if 1000 <= m <= 2000]
    assert "reach the point" in notes[0]
    going, notes = which(one_way, travel_min=2.001, direction="from")
    assert going == [m for m in PLACES if 2000 <= m <= 3000]
    assert "are reached from the point" in notes[0]


def test_a_point_beside_the_street_is_walked_to_and_one_far_from_it_is_reached_by_nobody(con):
    lon, lat, _ = _GEOD.fwd(*_at(2000), 0, 100)  # a hundred metres north: 1.2 min on foot
    words = {"near": f"POINT ({lon} {lat})"}
    assert which(con, **words, travel_min=2.205)[0] == [m for m in PLACES if abs(m - 2000) <= 500]
    lon, lat, _ = _GEOD.fwd(*_at(2000), 0, 400)
    assert which(con, near=f"POINT ({lon} {lat})", travel_min=60)[0] == []


def test_without_roads_the_answer_is_the_declared_estimate():
    con = star.build(_rows(with_road=False), SETTINGS)
    found, notes = which(con, travel_min=3)
    metres = 3 / 60 * 25_000 / 1.3
    assert found == [m for m in PLACES if abs(m - 2000) <= metres]
    assert "estimate" in notes[0]
    assert which(con, travel_min=3, speed_kmh=25, circuity=1.3)[0] == found


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"travel_min": 5, "mode": "fly"}, "mode is drive"),
        ({"travel_min": 5, "hour": 25}, "hour is a whole number"),
        ({"travel_min": 5, "day_type": "sunday"}, "needs an hour"),
        ({"travel_min": 5, "direction": "too"}, "direction is to or from"),
        ({"travel_min": -1}, "travel_min is a number"),
        ({"travel_min": 5, "speed_kmh": 30}, "circuity is a number"),
        ({"travel_min": 5, "speed_kmh": 30, "circuity": 1.3, "mode": "walk"}, "do not look at roads"),
        ({"distance_m": 5, "mode": "walk"}, "not both"),
        ({"travel_min": 5, "near": "LINESTRING (0 0, 1 1)"}, "lead to a point"),
        ({"travel_min": 5, "near": {"store": "S9"}}, "no store 'S9'"),
    ],
)
def test_what_is_no_journey_is_refused(con, words, message):
    with pytest.raises(QueryError, match=message):
        which(con, **words)


def test_travel_times_need_record_rights(con):
    words = {"near": {"store": "S1"}, "travel_min": 5}
    with pytest.raises(QueryError, match="Distances need record rights"):
        ask(con, settings=SETTINGS, measures=["customers"], area=(words,), scope=Scope("public"))

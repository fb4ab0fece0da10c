"""Parcels: their inner point locates an address or a dwelling that has no point of its own."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gcrm.geocode.intake.parcel import inner_points
from tests.geocode.ground import build, connect, insert, located, pick

SQUARE = shapely.box(-71.11, 42.37, -71.10, 42.38)
#: The centroid of a U lies outside of it.
U_SHAPE = shapely.Polygon([(0, 0), (3, 0), (3, 3), (2, 3), (2, 1), (1, 1), (1, 3), (0, 3)])
BOW_TIE = shapely.Polygon([(10, 10), (11, 11), (11, 10), (10, 11)])


def test_a_reference_without_a_point_takes_its_parcel() -> None:
    with connect() as con:
        insert(con, "parcel", {"parcel_id": "P1", "geometry": SQUARE.wkb}, {"parcel_id": "P2", "geometry": U_SHAPE.wkb})
        insert(
            con,
            "address_reference",
            {"address": "1 Main St", "parcel_id": "P1"},
            {"address": "2 Main St", "parcel_id": "P9"},
        )
        insert(con, "customer", {"address": "1 MAIN STREET"}, {"address": "2 Main Street"})
        build(con)
        first, second = located(con)
        kept = con.execute("SELECT house_number, point_source, lon, lat, error_m FROM geocode.reference").fetchall()
        own = located(con, "address_reference")
    # Half the diagonal of the square on the sphere, which shapely's inner point is the middle of.
    half_m = math.hypot(0.005 * math.cos(math.radians(42.375)), 0.005) * 111_195.08
    assert (first["match_level"], first["status"], first["lon"], first["lat"]) == ("exact", "matched", -71.105, 42.375)
    assert first["error_m"] == pytest.approx(half_m, abs=0.2)
    assert kept == [("1", "parcel", -71.105, 42.375, first["error_m"])]
    assert (second["match_level"], second["rule"]) == ("street", "street_alone")
    assert pick(own, "match_level", "lon") == [("exact", -71.105), ("street", -71.105)]


def test_a_dwelling_falls_back_to_its_parcel_before_its_street() -> None:
    parcels = [{"parcel_id": "P1", "geometry": SQUARE.wkb}, {"parcel_id": "P2", "geometry": U_SHAPE.wkb}]
    with connect() as con:
        insert(con, "parcel", *parcels)
        insert(con, "address_reference", {"address": "1 Main St", "lon": 5.0, "lat": 6.0})
        insert(
            con, "dwelling",
            {"parcel_id": "P1", "address": "1 Main St"}, {"parcel_id": "P1", "address": "9 Main St"},
            {"parcel_id": " P2 "}, {"parcel_id": "P9", "address": "9 Main St"}, {"parcel_id": "P9"},
            {"parcel_id": "P1", "lon": 7.0, "lat": 8.0},
        )  # fmt: skip
        build(con)
        rows = located(con, "dwelling")
    assert pick(rows, "match_level", "rule") == [
        ("exact", "only_one"), ("parcel", "parcel"), ("parcel", "parcel"), ("street", "street_alone"),
        (None, "no_address"), ("given", "point"),
    ]  # fmt: skip
    assert shapely.contains_xy(U_SHAPE, rows[2]["lon"], rows[2]["lat"])
    assert not U_SHAPE.contains(U_SHAPE.centroid)


def test_two_dwellings_without_an_address_on_two_parcels_are_two_places() -> None:
    with connect() as con:
        insert(con, "parcel", {"parcel_id": "A", "geometry": SQUARE.wkb}, {"parcel_id": "B", "geometry": U_SHAPE.wkb})
        insert(con, "dwelling", {"parcel_id": "A"}, {"parcel_id": "B"}, {"parcel_id": "A"})
        build(con)
        a, b, again = (row["location_id"] for row in located(con, "dwelling"))
    assert a == again != b


def test_a_broken_parcel_is_mended_and_an_empty_one_gives_no_point() -> None:
    shapes = {"bow": BOW_TIE.wkb, "empty": shapely.Polygon().wkb, "junk": b"\x01\x02"}
    with connect() as con:
        insert(con, "parcel", *({"parcel_id": k, "geometry": v} for k, v in shapes.items()))
        insert(con, "dwelling", *({"parcel_id": k} for k in shapes))
        build(con)
        rows = located(con, "dwelling")
    assert pick(rows, "match_level") == [("parcel",), (None,), (None,)]
    assert shapely.make_valid(BOW_TIE).contains(shapely.Point(rows[0]["lon"], rows[0]["lat"]))


@given(st.lists(st.tuples(st.floats(0, 6.28), st.floats(0.1, 1)), min_size=3, max_size=12))
def test_the_inner_point_is_covered_and_no_corner_is_farther_than_the_error(polar: list[tuple[float, float]]) -> None:
    shape = shapely.Polygon([(r * math.cos(a) / 100, r * math.sin(a) / 100) for a, r in sorted(polar)])
    shape = shapely.make_valid(shape)
    points, error_m = inner_points(np.array([shape]))
    if shape.area > 1e-9:
        assert shape.distance(points[0]) < 1e-12
    # Near the equator a degree is 111,195 m both ways; shapely's distance serves as the other opinion.
    corners = shapely.points(shapely.get_coordinates(shape))
    assert error_m[0] == pytest.approx(shapely.distance(points[0], corners).max() * 111_195.08, rel=1e-3, abs=0.1)

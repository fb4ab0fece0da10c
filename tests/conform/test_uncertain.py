"""Who might belong next door: circles of error against borders, as shapely alone finds them."""

from __future__ import annotations

import math

import numpy as np
import pyproj
import shapely

from gcrm import sql
from gcrm.conform.uncertain import outside, write_uncertain

CRS = "EPSG:32632"
SQUARE = shapely.box(8.0, 50.0, 8.02, 50.01)
LAKE = shapely.Point(8.01, 50.005).buffer(0.001)


def written(places: list[tuple[int, float, float, float | None]], region: shapely.Geometry) -> dict[int, float]:
    """Return place -> share outside, as it is written for places that all are in one region."""
    with sql.connect() as con:
        con.execute("ATTACH ':memory:' AS geocode; ATTACH ':memory:' AS conform")
        con.execute("CREATE TABLE geocode.location (location_id BIGINT, lon DOUBLE, lat DOUBLE, error_m DOUBLE)")
        con.executemany("INSERT INTO geocode.location VALUES (?, ?, ?, ?)", places)
        con.execute("CREATE TABLE conform.region (region_key INTEGER, geometry BLOB)")
        con.execute("INSERT INTO conform.region VALUES (7, ?), (8, NULL)", [shapely.to_wkb(region)])
        con.execute(
            "CREATE TABLE conform.location_region AS "
            "SELECT location_id, 1::SMALLINT AS layer_id, 7 AS region_key FROM geocode.location"
        )
        count = write_uncertain(con, CRS)
        rows = con.execute("SELECT location_id, share_outside FROM conform.location_uncertain").fetchall()
    assert count == len(rows)
    return dict(rows)


def test_half_of_a_circle_on_the_border_is_outside_and_none_of_one_inside() -> None:
    found = written([(1, 8.0, 50.005, 30.0), (2, 8.01, 50.002, 30.0), (3, 8.01, 50.002, None)], SQUARE)
    assert found.keys() == {1}
    assert math.isclose(found[1], 0.5, abs_tol=0.01)


def test_a_place_in_the_middle_of_a_wide_area_may_lie_anywhere() -> None:
    (share,) = written([(1, 8.01, 50.005, 5000.0)], SQUARE).values()
    part = 2 * 715 * 2 * 556 / (math.pi * 5000**2)
    assert math.isclose(share, 1 - part, abs_tol=0.005)


def test_two_places_at_one_point_are_both_there_and_errors_count_one_by_one() -> None:
    found = written([(1, 8.0001, 50.005, 3.0), (2, 8.0001, 50.005, 30.0), (3, 8.0001, 50.005, 30.0)], SQUARE)
    assert found.keys() == {2, 3}
    assert found[2] == found[3]


def test_as_brute_force_finds_it_with_holes_and_corners() -> None:
    chance = np.random.default_rng(5)
    region = SQUARE.difference(LAKE).union(shapely.box(8.02, 50.002, 8.03, 50.003))
    project = pyproj.Transformer.from_crs("EPSG:4326", CRS, always_xy=True).transform
    dense = shapely.segmentize(region, 0.0005)
    metric = shapely.transform(dense, lambda p: np.column_stack(project(p[:, 0], p[:, 1])))
    lon, lat = chance.uniform(8.0, 8.03, 2000), chance.uniform(50.0, 50.01, 2000)
    inside = shapely.contains_xy(region, lon, lat)
    error = np.exp(chance.uniform(1, 6, 2000))
    places = [(i, lon[i], lat[i], error[i]) for i in np.flatnonzero(inside).tolist()]
    expected = {}
    for i, x, y, radius in places:
        circle = shapely.Point(project(x, y)).buffer(radius, quad_segs=256)
        if not metric.contains(circle):
            expected[i] = 1 - metric.intersection(circle).area / circle.area
    found = written(places, region)
    # Sagitta of a circle with corners: the two agree about all but circles that touch the border.
    doubtful = {i for i in expected.keys() ^ found.keys() if max(expected.get(i, 0), found.get(i, 0)) > 1e-4}
    assert doubtful == set()
    assert len(found) > 300
    both = expected.keys() & found.keys()
    assert max(abs(found[i] - expected[i]) for i in both) < 0.01


def test_nothing_near_the_border_is_nothing() -> None:
    over, share = outside(SQUARE, np.array([], object), np.array([]))
    assert len(over) == len(share) == 0
    assert written([(1, 8.01, 50.005, 10.0)], SQUARE) == {}

"""Isochrones nest, agree with travel times, and are what they should be on a square town; routes add up."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gcrm.enrich.road.condition import When, when
from gcrm.enrich.road.contour import below
from gcrm.enrich.road.network import graph
from gcrm.enrich.road.travel import travel
from tests.enrich.road.town import grid, points, road, town

FREE = When()
WALK = 0.06 / 5


@pytest.fixture(scope="module")
def square():
    return town(grid(31))


def at(*xy):
    return np.column_stack(points(*xy))


@settings(max_examples=60)
@given(
    arrays(float, (7, 9), elements=st.sampled_from([0.0, 1.0, 2.0, 2.5, 3.0, np.inf])), st.floats(0, 3), st.floats(0, 3)
)
def test_areas_below_a_level_hold_the_points_below_it_and_nest(inner, one, two):
    values = np.pad(inner, 1, constant_values=np.inf)
    low, high = sorted([one, two])
    area, wider = below(values, low), below(values, high)
    assert area.is_valid
    rows, columns = np.mgrid[0:9, 0:11]
    inside = shapely.contains_xy(area, columns.ravel(), rows.ravel()).reshape(9, 11)
    assert np.array_equal(inside, values <= low)
    assert shapely.area(shapely.difference(area, wider)) < 1e-9


def test_on_a_square_town_the_area_is_a_diamond_of_streets(square):
    con, _ = square
    walk = travel(con, "walk")
    (areas,) = walk.areas(at((1500, 1500)), [5, 10])
    metres = [shapely.transform(a, lambda xy: xy * [111_319.4908, 110_574.2755]) for a in areas]
    # Within 417 and 833 m along streets 100 m apart: the diamond of half that diagonal, and what is crossed on foot.
    for area, reach in zip(metres, (417, 833), strict=True):
        assert 2 * reach**2 < area.area < 2 * (reach + 50) ** 2
        assert area.hausdorff_distance(shapely.Point(1500, 1500).buffer(reach, quad_segs=1)) < 75
    assert shapely.covers(areas[1], areas[0])


@pytest.mark.parametrize(("mode", "towards"), [("drive", False), ("drive", True), ("walk", False), ("cycle", True)])
def test_places_lie_in_the_area_of_the_minutes_that_the_way_to_them_takes(mode, towards):
    rng = np.random.default_rng(4)
    roads = [dict(r, oneway=str(rng.choice(["no", "yes", "-1"], p=[0.5, 0.25, 0.25]))) for r in grid(16, 200)]
    con, net = town(roads, junction_s=5)
    way = travel(con, mode)
    centre, others = at((1510, 1480)), at(*rng.uniform(100, 2900, (250, 2)))
    limits = [2.0, 4.0, 8.0]
    (areas,) = way.areas(centre, limits, towards=towards)
    for area, wider in pairwise(areas):
        assert shapely.area(shapely.difference(area, wider)) < 1e-15
    # The least over the streets around a place, each point of them reached by the shortest way, and then on foot.
    dense = shapely.line_interpolate_point(net.line[:, None], np.linspace(0.005, 0.995, 25), normalized=True).ravel()
    spots = net.world(*shapely.get_coordinates(dense).T)
    times = way.between(spots, centre)[:, 0] if towards else way.between(centre, spots)[0]
    metres = np.array([111_319.4908, 110_574.2755])
    far = np.hypot(*((others[:, None] - spots[None]) * metres).transpose(2, 0, 1))
    # The grid may err by its step on foot, on either side, and where a road is just about 100 m away.
    step = {"drive": 50, "cycle": 30, "walk": 20}[mode]
    minutes = np.nanmin(np.where(far < 100 + 2 * step, times + far * WALK, np.inf), axis=1)
    sure = np.nanmin(np.where(far < 100 - step, times + far * WALK, np.inf), axis=1)
    for area, limit in zip(areas, limits, strict=True):
        inside = shapely.contains_xy(area, others[:, 0], others[:, 1])
        assert inside[sure < limit - 1.5 * step * WALK].all()
        assert not inside[minutes > limit + 1.5 * step * WALK].any()
        assert inside.mean() < 1
    assert inside.any()


def test_at_a_busy_hour_less_is_reached_and_the_answer_says_what_is_assumed():
    con, _ = town(grid(41))
    free, busy, told = travel(con), travel(con, hour=8), travel(con, hour=11)
    sizes = [way.areas(at((2000, 2000)), [3])[0][0].area for way in (free, busy, told)]
    assert sizes[1] < 0.7 * sizes[0]
    assert sizes[2] == sizes[0]
    assert [way.basis for way in (free, busy, told)] == ["roads", "roads, busy hours assumed", "roads"]


def test_without_roads_an_area_is_a_circle_and_everything_says_that_it_is_an_estimate():
    con, net = town([], circuity=1.25, drive_kmh=30)
    way = travel(con)
    (areas,) = way.areas(at((0, 0)), [5, 10])
    # 30 km/h for ten minutes are 5 km of road, 4 km in a straight line.
    radius = np.hypot(*(np.array(areas[1].exterior.coords) * [111_319.4908, 110_574.2755]).T)
    assert radius == pytest.approx(4000, rel=1e-3)
    assert way.between(at((0, 0)), at((0, 4000)))[0, 0] == pytest.approx(10, rel=1e-5)
    assert way.basis == "estimate"
    assert "estimate" in way.note
    assert not net.is_there
    found = way.way(at((0, 0)), at((0, 4000)))
    assert (found.minutes, found.metres) == pytest.approx((10, 5000), rel=1e-5)
    minutes, which = way.nearest(at((0, 0), (0, 900)), at((0, 1000), (0, -400)))
    assert which.tolist() == [1, 0]
    assert minutes == pytest.approx([1, 0.25], rel=1e-5)


def test_a_route_takes_the_time_of_the_matrix_and_its_line_is_as_long_as_it_says():
    rng = np.random.default_rng(6)
    roads = [dict(r, oneway=str(rng.choice(["no", "yes", "-1"], p=[0.6, 0.2, 0.2]))) for r in grid(12)]
    con, _ = town(roads, junction_s=3)
    way = travel(con)
    for _ in range(40):
        one, two = at(*rng.uniform(0, 1100, (1, 2))), at(*rng.uniform(0, 1100, (1, 2)))
        expected, found = way.between(one, two)[0, 0], way.way(one, two)
        if found is None:
            assert np.isnan(expected)
            continue
        assert found.minutes == pytest.approx(expected, abs=1e-9)
        steps = np.diff(shapely.get_coordinates(found.line) * [111_319.4908, 110_574.2755], axis=0)
        assert np.hypot(*steps.T).sum() == pytest.approx(found.metres, rel=1e-3, abs=0.5)
        assert ((np.abs(steps) < 1e-3).any(axis=1)).all()  # it follows the streets and leaps nowhere


def test_a_route_names_its_streets_and_goes_straight_along_one():
    con, _ = town(
        [
            road("a", (0, 0), (100, 0), name="High St"),
            road("b", (100, 0), (200, 0), name="High St"),
            road("c", (200, 0), (200, 100), name="Mill Ln"),
        ]
    )
    way = travel(con)
    assert way.way(at((10, 0)), at((200, 50))).streets == ("High St", "Mill Ln")
    along = way.way(at((10, 0)), at((90, 0)))
    assert (along.streets, round(along.metres)) == (("High St",), 80)
    assert way.way(at((10, 0)), at((200, 900))) is None


@pytest.mark.parametrize(
    ("hour", "day", "kmh"),
    [
        (None, None, 50),
        (3, None, 40),
        (8, None, 20),
        (8, "saturday", 40),
        (12, "saturday", 10),
        (23, None, 15),
        (1, "sunday", 15),
    ],
)
def test_of_several_conditions_the_most_particular_holds(hour, day, kmh):
    _, net = town(
        [road("r", (0, 0), (1000, 0), road_class="primary", speed_kmh=100), road("other", (0, 500), (1000, 500))],
        [
            {"speed_share": 0.5},
            {"road_class": "primary", "from_hour": 2, "to_hour": 20, "speed_kmh": 40},
            {"road_class": "primary", "day_type": "weekday", "from_hour": 7, "to_hour": 9, "speed_share": 0.2},
            {"road_id": "r", "day_type": "weekend", "from_hour": 12, "to_hour": 13, "speed_kmh": 10},
            {"road_id": "r", "from_hour": 22, "to_hour": 2, "speed_kmh": 15},
        ],
        peak_share=0.9,
    )
    ways = graph(net, "drive", when(day, hour))
    piece = net.road.tolist().index("r")
    assert 0.06 * net.length_m[piece] / ways.forward_min[piece] == pytest.approx(kmh)
    # Every road has a condition that tells its speed, so nothing is assumed.
    assert not ways.is_assumed
    both = ways.forward_min[1 - piece]
    assert 0.06 * net.length_m[1 - piece] / both == pytest.approx(12.5)

"""Borders that no road crosses, on a town of squares with a river."""

from __future__ import annotations

import numpy as np
import shapely

from gcrm.enrich.road.barrier import cut_borders
from tests.enrich.road.town import LAT_M, LON_M, road, town


def _cut(roads, shapes, barriers=()):
    _, net = town(roads)

    def plane(shape):
        moved = shapely.transform(shape, lambda xy: xy / [LON_M, LAT_M])
        return shapely.transform(moved, lambda xy: net.plane(xy[:, 0], xy[:, 1]))

    found = cut_borders(net, np.array([plane(s) for s in shapes]), np.array([plane(b) for b in barriers], object))
    return [(c.one, c.other, c.barrier, round(c.share, 1)) for c in found]


#: Two rows of three squares of 1 km.
SQUARES = [shapely.box(x, y, x + 1000, y + 1000) for y in (0, 1000) for x in (0, 1000, 2000)]
RIVER = shapely.LineString([(-100, 1000), (1500, 1010), (3100, 1000)])
EAST_WEST = [road(f"e{y}", (100, y), (2900, y)) for y in (500, 1500)]


def test_regions_on_either_side_of_a_river_are_cut_but_at_the_bridge():
    bridge = road("bridge", (1500, 500), (1500, 1500))
    assert _cut([*EAST_WEST, bridge], SQUARES, [RIVER]) == [(0, 3, 0, 1.0), (2, 5, 0, 1.0)]


def test_a_border_without_a_road_or_a_barrier_is_cut_without_a_reason():
    roads = [road("w", (100, 500), (1900, 500)), *[road(f"n{x}", (x, 500), (x, 1500)) for x in (500, 1500, 2500)]]
    assert _cut([*roads, road("e", (1100, 1500), (2900, 1500))], SQUARES) == [(1, 2, -1, 0.0), (3, 4, -1, 0.0)]


def test_a_road_up_to_a_border_does_not_cross_it_and_one_along_it_serves_both_sides():
    up = road("up", (500, 500), (500, 1000))
    found = _cut([*EAST_WEST, up, road("along", (1000, 1000), (2000, 1000))], SQUARES)
    assert [(a, b) for a, b, *_ in found] == [(0, 3), (2, 5)]


def test_regions_that_meet_in_a_corner_are_no_neighbours():
    assert _cut([road("r", (100, 500), (200, 500))], [SQUARES[0], SQUARES[4]]) == []

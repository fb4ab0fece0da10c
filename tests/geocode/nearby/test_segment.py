"""Points beside street segments, against distances worked out by hand and Cambridge's own addresses."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gcrm.geocode.nearby.segment import ASIDE_M, CORNER_M, beside
from gcrm.geocode.sphere import DEGREE_M


@pytest.mark.parametrize(("side", "north_m"), [(1, ASIDE_M), (-1, -ASIDE_M)])
def test_a_point_stands_beside_the_line(side: int, north_m: float) -> None:
    # At the equator a degree of longitude is as long as one of latitude; the line goes 200 m to the east.
    line = shapely.LineString([(0, 0), (200 / DEGREE_M, 0)])
    points, lengths = beside(np.array([line]), np.array([0.25]), side=np.array([side]))
    assert lengths == pytest.approx([200])
    assert points[0] * DEGREE_M == pytest.approx([CORNER_M + 0.25 * (200 - 2 * CORNER_M), north_m], abs=1e-3)


def test_corners_are_left_free_and_short_lines_keep_their_middle() -> None:
    line = shapely.LineString([(0, 0), (0, 20 / DEGREE_M)])
    points, _ = beside(np.array([line] * 3), np.array([0.0, 0.5, 1.0]), side=np.ones(3))
    assert points[:, 1] * DEGREE_M == pytest.approx([5, 10, 15])
    assert points[:, 0] * DEGREE_M == pytest.approx([-ASIDE_M] * 3)


def test_a_line_through_the_houses_begins_and_ends_at_them() -> None:
    line = shapely.LineString([(0, 0), (200 / DEGREE_M, 0)])
    points, _ = beside(np.array([line] * 3), np.array([0.0, 0.25, 1.0]), side=np.zeros(3))
    assert points[:, 0] * DEGREE_M == pytest.approx([0, 50, 200])
    assert points[:, 1] * DEGREE_M == pytest.approx([0, 0, 0])


def test_what_is_no_line_gives_no_point() -> None:
    odd = np.array([None, shapely.Point(1, 2), shapely.LineString(), shapely.LineString([(0, 0), (1e-3, 0)])])
    points, _ = beside(odd, np.full(4, 0.5), side=np.ones(4))
    assert np.isnan(points[:3]).all()
    assert not np.isnan(points[3]).any()

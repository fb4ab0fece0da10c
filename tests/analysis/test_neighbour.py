"""Who is whose neighbour: held against every pair looked at by itself."""

from __future__ import annotations

import h3
import numpy as np
import pytest
import shapely

from gcrm.analysis.neighbour import bordering, cells_around, nearest, touching, within


def test_squares_border_along_their_sides_and_not_at_their_corners():
    squares = np.array([shapely.box(x, y, x + 100, y + 100) for y in (0, 100) for x in (0, 100)])
    assert bordering(squares).tolist() == [[0, 1], [0, 2], [1, 3], [2, 3]]


def test_small_gaps_are_no_gaps_and_wide_ones_are():
    squares = np.array([shapely.box(0, 0, 100, 100), shapely.box(103, 0, 200, 100), shapely.box(210, 0, 300, 100)])
    assert bordering(squares).tolist() == [[0, 1]]


def test_a_small_region_borders_on_the_one_around_it():
    hole = shapely.box(40, 40, 43, 43)
    assert bordering(np.array([shapely.box(0, 0, 100, 100).difference(hole), hole])).tolist() == [[0, 1]]


def test_squares_touch_at_their_corners_too():
    squares = np.array([shapely.box(x, y, x + 100, y + 100) for y in (0, 100, 200) for x in (0, 100, 200)])
    wanted = [[i, j] for i in range(9) for j in range(i + 1, 9) if squares[i].distance(squares[j]) == 0]
    assert touching(squares).tolist() == wanted
    assert touching(np.array([squares[0], None, squares[8]])).tolist() == []


def test_points_near_to_each_other_are_those_that_every_pair_says():
    points = np.random.default_rng(4).uniform(0, 1000, (60, 2))
    far = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    assert within(points, 150).tolist() == np.argwhere(np.triu(far <= 150, 1)).tolist()
    close = np.argsort(far, axis=1)[:, 1:5]
    wanted = {(min(i, j), max(i, j)) for i, row in enumerate(close.tolist()) for j in row}
    assert set(map(tuple, nearest(points, 4).tolist())) == wanted
    assert len(nearest(points[:3], 10)) == 3, "with fewer points, every other one"
    assert within(points[:1], 10).tolist() == nearest(points[:1], 3).tolist() == []


def test_cells_have_the_six_around_them():
    middle = h3.latlng_to_cell(37.76, -122.44, 8)
    cells = [middle, *sorted(set(h3.grid_disk(middle, 1)) - {middle}), h3.grid_ring(middle, 3)[0]]
    pairs = cells_around(cells)
    assert sorted(np.bincount(pairs.ravel(), minlength=8).tolist()) == [0, 3, 3, 3, 3, 3, 3, 6]
    outlines = [shapely.Polygon([(lon, lat) for lat, lon in h3.cell_to_boundary(c)]) for c in cells]
    wanted = [[i, j] for i in range(8) for j in range(i + 1, 8) if outlines[i].distance(outlines[j]) < 1e-9]
    assert pairs.tolist() == wanted


def test_without_places_nobody_is_a_neighbour():
    assert cells_around([]).shape == (0, 2)
    assert touching(np.array([], dtype=object)).shape == (0, 2)
    with pytest.raises(ValueError, match="n"):
        h3.grid_disk("n", 1)

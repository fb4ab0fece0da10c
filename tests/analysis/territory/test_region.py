"""Regions as units: who borders on whom, and how many hours of work visits make."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gcrm.analysis.territory.region import neighbours, workload


def test_squares_border_along_their_sides_and_not_at_their_corners():
    squares = np.array([shapely.box(x, y, x + 100, y + 100) for y in (0, 100) for x in (0, 100)])
    assert neighbours(squares).tolist() == [[0, 1], [0, 2], [1, 3], [2, 3]]


def test_small_gaps_are_no_gaps_and_wide_ones_are():
    squares = np.array([shapely.box(0, 0, 100, 100), shapely.box(103, 0, 200, 100), shapely.box(210, 0, 300, 100)])
    assert neighbours(squares).tolist() == [[0, 1]]


def test_a_small_region_borders_on_the_one_around_it():
    hole = shapely.box(40, 40, 43, 43)
    assert neighbours(np.array([shapely.box(0, 0, 100, 100).difference(hole), hole])).tolist() == [[0, 1]]


def test_work_is_visits_times_service_and_way():
    minutes = np.array([[0.0, 10.0, np.nan], [10.0, 0.0, np.nan], [np.nan, np.nan, 0.0]])
    hours = workload(np.array([3.0, 1.0, 2.0]), minutes, 30.0)
    # The first: three visits in four come from its own place, one from 10 minutes away.
    assert hours.tolist() == pytest.approx([3 * (30 + 10 / 4) / 60, (30 + 3 * 10 / 4) / 60, 2 * 30 / 60])
    assert workload(np.zeros(3), minutes, 30.0).tolist() == [0, 0, 0]

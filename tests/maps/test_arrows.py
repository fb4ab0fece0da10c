"""Flows as arrows: wide at the beginning, pointed at the end, to the right of their line, the largest on top."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from gcrm.maps.arrows import arrows, describe_flows

LINES = [
    shapely.LineString([(0, 0), (0, 1)]),
    shapely.LineString([(0, 1), (0, 0)]),
    shapely.LineString([(0, 0), (1, 0)]),
]


def test_an_arrow_lies_to_the_right_of_its_line_and_ends_at_its_point():
    north, south, east = arrows(LINES, np.array([4.0, 4.0, 1.0]))
    assert north.bounds[0] == pytest.approx(0)
    assert north.bounds[2] > 0
    assert south.bounds[2] == pytest.approx(0)
    assert south.bounds[0] < 0
    assert east.bounds[1] < 0
    for arrow, line in zip((north, south, east), LINES, strict=True):
        begin, end = shapely.get_coordinates(line)
        corners = shapely.get_coordinates(arrow)[:3]
        assert corners[0] == pytest.approx(begin)
        assert corners[2] == pytest.approx(end)
    assert not north.overlaps(south)


def test_width_is_the_trips():
    north, south, _ = arrows(LINES, np.array([4.0, 2.0, 1.0]))
    assert north.bounds[2] == pytest.approx(-2 * south.bounds[0])


def test_the_largest_flow_is_drawn_last_and_the_statement_tells_how_many_there_are():
    names = [("a", "b"), ("b", "a"), ("a", "c")]
    found = describe_flows(names, LINES, [4.0, 9.0, 1.0], title="Trips", total=12)
    layer = found.layers[0]
    assert [p.name for p in layer.places] == ["a to c", "a to b", "b to a"]
    assert [p.text for p in layer.places] == ["1", "4", "9"]
    assert layer.statement == "Flows: showing 3 of 12"
    assert describe_flows([], [], []).layers[0].places == ()

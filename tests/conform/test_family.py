"""Parents: the one a region names, else the one around it; of several versions the one valid with it."""

from __future__ import annotations

from datetime import date

from shapely import box

from gcrm.conform.family import parents
from gcrm.conform.region import Region

TURN = date(2020, 1, 1)


def region(name, shape=None, parent=None, since=None, until=None):
    return Region(name, name, parent, since, until, shape, shape)


def test_a_named_parent_counts_wherever_it_lies():
    above = [region("W", box(0, 0, 1, 1)), region("E", box(1, 0, 2, 1))]
    assert parents([region("a", box(0, 0, 0.5, 1), "E"), region("b", None, "W"), region("c", None, "N")], above) == [
        1,
        0,
        None,
    ]


def test_a_region_that_names_none_lies_in_the_one_around_its_inner_point():
    above = [region("W", box(0, 0, 1, 1)), region("E", box(1, 0, 2, 1))]
    below = [region("a", box(0.2, 0, 0.5, 1)), region("b", box(1, 0, 2, 1)), region("c", box(5, 5, 6, 6)), region("d")]
    assert parents(below, above) == [0, 1, None, None]


def test_only_a_parent_valid_at_the_same_time_counts_and_the_latest_of_them():
    above = [region("W", box(0, 0, 1, 1), until=TURN), region("W", box(0, 0, 1, 1), since=TURN)]
    old, new, always = (
        region("a", box(0, 0, 1, 1), None, *days) for days in ((None, TURN), (TURN, None), (None, None))
    )
    assert parents([old, new, always], above) == [0, 1, 1]

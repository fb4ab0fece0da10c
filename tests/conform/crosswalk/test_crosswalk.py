"""Crosswalks: printed numbers of areal interpolation, totals that stay, what is not covered, and real boundaries."""

from __future__ import annotations

import csv
import json
import math

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from gcrm.conform.crosswalk import by_area, by_points
from gcrm.errors import QueryError

SQUARES = np.array([shapely.box(x, y, x + 1, y + 1) for y in (0, 1) for x in (0, 1)])
PEOPLE = np.array([100.0, 200, 300, 400])
RATES = np.array([0.1, 0.2, 0.3, 0.4])


def named(shapes):
    return np.array([f"z{i}" for i in range(len(shapes))], object), np.asarray(shapes, object)


def to(*shapes):
    return by_area(named(SQUARES), named(shapes))


@pytest.mark.parametrize(
    ("box", "people"), [((0.5, 0.5, 1.5, 1.5), 250), ((-1, -1, 0.25, 3), 100), ((1.75, 0, 5, 2), 150)]
)
def test_four_squares(box, people):
    walk = to(shapely.box(*box))
    assert walk.extensive(PEOPLE).figures == pytest.approx([people])
    assert walk.extensive(PEOPLE).lost == pytest.approx(1000 - people)


def test_a_rate_is_the_mean_over_the_ground():
    walk = to(shapely.box(0.5, 0.5, 1.5, 1.5), shapely.box(1.75, 0, 5, 2))
    moved = walk.intensive(RATES)
    assert moved.figures == pytest.approx([0.25, 0.3])
    assert moved.covered == pytest.approx([1, 0.25 / 3.25])


def test_shares_of_a_covered_source_sum_to_one_and_the_total_stays():
    halves = [shapely.box(-1, -1, 0.37, 3), shapely.box(0.37, -1, 3, 3)]
    walk = to(*halves)
    assert walk.covered == pytest.approx(np.ones(4), abs=1e-15)
    moved = walk.extensive(PEOPLE)
    assert math.fsum(moved.figures) == pytest.approx(1000, rel=1e-14)
    assert moved.lost == pytest.approx(0, abs=1e-10)


def test_unknown_figures_make_unknown_targets_and_leave_the_others():
    walk = to(shapely.box(0, 0, 1, 2), shapely.box(1, 0, 2, 2))
    moved = walk.extensive(np.array([100.0, np.nan, 300, 400]))
    assert moved.figures[0] == 400
    assert np.isnan(moved.figures[1])
    assert moved.covered == pytest.approx([1, 0.5])
    rates = walk.intensive(np.array([0.1, np.nan, 0.3, 0.4]))
    assert rates.figures == pytest.approx([0.2, 0.4])
    assert rates.covered == pytest.approx([1, 0.5])


def test_zones_that_only_touch_share_nothing():
    walk = to(shapely.box(2, 0, 3, 1))
    assert len(walk.share) == 0
    assert walk.extensive(PEOPLE).figures.tolist() == [0]
    assert np.isnan(walk.intensive(RATES).figures).all()


def test_points_weigh_where_people_live():
    left, right = shapely.box(0, 0, 0.5, 1), shapely.box(0.5, 0, 1, 1)
    x, y, units = np.array([0.1, 0.2, 0.9]), np.array([0.5, 0.5, 0.5]), np.array([1.0, 2, 7])
    walk = by_points(named(SQUARES[:1]), named([left, right]), (x, y, units), basis="dwellings")
    assert walk.extensive(np.array([100.0])).figures == pytest.approx([30, 70])
    assert walk.basis == "dwellings"


def test_a_source_without_points_is_divided_by_area_and_says_so():
    whole = shapely.box(0, 0, 2, 1)
    points = (np.array([0.5]), np.array([0.5]), np.array([3.0]))
    walk = by_points(named(SQUARES[:2]), named([whole, shapely.box(1.5, 0, 2, 1)]), points)
    assert walk.by_area.tolist() == [False, True]
    assert walk.extensive(np.array([10.0, 20])).figures == pytest.approx([30, 10])


def test_a_figure_too_few_is_refused():
    with pytest.raises(QueryError, match="4 zones"):
        to(SQUARES[0]).extensive(np.ones(3))


def test_figures_with_names_are_taken_by_their_names():
    walk = to(SQUARES[0], SQUARES[3])
    shuffled = pd.Series([400.0, 100, 300, 200], ["z3", "z0", "z2", "z1"])
    for figures in (shuffled, shuffled.to_dict()):
        assert walk.extensive(figures).figures.tolist() == [100, 400]
        assert walk.intensive(figures).figures.tolist() == [100, 400]
    partly = walk.extensive(pd.Series([400, pd.NA, 300, 200], ["z3", "z0", "z2", "z1"], dtype="Int64")).figures
    assert np.isnan(partly[0])
    assert partly[1] == 400
    numbered = by_area((np.array(["1", "10", "2"], object), SQUARES[:3]), named(SQUARES[1:3]))
    assert numbered.extensive(pd.Series([1.0, 2, 10], [1, 2, 10])).figures.tolist() == [10, 2]


@pytest.mark.parametrize(
    ("figures", "wrong"),
    [
        (pd.Series(PEOPLE), "'z0' has none"),
        ({"z0": 1, "z1": 2, "z2": 3}, "'z3' has none"),
        ({"z0": 1, "z1": 2, "z2": 3, "z3": 4, "z4": 5}, "'z4' is no zone"),
        (pd.Series(PEOPLE, ["z0", "z1", "z2", "z2"]), "'z2' is named twice"),
    ],
)
def test_figures_with_names_of_other_zones_are_refused(figures, wrong):
    with pytest.raises(QueryError, match=wrong):
        to(SQUARES[0]).extensive(figures)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 39), st.integers(1, 39)), min_size=2, max_size=12, unique=True),
    st.lists(st.floats(0, 1e6), min_size=4, max_size=4),
)
def test_any_partition_keeps_the_total_and_the_way_back_too(seeds, figures):
    cells = shapely.voronoi_polygons(shapely.multipoints(np.array(seeds) / 20), extend_to=shapely.box(-1, -1, 3, 3))
    parts = [c for c in shapely.get_parts(cells) if c.intersects(shapely.box(0, 0, 2, 2))]
    people = np.array(figures)
    walk = to(*parts)
    moved = walk.extensive(people)
    assert math.fsum(moved.figures) == pytest.approx(math.fsum(people), rel=1e-9, abs=1e-6)
    rates = walk.intensive(people).figures
    assert np.nanmin(rates) >= people.min() - 1e-6
    assert np.nanmax(rates) <= people.max() + 1e-6


@pytest.fixture(scope="module")
def census(testdata):
    """Block groups of Cambridge in 2010 and 2020, in metres, and the people of 2020."""
    into = Transformer.from_crs("EPSG:4326", "EPSG:26986", always_xy=True)

    def read(name, key):
        body = json.loads((testdata / "cambridge" / name).read_text())["features"]
        shapes = np.array([shapely.make_valid(shapely.geometry.shape(f["geometry"])) for f in body])
        shapes = shapely.transform(shapes, lambda at: np.column_stack(into.transform(at[:, 0], at[:, 1])))
        return np.array([f["properties"][key] for f in body], object), shapes

    with (testdata / "cambridge/demographics/acs_block_groups_middlesex.csv").open() as file:
        people = {row["geoid"]: float(row["pop_2020"]) for row in csv.DictReader(file) if row["pop_2020"]}
    old = read("DEMOGRAPHICS_BlockGroups2010.geojson", "GEOID10")
    new = read("DEMOGRAPHICS_AdjustedBlockGroups2020.geojson", "GEOID20")
    return old, new, np.array([people[i] for i in new[0]])


def test_block_groups_of_cambridge_keep_their_people(census):
    old, new, people = census
    assert people.sum() == 118_403
    walk = by_area(new, old, whole_from=0.95)
    moved = walk.extensive(people)
    assert math.fsum(moved.figures) + moved.lost == pytest.approx(118_403, abs=1e-6)
    assert moved.lost < 0.002 * 118_403  # the new borders reach a little over the old ones
    back = by_area(old, new, whole_from=0.95).extensive(moved.figures)
    assert math.fsum(back.figures) + back.lost + moved.lost == pytest.approx(118_403, abs=1e-6)


def test_shares_are_those_of_shapely_pair_by_pair(census):
    old, new, _ = census
    walk = by_area(old, new, whole_from=2)  # as drawn
    table = {(s, t): m for s, t, m in zip(walk.source.tolist(), walk.target.tolist(), walk.mass, strict=True)}
    for s in range(0, len(old[0]), 9):
        for t in range(len(new[0])):
            assert table.get((s, t), 0) == pytest.approx(old[1][s].intersection(new[1][t]).area, rel=1e-9, abs=1e-6)

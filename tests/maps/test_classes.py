"""Classes: bounds hold what they say, and the methods do what their names promise."""

# ruff: noqa: RUF001 (labels hold real dashes)

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.errors import QueryError
from gcrm.maps.classes import METHODS, classify

NUMBERS = st.lists(
    st.one_of(
        st.integers(-10_000, 10_000).map(float),
        st.floats(-1e6, 1e6, allow_nan=False).filter(lambda v: v == 0 or abs(v) > 1e-6),
    ),
    max_size=40,
)


@given(NUMBERS, st.sampled_from(sorted(METHODS)), st.integers(1, 7))
def test_every_number_stands_in_the_class_whose_bounds_hold_it(values: list[float], method: str, count: int) -> None:
    classes = classify(values, method, count)
    for value in values:
        key = classes.key(value, "known")
        if value == 0:
            assert key == "zero"
            continue
        i = int(key[1:])
        assert classes.lows[i] <= value <= classes.highs[i]


@given(NUMBERS, st.sampled_from(sorted(METHODS)), st.integers(1, 7))
def test_classes_are_in_order_few_and_none_is_empty(values: list[float], method: str, count: int) -> None:
    classes = classify(values, method, count)
    bounds = [edge for pair in zip(classes.lows, classes.highs, strict=True) for edge in pair]
    assert bounds == sorted(bounds)
    assert len(classes.colours) == len(classes.highs) == len(set(classes.colours)) <= max(count, 2)
    keys = {classes.key(v, "known") for v in values} - {"zero"}
    assert keys == {f"c{i}" for i in range(len(classes.highs))}


@given(st.lists(st.integers(1, 60), min_size=1, max_size=9, unique=True), st.integers(1, 4))
def test_natural_breaks_have_the_least_deviation_of_all_partitions(values: list[int], count: int) -> None:
    ordered = sorted(values)
    count = min(count, len(ordered))

    def deviation(cuts: tuple[int, ...]) -> float:
        edges = [0, *cuts, len(ordered)]
        return sum(float(np.var(ordered[a:b]) * (b - a)) for a, b in itertools.pairwise(edges))

    best = min(deviation(cuts) for cuts in itertools.combinations(range(1, len(ordered)), count - 1))
    classes = classify(values, "natural", count)
    starts = [ordered.index(int(low)) for low in classes.lows]
    assert deviation(tuple(starts[1:])) == pytest.approx(best, abs=1e-6)


@given(st.lists(st.integers(1, 10**6), min_size=5, max_size=200, unique=True))
def test_quantiles_hold_equally_many(values: list[int]) -> None:
    classes = classify(values, "quantiles", 5)
    sizes = np.bincount([int(classes.key(v, "known")[1:]) for v in values])
    assert sizes.max() - sizes.min() <= 1


def test_equal_intervals_are_equally_wide() -> None:
    classes = classify([1, 2, 3, 19, 20, 21, 41, 59, 61, 80, 100], "equal", 5)
    assert [classes.key(v, "known") for v in (20, 21, 41, 59, 61, 80, 100)] == [
        "c0",
        "c1",
        "c2",
        "c2",
        "c3",
        "c3",
        "c4",
    ]


@pytest.mark.parametrize(
    ("values", "unit", "labels"),
    [
        ([1, 2, 3, 4, 7, 9, 12, 40, 55, 300], "count", ("1 – 2", "3 – 4", "7 – 9", "12 – 40", "55 – 300")),
        (
            [0.0112, 0.0187, 0.0231, 0.0446],
            "share",
            ("1.12 % – 1.50 %", "1.50 % – 2 %", "2 % – 4 %", "4 % – 4.46 %"),
        ),
        ([7.0], "count", ("7",)),
        ([], "count", ()),
    ],
)
def test_labels_are_short_and_exact(values: list[float], unit: str, labels: tuple[str, ...]) -> None:
    assert classify(values).labels(unit) == labels


def test_both_signs_get_classes_of_their_own() -> None:
    classes = classify([-9, -4, -1, 0, 2, 5, 30], count=4)
    assert [classes.key(v, "known") for v in (-9, -4, -1, 0, 2, 5, 30)] == ["c0", "c0", "c1", "zero", "c2", "c2", "c3"]


def test_states_stand_apart() -> None:
    classes = classify([1, 2, 3])
    assert classes.key(None, "unknown") == classes.key(None, "known") == classes.key(float("nan"), "known") == "unknown"
    assert classes.key(3, "suppressed") == "suppressed"


def test_an_unknown_method_is_named() -> None:
    with pytest.raises(QueryError, match=r"'quantile'.*Did you mean 'quantiles'"):
        classify([1], "quantile")

"""The model: its counts against a plain count, and what it infers where the truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from gcrm.enrich.residence.feature import OWN
from gcrm.enrich.residence.inference import KINDS, infer
from gcrm.enrich.residence.model import learn, posterior


def test_the_posterior_is_the_product_of_counted_shares():
    values = np.array([[1.0, 0.0], [1.0, 1.0], [2.0, 1.0], [2.0, np.nan], [2.0, 1.0]])
    kind = np.array([0, 0, 1, 1, 1])
    share = posterior(learn(values, kind, 2), np.array([[1.0, 1.0], [np.nan, 0.0]]))
    # Prior 3/7 and 4/7; value 1 of the first feature 3/4 and 1/5; value 1 of the second 2/4 and 3/4.
    first = np.array([3 / 7 * 3 / 4 * 2 / 4, 4 / 7 * 1 / 5 * 3 / 4])
    second = np.array([3 / 7 * 2 / 4, 4 / 7 * 1 / 4])
    np.testing.assert_allclose(share, [first / first.sum(), second / second.sum()])


def test_a_type_that_is_ruled_out_is_never_given():
    values = np.array([[1.0], [1.0], [2.0]])
    model = learn(values, np.array([0, 0, 1]), 2)
    assert posterior(model, np.array([[1.0]]), np.array([[False, True]])).tolist() == [[0.0, 1.0]]


@pytest.fixture(scope="module")
def town():
    """Small buildings in the west and large ones in the east, every third of them unknown."""
    random = np.random.default_rng(1)
    size = 900
    large = np.arange(size) % 2 == 1
    xy = np.column_stack([np.where(large, 2000, 0) + random.uniform(0, 500, size), random.uniform(0, 500, size)])
    traits = {name: np.full(size, np.nan) for name in OWN}
    traits["area_m2"] = np.where(large, 500, 120) * random.uniform(0.5, 1.6, size)
    traits["addresses"] = np.ones(size)
    truth = ["large_multi" if f else "detached" for f in large]
    open_ = [None if i % 3 == 0 else [kind] for i, kind in enumerate(truth)]
    return traits, xy, open_, truth


def test_unknown_buildings_are_told_by_their_kind(town):
    traits, xy, open_, truth = town
    guess = infer(traits, xy, open_, 200)
    right = [KINDS[k] == t for k, t in zip(guess.kind, truth, strict=True)]
    assert np.mean(right) > 0.99
    assert sum(guess.told.values()) == sum(o is not None for o in open_)
    unknown = np.array([o is None for o in open_])
    assert guess.stability[unknown].min() >= 0.2
    assert guess.confidence[unknown].mean() > 0.9


def test_the_inference_is_the_same_every_time(town):
    traits, xy, open_, _ = town
    one, other = infer(traits, xy, open_, 200), infer(traits, xy, open_, 200)
    assert one.kind.tolist() == other.kind.tolist()
    assert one.told == other.told


def test_with_too_little_to_learn_from_plain_rules_hold():
    traits = {name: np.full(5, np.nan) for name in OWN}
    traits["levels"] = np.array([np.nan, np.nan, np.nan, 6, 2])
    xy = np.array([[0, 0], [8, 0], [100, 0], [200, 0], [300, 0]], float)
    house, several = ["detached", "semi_row"], ["small_multi", "large_multi"]
    guess = infer(traits, xy, [house, house, house, several, several], 200)
    assert [KINDS[k] for k in guess.kind] == ["semi_row", "semi_row", "detached", "large_multi", "small_multi"]
    assert set(guess.confidence) == {0.6}
    assert infer(traits, xy, [None] * 5, 200).kind.tolist() == [-1] * 5


def test_where_only_flats_are_listed_houses_are_told_by_rule_and_the_rest_stays_open():
    size = 300
    traits = {name: np.full(size, np.nan) for name in OWN}
    xy = np.column_stack([np.arange(size) * 8.0, np.zeros(size)])
    flats = [["small_multi"]] * 230
    guess = infer(traits, xy, [*flats, *[["detached", "semi_row"]] * 40, *[None] * 30], 200)
    kinds = [KINDS[k] if k >= 0 else None for k in guess.kind]
    assert set(kinds[:230]) == {"small_multi"}
    assert set(kinds[230:270]) == {"semi_row"}  # the next one's middle is 8 m away
    assert set(guess.confidence[230:270]) == {0.6}
    assert set(kinds[270:]) == {None}

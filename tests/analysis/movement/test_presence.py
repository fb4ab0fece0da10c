"""Floating population that is pooled, modelled and shared out among stores."""

from __future__ import annotations

import numpy as np
import pytest

from gcrm.analysis.choice.decay import Decay
from gcrm.analysis.choice.market import Market, dense
from gcrm.analysis.choice.model import Model
from gcrm.analysis.movement.modelled import PROFILE, assumed, fitted
from gcrm.analysis.movement.pool import pooled
from gcrm.analysis.movement.tide import Draw, tide
from gcrm.errors import QueryError


@pytest.mark.parametrize("sources", [2, 3])
@pytest.mark.parametrize("bias", [0.0, 0.2, 0.5])
def test_the_range_covers_the_truth_with_biased_sources(sources, bias):
    draw = np.random.default_rng(1)
    covered = []
    for _ in range(150):
        truth = np.exp(draw.normal(5, 1, 80))
        own = draw.normal(0, bias, (sources, 1))
        figures = truth * np.exp(own + draw.normal(0, 0.15, (sources, 80)))
        _, low, high = pooled(figures)
        covered.append(((low <= truth) & (truth <= high)).mean())
    assert np.mean(covered) > 0.88


def test_sources_that_agree_give_a_narrower_range():
    truth = np.linspace(10, 1000, 50)
    close = pooled(np.array([truth, truth * 1.01]))
    wide = pooled(np.array([truth, truth * 6]))
    assert (close[2] / close[1]).max() < 1.2
    assert (wide[2] / wide[1]).min() > 6
    assert wide[0] == pytest.approx(truth * 6**0.5)


def test_one_source_gives_no_range_and_nothing_stays_unknown():
    pool, low, high = pooled(np.array([[100.0, np.nan, 50.0, 0.0], [110.0, 30.0, np.nan, 0.0]]))
    assert pool[0] == pytest.approx((100 * 110) ** 0.5)
    assert np.isnan(pool[1:3]).all()
    assert np.isnan(low[1:3]).all()
    assert np.isnan(high[1:3]).all()


@pytest.mark.parametrize("day", PROFILE)
def test_everybody_is_somewhere_at_each_hour(day):
    residents, jobs = np.array([100.0, 900, 0]), np.array([300.0, 0, 100])
    found = assumed(residents, jobs, day)
    assert found.persons.sum(axis=0) == pytest.approx(np.full(24, 1000))
    assert found.basis.startswith("modelled")
    assert all(len(part) == 24 for part in PROFILE[day])


def test_jobs_beyond_the_residents_bring_people_in_and_unknown_stays_unknown():
    found = assumed(np.array([10.0, np.nan]), np.array([1000.0, 5]))
    assert found.persons[0, 10] > 500
    assert np.isnan(found.persons[1]).all()
    with pytest.raises(QueryError, match="weekday"):
        assumed(np.ones(1), np.ones(1), "sunday")


def test_shares_are_found_again_and_the_error_is_of_zones_held_out():
    draw = np.random.default_rng(3)
    residents, jobs = draw.gamma(2, 500, 60), draw.gamma(1, 800, 60)
    home, work = (np.array(part) for part in PROFILE["weekday"])
    truth = np.outer(residents, home) + np.outer(jobs, work)
    exact = fitted(truth, residents, jobs)
    assert exact.home == pytest.approx(home)
    assert exact.work == pytest.approx(work)
    assert exact.error == pytest.approx(0, abs=1e-9)
    noisy = truth * np.exp(draw.normal(0, 0.2, truth.shape))
    noisy[::7] = np.nan
    found = fitted(noisy, residents, jobs)
    assert np.isfinite(found.persons).all()
    assert found.error == pytest.approx(0.2 * (2 / np.pi) ** 0.5, rel=0.2)  # the noise that no model can know
    assert np.abs(found.persons - truth).mean() / truth.mean() < 0.08
    with pytest.raises(QueryError, match="zones"):
        fitted(np.full((3, 24), np.nan), residents[:3], jobs[:3])


def test_the_tide_follows_people_and_the_travel_time_of_the_hour():
    persons = np.array([[100.0, 0, 60], [0, 100, np.nan]])
    minutes = np.array([[5.0, 10], [10, 5]])
    late = np.array([[5.0, np.nan], [5, 5]])
    model = Model(decay=Decay("power", (-1.0,), 1.0))

    def found(size):
        draw = Draw(
            ("a", "b"),
            np.array([True, True]),
            model,
            lambda _, hour: Market(dense(minutes if hour < 2 else late), np.array(size)[:, None]),
        )
        return tide(persons, np.zeros((2, 2)), draw)

    both = found([100.0, 100.0])
    assert both[:, 0] == pytest.approx([100 * 2 / 3, 100 / 3])
    assert both[:, 1] == pytest.approx([100 / 3, 100 * 2 / 3])
    assert both[:, 2] == pytest.approx([60, 0])
    shut = found([100.0, 0.0])
    assert shut[0] == pytest.approx([100, 100, 60])
    assert (shut[1] == 0).all()

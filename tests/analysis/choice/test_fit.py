"""Fitted parameters: against another package, against dummies, and against the truth they were drawn from."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import log_softmax

from gcrm.analysis.choice.decay import Decay
from gcrm.analysis.choice.fit import fit
from gcrm.analysis.choice.holdout import held_out
from gcrm.analysis.choice.likelihood import Chances, Counts, score
from gcrm.analysis.choice.market import Market, dense, nearness
from gcrm.analysis.choice.mci import mci
from gcrm.analysis.choice.model import Model, expected, shares
from gcrm.analysis.choice.totals import balance, fit_totals, misplaced
from gcrm.errors import QueryError


def market_at(rng, origins=80, stores=8, **more):
    at, to = rng.random((origins, 2)) * 20, rng.random((stores, 2)) * 20
    cost = np.hypot(*(at[:, None] - to[None]).transpose(2, 0, 1)) + 0.5
    return Market(dense(cost), rng.uniform(200, 4000, (stores, 1)), **more)


def drawn(rng, market, model, each):
    """Counts drawn from a model: `each` customers per origin."""
    found = shares(market, model)
    pair, away = np.zeros(len(market.pairs)), np.zeros(market.pairs.origins)
    for i in range(market.pairs.origins):
        own = slice(market.pairs.starts[i], market.pairs.starts[i + 1])
        p = np.append(found.share[own], found.outside[i])
        n = rng.multinomial(each, p / p.sum())
        pair[own], away[i] = n[:-1], n[-1]
    return Counts(pair, away if model.outside is not None else None)


def test_the_parameters_of_a_general_search_for_the_greatest_likelihood():
    rng = np.random.default_rng(11)
    market = market_at(rng, 150, 5)
    counts = drawn(rng, market, Model((0.8,), Decay("power", (-1.7,))), 1)
    found = fit(market, counts, Model())
    log_size, log_cost = np.log(market.size[:, 0]), np.log(market.pairs.cost).reshape(150, 5)
    chosen = counts.pair.reshape(150, 5)

    def unlikely(values):
        return -(chosen * log_softmax(values[0] * log_size + values[1] * log_cost, axis=1)).sum()

    theirs = minimize(unlikely, [1.0, -1.0], method="BFGS")
    assert found.converged
    assert found.estimates == pytest.approx(theirs.x, rel=1e-4)
    assert found.log_likelihood == pytest.approx(-theirs.fun)
    assert 0 < found.gain < 1
    step = 1e-3 * np.eye(2)
    bent = [
        [sum(s * t * unlikely(theirs.x + s * a + t * b) for s in (1, -1) for t in (1, -1)) / 4e-6 for b in step]
        for a in step
    ]
    assert found.errors == pytest.approx(np.sqrt(np.diag(np.linalg.inv(bent))), rel=1e-3)


@pytest.mark.parametrize(
    "model",
    [
        Model((0.9,), Decay("power", (-2.2,))),
        Model((0.9,), Decay("exponential", (-0.3,))),
        Model((0.9,), Decay("logistic", (0.8, 6.0))),
        Model((0.9,), Decay("power", (-2.2,)), 3.0),
    ],
    ids=["power", "exponential", "logistic", "outside"],
)
def test_parameters_are_found_within_their_intervals(model):
    rng = np.random.default_rng(3)
    market = market_at(rng)
    begin = {"power": (-1.0,), "exponential": (-0.1,), "logistic": (0.3, 9.0)}[model.decay.kind]
    start = Model((0.5,), Decay(model.decay.kind, begin), None if model.outside is None else 0.0)
    found = fit(market, drawn(rng, market, model, 200), start)
    low, high = found.interval(0.999)
    assert found.converged
    assert (low < model.values).all()
    assert (model.values < high).all()
    assert found.errors == pytest.approx(np.zeros(len(low)), abs=0.3)
    assert found.dispersion == pytest.approx(1, abs=0.2)


def test_competitors_that_are_not_seen_still_take_their_part():
    rng = np.random.default_rng(8)
    whole = market_at(rng)
    truth = Model((0.9,), Decay("power", (-2.0,)), 3.5)
    every = drawn(rng, whole, truth, 400)
    seen = np.arange(8) < 5
    market = Market(whole.pairs, whole.size, seen=seen)
    hidden = ~seen[whole.pairs.store]
    counts = Counts(
        np.where(hidden, 0, every.pair), every.elsewhere + whole.pairs.sums(np.where(hidden, every.pair, 0.0))
    )
    found = fit(market, counts, Model((1.0,), Decay("power", (-1.0,)), 0.0))
    low, high = found.interval(0.999)
    assert ((low < truth.values) & (truth.values < high)).all()
    # Without those who went elsewhere the exponents are still found, and the outside option is not.
    alone = fit(market, Counts(counts.pair), Model((1.0,), Decay("power", (-1.0,)), 0.0))
    assert alone.estimates[:2] == pytest.approx(truth.values[:2], abs=4 * alone.errors[:2].max())
    assert np.isnan(alone.errors[2])


def test_several_attractions_and_competing_destinations():
    rng = np.random.default_rng(21)
    base = market_at(rng, 120, 10)
    between = rng.uniform(1, 20, (10, 10))
    size = np.column_stack([base.size[:, 0], rng.uniform(1, 5, 10)])
    market = Market(base.pairs, size, ("size", "parking"), nearness=nearness(between + between.T, 0.1))
    truth = Model((0.8, 0.4, -0.7), Decay("power", (-1.8,)))
    found = fit(market, drawn(rng, market, truth, 300), Model((1.0, 0.0, 0.0)))
    assert found.names == ("size", "parking", "competition", "decay")
    low, high = found.interval(0.999)
    assert ((low < truth.values) & (truth.values < high)).all()
    held = fit(market, drawn(rng, market, truth, 300), Model((1.0, 0.0, 0.0)), fixed=("parking",))
    assert held.estimates[1] == 0
    assert np.isnan(held.errors[1])


def test_the_slope_is_that_of_the_likelihood():
    rng = np.random.default_rng(2)
    market = market_at(rng, 12, 4, seen=np.array([True, True, False, True]))
    counts = Counts(
        np.where(market.pairs.store == 2, 0, rng.integers(0, 9, 48)).astype(float), rng.integers(0, 9, 12) * 1.0
    )
    model = Model((0.7,), Decay("logistic", (0.4, 8.0)), 2.0)
    slope, _ = score(Chances(market, model, counts))
    step = 1e-6
    for k, value in enumerate(slope):
        ahead, back = (model.values + np.eye(4)[k] * s for s in (step, -step))
        up, down = (Chances(market, model.with_values(v), counts).log_likelihood for v in (ahead, back))
        assert value == pytest.approx((up - down) / (2 * step), rel=1e-4)


def test_kept_back_origins_are_foretold_better_than_by_chance():
    rng = np.random.default_rng(4)
    market = market_at(rng)
    parts = held_out(market, drawn(rng, market, Model((0.9,), Decay("power", (-2.0,))), 50), Model(), folds=4)
    assert len(parts) == 4
    assert all(told > even for told, even in parts)


def test_the_regression_is_that_of_one_dummy_per_origin():
    rng = np.random.default_rng(9)
    market = market_at(rng, 30, 6)
    pairs = market.pairs
    truth = Model((0.94,), Decay("power", (-1.24,)))
    noisy = shares(market, truth).share * np.exp(rng.normal(0, 0.1, len(pairs)))
    found = mci(market, noisy)
    x = np.column_stack([market.log_size[pairs.store, 0], np.log(pairs.cost), np.eye(30)[pairs.origin]])
    theirs, left, *_ = np.linalg.lstsq(x, np.log(noisy), rcond=None)
    assert found.estimates == pytest.approx(theirs[:2])
    spread = np.sqrt(np.diag(np.linalg.inv(x.T @ x))[:2] * left[0] / (len(pairs) - x.shape[1]))
    assert found.errors == pytest.approx(spread)
    assert (np.abs(found.estimates - truth.values) < 4 * found.errors).all()
    exact = mci(market, shares(market, truth).share)
    assert exact.estimates == pytest.approx(truth.values)
    assert exact.explained == pytest.approx(1)


def test_a_share_of_nothing_has_no_logarithm():
    market = market_at(np.random.default_rng(1), 5, 3)
    share = np.full(15, 1 / 3)
    share[4] = 0
    with pytest.raises(QueryError, match="above 0"):
        mci(market, share)
    assert np.isfinite(mci(market, share, add=0.001).estimates).all()


def test_totals_of_stores_tell_the_parameters():
    rng = np.random.default_rng(6)
    market, demand = market_at(rng, 200, 20), rng.uniform(10, 200, 200)
    truth = Model((0.9,), Decay("power", (-2.2,)))
    totals = expected(market, truth, demand)
    found = fit_totals(market, demand, totals, Model((1.0,), Decay("power", (-1.0,))))
    assert found.estimates == pytest.approx(truth.values, abs=1e-5)
    assert found.misplaced == pytest.approx(0, abs=1e-6)
    noisy = rng.poisson(totals).astype(float)
    found = fit_totals(market, demand, noisy, Model((1.0,), Decay("power", (-1.0,))))
    assert (np.abs(found.estimates - truth.values) < 4 * found.errors).all()
    with pytest.raises(QueryError, match="do not tell"):
        fit_totals(market, demand, np.where(np.arange(20) == 0, totals, np.nan), Model())


def test_constants_give_each_store_its_total():
    rng = np.random.default_rng(7)
    market, demand = market_at(rng, 60, 6), rng.uniform(10, 200, 60)
    totals = rng.dirichlet(np.ones(6) * 8) * demand.sum()
    model = balance(market, demand, totals, Model())
    assert expected(market, model, demand) == pytest.approx(totals, rel=1e-6)
    with_rest = balance(market, demand, totals * 0.8, Model((1.0,), Decay(), 2.0))
    assert expected(market, with_rest, demand) == pytest.approx(totals * 0.8, rel=1e-6)
    with pytest.raises(QueryError, match="add up"):
        balance(market, demand, totals * np.array([0, 1, 1, 1, 1, 1]), Model())


def test_misplaced_customers_are_counted_once():
    assert misplaced(np.array([60.0, 40]), np.array([50.0, 50])) == pytest.approx(0.1)


def test_counts_that_cannot_be_are_refused():
    market = market_at(np.random.default_rng(1), 5, 3)
    none = np.zeros(15)
    with pytest.raises(QueryError, match="somebody"):
        fit(market, Counts(none), Model())
    with pytest.raises(QueryError, match="other lengths"):
        fit(market, Counts(none[:3]), Model())
    one = np.where(np.arange(15) == 1, 1.0, 0.0)
    closed = market.resized(market.size * np.array([[1], [0], [1]]))
    with pytest.raises(QueryError, match="closed"):
        fit(closed, Counts(one), Model())
    with pytest.raises(QueryError, match="no parameter 'dcay'"):
        fit(market, Counts(one), Model(), fixed=("dcay",))

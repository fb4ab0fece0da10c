"""Gravity and radiation: published coefficients, identities that hold exactly, and what cannot be fitted.

The flows are Austrian migrations of 2006 between nine regions, with distances in kilometres, printed in Dennett,
"Estimating flows between geographical locations: get me started in spatial interaction modelling", UCL (2012); the
coefficients are those of the Poisson regressions that other programs give for them.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from gcrm.analysis.movement import gravity, radiation
from gcrm.errors import QueryError

FLOWS = np.array(
    [
        [0, 1131, 1887, 69, 738, 98, 31, 43, 19],
        [1633, 0, 14055, 416, 1276, 1850, 388, 303, 159],
        [2301, 20164, 0, 1080, 1831, 1943, 742, 674, 407],
        [85, 379, 1597, 0, 1608, 328, 317, 469, 114],
        [762, 1110, 2973, 1252, 0, 1081, 622, 425, 262],
        [196, 2027, 3498, 346, 1332, 0, 2144, 821, 274],
        [49, 378, 1349, 310, 851, 2117, 0, 630, 106],
        [87, 424, 978, 490, 670, 577, 546, 0, 569],
        [33, 128, 643, 154, 328, 199, 112, 587, 0],
    ],
    float,
)
# Above the diagonal.
KM = """
103.001845 84.204666 220.811933 132.00748 214.511814 246.933305 390.85611 505.089539
45.796272 216.994739 129.878172 140.706671 201.232355 343.50075 453.515594
249.932874 158.630661 186.420738 244.108305 387.61776 498.407152
92.407958 151.777157 92.894408 194.851669 306.105825
124.563096 122.433524 261.893783 376.34667
81.753652 208.456383 314.793199
145.076472 258.591197
114.46325
"""
#: What arrives in each region, with what comes from abroad.
ARRIVALS = np.array([5452, 27169, 28710, 4354, 9069, 8577, 4963, 3923, 2026], float)


@pytest.fixture(scope="module")
def km():
    table = np.zeros((9, 9))
    table[np.triu_indices(9, 1)] = [float(word) for word in KM.split()]
    return table + table.T


@pytest.fixture(scope="module")
def flows():
    return np.where(np.eye(9, dtype=bool), np.nan, FLOWS)


def test_the_published_coefficients_of_the_origin_constrained_model(flows, km):
    found = gravity.fit(flows, ARRIVALS, km, "exponential")
    assert found.exponent == pytest.approx(0.89278717, abs=1e-7)
    assert found.coefficient == pytest.approx(-0.00727113, abs=1e-8)
    assert found.exponent_error == pytest.approx(4.66889578e-03, rel=1e-4)
    assert found.coefficient_error == pytest.approx(5.26601057e-05, rel=1e-4)
    assert (found.trips, found.pairs) == (89_575, 72)


def test_a_power_agrees_with_a_search_of_the_likelihood(flows, km):
    apart = np.where(np.eye(9, dtype=bool), np.inf, km)

    def lost(beta):
        shares = gravity.Gravity("power", *beta, 0, 0, 0, 0, 0, 0).shares(ARRIVALS, apart)
        return -np.nansum(flows * np.log(np.where(shares > 0, shares, 1)))

    other = optimize.minimize(lost, [1.0, -1.0], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-9})
    found = gravity.fit(flows, ARRIVALS, km)
    assert [found.exponent, found.coefficient] == pytest.approx(other.x, rel=1e-6)


def test_each_origin_keeps_its_trips_and_the_fit_is_told(flows, km):
    found = gravity.fit(flows, ARRIVALS, km)
    apart = np.where(np.eye(9, dtype=bool), np.inf, km)
    shares = found.shares(ARRIVALS, apart)
    assert shares.sum(axis=1) == pytest.approx(np.ones(9), rel=1e-12)
    assert np.diag(shares).tolist() == [0] * 9
    expected = shares * np.nansum(flows, axis=1, keepdims=True)
    assert found.common_part == pytest.approx(gravity.common_part(FLOWS, expected))
    assert 0.5 < found.deviance_share < 1


def test_the_truth_is_found_again(km):
    truth = gravity.Gravity("power", 0.6471760, -1.9947152, 0, 0, 0, 0, 0, 0)
    apart = np.where(np.eye(9, dtype=bool), np.inf, km)
    made = truth.shares(ARRIVALS, apart) * 1e6
    found = gravity.fit(np.where(np.eye(9, dtype=bool), np.nan, made), ARRIVALS, km)
    assert found.exponent == pytest.approx(0.6471760, abs=1e-8)
    assert found.coefficient == pytest.approx(-1.9947152, abs=1e-8)
    assert found.common_part == pytest.approx(1, abs=1e-9)


def test_unknown_pairs_change_nothing_where_the_model_holds(km):
    truth = gravity.Gravity("exponential", 1.2, -0.01, 0, 0, 0, 0, 0, 0)
    made = truth.shares(ARRIVALS, np.where(np.eye(9, dtype=bool), np.inf, km)) * 1e5
    made[np.eye(9, dtype=bool)] = np.nan
    made[0, 1] = made[4, 7] = made[8, 2] = np.nan
    found = gravity.fit(made, ARRIVALS, km, "exponential")
    assert [found.exponent, found.coefficient] == pytest.approx([1.2, -0.01], rel=1e-7)


def test_what_cannot_be_fitted_is_refused(km):
    alike = np.where(np.eye(3, dtype=bool), np.nan, 5.0)
    with pytest.raises(QueryError, match="alike"):
        gravity.fit(alike, np.ones(3), np.ones((3, 3)), "exponential")
    with pytest.raises(QueryError, match="three pairs"):
        gravity.fit(np.full((3, 3), np.nan), np.ones(3), np.ones((3, 3)))
    with pytest.raises(QueryError, match="negative"):
        gravity.fit(-FLOWS, ARRIVALS, km)


def test_what_cannot_be_reached_gets_nothing():
    model = gravity.Gravity("power", 1, -1, 0, 0, 0, 0, 0, 0)
    distance = np.array([[np.inf, 1.0], [np.nan, np.inf]])
    assert model.shares(np.array([1.0, 2]), distance).tolist() == [[0, 1], [0, 0]]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 10_000), st.integers(0, 30), st.integers(0, 30)), min_size=2, max_size=25))
def test_radiation_leaves_out_exactly_the_own_share(rows):
    mass, x, y = np.array(rows, float).T
    distance = np.hypot(x[:, None] - x, y[:, None] - y)  # with ties, and places at no distance
    shares = radiation.shares(mass, distance)
    assert shares.sum(axis=1) == pytest.approx(1 - mass / mass.sum(), rel=1e-9, abs=1e-12)
    assert (shares >= 0).all()
    assert radiation.shares(mass, distance, whole=True).sum(axis=1) == pytest.approx(np.ones(len(mass)))


def test_radiation_by_hand():
    line = np.array([0.0, 1, 3])
    shares = radiation.shares(np.array([10.0, 20, 30]), np.abs(line[:, None] - line))
    assert shares[0] == pytest.approx([0, 10 * 20 / (10 * 30), 10 * 30 / (30 * 60)])
    assert radiation.shares(np.array([0.0, 5]), np.ones((2, 2)))[0].tolist() == [0, 0]


def test_the_common_part_of_two_tables():
    assert gravity.common_part(np.array([1.0, 3]), np.array([2.0, 2])) == pytest.approx(2 * 3 / 8)

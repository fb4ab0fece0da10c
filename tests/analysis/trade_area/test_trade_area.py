"""Bands, sensitivity and the back-test, on companies whose truth is known because it was drawn."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from pyproj import Geod

from gcrm.analysis.choice.decay import Decay
from gcrm.analysis.choice.market import Market, dense
from gcrm.analysis.choice.model import Model, shares
from gcrm.analysis.trade_area.backtest import ALONE, Huff, backtest
from gcrm.analysis.trade_area.band import bands, way_band
from gcrm.analysis.trade_area.sensitivity import sensitivity
from gcrm.enrich.road.condition import When
from gcrm.enrich.road.travel import Travel
from gcrm.enrich.trading_area.company import Company, Shoppers
from gcrm.errors import QueryError
from gcrm.settings.trading import TradingArea
from tests.enrich.road.town import LAT_M, LON_M, town

STORES = np.array([[0, 0], [6000, 1000], [2000, 6000], [-3000, 4000]], float)
SIZE = np.array([500.0, 3000, 1000, 1500])


@pytest.fixture(scope="module")
def net():
    return town(())[1]


def company(net, homes, store, stores=STORES):
    names = tuple(f"S{i + 1}" for i in range(len(stores)))
    lonlat = [np.column_stack([xy[:, 0] / LON_M, xy[:, 1] / LAT_M]) for xy in (stores, np.asarray(homes, float))]
    many = len(homes)
    people = Shoppers(lonlat[1], np.asarray(store, np.int64), *np.ones((3, many)))
    return Company(names, names, lonlat[0], people, "EPSG:32631", lambda mode, _d, _h: Travel(net, mode, When()))


def by_distance(homes):
    return np.hypot(*(homes[:, None] - STORES[None]).transpose(2, 0, 1))


def goes_by_huff(rng, homes):
    found = shares(Market(dense(by_distance(homes)), SIZE[:, None]), Model((1.0,), Decay("power", (-2.0,), 500)))
    chance = found.share.reshape(len(homes), 4)
    return (chance.cumsum(axis=1) < rng.random((len(homes), 1))).sum(axis=1)


def goes_to_the_nearest(rng, homes):
    astray = rng.random(len(homes)) < 0.1
    return np.where(astray, rng.integers(0, 4, len(homes)), by_distance(homes).argmin(axis=1))


def goes_within_two_kilometres(rng, homes):
    """Four in five who live within 2 km of a store go there; everybody else anywhere."""
    near = by_distance(homes)
    loyal = (near.min(axis=1) < 2000) & (rng.random(len(homes)) < 0.8)
    return np.where(loyal, near.argmin(axis=1), rng.integers(0, 4, len(homes)))


RULES = {"ring": TradingArea(method="ring", km=2), "thiessen": TradingArea(method="thiessen", km=20)}


@pytest.mark.parametrize(
    ("goes", "wanted"),
    [(goes_by_huff, "huff"), (goes_to_the_nearest, "thiessen"), (goes_within_two_kilometres, "ring")],
)
def test_the_back_test_picks_the_method_that_made_the_data(net, goes, wanted):
    rng = np.random.default_rng(12)
    periods = []
    for _ in range(2):
        homes = rng.uniform(-5000, 8000, (1500, 2))
        periods.append(company(net, homes, goes(rng, homes)))
    found = backtest(*periods, RULES, {"huff": Huff(SIZE[:, None])})
    assert found.recommended == wanted
    assert found.clear
    assert {m.method for m in found.methods} == {"ring", "thiessen", "huff", ALONE}
    assert found.methods[0].behind == 0
    assert all(m.behind > 0 and 0 <= m.misplaced < 0.2 for m in found.methods[1:])


def test_where_homes_tell_nothing_no_method_is_clearly_ahead(net):
    rng = np.random.default_rng(1)
    periods = [company(net, rng.uniform(-5000, 8000, (800, 2)), rng.integers(0, 4, 800)) for _ in range(2)]
    found = backtest(*periods, RULES, {"huff": Huff(SIZE[:, None])})
    assert not found.clear
    assert max(m.behind for m in found.methods) < 0.01
    with pytest.raises(QueryError, match="Nobody"):
        backtest(periods[0], company(net, np.empty((0, 2)), []), RULES, {})


@pytest.mark.soak
def test_bands_of_ninety_percent_hold_the_truth_as_often(soak):
    # Ways of customers are Rayleigh's: 80 of 100 lie within sqrt(-2 log 0.2).
    rng, truth = np.random.default_rng(6), math.sqrt(-2 * math.log(0.2))
    rounds, hit = soak(6000, 300), 0
    for k in range(rounds):
        low, high = way_band(rng.rayleigh(1, 400), np.ones(400), 0.8, rounds=200, seed=k)
        hit += low <= truth <= high
    slack = 3 * math.sqrt(0.09 / rounds)
    assert 0.88 - slack * (rounds < 6000) <= hit / rounds <= 0.92 + slack * (rounds < 6000)


def test_the_band_of_a_grown_ring_is_drawn_by_its_radii(net):
    rng = np.random.default_rng(3)
    homes = rng.normal(0, 1500, (200, 2))
    made = company(net, homes, np.zeros(200, int), STORES[:1])
    (band,) = bands(made, TradingArea(method="threshold_ring", share=0.8), rounds=60)
    assert shapely.covers(band.outer, band.inner)
    low, high = way_band(np.hypot(*homes.T), np.ones(200), 0.8)
    size = [abs(Geod(ellps="WGS84").geometry_area_perimeter(area)[0]) for area in (band.inner, band.outer)]
    assert np.sqrt(np.array(size) / np.pi) == pytest.approx([low, high], rel=0.06)


def test_an_area_that_knows_no_customers_has_no_width(net):
    made = company(net, np.array([[0.0, 0]]), [0])
    for band in bands(made, TradingArea(method="ring", km=1), rounds=5):
        assert shapely.area(shapely.difference(band.outer, band.inner)) == pytest.approx(0, abs=1e-12)
    few = bands(made, TradingArea(method="density", share=0.5), rounds=2)
    assert few[0].inner is few[0].outer is None


def test_the_sensitivity_of_a_ring_is_that_of_its_area(net):
    rng = np.random.default_rng(3)
    homes = rng.normal(0, 1500, (100, 2))
    made = company(net, homes, np.arange(100) % 4)
    rows = [
        r
        for r in sensitivity(made, TradingArea(method="ring", km=1), "km", [1, 2, 4]).to_pylist()
        if r["store_id"] == "S1"
    ]
    assert [r["area_km2"] for r in rows] == pytest.approx([math.pi, 4 * math.pi, 16 * math.pi], rel=0.01)
    assert [r["alike"] for r in rows] == pytest.approx([0.25, 1, 0.25], rel=1e-3)
    far = np.hypot(*homes.T)
    assert [r["customers"] for r in rows] == [int((far[::4] <= km).sum()) for km in (1000, 2000, 4000)]
    assert [r["customers"] + r["others"] for r in rows] == [int((far <= km).sum()) for km in (1000, 2000, 4000)]

"""Huff's model against published figures, and what must hold of every choice."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gcrm.analysis.choice.boundary import converse, reilly
from gcrm.analysis.choice.catchment import two_step
from gcrm.analysis.choice.decay import Decay
from gcrm.analysis.choice.market import Market, dense, nearness, within
from gcrm.analysis.choice.model import Model, expected, shares
from gcrm.analysis.choice.rivalry import rivalry
from gcrm.analysis.choice.transfer import transfer
from gcrm.errors import QueryError


def market_of(cost, size, **more):
    return Market(dense(cost), np.array(size, float).reshape(len(size), -1), **more)


def matrix(market, share):
    return market.pairs.matrix(share).toarray()


def test_the_textbook_store_of_levy_and_weitz():
    market = market_of([[10, 5], [5, 15]], [5000, 10000])
    found = shares(market, Model((1.0,), Decay("power", (-2.0,))))
    assert matrix(market, found.share)[:, 1] == pytest.approx([0.888889, 0.181818], abs=5e-7)
    totals = expected(market, Model((1.0,), Decay("power", (-2.0,))), np.array([5e6, 3e6]))
    assert totals[::-1] == pytest.approx([4_989_898.99, 3_010_101.01], abs=0.005)


def test_the_supermarkets_of_haslach(testdata):
    folder = testdata / "trade_areas"
    people = gpd.read_file(folder / "Haslach.shp", engine="pyogrio")
    stores = gpd.read_file(folder / "Haslach_supermarkets.shp", engine="pyogrio")
    # The published totals rest on great circles; measured on the plane of EPSG:31467, stores differ by up to 0.17 %.
    (lon, lat), (to_lon, to_lat) = (
        np.radians(shapely.get_coordinates(f.to_crs(4326).geometry)).T for f in (people, stores)
    )
    half = np.sin((to_lat - lat[:, None]) / 2) ** 2
    half += np.cos(lat[:, None]) * np.cos(to_lat) * np.sin((to_lon - lon[:, None]) / 2) ** 2
    market = Market(dense(2 * 6371 * np.arcsin(np.sqrt(half))), stores[["VKF_qm"]].to_numpy(float))
    model = Model((0.9,), Decay("power", (-2.2,), floor=1e-6))
    totals = expected(market, model, people["pop"].to_numpy(float))
    wanted = {1: 1513.7618, 5: 1571.1641, 12: 5590.0399, 25: 1702.9870}
    wanted |= {30: 3244.5124, 38: 725.2521, 46: 3119.7613, 59: 2262.5214}
    assert dict(zip(stores["LFDNR"], totals, strict=True)) == pytest.approx(wanted, abs=1e-3)
    assert totals.sum() == pytest.approx(19_730)
    at, to = (shapely.get_coordinates(frame.geometry) / 1000 for frame in (people, stores))
    plane = expected(Market(within(at, to, 100), market.size), model, people["pop"].to_numpy(float))
    assert plane == pytest.approx(totals, rel=0.0017)


def test_lines_between_cities():
    assert converse(400_000, 200_000, 80) == pytest.approx((46.862915, 33.137085), abs=5e-7)
    assert reilly(39_851, 37_366, 27, 25) == pytest.approx(0.9143555, abs=5e-8)
    with pytest.raises(QueryError, match="above 0"):
        converse(1, 0, 80)


def test_floating_catchments_of_three_places():
    cost = [[1, 80, 40], [80, 1, 40], [40, 40, 1]]
    pairs, people, supply = dense(cost, 61), np.array([100.0, 50, 10]), np.array([15.0, 20, 100])
    assert two_step(pairs, people, supply) == pytest.approx([0.761364, 0.958333, 1.094697], abs=5e-7)
    decayed = two_step(pairs, people, supply, Decay("power", (-1.0,)))
    assert decayed == pytest.approx([0.331444, 0.579828, 7.286418], abs=5e-7)
    assert decayed @ people == pytest.approx(supply.sum())


COSTS = st.floats(0, 60)
DECAYS = st.sampled_from([("power", (-2.0,)), ("exponential", (-0.2,)), ("logistic", (0.3, 12.0))])


@st.composite
def markets(draw):
    origins, stores = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    cost = draw(st.lists(st.lists(COSTS, min_size=stores, max_size=stores), min_size=origins, max_size=origins))
    size = draw(st.lists(st.floats(1, 5000), min_size=stores, max_size=stores))
    kind, values = draw(DECAYS)
    outside = draw(st.none() | st.floats(-5, 10))
    return market_of(cost, size), Model((draw(st.floats(0.2, 2)),), Decay(kind, values), outside)


@given(markets(), st.data())
def test_everybody_goes_somewhere_and_more_to_what_is_larger_or_nearer(made, data):
    market, model = made
    found = shares(market, model)
    assert np.isfinite(found.share).all()
    assert market.pairs.sums(found.share) + found.outside == pytest.approx(np.ones(market.pairs.origins))
    store = data.draw(st.integers(0, market.pairs.stores - 1))
    larger = market.size.copy()
    larger[store] *= 2
    more = shares(market.resized(larger), model).share
    own = market.pairs.store == store
    assert (more[own] >= found.share[own] - 1e-12).all()
    assert (more[~own] <= found.share[~own] + 1e-12).all()
    cost = market.pairs.matrix(market.pairs.cost).toarray()
    cost[:, store] /= 2
    nearer = shares(Market(dense(cost), market.size), model).share
    assert (nearer[own] >= found.share[own] - 1e-12).all()


@given(markets(), st.data())
def test_a_change_moves_customers_and_makes_or_loses_none(made, data):
    market, model = made
    many = market.pairs.stores
    demand = np.array(
        data.draw(st.lists(st.floats(0, 1000), min_size=market.pairs.origins, max_size=market.pairs.origins))
    )
    size = np.array(data.draw(st.lists(st.sampled_from([0.0, 10.0, 3000.0]), min_size=many, max_size=many)))
    found = transfer(market, model, demand, size[:, None])
    for inside, outside in ((found.before, found.outside_before), (found.after, found.outside_after)):
        assert inside.sum() + outside == pytest.approx(demand.sum())
    both = np.concatenate([found.after - found.before, [found.outside_after - found.outside_before]])
    assert found.moved.sum(axis=0) - found.moved.sum(axis=1) == pytest.approx(both, abs=1e-6)
    assert (found.moved >= 0).all()
    assert found.after[size == 0] == pytest.approx(0)


def test_a_new_store_takes_from_each_by_its_share_and_adds_nothing():
    # All ways alike: two stores of 100 lose a third each to a third one of 100.
    market = market_of([[5, 5, 5]], [100, 100, 0])
    found = transfer(market, Model(), np.array([600.0]), np.array([[100.0], [100], [100]]))
    assert found.before.tolist() == [300, 300, 0]
    assert found.after == pytest.approx([200, 200, 200])
    assert found.lost_to(2) == pytest.approx([100, 100, 0])


def test_at_the_door_and_at_the_steepest_decay():
    market = market_of([[0, 3], [9, 8.9]], [10, 1000])
    at_the_door = shares(market, Model((1.0,), Decay("power", (-2.0,)))).share
    assert np.isfinite(at_the_door).all()
    nearest = matrix(market, shares(market, Model((1.0,), Decay("power", (-1e6,)))).share)
    assert nearest.tolist() == [[1, 0], [0, 1]]


def test_nobody_is_lost_where_no_store_is_in_reach():
    market = market_of([[5.0], [np.nan]], [10])
    found = shares(market, Model())
    assert found.share.tolist() == [1]
    assert found.unserved.tolist() == [0, 1]


def test_competing_destinations_by_hand():
    # Stores 0 and 1 stand 2 apart, store 2 stands 10 from both: its competition is the least.
    between = [[0, 2, 10], [2, 0, 10], [10, 10, 0]]
    market = market_of([[1, 1, 1]], [4, 4, 4], nearness=nearness(between, 0.1))
    assert np.exp(market.log_size[:, 1]) == pytest.approx([4 / 2 + 4 / 10, 4 / 2 + 4 / 10, 8 / 10])
    found = shares(market, Model((1.0, -1.0)))
    weight = np.array([1 / 2.4, 1 / 2.4, 1 / 0.8])
    assert found.share == pytest.approx(weight / weight.sum())


def test_competition_of_equals_and_of_a_monopoly():
    market = market_of([[5, 5, 5, 5], [1, np.nan, np.nan, np.nan]], [3, 3, 3, 3])
    found = rivalry(market.pairs, shares(market, Model()).share)
    assert found.rivals == pytest.approx([4, 1])
    assert found.evenness[0] == pytest.approx(1)
    assert np.isnan(found.evenness[1])
    assert found.leader.tolist() == [0, 0]


def test_pairs_within_a_radius_are_those_of_the_whole_matrix():
    rng = np.random.default_rng(5)
    at, to = rng.random((200, 2)), rng.random((40, 2))
    near = within(at, to, 0.2)
    whole = np.hypot(*(at[:, None] - to[None]).transpose(2, 0, 1))
    every = dense(whole, 0.2)
    assert near.origin.tolist() == every.origin.tolist()
    assert near.store.tolist() == every.store.tolist()
    assert near.cost == pytest.approx(every.cost)


def test_what_is_no_market_is_refused():
    with pytest.raises(QueryError, match="above 0"):
        market_of([[1, 2]], [1, np.nan])
    with pytest.raises(QueryError, match="negative"):
        dense([[-1.0]])
    with pytest.raises(QueryError, match="Did you mean 'power'"):
        Decay("powr", (1.0,))
    with pytest.raises(QueryError, match="one exponent"):
        shares(market_of([[1]], [1]), Model((1.0, 2.0)))

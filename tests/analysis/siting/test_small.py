"""Sites of a few places against every choice there is; what stays open, what must not, and what cannot be."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gcrm.analysis.siting import Sites, capacitated_median, centre, cover_all, cover_most, median
from gcrm.errors import DesignError


@st.composite
def asked(draw):
    """Draw places, sites, and which of them are open or closed."""
    places, sites = draw(st.integers(1, 7)), draw(st.integers(2, 6))
    cost = np.array(draw(st.lists(st.integers(0, 30), min_size=places * sites, max_size=places * sites)), float)
    cost[draw(st.lists(st.integers(0, len(cost) - 1), max_size=3))] = np.nan
    weight = np.array(draw(st.lists(st.integers(0, 5), min_size=places, max_size=places)), float)
    status = draw(st.lists(st.sampled_from(["free", "free", "free", "open", "closed"]), min_size=sites, max_size=sites))
    opened, closed = ([i for i, s in enumerate(status) if s == word] for word in ("open", "closed"))
    count = draw(st.integers(max(1, len(opened)), max(1, len(opened), sites - len(closed))))
    return Sites(cost.reshape(places, sites), weight, opened, closed), count


def choices(sites, count):
    """Every choice of so many sites that the rules allow."""
    free = [j for j in range(sites.cost.shape[1]) if j not in sites.closed]
    return [c for c in combinations(free, count) if set(sites.opened) <= set(c)]


def least(values):
    return min(values, default=np.inf)


@settings(max_examples=40, deadline=None)
@given(asked())
def test_no_choice_is_better(case):
    sites, count = case
    cost = np.where(np.isnan(sites.cost), np.inf, sites.cost)
    needed, every = sites.weight > 0, choices(sites, count)
    sums = [float((cost[needed][:, c].min(axis=1, initial=np.inf) * sites.weight[needed]).sum()) for c in every]
    longest = [float(cost[needed][:, c].min(axis=1).max(initial=0.0)) for c in every]
    reached = [float(sites.weight[(cost[:, c] <= 10).any(axis=1)].sum()) for c in every]
    for solve, known in ((median, sums), (centre, longest)):
        if not needed.any():
            continue
        try:
            found = solve(sites, count)
        except DesignError:
            assert least(known) == np.inf
        else:
            assert found.value == pytest.approx(least(known))
            assert found.state == "optimal"
            assert set(sites.opened) <= set(found.sites)
            assert not set(sites.closed) & set(found.sites)
    if every:
        most = cover_most(sites, 10, count)
        assert most.value == max(reached)
        assert most.state == "optimal"


@settings(max_examples=25, deadline=None)
@given(asked())
def test_no_fewer_sites_reach_everything(case):
    sites, _ = case
    cost = np.where(np.isnan(sites.cost), np.inf, sites.cost)
    sizes = [
        n for n in range(1, cost.shape[1] + 1) if any((cost[:, c] <= 15).any(axis=1).all() for c in choices(sites, n))
    ]
    try:
        found = cover_all(sites, 15)
    except DesignError:
        assert not sizes
    else:
        assert (found.value, found.state) == (least(sizes), "optimal")


def test_capacities_send_places_farther():
    line = np.arange(4.0)
    sites = Sites(np.abs(line[:, None] - np.array([0.0, 3.0, 9.0])), np.ones(4))
    free = capacitated_median(sites, 2, np.array([4.0, 4.0, 4.0]))
    tight = capacitated_median(sites, 2, np.array([1.0, 4.0, 4.0]))
    assert (free.value, tight.value) == (2, 3)
    assert np.bincount(tight.served, minlength=3)[0] <= 1
    with pytest.raises(DesignError, match="hold 2 at most, and 4 are needed"):
        capacitated_median(sites, 2, np.ones(3))


def test_what_cannot_be_is_told():
    sites = Sites(np.ones((3, 2)), np.ones(3))
    for wrong, words in (
        (Sites(sites.cost, np.ones(2)), "do not fit 2 places"),
        (Sites(sites.cost, np.array([1, -1, 1.0])), "negative or unknown"),
        (Sites(sites.cost, sites.weight, opened=[5]), "no site 5"),
        (Sites(sites.cost, sites.weight, opened=[1], closed=[1]), "site 1 is there already"),
        (Sites(np.full((3, 2), np.nan), sites.weight), "can serve every place"),
    ):
        with pytest.raises(DesignError, match=words):
            median(wrong, 1)
    with pytest.raises(DesignError, match="3 sites cannot be chosen"):
        median(sites, 3)
    with pytest.raises(DesignError, match="3 places are reached by no site"):
        cover_all(sites, 0.5)

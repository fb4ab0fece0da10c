"""The median problem: a number of sites so that all ways together are as short as possible, with capacities or without.

Teitz & Bart (1968), "Heuristic methods for estimating the generalized vertex median of a weighted graph", Operations
Research 16, for a good choice; Cornuejols, Fisher & Nemhauser (1977), Management Science 23, for the bound; and what
the bound does not rule out goes into a mixed-integer program.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from gcrm.analysis.siting.program import solve
from gcrm.analysis.siting.relaxation import Relaxed, relax
from gcrm.analysis.siting.sites import Choice, Sites, State, checked, nearest, refuse

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int64]

#: A value this near to the bound, as a share, is the best.
_SAME = 1e-9
#: Starts of the interchange.
_STARTS = 5
#: Of so many variables a program is solved that proves the choice.
_MOST = 60_000


def median(asked: Sites, count: int, *, seconds: float = 60.0, seed: int = 0) -> Choice:
    """Choose a number of sites so that the weighted costs of all places add up to as little as possible.

    Parameters
    ----------
    asked
        Places and sites.
    count
        How many sites, those that are there already among them.
    seconds
        How long to look at most.
    seed
        The same seed looks in the same places.

    Returns
    -------
    Choice
        Its value is the sum over places of weight times cost.

    Raises
    ------
    DesignError
        If so many sites cannot be chosen, or cannot serve every place.
    """
    cost = checked(asked, count)
    weighted = _weighted(cost, asked)
    deadline = time.monotonic() + seconds
    sites = _interchanged(weighted, asked, count, seed, deadline)
    value = float(weighted[:, sites].min(axis=1).sum())
    if not np.isfinite(value):
        refuse(f"no {count} sites were found that can serve every place. Choose more of them, or leave places out.")
    relaxed = relax(weighted, asked, count, value, deadline)
    bound = relaxed.bound
    whole = bool((weighted[np.isfinite(weighted)] % 1 == 0).all())
    bound = float(np.ceil(bound - 1e-6)) if whole else bound
    if bound < value * (1 - _SAME) and time.monotonic() < deadline:
        sites, value, bound = _proved(weighted, asked, count, (sites, value, bound), relaxed, deadline)
    state: State = "optimal" if bound >= value * (1 - _SAME) else "bounded"
    return Choice(tuple(sorted(sites)), nearest(cost, sites), value, min(bound, value), state)


def capacitated_median(
    asked: Sites, count: int, capacity: Floats, *, seconds: float = 60.0, demand: Floats | None = None
) -> Choice:
    """Choose sites that each serve no more than they can, each place whole, so that all ways together are short.

    Parameters
    ----------
    asked
        Places and sites.
    count
        How many sites.
    capacity
        How much each site can serve.
    seconds
        How long to look at most.
    demand
        How much each place takes of a capacity; its weight where null.

    Returns
    -------
    Choice
        Its value is the sum over places of weight times cost.

    Raises
    ------
    DesignError
        If no such sites can serve every place, or none were found in time.
    """
    cost = checked(asked, count)
    weight = np.asarray(asked.weight, dtype=np.float64)
    taken = weight if demand is None else np.asarray(demand, dtype=np.float64)
    most = np.sort(np.asarray(capacity, dtype=np.float64))[::-1][:count].sum()
    if most < taken.sum():
        refuse(f"{count} sites hold {most:,.6g} at most, and {taken.sum():,.6g} are needed. Choose more of them.")
    weighted = np.where(np.isfinite(cost), _weighted(cost, asked), np.inf)
    found = solve(weighted, asked, count, seconds, capacity=(taken, np.asarray(capacity, dtype=np.float64)))
    if found.served is None:
        refuse("no choice that keeps the capacities was found. Raise them, choose more sites, or give it more time.")
    value = float(weighted[np.arange(len(cost)), found.served].sum())
    state: State = "optimal" if found.bound >= value * (1 - 1e-7) - 1e-9 else "bounded"
    return Choice(found.sites, found.served, value, min(found.bound, value), state)


def _weighted(cost: Floats, asked: Sites) -> Floats:
    """Return costs by need; what needs nothing costs nothing, wherever it is."""
    weight = np.asarray(asked.weight, dtype=np.float64)[:, None]
    found: Floats = np.multiply(cost, weight, where=weight > 0, out=np.zeros_like(cost))
    return found


def _proved(
    cost: Floats, asked: Sites, count: int, known: tuple[Numbers, float, float], relaxed: Relaxed, deadline: float
) -> tuple[Numbers, float, float]:
    """Decide by a program over all that the bound does not rule out."""
    sites, value, bound = known
    open_ones = np.union1d(np.flatnonzero(relaxed.may_open(value)), sites)
    allowed = relaxed.may_serve(cost, value)
    allowed[np.arange(len(cost)), sites[cost[:, sites].argmin(axis=1)]] = True
    left = np.where(allowed, cost, np.inf)
    left[:, np.setdiff1d(np.arange(cost.shape[1]), open_ones)] = np.inf
    if int(np.isfinite(left).sum()) > _MOST:
        return known
    found = solve(left, asked, count, max(deadline - time.monotonic(), 1.0))
    if found.served is not None and (total := float(cost[:, list(found.sites)].min(axis=1).sum())) < value:
        sites, value = np.array(found.sites), total
    return sites, value, max(bound, min(found.bound, value))


def _interchanged(cost: Floats, asked: Sites, count: int, seed: int, deadline: float) -> Numbers:
    """Exchange a chosen site for another as long as that saves most, from several starts; return the best."""
    chance = np.random.default_rng(seed)
    there = np.array(sorted(set(asked.opened)), dtype=np.int64)
    free = np.setdiff1d(np.arange(cost.shape[1]), [*there, *asked.closed])
    # What cannot be served costs more than anything that can.
    finite = np.where(np.isfinite(cost), cost, cost[np.isfinite(cost)].max(initial=0.0) * len(cost) + 1)
    best: tuple[float, Numbers] = (np.inf, there)
    for _ in range(_STARTS):
        sites = np.concatenate([there, chance.choice(free, size=count - len(there), replace=False)])
        value = _improved(finite, sites, len(there), free)
        if value < best[0]:
            best = value, sites.copy()
        if time.monotonic() > deadline:
            break
    return best[1]


def _improved(cost: Floats, sites: Numbers, fixed: int, free: Numbers) -> float:
    """Exchange sites in place, but for the first ones, until nothing is saved; return what all ways cost."""
    rows, offer = np.arange(len(cost)), cost[:, free]
    while True:
        own = cost[:, sites]
        first = own.argmin(axis=1)
        least = own[rows, first]
        own[rows, first] = np.inf
        second = np.minimum(own.min(axis=1), cost.max() * 2 + 1) if len(sites) > 1 else np.full(len(cost), np.inf)
        saved = np.maximum(0.0, least[:, None] - offer).sum(axis=0)
        change = np.full((len(sites), len(free)), np.inf)
        for place in range(fixed, len(sites)):
            mine = first == place
            lost = np.minimum(second[mine, None], offer[mine]) - least[mine, None]
            change[place] = np.maximum(0.0, lost).sum(axis=0) - saved
        if not change.size or change.min() >= -1e-9 * max(float(least.sum()), 1.0):
            return float(least.sum())
        exchanged, other = divmod(int(change.argmin()), len(free))
        sites[exchanged] = free[other]

"""Covering: as few sites as reach every place, or so many that reach most of what is needed.

Toregas, Swain, ReVelle & Bergman (1971), "The location of emergency service facilities", Operations Research 19; Church
& ReVelle (1974), "The maximal covering location problem", Papers of the Regional Science Association 32.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import optimize, sparse

from gcrm.analysis.siting.sites import Choice, Sites, State, checked, nearest, refuse

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def cover_all(asked: Sites, reach: float, *, seconds: float = 60.0) -> Choice:
    """Choose as few sites as reach every place.

    Parameters
    ----------
    asked
        Places and sites.
    reach
        Up to which cost a site reaches a place.
    seconds
        How long to look at most.

    Returns
    -------
    Choice
        Its value is the number of sites.

    Raises
    ------
    DesignError
        If a place is reached by no site, or nothing was found in time.
    """
    cost = checked(asked)
    reached = sparse.csr_array((cost <= reach).astype(np.float64))
    lonely = np.flatnonzero(reached.sum(axis=1) == 0)
    if len(lonely):
        refuse(f"{len(lonely)} places are reached by no site, the first is place {lonely[0]}. Widen the reach.")
    found = _solve(np.ones(cost.shape[1]), [(reached, 1.0, np.inf)], asked, seconds, cost.shape[1])
    value, bound = float(len(found[0])), float(np.ceil(found[1] - 1e-6))
    return Choice(found[0], nearest(cost, found[0]), value, bound, "optimal" if bound >= value else "bounded")


def cover_most(asked: Sites, reach: float, count: int, *, seconds: float = 60.0) -> Choice:
    """Choose a number of sites that reach as much of what is needed as possible.

    Parameters
    ----------
    asked
        Places and sites.
    reach
        Up to which cost a site reaches a place.
    count
        How many sites, those that are there already among them.
    seconds
        How long to look at most.

    Returns
    -------
    Choice
        Its value is what is reached, in the unit of the weights; `served` is -1 for places that are not.

    Raises
    ------
    DesignError
        If so many sites cannot be chosen, or nothing was found in time.
    """
    cost = checked(asked, count)
    places, sites = cost.shape
    reached = (cost <= reach).astype(np.float64)
    weight = np.asarray(asked.weight, dtype=np.float64)
    covers = sparse.hstack([sparse.csr_array(reached), -sparse.eye_array(places)])
    number = sparse.csr_array(np.concatenate([np.ones(sites), np.zeros(places)])[None, :])
    rows = [(covers, 0.0, np.inf), (number, float(count), float(count))]
    found, bound = _solve(np.concatenate([np.zeros(sites), -weight]), rows, asked, seconds, sites)
    served = nearest(np.where(cost <= reach, cost, np.inf), found)
    value = float(weight[served >= 0].sum())
    best = min(-bound, float(weight.sum()))
    state: State = "optimal" if best <= value * (1 + 1e-9) + 1e-9 else "bounded"
    return Choice(found, served, value, max(best, value), state)


def _solve(
    cost: Floats, rows: list[tuple[sparse.sparray, float, float]], asked: Sites, seconds: float, sites: int
) -> tuple[tuple[int, ...], float]:
    """Return the sites of the best choice, and the bound; the first variables are the sites."""
    low, high = np.zeros(len(cost)), np.ones(len(cost))
    low[list(asked.opened)] = 1.0
    high[list(asked.closed)] = 0.0
    found = optimize.milp(
        cost,
        constraints=[optimize.LinearConstraint(*row) for row in rows],
        bounds=optimize.Bounds(low, high),
        integrality=np.arange(len(cost)) < sites,
        options={"time_limit": seconds, "mip_rel_gap": 1e-9},
    )
    if found.x is None:
        refuse("no choice was found in time. Give it more time, or leave sites out that are hardly of use.")
    return tuple(np.flatnonzero(found.x[:sites] > 0.5).tolist()), float(found.mip_dual_bound)

"""The mixed-integer program of medians: which sites are open, and which serves each place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import optimize, sparse

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gcrm.analysis.siting.sites import Sites

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Solved:
    """What the program found.

    Attributes
    ----------
    sites
        Open sites, in order.
    served
        Site of each place; null where nothing was found.
    bound
        No choice costs less.
    """

    sites: tuple[int, ...]
    served: Numbers | None
    bound: float


def solve(
    cost: Floats, asked: Sites, count: int, seconds: float, *, capacity: tuple[Floats, Floats] | None = None
) -> Solved:
    """Solve the program.

    Parameters
    ----------
    cost
        Cost of each place (row) from each site (column), weights included; infinite where a site cannot serve it.
    asked
        Sites that are open or closed.
    count
        How many sites are open.
    seconds
        How long to look at most.
    capacity
        How much each place takes and how much each site holds; null where sites hold everything.

    Returns
    -------
    Solved
        The best choice.
    """
    place, site = np.nonzero(np.isfinite(cost))
    pairs, (places, sites) = len(place), cost.shape
    several = np.arange(pairs)
    once = sparse.csr_array((np.ones(pairs), (place, several)), shape=(places, pairs + sites))
    only = sparse.coo_array(
        (np.r_[np.ones(pairs), -np.ones(pairs)], (np.r_[several, several], np.r_[several, pairs + site])),
        shape=(pairs, pairs + sites),
    )
    number = sparse.csr_array(np.r_[np.zeros(pairs), np.ones(sites)][None, :])
    rows = [(once, 1.0, 1.0), (only, -np.inf, 0.0), (number, float(count), float(count))]
    if capacity is not None:
        taken, most = capacity
        columns = (np.r_[site, np.arange(sites)], np.r_[several, pairs + np.arange(sites)])
        rows.append(
            (sparse.csr_array((np.r_[taken[place], -most], columns), shape=(sites, pairs + sites)), -np.inf, 0.0)
        )
    low, high = np.zeros(pairs + sites), np.ones(pairs + sites)
    low[[pairs + s for s in asked.opened]] = 1.0
    high[[pairs + s for s in asked.closed]] = 0.0
    found = optimize.milp(
        np.r_[cost[place, site], np.zeros(sites)],
        constraints=[optimize.LinearConstraint(*row) for row in rows],
        bounds=optimize.Bounds(low, high),
        # Without capacities each place is served by one of the open sites even where it may be divided.
        integrality=(np.arange(pairs + sites) >= pairs) | (capacity is not None),
        options={"time_limit": seconds, "mip_rel_gap": 1e-9},
    )
    bound = -np.inf if found.mip_dual_bound is None else float(found.mip_dual_bound)
    if found.x is None:
        return Solved((), None, np.inf if found.status == 2 else bound)
    shares = np.zeros(cost.shape)
    shares[place, site] = found.x[:pairs]
    return Solved(tuple(np.flatnonzero(found.x[pairs:] > 0.5).tolist()), shares.argmax(axis=1), bound)

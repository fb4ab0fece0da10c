"""A lower bound of medians: that every place is served is priced instead of demanded."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gcrm.analysis.siting.sites import Sites

    Floats = NDArray[np.float64]

#: Rounds without a better bound after which steps get shorter, and the shortest step.
_PATIENCE, _SHORTER, _LEAST = 15, 0.6, 1e-4


@dataclass(frozen=True)
class Relaxed:
    """The best bound, and the prices that gave it.

    Attributes
    ----------
    bound
        No choice costs less.
    prices
        Price of serving each place.
    worth
        What each site saves at these prices, as a cost: 0 or less.
    count
        How many sites are chosen.
    opened
        Sites that are there already.
    """

    bound: float
    prices: Floats
    worth: Floats
    count: int
    opened: tuple[int, ...]

    def may_open(self, value: float) -> NDArray[np.bool_]:
        """Return which sites a choice that costs less than a value may hold."""
        free = np.setdiff1d(np.arange(len(self.worth)), self.opened)
        left = self.count - len(self.opened)
        found = np.ones(len(self.worth), dtype=bool)
        if left < len(free):
            last = np.sort(self.worth[free])[left - 1] if left else -np.inf
            found[free] = self.bound + np.maximum(self.worth[free] - last, 0.0) < value
        return found

    def may_serve(self, cost: Floats, value: float) -> NDArray[np.bool_]:
        """Return which sites may serve which places in a choice that costs less than a value."""
        found: NDArray[np.bool_] = self.bound + np.maximum(cost - self.prices[:, None], 0.0) < value
        return found


def relax(cost: Floats, asked: Sites, count: int, known: float, deadline: float) -> Relaxed:
    """Price places until the bound grows no more.

    Parameters
    ----------
    cost
        Cost of each place (row) from each site (column), weights included.
    asked
        Sites that are open or closed.
    count
        How many sites are chosen.
    known
        Cost of a choice that is known.
    deadline
        When to stop, on the clock of `time.monotonic`.

    Returns
    -------
    Relaxed
        The best bound.
    """
    opened = sorted(set(asked.opened))
    forced = np.zeros(cost.shape[1])
    forced[opened] = -np.inf
    forced[list(asked.closed)] = np.inf
    prices = np.partition(cost, min(1, cost.shape[1] - 1), axis=1)[:, min(1, cost.shape[1] - 1)]
    prices = np.where(np.isfinite(prices), prices, 0.0)
    best = Relaxed(-np.inf, prices, np.zeros(cost.shape[1]), count, tuple(opened))
    step, waited, trend = 1.0, 0, np.zeros(len(cost))
    while step > _LEAST and time.monotonic() < deadline and best.bound < known * (1 - 1e-10):
        worth = np.minimum(cost - prices[:, None], 0.0).sum(axis=0)
        chosen = np.argsort(worth + forced, kind="stable")[:count]
        bound = float(prices.sum() + worth[chosen].sum())
        waited += 1
        if bound > best.bound + 1e-9 * abs(bound):
            best, waited = Relaxed(bound, prices, worth, count, tuple(opened)), 0
        elif waited >= _PATIENCE:
            step, waited = step * _SHORTER, 0
        trend = 1.0 - (cost[:, chosen] < prices[:, None]).sum(axis=1) + 0.6 * trend
        length = float((trend**2).sum())
        if not length:
            break
        prices = np.maximum(prices + step * (1.02 * known - bound) / length * trend, 0.0)
    return best

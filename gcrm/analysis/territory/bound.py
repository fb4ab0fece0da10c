"""A lower bound of the cost of any plan: no solver, however long it runs, finds a cheaper one.

Lagrangian relaxation of the p-median problem with capacities (Beasley 1993, "Lagrangean heuristics for location
problems", European Journal of Operational Research 65): that each unit belongs to one territory is priced instead of
demanded. What is left falls apart into one knapsack per centre, to be filled within a band, of which the cheapest ones
are taken.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gcrm.analysis.territory.problem import Problem

    Numbers = NDArray[np.int64]
    Floats = NDArray[np.float64]

#: Units that a centre may draw from, in average territories.
_REACH = 4
#: Rounds without a better bound after which steps get shorter; steps shorter than the last lead nowhere.
_PATIENCE, _SHORTER, _LEAST = 12, 0.7, 1e-3
#: Centres whose knapsacks are filled at a time.
_BATCH = 128


@dataclass
class Bound:
    """The best lower bound so far, and the centres that the relaxation liked.

    Attributes
    ----------
    value
        No plan costs less.
    centres
        Sets of centres of the rounds that gave a better bound, the latest last.
    rounds
        Rounds so far.
    """

    value: float = 0.0
    centres: tuple[Numbers, ...] = ()
    rounds: int = 0


class Relaxation:
    """The priced problem, round by round.

    Parameters
    ----------
    problem
        Units and rules; its centres are free.
    prices
        First price of each unit; null guesses.
    """

    def __init__(self, problem: Problem, prices: Floats | None = None) -> None:
        self.problem = problem
        near = min(problem.size, max(50, _REACH * problem.size // problem.count))
        self.candidates = np.arange(problem.size)
        cost = problem.cost.T
        self.near = (
            np.argpartition(cost, near - 1, axis=1)[:, :near]
            if near < problem.size
            else (np.broadcast_to(np.arange(problem.size), cost.shape).copy())
        )
        self.cost = np.take_along_axis(cost, self.near, axis=1)
        # What lies farther than any that is looked at could only add to a centre's worth by this much.
        self.radius = self.cost.max(axis=1) if near < problem.size else np.full(len(cost), np.inf)
        # Of the bands that are never broken one is made: their mean.
        kinds = np.flatnonzero(problem.hard & np.isfinite(problem.high[0]))
        self.weight = problem.load[:, kinds].sum(axis=1) / max(len(kinds), 1)
        self.most = float(problem.high[0, kinds].mean()) if len(kinds) else np.inf
        self.least = float(problem.low[0, kinds].mean()) if len(kinds) else 0.0
        # A fair first price is what it costs to get to the edge of half an average territory.
        rank = min(len(self.candidates) - 1, len(self.candidates) // problem.count // 3)
        self.prices = np.partition(problem.cost[:, self.candidates], rank, axis=1)[:, rank]
        if prices is not None:
            self.prices = np.maximum(prices, 0.0)
        self.heavy = float(self.weight.max(initial=0.0))
        self.band = np.zeros(problem.size)
        self.best = Bound()
        self.known = self.prices.copy()
        self.step, self.waited = 1.0, 0
        self.trend = np.zeros(problem.size)

    @property
    def is_done(self) -> bool:
        """Whether more rounds would hardly give a better bound."""
        return self.step <= _LEAST

    def run(self, seconds: float, known: float) -> Bound:
        """Make rounds until the time is over or nothing changes.

        Parameters
        ----------
        seconds
            How long.
        known
            Cost of the best plan so far.

        Returns
        -------
        Bound
            The best bound of all rounds so far.
        """
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self.is_done and self.best.value < known * (1 - 1e-9):
            self.turn(known)
        return self.best

    def turn(self, known: float) -> None:
        """Make one round: the bound for the prices of now, and better prices."""
        value, taken, chosen = self._solve()
        self.best.rounds += 1
        if value > self.best.value + 1e-7 * abs(value):
            self.known = self.prices.copy()
            self.best = Bound(value, (*self.best.centres, chosen)[-20:], self.best.rounds)
            self.waited = 0
        else:
            self.waited += 1
            if self.waited >= _PATIENCE:
                # Prices that went astray are no place to go on from.
                self.step, self.waited = self.step * _SHORTER, 0
                self.prices, self.trend = self.known.copy(), np.zeros_like(self.trend)
                return
        direction = 1.0 - taken
        self.trend = direction + 0.6 * self.trend
        length = float((self.trend * direction).sum()) or 1.0
        norm = float((self.trend**2).sum())
        if norm > 0 and length > 0:
            self.prices = np.maximum(
                0.0,
                self.prices + self.step * max(known * 1.01 - max(value, self.best.value / 2), 0.0) / norm * self.trend,
            )

    def _solve(self) -> tuple[float, Floats, Numbers]:
        """Return the bound, how often each unit is taken, and the centres that are."""
        # What a centre is worth is bounded by any price of a band; those of the last rounds are near to the best ones.
        margin = self.cost - self.prices[self.near] - self.band[:, None] * self.weight[self.near]
        filled = np.where(self.band > 0, self.least, np.where(self.band < 0, self.most, 0.0)) * self.band
        worth = np.minimum(margin, 0.0).sum(axis=1) + filled - self._beyond(self.band)
        order = np.argsort(worth, kind="stable")
        places, values = np.empty(0, np.int64), np.empty(0)
        for begin in range(0, len(order), _BATCH):
            if len(values) >= self.problem.count and worth[order[begin]] >= values[self.problem.count - 1]:
                break
            batch = order[begin : begin + _BATCH]
            filled = self._fill(batch)[0]
            places, values = self._least(np.concatenate([places, batch]), np.concatenate([values, filled]))
        taken = np.zeros(self.problem.size)
        np.add.at(taken, self.near[places], self._fill(places)[1])
        return float(self.prices.sum() + values.sum()), taken, self.candidates[places]

    def _least(self, places: Numbers, values: Floats) -> tuple[Numbers, Floats]:
        """Return the best centres so far, as many as there are territories, in order."""
        order = np.argsort(values, kind="stable")[: self.problem.count]
        return places[order], values[order]

    def _beyond(self, band: Floats) -> Floats:
        """Return what units that lie too far to be looked at could add to each centre at most, at prices of bands."""
        radius = self.radius - np.maximum(band, 0.0) * self.heavy
        if self.prices.max() <= radius.min():
            return np.zeros(len(radius))
        high = np.sort(self.prices)[::-1]
        above = np.concatenate([[0.0], np.cumsum(high)])
        count = np.searchsorted(-high, -radius, side="left")
        beyond: Floats = above[count] - count * np.where(np.isinf(radius), 0.0, radius)
        return beyond

    def _fill(self, places: Numbers) -> tuple[Floats, Floats]:
        """Return what centres are worth, and the share of each unit near them that they take.

        They take those that pay most for their weight, up to what a territory may have; where not enough of them pay,
        also those that cost least for it, down to what it must have. What lies farther than what is looked at costs no
        less than `floor` for its weight, so that nothing nearer is counted as dearer.
        """
        near = self.near[places]
        margin, weight = self.cost[places] - self.prices[near], self.weight[near]
        shares = (margin < 0).astype(np.float64)
        held = (weight * shares).sum(axis=1)
        worth: Floats = (margin * shares).sum(axis=1)
        band = np.zeros(len(places))
        for off, most, sign in ((held > self.most, self.most, -1.0), (held < self.least, self.least, 1.0)):
            rows = np.flatnonzero(off)
            floor = np.full(len(rows), np.inf) if sign < 0 else self._floor(places[rows])
            ratio = np.minimum(margin[rows] / np.maximum(weight[rows], 1e-12), floor[:, None])
            order = np.argsort(ratio, axis=1)
            heavy = np.take_along_axis(weight[rows], order, axis=1)
            left = most - (np.cumsum(heavy, axis=1) - heavy)
            part = np.where(
                heavy > 0,
                np.clip(left / np.maximum(heavy, 1e-12), 0.0, 1.0),
                np.take_along_axis(shares[rows], order, axis=1),
            )
            filled = np.zeros_like(part)
            np.put_along_axis(filled, order, part, axis=1)
            worth[rows] = (np.where(weight[rows] > 0, ratio * weight[rows], margin[rows]) * filled).sum(axis=1)
            shares[rows] = filled * (ratio < floor[:, None])
            band[rows] = np.where(filled > 0, ratio, -np.inf).max(axis=1, initial=-np.inf)
        self.band[places] = np.where(np.isfinite(band), band, 0.0)
        beyond = self._beyond(np.zeros(len(self.radius)))[places]
        return worth - beyond, shares

    def _floor(self, places: Numbers) -> Floats:
        """Return what units that lie too far to be looked at cost at least for their weight."""
        ratio = (self.problem.cost[:, places].T - self.prices) / np.maximum(self.weight, 1e-12)
        np.put_along_axis(ratio, self.near[places], np.inf, axis=1)
        floor: Floats = np.maximum(ratio.min(axis=1, initial=np.inf), 0.0)
        return floor

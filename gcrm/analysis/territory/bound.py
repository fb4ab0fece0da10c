"""A lower bound of the cost of any plan: no solver, however long it runs, finds a cheaper one.

Lagrangian relaxation of the p-median problem with capacities (Beasley 1993, "Lagrangean heuristics for location
problems", European Journal of Operational Research 65): that each unit belongs to one territory is priced instead of
demanded, and so are the bands. What is left falls apart: a centre takes each unit that pays, and the best centres are
taken. Every set of prices gives a bound. Good ones are looked for with centres taken in part, as in a gas that cools
(Fermi's distribution), so that prices know of all centres that are about as good as the best.
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
    Singles = NDArray[np.float32]
    Flags = NDArray[np.bool_]

#: Units that a centre draws from while prices are looked for, in average territories; all count in what is proved.
_REACH = 3
#: How warm it is at first, as a share of what a centre is worth; how much of it stays after a round; where it ends.
_HOT, _COOLING, _COLD = 0.1, 0.99, 2e-4
#: Rounds after which the best bound is proved on the way.
_CHECKED = 100
#: How far prices follow: those of units by heat, those of bands, and how much of the last direction stays.
_PACE, _PACE_OF_BANDS, _INERTIA = 3.0, 0.02, 0.9
#: Rounds with every fourth centre at first; from then on every so many rounds all centres are looked at.
_FIRST, _EVERY = 100, 10
#: Centres that are worth less than the last one taken by as much heat are left out in between.
_WARM = 8.0
#: Pairs of a centre and a unit that are looked at at a time.
_BLOCK = 1 << 16
#: Bounds that differ by more than this share once all units count call for other units to draw from.
_FAR = 1e-4
#: Shares of the prices of bands that are tried where they count what lies far away.
_MILDER = (0.5, 0.0)


@dataclass(frozen=True)
class Bound:
    """The best lower bound so far.

    Attributes
    ----------
    value
        No plan costs less.
    rounds
        Rounds so far.
    """

    value: float = 0.0
    rounds: int = 0


class Relaxation:
    """The priced problem, round by round.

    Parameters
    ----------
    problem
        Units and rules; its centres are free.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.kinds = np.flatnonzero(np.isfinite(problem.high[0]))
        self.low, self.high = problem.low[0, self.kinds], problem.high[0, self.kinds]
        self.load = np.ascontiguousarray(problem.load[:, self.kinds].T, dtype=np.float32)
        # A fair first price is what it costs to get to the edge of half an average territory, and half as much again.
        rank = min(problem.size - 1, problem.size // problem.count // 3)
        self.prices: Floats = 1.5 * np.partition(problem.cost, rank, axis=1)[:, rank]
        self.bands: Floats = np.zeros((problem.size, len(self.kinds)))
        self.near, self.cost = self._reached()
        self.trend = np.zeros(problem.size)
        self.heat = _HOT
        self.rows = np.arange(0, problem.size, 4 if problem.size >= 8 * problem.count else 1)
        self.best = Bound()
        self.known, self.likely = (self.prices, self.bands), -np.inf

    @property
    def is_done(self) -> bool:
        """Whether more rounds would hardly give a better bound."""
        return self.heat <= _COLD

    def run(self, seconds: float, known: float) -> Bound:
        """Make rounds until the time is over or nothing changes, and prove the best prices.

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
        while time.monotonic() < until and not self.is_done and self.likely < known * (1 - 1e-9):
            self.turn()
            if self.best.rounds % _CHECKED == 0:
                self.prove()  # which looks anew what lies near at prices that have moved far, before they cool
        return self.prove()

    def turn(self) -> None:
        """Make one round: what centres are worth at the prices of now, and better prices."""
        if self.best.rounds == _FIRST:
            self.near, self.cost = self._reached()
        every = self.best.rounds >= _FIRST and self.best.rounds % _EVERY == 0
        rows = np.arange(self.problem.size) if every else self.rows
        worth, held, inside = self._look(rows)
        last = float(np.partition(worth, self.problem.count - 1)[self.problem.count - 1])
        warmth = self.heat * max(abs(last), 1e-3 * float(np.abs(self.prices).sum()) / self.problem.count, 1e-12)
        if every:
            self._note(worth)
            self.rows = np.flatnonzero(worth <= last + _WARM * warmth)
        taken = _fermi(worth, self.problem.count, warmth)
        self.trend = _INERTIA * self.trend + (1 - _INERTIA) * (1.0 - self._covered(rows, taken, inside))
        self.prices = self.prices + _PACE * self.heat * np.maximum(self.prices, 0.1 * self.prices.mean()) * self.trend
        self.bands[rows] = self._followed(self.bands[rows], held)
        self.best = Bound(self.best.value, self.best.rounds + 1)
        self.heat = _HOT * _COOLING**self.best.rounds

    def prove(self) -> Bound:
        """Count the bound of the best prices, and of those of now, over all units and centres.

        Returns
        -------
        Bound
            The best bound so far.
        """
        for prices, bands in (self.known, (self.prices, self.bands)):
            value = float(prices.sum()) + _least(self._worth(prices, bands), self.problem.count)
            self.best = Bound(max(self.best.value, value), self.best.rounds)
        if self.likely > self.best.value * (1 + _FAR):
            self.likely = -np.inf
            self.near, self.cost = self._reached()
        return self.best

    def _reached(self) -> tuple[NDArray[np.int32], Singles]:
        """Return the units that pay most with each centre (row) at the prices of now, and what they cost there."""
        size = self.problem.size
        count = min(size, max(50, _REACH * size // self.problem.count))
        near, found = np.empty((size, count), dtype=np.int32), np.empty((size, count), dtype=np.float32)
        step = max(1, 64 * _BLOCK // size)
        for begin in range(0, size, step):
            part = slice(begin, begin + step)
            cost = self.problem.cost[:, part].T
            own = np.argpartition(cost - self.prices, count - 1, axis=1)[:, :count]
            near[part], found[part] = own, np.take_along_axis(cost, own, axis=1)
        return near, found

    def _note(self, worth: Floats) -> None:
        """Keep the prices if their bound is the best so far, as far as can be seen from what lies near."""
        value = float(self.prices.sum()) + _least(worth, self.problem.count)
        if value > self.likely:
            self.likely, self.known = value, (self.prices.copy(), self.bands.copy())

    def _look(self, rows: Numbers) -> tuple[Floats, Floats, Flags]:
        """Return what centres are worth, what they hold, and which of the units near them they take."""
        width = self.near.shape[1]
        prices, bands = self.prices.astype(np.float32), self.bands.astype(np.float32)
        worth, held = np.empty(len(rows)), np.empty((len(rows), len(self.kinds)))
        inside = np.empty((len(rows), width), dtype=bool)
        step = max(1, _BLOCK // width)
        for begin in range(0, len(rows), step):
            part = slice(begin, begin + step)
            own = rows[part]
            near = self.near[own]
            margin, loads = self.cost[own] - prices[near], [load[near] for load in self.load]
            for a, load in enumerate(loads):
                margin -= bands[own, a, None] * load
            inside[part] = margin < 0
            taken = inside[part].astype(np.float32)
            worth[part] = np.einsum("ij,ij->i", margin, taken)
            for a, load in enumerate(loads):
                held[part, a] = np.einsum("ij,ij->i", load, taken)
        return worth + self._filled(self.bands[rows]), held, inside

    def _covered(self, rows: Numbers, taken: Floats, inside: Flags) -> Floats:
        """Return how often each unit is taken."""
        some = np.flatnonzero(taken > 1e-4)
        found = np.zeros(self.problem.size)
        step = max(1, _BLOCK // inside.shape[1])
        for begin in range(0, len(some), step):
            own = some[begin : begin + step]
            shares = inside[own] * taken[own, None].astype(np.float32)
            found += np.bincount(self.near[rows[own]].ravel(), shares.ravel(), minlength=len(found))
        return found

    def _followed(self, bands: Floats, held: Floats) -> Floats:
        """Return better prices of bands: less for what is too much, more for what is too little, none in between."""
        edge = np.where(bands > 0, self.low, np.where(bands < 0, self.high, np.clip(held, self.low, self.high)))
        pace = _PACE_OF_BANDS * float(self.prices.mean()) * self.problem.size / self.problem.count
        found = bands + pace * (edge - held)
        limit = self.problem.price[self.kinds]
        kept: Floats = np.clip(np.where(found * bands < 0, 0.0, found), -limit, limit)
        return kept

    def _filled(self, bands: Floats) -> Floats:
        """Return what it is worth at prices of bands that centres hold no less and no more than they may."""
        found: Floats = np.where(bands > 0, bands * self.low, bands * self.high).sum(axis=1)
        return found

    def _worth(self, prices: Floats, bands: Floats) -> Floats:
        """Return what no centre falls short of, over all units; milder prices of bands where those are better."""
        found = self._all(np.arange(self.problem.size), prices, bands)
        for share in _MILDER:
            # Only the best centres count, and only those can be worth too much.
            bad = np.argsort(found, kind="stable")[: 2 * self.problem.count]
            found[bad] = np.maximum(found[bad], self._all(bad, prices, share * bands[bad]))
        return found

    def _all(self, centres: Numbers, prices: Floats, bands: Floats) -> Floats:
        """Return what centres are worth over all units."""
        found, step = np.empty(len(centres)), max(1, 16 * _BLOCK // self.problem.size)
        load = self.problem.load[:, self.kinds]
        for begin in range(0, len(centres), step):
            part = slice(begin, begin + step)
            margin = self.problem.cost[:, centres[part]] - prices[:, None] - load @ bands[part].T
            found[part] = np.minimum(margin, 0.0).sum(axis=0)
        return found + self._filled(bands)


def _least(worth: Floats, count: int) -> float:
    """Return the sum of the least."""
    return float(np.partition(worth, count - 1)[:count].sum())


def _fermi(worth: Floats, count: int, warmth: float) -> Floats:
    """Return which share of each centre is taken, so many in all: most of those that are worth least."""
    if len(worth) <= count:
        return np.ones(len(worth))
    order = np.partition(worth, [count - 1, count])
    low, high = order[count - 1] - 40 * warmth, order[count] + 40 * warmth
    for _ in range(50):
        middle = (low + high) / 2
        found: Floats = 1.0 / (1.0 + np.exp(np.clip((worth - middle) / warmth, -40.0, 40.0)))
        low, high = (low, middle) if found.sum() > count else (middle, high)
    return found

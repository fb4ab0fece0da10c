"""Where the centres of many territories stand: some neighbours are placed anew at random, and most often not kept.

Centres are compared by units that go where it is cheapest at the prices of territories; contiguity is left to the plan
that is made of the best ones. Changes for the worse are kept as long as it is warm (Kirkpatrick et al. 1983,
"Optimization by simulated annealing", Science 220).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gcrm.analysis.territory.prices import Bands, follow

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gcrm.analysis.territory.problem import Problem

    Numbers = NDArray[np.int64]
    Floats = NDArray[np.float64]

#: Territories that are placed anew at a time: at least and at most; centres of them that are drawn at random at most.
_FEW, _MANY, _DRAWN = 3, 8, 3
#: Rounds in which it cools, and those after them; of the warmth of the mean way, where it starts and ends.
_COOLING, _COOL, _WARM, _COLD = 8, 5, 0.4, 0.03
#: Rounds for all territories at once, and the share of the time that they may take.
_ALL, _SHARE = 60, 0.4
#: What lies outside of a band by an average territory's load costs as much as this many average territories.
_PENALTY = 0.25
#: By how much dearer placements may be to be kept at first, in average territories.
_HEAT = 0.0005
#: Share of a band's width that is kept free for the rounding and for contiguity.
_FREE = 0.1
#: Units of a territory that are looked at for its centre, the nearest to the last one.
_LOOKED = 250


@dataclass
class Placing:
    """Centres, and which units go there.

    Attributes
    ----------
    centres
        Place of the centre of each territory.
    prices
        Price of each activity (column) in each territory (row).
    territory
        Territory of each unit.
    score
        What that costs, with what lies outside of bands.
    """

    centres: Numbers
    prices: Floats
    territory: Numbers
    score: float

    def copy(self) -> Placing:
        """Return the same, to be changed."""
        return Placing(self.centres.copy(), self.prices.copy(), self.territory.copy(), self.score)


class Anneal:
    """Looks for centres.

    Parameters
    ----------
    problem
        Units and rules; its centres are free.
    chance
        Where to draw from.
    centres
        Centres to start from.
    seconds
        In how much time it becomes cold.
    """

    def __init__(self, problem: Problem, chance: np.random.Generator, centres: Numbers, seconds: float) -> None:
        self.problem, self.chance = problem, chance
        kinds = np.flatnonzero(np.isfinite(problem.high[0]))
        self.load = np.ascontiguousarray(problem.load[:, kinds])
        low, high = problem.low[0, kinds], problem.high[0, kinds]
        free = _FREE * (high - low) / 2 * problem.hard[kinds]
        self.bands = Bands(low + np.where(low > 0, free, 0.0), high - free, problem.price[kinds])
        self.begun, self.seconds = time.monotonic(), max(seconds, 1e-3)
        first = problem.cost[:, centres]
        self.way = float(first.min(axis=1).mean()) or 1.0
        self.average = self.way * problem.size / problem.count
        self.now = self._settled(
            np.arange(problem.size), centres, np.zeros((len(centres), len(kinds))), _ALL, _SHARE * seconds
        )
        self.best = self.now.copy()

    def run(self, until: float) -> None:
        """Place some centres anew until the time is over.

        Parameters
        ----------
        until
            When to stop, on the clock of `time.monotonic`.
        """
        while time.monotonic() < until:
            self.turn()

    def turn(self) -> None:
        """Place the centres of some neighbours anew, and keep that if it is better, or warm enough."""
        problem, now = self.problem, self.now
        many = min(problem.count, int(self.chance.integers(_FEW, _MANY + 1)))
        some = now.centres[int(self.chance.integers(problem.count))]
        own = np.argsort(problem.cost[now.centres, some], kind="stable")[:many]
        units = np.flatnonzero(np.isin(now.territory, own))
        centres = now.centres[own]
        drawn = self.chance.choice(
            len(own), size=min(len(own), int(self.chance.integers(1, _DRAWN + 1))), replace=False
        )
        centres[drawn] = self.chance.choice(units, size=len(drawn), replace=False)
        if len(np.unique(centres)) < len(centres):
            return
        order = np.zeros(problem.count, dtype=np.int64)
        order[own] = np.arange(len(own))
        before = self._score(units, now.centres[own], order[now.territory[units]])
        found = self._settled(units, centres, np.zeros_like(now.prices[own]), _COOLING)
        left = max(0.0, 1.0 - (time.monotonic() - self.begun) / self.seconds)
        if found.score < before + _HEAT * left * self.average * self.chance.exponential() - 1e-9 * before:
            now.centres[own], now.prices[own] = found.centres, found.prices
            now.territory[units] = own[found.territory]
            now.score += found.score - before
            if now.score < self.best.score * (1 - 1e-9):
                self.best = now.copy()

    def _settled(
        self, units: Numbers, centres: Numbers, prices: Floats, rounds: int, seconds: float = np.inf
    ) -> Placing:
        """Return the best of what comes out when centres move to the middle of what goes there, again and again."""
        load, best, begun, cool = self.load[units], None, time.monotonic(), 0
        for turn in range(rounds + _COOL):
            share = min(1.0, max(turn / rounds, (time.monotonic() - begun) / max(seconds, 1e-3)))
            cool += share >= 1.0
            warmth = self.way * _WARM * (_COLD / _WARM) ** share
            cost = self.problem.cost[units[:, None], centres]
            for _ in range(4 if cool else 2):
                prices = follow(cost, load, self.bands, prices, warmth)
            territory = (cost + load @ prices.T).argmin(axis=1)
            if cool:
                score = self._score(units, centres, territory)
                if best is None or score < best.score:
                    best = Placing(centres, prices, territory, score)
            moved = middles(self.problem, units, territory, centres)
            if cool > _COOL or (cool and (moved == centres).all()):
                break
            centres = moved
        assert best is not None  # noqa: S101 - the last rounds make one
        return best

    def _score(self, units: Numbers, centres: Numbers, territory: Numbers) -> float:
        """Return what it costs that units go to centres, and that what they have lies outside of bands."""
        held = np.stack([np.bincount(territory, load, len(centres)) for load in self.load[units].T], axis=1)
        outside = np.maximum(0.0, np.maximum(held - self.bands.high, self.bands.low - held))
        price = np.minimum(self.bands.limit, _PENALTY * self.average)
        return float(self.problem.cost[units, centres[territory]].sum() + (outside @ price).sum())


def middles(problem: Problem, units: Numbers, territory: Numbers, centres: Numbers) -> Numbers:
    """Return the unit of each territory that costs the others least.

    Parameters
    ----------
    problem
        Units and rules.
    units
        Places of the units that are looked at.
    territory
        Territory of each of them.
    centres
        Centres of now; they stay where a territory has no unit.

    Returns
    -------
    numpy.ndarray
        Place of each centre.
    """
    found = centres.copy()
    order = np.argsort(territory, kind="stable")
    ends = np.searchsorted(territory[order], np.arange(len(centres) + 1))
    for t, (begin, end) in enumerate(zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)):
        own = units[order[begin:end]]
        if len(own):
            near = own
            if len(own) > _LOOKED:
                near = own[np.argpartition(problem.cost[own, centres[t]], _LOOKED - 1)[:_LOOKED]]
            found[t] = near[problem.cost[own[:, None], near].sum(axis=0).argmin()]
    return found

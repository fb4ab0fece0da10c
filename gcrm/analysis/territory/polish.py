"""Moves and exchanges of units at the borders, until none makes the plan better."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gcrm.analysis.territory.problem import Problem

    Numbers = NDArray[np.int64]
    Floats = NDArray[np.float64]

#: What is outside of a band by the load of one average territory costs as much as this many times the whole plan.
_PENALTY = 10.0
#: Improvements smaller than this share of the plan's cost are rounding.
_TINY = 1e-9
#: Best moves that are tried before the others are looked at again.
_TRIED = 60


class Plan:
    """Territories while they are improved; each hangs together, or does so from `mend` on.

    Parameters
    ----------
    problem
        Units and rules.
    territory
        Territory of each unit.
    centres
        Place of the centre of each territory; each belongs to its own.
    """

    def __init__(self, problem: Problem, territory: Numbers, centres: Numbers) -> None:
        self.problem = problem
        self.territory = territory.copy()
        self.centres = centres.copy()
        self.territory[self.centres] = np.arange(problem.count)
        self.teams = problem.teams
        self.loads = problem.loads(self.territory)
        self.kept = self._kept()
        self.first, self.second = np.concatenate([problem.graph.pairs, problem.graph.pairs[:, ::-1]]).T
        self.apart: dict[int, list[int]] = {}
        for a, b in problem.apart.tolist():
            self.apart.setdefault(a, []).append(b)
            self.apart.setdefault(b, []).append(a)

    @property
    def cost(self) -> float:
        """Sum of the costs of all units, and of what lies outside of bands that may be broken at a price."""
        return self._travel + float(self._outside().sum(axis=0)[~self.problem.hard] @ self._soft)

    @property
    def _travel(self) -> float:
        return float(self.problem.cost[np.arange(self.problem.size), self.centres[self.territory]].sum())

    @property
    def _soft(self) -> Floats:
        return self.problem.price[~self.problem.hard]

    @property
    def excess(self) -> float:
        """What lies outside of the bands that must not be broken, and what is not kept, added up."""
        return float(self._outside()[:, self.problem.hard].sum()) + max(0.0, self.problem.keep - self.kept)

    def _outside(self) -> Floats:
        return self.problem.excess(self.loads, self.problem.low, self.problem.high)

    def _kept(self) -> float:
        """Return the share that stays where it is."""
        return float(self.problem.kept[np.arange(self.problem.size), self.territory].sum())

    def _count(self) -> None:
        """Count again what territories have; the sums of many changes drift."""
        self.loads, self.kept = self.problem.loads(self.territory), self._kept()

    @property
    def valid(self) -> bool:
        """Whether every band and rule is kept and every territory hangs together."""
        return self.excess <= _TINY and not self._together() and all(len(p) == 1 for p in self._parts())

    def _parts(self) -> list[list[set[int]]]:
        return [
            self.problem.graph.parts(np.flatnonzero(self.territory == t).tolist()) for t in range(self.problem.count)
        ]

    def _together(self) -> bool:
        """Say whether units are in one territory that must be apart."""
        pairs = self.problem.apart
        return bool((self.territory[pairs[:, 0]] == self.territory[pairs[:, 1]]).any())

    def mend(self) -> None:
        """Give what does not hang together with its centre to the territory around it that costs least."""
        self._gather()
        self._count()

    def _gather(self) -> None:
        for _ in range(self.problem.size):
            loose = [
                part for t, parts in enumerate(self._parts()) for part in parts if int(self.centres[t]) not in part
            ]
            if not loose:
                return
            changed = False
            for part in loose:
                around = {
                    int(self.territory[v]) for u in part for v in self.problem.graph.neighbours[u] if v not in part
                }
                own = sorted(part)
                around -= {int(self.territory[own[0]])}
                if around and (self.problem.locked[own] < 0).all():
                    costs = {t: self.problem.cost[own, self.centres[t]].sum() for t in around}
                    self.territory[own] = min(costs, key=lambda t: (costs[t], t))
                    changed = True
            if not changed:
                return

    def shake(self, chance: np.random.Generator, share: float) -> None:
        """Move some units across the borders, at random; territories still hang together.

        Parameters
        ----------
        chance
            Where to draw from.
        share
            Which share of the possible moves is tried.
        """
        unit, target = self._border()
        for i in chance.choice(len(unit), size=int(np.ceil(share * len(unit))), replace=False).tolist():
            one, to = int(unit[i]), int(target[i])
            near = any(self.territory[v] == to for v in self.problem.graph.neighbours[one])
            if not near or self.territory[one] == to or not self._allowed(one, to):
                continue
            if self.problem.graph.can_leave(one, self.territory):
                self._give(one, to)

    def improve(self, deadline: float) -> None:
        """Move and exchange units, and move centres, until nothing is better or the time is over."""
        self._count()
        while time.monotonic() < deadline:
            if self._move(deadline) or self._exchange(deadline):
                continue
            if not self._centre():
                return

    def _centre(self) -> bool:
        """Put each free centre where it costs least; say whether one was moved."""
        if len(self.problem.centres):
            return False
        before = self.centres.copy()
        for t in range(self.problem.count):
            own = np.flatnonzero(self.territory == t)
            costs = self.problem.cost[np.ix_(own, own)].sum(axis=0)
            if costs.min() < costs[own == self.centres[t]][0] - _TINY:
                self.centres[t] = own[costs.argmin()]
        return bool((before != self.centres).any())

    def _price(self) -> tuple[Floats, float]:
        """Return the price of what lies outside of the bands by activity, and of what is not kept."""
        high = _PENALTY * self._travel
        return np.where(self.problem.hard, high, self.problem.price), high

    def _border(self) -> tuple[Numbers, Numbers]:
        """Return units at a border and the territories beyond it, each pair once."""
        beyond = self.territory[self.second]
        chosen = beyond != self.territory[self.first]
        movable = (self.problem.locked[self.first] < 0) & (self.centres[self.territory[self.first]] != self.first)
        codes = np.unique(self.first[chosen & movable] * self.problem.count + beyond[chosen & movable])
        unit, target = np.divmod(codes, self.problem.count)
        return unit, target

    def _gain(self, unit: Numbers, target: Numbers) -> tuple[Floats, Floats, Floats]:
        """Return by how much each move changes the cost, the price of what breaks rules, and what is kept."""
        problem, source = self.problem, self.territory[unit]
        cost = problem.cost[unit, self.centres[target]] - problem.cost[unit, self.centres[source]]
        load, price = problem.load[unit], self._price()[0]
        kept = problem.kept[unit, target] - problem.kept[unit, source]
        source, target = self.teams[source], self.teams[target]
        now = self._outside() @ price
        left = problem.excess(self.loads[source] - load, problem.low[source], problem.high[source]) @ price
        joined = problem.excess(self.loads[target] + load, problem.low[target], problem.high[target]) @ price
        return cost, left + joined - now[source] - now[target], kept

    def _lost(self, kept: Floats) -> Floats:
        """Return what a change of what is kept costs."""
        missing: Floats = np.maximum(0.0, self.problem.keep - self.kept - kept) - max(
            0.0, self.problem.keep - self.kept
        )
        return missing * self._price()[1]

    def _move(self, deadline: float) -> bool:
        """Make the best moves of single units, until none is better; say whether one was made."""
        made = False
        while time.monotonic() < deadline:
            unit, target = self._border()
            cost, excess, kept = self._gain(unit, target)
            worth = cost + excess + self._lost(kept)
            order = np.argsort(worth, kind="stable")[:_TRIED]
            touched: set[int] = set()
            for i in order[worth[order] < -_TINY].tolist():
                one, to = int(unit[i]), int(target[i])
                if {one, to, int(self.territory[one])} & touched or (touched and kept[i] < 0):
                    continue
                if self._allowed(one, to) and self.problem.graph.can_leave(one, self.territory):
                    touched |= {int(self.territory[one]), to}
                    self._give(one, to)
            if not touched:
                return made
            made = True
        return made

    def _allowed(self, unit: int, target: int) -> bool:
        apart = all(self.territory[other] != target for other in self.apart.get(unit, ()))
        return apart and bool(self.problem.allowed[unit, target])

    def _give(self, unit: int, target: int) -> None:
        before = self.territory[unit]
        self.loads[self.teams[before]] -= self.problem.load[unit]
        self.loads[self.teams[target]] += self.problem.load[unit]
        self.kept += float(self.problem.kept[unit, target] - self.problem.kept[unit, before])
        self.territory[unit] = target

    def _exchange(self, deadline: float) -> bool:
        """Exchange the best pair of units of each two neighbouring territories; say whether one was made."""
        unit, target = self._border()
        cost, _, kept = self._gain(unit, target)
        made = False
        pairs = {tuple(sorted(p)) for p in zip(self.territory[unit].tolist(), target.tolist(), strict=True)}
        for a, b in sorted(pairs):
            if time.monotonic() >= deadline:
                break
            there = np.flatnonzero((self.territory[unit] == a) & (target == b))
            back = np.flatnonzero((self.territory[unit] == b) & (target == a))
            if len(there) and len(back):
                worth = (
                    cost[there][:, None] + cost[back][None, :] + self._lost(kept[there][:, None] + kept[back][None, :])
                )
                made |= self._swap(a, b, (unit[there], unit[back]), worth)
        return made

    def _swap(self, a: int, b: int, units: tuple[Numbers, Numbers], worth: Floats) -> bool:
        problem, price = self.problem, self._price()[0]
        change = problem.load[units[1]][None, :, :] - problem.load[units[0]][:, None, :]
        a, b = int(self.teams[a]), int(self.teams[b])
        now = self._outside()[[a, b]].sum(axis=0) @ price
        first = problem.excess(self.loads[a] + change, problem.low[a], problem.high[a])
        second = problem.excess(self.loads[b] - change, problem.low[b], problem.high[b])
        worth = worth + (first + second) @ price - now
        for place in np.argsort(worth, axis=None, kind="stable")[:_TRIED].tolist():
            i, j = divmod(place, worth.shape[1])
            if worth[i, j] >= -_TINY:
                return False
            if self._try_swap(int(units[0][i]), int(units[1][j])):
                return True
        return False

    def _try_swap(self, one: int, other: int) -> bool:
        """Exchange two units where both territories still hang together then."""
        a, b = int(self.territory[one]), int(self.territory[other])
        if not self.problem.graph.can_leave(one, self.territory):
            return False
        self._give(one, b)
        near = any(self.territory[v] == a for v in self.problem.graph.neighbours[other])
        if near and self._allowed(other, a) and self.problem.graph.can_leave(other, self.territory):
            self._give(other, a)
            if self._allowed(one, b):
                return True
            self._give(other, b)
        self._give(one, a)
        return False

"""The search for good plans of thousands of units: centres, assignment, polish, and again from other centres."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from gcrm.analysis.territory.assignment import assign
from gcrm.analysis.territory.polish import Plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gcrm.analysis.territory.problem import Problem

    Numbers = NDArray[np.int64]
    Floats = NDArray[np.float64]

#: Rounds of moving the centres to the middle of what was assigned to them.
_ROUNDS = 30
#: A round that saves less than this share of the cost is the last.
_ENOUGH = 1e-3


class Search:
    """Looks for plans, and remembers the best.

    Parameters
    ----------
    problem
        Units and rules.
    seed
        The same seed looks in the same places.
    on_better
        Called with each better plan.
    """

    def __init__(self, problem: Problem, seed: int, on_better: Callable[[Plan], None]) -> None:
        self.problem = problem
        self.chance = np.random.default_rng(seed)
        self.on_better = on_better
        self.best: Plan | None = None
        self.prices: Floats | None = None

    @property
    def cost(self) -> float:
        """Cost of the best plan; infinite while there is none."""
        return self.best.cost if self.best is not None else float("inf")

    def start(self, deadline: float) -> None:
        """Look from centres that lie apart from each other."""
        if len(self.problem.centres):
            self.look(self.problem.centres, deadline)
        else:
            self.look(self._scatter(), deadline)

    def again(self, deadline: float, hint: Numbers | None = None) -> None:
        """Look from other centres: those that somebody hints at, or the best ones with some of them moved."""
        if len(self.problem.centres):
            return
        if hint is not None and len(set(hint.tolist())) == self.problem.count:
            self.look(hint, deadline)
        elif self.best is None or self.chance.random() < 0.2:
            self.look(self._scatter(), deadline)
        else:
            self.look(self._moved(self.best.centres), deadline)

    def look(self, centres: Numbers, deadline: float) -> None:
        """Assign units to centres, move these to the middle, and improve what comes out at the borders."""
        centres = centres.copy()
        last, found = np.inf, None
        for _ in range(_ROUNDS):
            found = assign(self.problem, centres)
            if found is None:
                return
            if len(self.problem.centres) or found.cost > last * (1 - _ENOUGH) or time.monotonic() >= deadline:
                break
            last = found.cost
            middle = _middles(self.problem, found.territory, centres)
            if (middle == centres).all():
                break
            centres = middle
        if found is None:
            return
        self.prices = found.prices if self.prices is None or found.cost < self.cost else self.prices
        if found.cost >= self.cost * 1.02:  # its rounding will not be cheaper
            return
        plan = Plan(self.problem, found.territory, centres)
        plan.mend()
        plan.improve(deadline)
        if plan.valid and plan.cost < self.cost * (1 - 1e-12):
            self.best = plan
            self.on_better(plan)

    def _scatter(self) -> Numbers:
        """Draw centres one after the other, likelier where those before are far (k-means++)."""
        cost = self.problem.cost
        first = int(self.chance.integers(self.problem.size))
        chosen, nearest = [first], cost[:, first].copy()
        while len(chosen) < self.problem.count:
            weight = nearest**2
            weight[chosen] = 0
            total = weight.sum()
            free = np.setdiff1d(np.arange(self.problem.size), chosen)
            pick = (
                int(self.chance.choice(len(weight), p=weight / total)) if total > 0 else int(self.chance.choice(free))
            )
            chosen.append(pick)
            nearest = np.minimum(nearest, cost[:, pick])
        return np.array(chosen)

    def _moved(self, centres: Numbers) -> Numbers:
        """Move one or two centres to other places, most often to where units are far from theirs."""
        found = centres.copy()
        for t in self.chance.choice(len(found), size=min(len(found), int(self.chance.integers(1, 3))), replace=False):
            far = self.problem.cost[:, found].min(axis=1) ** 2
            far[found] = 0
            if far.sum() > 0:
                found[t] = int(self.chance.choice(len(far), p=far / far.sum()))
        return found


def _middles(problem: Problem, territory: Numbers, centres: Numbers) -> Numbers:
    """Return the unit of each territory that costs the others least."""
    found = centres.copy()
    for t in range(problem.count):
        own = np.flatnonzero(territory == t)
        if len(own):
            found[t] = own[problem.cost[np.ix_(own, own)].sum(axis=0).argmin()]
    return found

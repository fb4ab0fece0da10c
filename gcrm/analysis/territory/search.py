"""The search for good plans: centres, assignment, polish, and again from other centres.

Where centres stand is what plans differ by most. Of few units a linear program compares sets of centres; of many, some
centres at a time are placed anew. Only a set that is better becomes a plan.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from gcrm.analysis.territory.anneal import Anneal, middles
from gcrm.analysis.territory.assignment import assign
from gcrm.analysis.territory.polish import Plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gcrm.analysis.territory.problem import Problem

    Numbers = NDArray[np.int64]
    Floats = NDArray[np.float64]

#: Of more units than this some centres at a time are placed anew.
_FEW = 150
#: Centres placed anew are worth a plan once they save this share of the cost.
_WORTH = 1e-4
#: Rounds of moving the centres to the middle of what was assigned to them.
_ROUNDS = 30
#: A round that saves less than this share of the cost is the last.
_ENOUGH = 5e-4
#: Sets of centres that are this share dearer than the best are not looked at any further.
_DEAR = 1.02
#: Of the border units of a plan, the share that is moved at random before it is improved again.
_SHAKEN = 0.1


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
    seconds
        How long it may look in all.
    """

    def __init__(self, problem: Problem, seed: int, on_better: Callable[[Plan], None], seconds: float) -> None:
        self.problem = problem
        self.chance = np.random.default_rng(seed)
        self.on_better = on_better
        self.best: Plan | None = None
        self.known = (np.inf, problem.centres)
        self.until = time.monotonic() + seconds
        self.anneal: Anneal | None = None

    @property
    def cost(self) -> float:
        """Cost of the best plan; infinite while there is none."""
        return self.best.cost if self.best is not None else float("inf")

    def start(self, deadline: float) -> None:
        """Look from centres that lie apart from each other."""
        if len(self.problem.centres):
            self._plan(self.problem.centres, deadline)
        elif self.problem.size > _FEW:
            self._place(deadline)
        else:
            self.look(self._scatter(), deadline)

    def _place(self, deadline: float) -> None:
        """Place centres anew, some at a time, and make a plan of the best ones; other ones once they make no plan."""
        if self.anneal is None or self.best is None:
            self.anneal = Anneal(self.problem, self.chance, self._scatter(), self.until - time.monotonic())
        else:
            self.anneal.run(deadline)
        found = self.anneal.best
        if found.score >= self.known[0] * (1 - _WORTH) and self.best is not None:
            return
        self.known = (found.score, found.centres)
        plan = Plan(self.problem, found.territory, found.centres)
        plan.mend()
        if not self._take(plan, deadline):
            self._plan(found.centres, deadline)

    def again(self, deadline: float) -> None:
        """Look from other centres until the time is over, most often with some of the best moved."""
        while time.monotonic() < deadline:
            if len(self.problem.centres):
                self._shake(deadline)
            elif self.problem.size > _FEW:
                self._place(deadline)
            elif not len(self.known[1]) or self.chance.random() < 0.1:
                self.look(self._scatter(), deadline)
            elif self.best is not None and self.chance.random() < 0.1:
                self._shake(deadline)
            else:
                self.look(self._moved(self.known[1]), deadline)

    def look(self, centres: Numbers, deadline: float) -> None:
        """Move centres to the middle of what is assigned to them; make a plan where that is cheaper than any before."""
        centres, last = centres.copy(), np.inf
        for _ in range(_ROUNDS):
            found = assign(self.problem, centres)
            if found is None:
                return
            dear = len(self.known[1]) and found.cost > self.known[0] * _DEAR and np.isfinite(last)
            if dear or found.cost > last * (1 - _ENOUGH) or time.monotonic() >= deadline:
                break
            last = found.cost
            centres = middles(self.problem, np.arange(self.problem.size), found.territory, centres)
        if last < self.known[0] * (1 - 1e-9):
            self.known = (last, centres)
            self._plan(centres, deadline)

    def _plan(self, centres: Numbers, deadline: float) -> None:
        """Make a plan of units with these centres, and improve it at the borders."""
        found = assign(self.problem, centres)
        if found is None:
            return
        plan = Plan(self.problem, found.territory, centres)
        plan.mend()
        self._take(plan, deadline)

    def _take(self, plan: Plan, deadline: float) -> bool:
        """Improve a plan, and remember it if it is the best; say whether it keeps the rules."""
        plan.improve(deadline)
        valid = plan.valid
        if valid and plan.cost < self.cost * (1 - 1e-12):
            self.best = plan
            self.on_better(plan)
        return valid

    def _shake(self, deadline: float) -> None:
        """Move some units of the best plan at random, and improve what comes out."""
        if self.best is None:
            self._plan(self.problem.centres, deadline)
            if self.best is None:
                return
        plan = Plan(self.problem, self.best.territory, self.best.centres)
        plan.shake(self.chance, _SHAKEN)
        self._take(plan, deadline)

    def _scatter(self) -> Numbers:
        """Draw centres one after the other, likelier where those before are far (k-means++)."""
        cost = self.problem.cost
        first = int(self.chance.integers(self.problem.size))
        chosen, nearest = [first], cost[:, first].copy()
        while len(chosen) < self.problem.count:
            weight = nearest**2
            weight[chosen] = 0
            chosen.append(self._draw(weight, chosen))
            nearest = np.minimum(nearest, cost[:, chosen[-1]])
        return np.array(chosen)

    def _draw(self, weight: Floats, chosen: list[int]) -> int:
        """Draw a place by weight, or any that is not chosen yet where none has any."""
        total = float(weight.sum())
        if total > 0:
            return int(self.chance.choice(len(weight), p=weight / total))
        return int(self.chance.choice(np.setdiff1d(np.arange(len(weight)), chosen)))

    def _moved(self, centres: Numbers) -> Numbers:
        """Move one or two centres to other places, most often to where units are far from theirs."""
        found = centres.copy()
        for t in self.chance.choice(len(found), size=min(len(found), int(self.chance.integers(1, 3))), replace=False):
            far = (
                self.problem.cost[:, np.delete(found, t)].min(axis=1) if len(found) > 1 else np.ones(self.problem.size)
            )
            far[found] = 0
            found[t] = self._draw(far, found.tolist())
        return found

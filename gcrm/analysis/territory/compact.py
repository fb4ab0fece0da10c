"""Compact territories: as few borders between them as possible.

A border is cut where its two units belong to different territories; few cut borders make round territories (DeFord,
Duchin & Solomon 2021, "Recombination", Harvard Data Science Review 3). A plan is improved by dividing two or three
neighbouring territories anew, each time as well as can be; when that helps no more, a program over all units proves it.
"""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from gcrm.analysis.territory.border import borders
from gcrm.analysis.territory.design import Design, Progress, State, names_of
from gcrm.analysis.territory.partition import Partition, divide
from gcrm.analysis.territory.polish import Plan
from gcrm.analysis.territory.problem import problem_of
from gcrm.analysis.territory.search import Search
from gcrm.errors import DesignError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gcrm.analysis.territory.problem import Problem
    from gcrm.analysis.territory.rules import Rules, Units

    Numbers = NDArray[np.int64]

#: Most seconds for one division anew, and for a plan to begin with.
_PART_S, _START_S = 15.0, 5.0
#: Of so many units all territories are divided anew at once.
_ALL = 150


def compact(
    units: Units,
    rules: Rules,
    *,
    seconds: float = 60.0,
    seed: int = 0,
    on_progress: Callable[[Progress], bool] = lambda _: True,
) -> Design:
    """Design territories with as few borders between them as possible.

    Parameters
    ----------
    units
        What territories are made of.
    rules
        What has to hold of them; bands have no weights here, and changes of owners no price.
    seconds, seed, on_progress
        As in `design`.

    Returns
    -------
    Design
        The best plan; its cost is the number of borders that are cut, its centres are the units that are nearest to
        all others of their territory.

    Raises
    ------
    DesignError
        If units or rules cannot be met, or no plan was found in time.
    """
    if rules.weights or (rules.keep is not None and rules.keep.price):
        msg = "Territories: weights and prices have no unit that borders could be counted in. Leave them out."
        raise DesignError(msg)
    problem = problem_of(units, rules)
    place = {unit: i for i, unit in enumerate(units.ids)}
    pairs = np.sort(problem.member[borders(units, rules, place)], axis=1)
    edges, count = np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0, return_counts=True)
    work = _Work(problem, edges, count, (time.monotonic() + seconds, seed, on_progress))
    work.run()
    if work.best is None:
        asked = f"{rules.count} contiguous territories within these bands"
        msg = f"Territories: no plan with {asked} was found in time. Give it more time, or widen a band."
        if np.isinf(work.bound):
            msg = f"Territories: no plan has {asked}: it is proved that the rules contradict each other. Take one away."
        raise DesignError(msg)
    return _design(units, rules, problem, work)


class _Work:
    """A design under way."""

    def __init__(
        self,
        problem: Problem,
        edges: Numbers,
        count: Numbers,
        how: tuple[float, int, Callable[[Progress], bool]],
    ) -> None:
        self.problem, self.edges, self.count = problem, edges, count
        self.deadline, self.seed, self.on_progress = how
        self.begun = time.monotonic()
        self.best: Numbers | None = None
        self.bound = 0.0
        self.stopped = False
        self.history: list[Progress] = []

    @property
    def cost(self) -> float:
        """Borders that the best plan cuts; infinite while there is none."""
        return np.inf if self.best is None else self.cut(self.best)

    def cut(self, territory: Numbers) -> float:
        """Return how many borders a plan cuts."""
        return float(self.count[territory[self.edges[:, 0]] != territory[self.edges[:, 1]]].sum())

    @property
    def done(self) -> bool:
        """Whether there is nothing more to do, or no time."""
        return self.stopped or time.monotonic() >= self.deadline or self.bound > min(self.cost, 1e300) - 1

    def run(self) -> None:
        """Make plans from several starts, and improve each; then prove that none is better."""
        proved = False
        while not self.done:
            plan = self._start()
            if plan is not None:
                self._improve(plan)
            self.seed += 1
            if not proved and not self.done and self.problem.size <= _ALL:
                # Half of the time that is left goes into the proof, which may find a better plan, too.
                self._all(time.monotonic() + (self.deadline - time.monotonic()) / 2)
                proved = True
            if self.best is None and np.isinf(self.bound):
                return

    def _start(self) -> Numbers | None:
        """Make a plan that is right: from centres drawn at random, or by dividing the map again and again."""
        until = min(self.deadline, time.monotonic() + _START_S * min(1.0, (self.problem.size / _ALL) ** 2))
        search = Search(self.problem, self.seed, lambda _: None, until - time.monotonic())
        search.start(until)
        while search.best is None and time.monotonic() < until:
            search.again(min(until, time.monotonic() + 0.2))
        if search.best is not None:
            return search.best.territory
        return None if len(self.problem.centres) else self._halved()

    def _halved(self) -> Numbers | None:
        """Divide the map in two parts for so and so many territories, and these again."""
        chance = np.random.default_rng(self.seed)
        territory = np.zeros(self.problem.size, dtype=np.int64)
        left = [(0, self.problem.count)]  # the first of the territories of a part, and how many they are
        while left and not self.done:
            first, several = left.pop()
            if several == 1:
                continue
            one = int(chance.integers(max(1, several // 3), several - max(1, several // 3) + 1))
            sizes = np.array([[one], [several - one]], dtype=np.float64)
            low, high = (sizes * edge[first : first + 1] for edge in (self.problem.low, self.problem.high))
            part = replace(self.problem, count=2, low=low, high=high)
            own = np.where(territory == first, 0, 2)
            until = min(self.deadline, time.monotonic() + _PART_S)
            found = divide(part, (self.edges, self.count), own, (0, 1), until, any_cost=True)
            if found.territory is None:
                return None
            territory[found.territory == 1] = first + one
            left += [(first, one), (first + one, several - one)]
        return territory

    def _improve(self, territory: Numbers) -> None:
        """Divide neighbouring territories anew until that helps no more."""
        self._take(territory)
        for several in (2, 3):
            if several > self.problem.count or (several == self.problem.count and several > 2):
                return
            untried = self._groups(territory, several)
            while untried and not self.done:
                group = untried.pop(0)
                found = self._anew(territory, group, min(self.deadline, time.monotonic() + _PART_S))
                if found.territory is not None:
                    territory = found.territory
                    self._take(territory)
                    untried = [g for g in self._groups(territory, several) if set(g) & set(group) or g in untried]

    def _groups(self, territory: Numbers, several: int) -> list[tuple[int, ...]]:
        """Return sets of territories that border on each other."""
        touching = {tuple(sorted(p)) for p in territory[self.edges].tolist() if p[0] != p[1]}
        every = combinations(range(self.problem.count), several)
        return [g for g in every if sum(p in touching for p in combinations(g, 2)) >= several - 1]

    def _anew(self, territory: Numbers, group: tuple[int, ...], deadline: float) -> Partition:
        """Divide the units of some territories anew, so that fewer borders are cut."""
        return divide(self.problem, (self.edges, self.count), territory, group, deadline)

    def _all(self, deadline: float) -> None:
        """Divide all units anew, again and again, until nothing is better."""
        start = np.zeros(self.problem.size, dtype=np.int64) if self.best is None else self.best
        while time.monotonic() < deadline and not self.stopped:
            found = divide(
                self.problem,
                (self.edges, self.count),
                start,
                tuple(range(self.problem.count)),
                deadline,
                any_cost=self.best is None,
            )
            self.bound = max(self.bound, min(found.bound, self.cost))
            if found.territory is None:
                return
            start = found.territory
            self._take(start)

    def _take(self, territory: Numbers) -> None:
        plan = Plan(self.problem, territory, _middles(self.problem, territory))
        if not plan.valid or self.cut(territory) >= self.cost:
            return
        self.best = territory.copy()
        self.history.append(Progress(time.monotonic() - self.begun, self.cost, self.bound))
        self.stopped |= not self.on_progress(self.history[-1])


def _middles(problem: Problem, territory: Numbers) -> Numbers:
    """Return the unit of each territory that costs the others least; given centres stay."""
    if len(problem.centres):
        return problem.centres
    owned = [np.flatnonzero(territory == t) for t in range(problem.count)]
    return np.array([own[problem.cost[np.ix_(own, own)].sum(axis=0).argmin()] for own in owned])


def _design(units: Units, rules: Rules, problem: Problem, work: _Work) -> Design:
    assert work.best is not None  # noqa: S101 - the caller has looked
    found = names_of(units, rules, problem, work.best, _middles(problem, work.best))
    whole = float(np.ceil(work.bound - 1e-6))
    state: State = "optimal" if whole >= work.cost else "bounded" if whole > 0 else "heuristic"
    bound = min(whole, work.cost)
    return replace(found, cost=work.cost, bound=bound, state=state, history=tuple(work.history))

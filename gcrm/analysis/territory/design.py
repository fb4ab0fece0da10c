"""The design of territories: contiguous, balanced, cheap, and with a proof of how much cheaper any other could be."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from gcrm.analysis.territory import exact
from gcrm.analysis.territory.assignment import relaxed
from gcrm.analysis.territory.bound import Relaxation
from gcrm.analysis.territory.clash import blamed
from gcrm.analysis.territory.polish import Plan
from gcrm.analysis.territory.problem import problem_of
from gcrm.analysis.territory.search import Search
from gcrm.errors import DesignError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from gcrm.analysis.territory.problem import Problem
    from gcrm.analysis.territory.rules import Rules, Units

    Numbers = NDArray[np.int64]

State = Literal["optimal", "bounded", "heuristic"]
#: Of so few units the cheapest plan is looked for and proved.
_EXACT = 150
#: How long plans and bounds are looked for in turn, in seconds.
_TURN_S = 4.0
#: How long each rule that may be to blame is looked at, in seconds.
_BLAME_S = 3.0
#: A plan this near to its bound is as good as proved.
_PROVED = 1e-6


@dataclass(frozen=True)
class Progress:
    """How far a design is.

    Attributes
    ----------
    seconds
        Since it began.
    cost, bound
        Cost of the best plan so far, infinite where there is none yet; and what no plan can undercut.
    """

    seconds: float
    cost: float
    bound: float

    @property
    def gap(self) -> float:
        """By which share of its cost the plan could be cheaper at most; 1 where nothing is known."""
        return 1 - self.bound / self.cost if np.isfinite(self.cost) and self.cost > 0 else 1.0 - (self.cost == 0)


@dataclass(frozen=True)
class Design:
    """Territories, and what is known of them.

    Attributes
    ----------
    territory
        Unit -> territory: the names of the rules' centres, or those of the units that became centres.
    centre
        Territory -> unit that is its centre.
    loads
        Territory -> activity -> amount.
    cost
        Sum over all units of what they cost with their centre: metres, or what `travel` counts.
    bound
        No plan of these units under these rules costs less.
    state
        `optimal`: none is cheaper. `bounded`: none is cheaper than `bound`. `heuristic`: no bound is known.
    history
        How cost and bound came about.
    """

    territory: Mapping[str, str]
    centre: Mapping[str, str]
    loads: Mapping[str, Mapping[str, float]]
    cost: float
    bound: float
    state: State
    history: tuple[Progress, ...]

    @property
    def gap(self) -> float:
        """By which share of its cost the plan could be cheaper at most."""
        return 1 - self.bound / self.cost if self.cost > 0 else 0.0

    @property
    def words(self) -> str:
        """What is known of the plan, in a sentence."""
        if self.state == "optimal":
            return f"Cost {self.cost:,.6g}, proved: no plan under these rules is cheaper."
        if self.state == "heuristic":
            return f"Cost {self.cost:,.6g}, heuristic: how much cheaper another plan could be is not known."
        return (
            f"Cost {self.cost:,.6g}; no plan under these rules costs less than {self.bound:,.6g} (gap {self.gap:.1%})."
        )


def design(
    units: Units,
    rules: Rules,
    *,
    seconds: float = 60.0,
    gap: float = 0.0,
    seed: int = 0,
    on_progress: Callable[[Progress], bool] = lambda _: True,
) -> Design:
    """Design territories.

    Parameters
    ----------
    units
        What territories are made of.
    rules
        What has to hold of them.
    seconds
        How long to look at most; the best plan by then counts.
    gap
        Stop once the plan is proved to be this near to the cheapest (0.02).
    seed
        The same seed, units and rules look in the same places.
    on_progress
        Called after each step; where it returns False the best plan so far counts.

    Returns
    -------
    Design
        The best plan, and its proof.

    Raises
    ------
    DesignError
        If units or rules cannot be met, or no plan was found in time; the message says what stands in the way.
    """
    problem = problem_of(units, rules)
    work = _Work(problem, time.monotonic() + seconds, gap, seed, on_progress)
    if problem.size <= _EXACT:
        work.prove()
    else:
        work.approach()
    if work.best is None:
        raise DesignError(work.why(lambda: blamed(rules, lambda changed: _fits(units, changed))))
    return _design(units, rules, problem, work)


class _Work:
    """A design under way."""

    def __init__(
        self, problem: Problem, deadline: float, gap: float, seed: int, on_progress: Callable[[Progress], bool]
    ) -> None:
        self.problem, self.deadline, self.gap = problem, deadline, gap
        self.on_progress = on_progress
        self.begun = time.monotonic()
        self.bound = 0.0
        self.infeasible = False
        self.stopped = False
        self.history: list[Progress] = []
        self.search = Search(problem, seed, lambda _: self.tell(), deadline - self.begun)

    @property
    def best(self) -> Plan | None:
        """The best plan so far."""
        return self.search.best

    @property
    def done(self) -> bool:
        """Whether there is nothing more to do, or no time."""
        near = self.search.cost * (1 - max(self.gap, _PROVED)) <= self.bound
        return self.stopped or self.infeasible or near or time.monotonic() >= self.deadline

    def tell(self) -> None:
        """Note how far it is, and ask whether to go on."""
        self.history.append(Progress(time.monotonic() - self.begun, self.search.cost, self.bound))
        self.stopped |= not self.on_progress(self.history[-1])

    def prove(self) -> None:
        """Look for the cheapest plan, first quickly, then by a program that proves it."""
        quick = min(self.deadline, time.monotonic() + _TURN_S * (self.problem.size / _EXACT) ** 2)
        self.search.start(quick)
        if not self.stopped:
            self.search.again(quick)
        if self.stopped:
            return
        found = exact.solve(self.problem, self.search.cost, self.deadline)
        self.infeasible = found.bound == np.inf
        if found.territory is not None and found.centres is not None:
            plan = Plan(self.problem, found.territory, found.centres)
            if plan.cost < self.search.cost:
                self.search.best = plan
        self.bound = min(found.bound, self.search.cost)
        self.tell()

    def approach(self) -> None:
        """Look for better plans and better bounds in turn."""
        self.search.start(self.deadline)
        given = len(self.problem.centres) > 0
        if given:
            self.bound = relaxed(self.problem)
            self.infeasible = self.bound == np.inf
        if given:
            while not self.done:
                self.search.again(min(self.deadline, time.monotonic() + _TURN_S))
                self.tell()
            return
        relaxation = Relaxation(self.problem)
        while not self.done:
            self._turn(relaxation)

    def _turn(self, relaxation: Relaxation) -> None:
        """Look for a better bound, then for better plans; bounds that grow no more get no more time."""
        if not relaxation.is_done:
            left = self.deadline - time.monotonic()
            self.bound = max(self.bound, relaxation.run(min(2 * _TURN_S, left), self.search.cost).value)
            self.tell()
        if not self.done:
            self.search.again(min(self.deadline, time.monotonic() + _TURN_S))

    def why(self, blame: Callable[[], str]) -> str:
        """Say why there is no plan; what is to blame is asked for where it is proved that there is none."""
        asked = f"{self.problem.count} contiguous territories within these bands"
        if self.infeasible:
            return f"Territories: no plan has {asked}: it is proved that the rules contradict each other. {blame()}"
        return (
            f"Territories: no plan with {asked} was found in time. Give it more time, widen a band, or take away "
            "locks, groups or units that must be apart."
        )


def _fits(units: Units, rules: Rules) -> bool:
    """Say whether a plan is found soon, however dear."""
    work = _Work(problem_of(units, rules), time.monotonic() + _BLAME_S, 1.0, 0, lambda _: False)
    if work.problem.size <= _EXACT:
        work.prove()
    else:
        work.approach()
    return work.best is not None


def names_of(units: Units, rules: Rules, problem: Problem, territory: Numbers, centres: Numbers) -> Design:
    """Return a plan with the names of units and territories; what it costs is not known yet.

    Parameters
    ----------
    units, rules, problem
        What is asked, in words and in numbers.
    territory, centres
        Territory of each group of units, and place of each centre.

    Returns
    -------
    Design
        The plan.
    """
    middle = [str(units.ids[unit]) for unit in problem.heads[centres].tolist()]
    names = list(rules.centres) or middle
    own = territory[problem.member]
    loads = {
        name: {a: float(np.asarray(units.activities[a], dtype=np.float64)[own == t].sum()) for a in units.activities}
        for t, name in enumerate(names)
    }
    named = {unit: names[t] for unit, t in zip(units.ids, own.tolist(), strict=True)}
    return Design(named, dict(zip(names, middle, strict=True)), loads, 0.0, 0.0, "heuristic", ())


def _design(units: Units, rules: Rules, problem: Problem, work: _Work) -> Design:
    total = _told(work)
    found = names_of(units, rules, problem, total.plan.territory, total.plan.centres)
    return replace(found, cost=total.cost, bound=total.bound, state=total.state, history=total.history)


@dataclass(frozen=True)
class Told:
    """A plan in numbers, and what is known of it.

    Attributes
    ----------
    plan
        The plan.
    cost, bound, state, history
        As of a design.
    """

    plan: Plan
    cost: float
    bound: float
    state: State
    history: tuple[Progress, ...]


def designed(problem: Problem, seconds: float, gap: float, seed: int) -> Told:
    """Solve a problem in numbers.

    Parameters
    ----------
    problem
        Units and rules.
    seconds, gap, seed
        As in `design`.

    Returns
    -------
    Told
        The best plan.

    Raises
    ------
    DesignError
        If there is none, or none was found in time.
    """
    work = _Work(problem, time.monotonic() + seconds, gap, seed, lambda _: True)
    if problem.size <= _EXACT:
        work.prove()
    else:
        work.approach()
    if work.best is None:
        raise DesignError(work.why(lambda: "Widen a band, or take away a rule."))
    return _told(work)


def _told(work: _Work) -> Told:
    plan = work.best
    assert plan is not None  # noqa: S101 - the callers have made sure
    bound = min(work.bound, plan.cost)
    state: State = "optimal" if plan.cost * (1 - _PROVED) <= bound else "bounded" if bound > 0 else "heuristic"
    return Told(plan, plan.cost, bound, state, tuple(work.history))

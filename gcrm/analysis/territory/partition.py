"""Units divided among some territories so that fewer borders are cut: a mixed-integer program with cuts.

Validi, Buchanan & Lykhovyd (2022), "Imposing contiguity constraints in political districting models", Operations
Research 70: where two parts of a territory do not hang together, one of the units between them has to join them.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import optimize, sparse

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gcrm.analysis.territory.problem import Problem

    Numbers = NDArray[np.int64]
    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Partition:
    """What was found.

    Attributes
    ----------
    territory
        Territory of every unit; null where nothing is better.
    bound
        No division of these units cuts fewer borders of the whole map; infinite where none keeps the rules at all.
    """

    territory: Numbers | None
    bound: float


def divide(
    problem: Problem,
    borders: tuple[Numbers, Numbers],
    territory: Numbers,
    group: tuple[int, ...],
    deadline: float,
    *,
    any_cost: bool = False,
) -> Partition:
    """Divide the units of some territories among these anew.

    Parameters
    ----------
    problem
        Units and rules.
    borders
        Pairs of units that border on each other, and how many borders each pair has.
    territory
        Territory of every unit now.
    group
        The territories.
    deadline
        When to stop, on the clock of `time.monotonic`.
    any_cost
        Take any division; otherwise one that cuts fewer borders than now.

    Returns
    -------
    Partition
        The best division.
    """
    program = _Program(problem, borders, territory, group, any_cost=any_cost)
    bound = 0.0
    while (left := deadline - time.monotonic()) > 0:
        found = optimize.milp(
            program.cost,
            constraints=program.constraints(),
            bounds=optimize.Bounds(program.low, program.high),
            integrality=np.arange(len(program.cost)) < program.choices,
            options={"time_limit": left, "mip_rel_gap": 0.0},
        )
        if found.status == 2:
            return Partition(None, np.inf)
        if found.mip_dual_bound is not None and np.isfinite(found.mip_dual_bound):
            bound = max(bound, float(found.mip_dual_bound) + program.fixed)
        if found.x is None:
            return Partition(None, bound)
        plan = program.plan(found.x)
        if not program.cut(plan):
            return Partition(plan, bound)
        if found.status == 1:  # the time is over
            return Partition(None, bound)
    return Partition(None, bound)


class _Program:
    """Which unit belongs to which of the territories, and which borders are cut."""

    def __init__(
        self,
        problem: Problem,
        borders: tuple[Numbers, Numbers],
        territory: Numbers,
        group: tuple[int, ...],
        *,
        any_cost: bool,
    ) -> None:
        self.problem, self.territory, self.group = problem, territory, np.array(group)
        self.units = np.flatnonzero(np.isin(territory, self.group))
        self.number = np.full(problem.size, -1, dtype=np.int64)
        self.number[self.units] = np.arange(len(self.units))
        pairs, count = borders
        inside = (self.number[pairs] >= 0).all(axis=1)
        now = territory[pairs[:, 0]] != territory[pairs[:, 1]]
        self.fixed = float(count[~inside & now].sum())
        self.edges, weight = self.number[pairs[inside]], count[inside].astype(np.float64)
        self.choices = len(self.units) * len(group)
        self.cost = np.concatenate([np.zeros(self.choices), weight])
        self.low, self.high = np.zeros(len(self.cost)), np.ones(len(self.cost))
        self.rows: list[tuple[Numbers, Floats, float, float]] = []
        self._state()
        if not any_cost:
            columns = np.arange(self.choices, len(self.cost))
            self._row(columns, weight, -np.inf, float(count[inside & now].sum()) - 1)

    def _at(self, unit: Numbers | int, t: int) -> Numbers:
        """Return the variable of a unit in one of the territories."""
        return np.atleast_1d(np.asarray(unit, dtype=np.int64)) * len(self.group) + t

    def _row(self, columns: Numbers, factors: Floats, low: float, high: float) -> None:
        self.rows.append((columns, factors, low, high))

    def _peopled(self, t: int, team: int) -> None:
        """Demand a unit where bands alone would allow none; where they do not, the program is slower with it."""
        if not (self.problem.hard & (self.problem.low[team] > 0)).any():
            size = len(self.units)
            self._row(self._at(np.arange(size), t), np.ones(size), 1.0, np.inf)

    def _state(self) -> None:
        problem, size, several = self.problem, len(self.units), len(self.group)
        for unit in range(size):
            self._row(unit * several + np.arange(several), np.ones(several), 1.0, 1.0)
        for t, team in enumerate(problem.teams[self.group].tolist()):
            self._peopled(t, team)
            for a in range(problem.load.shape[1]):
                low, high = float(problem.low[team, a]), float(problem.high[team, a])
                self._row(self._at(np.arange(size), t), problem.load[self.units, a], low, high)
            for e, (u, v) in enumerate(self.edges.tolist()):
                for one, other in ((u, v), (v, u)):
                    three = np.array([one * several + t, other * several + t, self.choices + e])
                    self._row(three, np.array([1.0, -1.0, -1.0]), -np.inf, 0.0)
            for a, b in self.number[problem.apart].tolist():
                if min(a, b) >= 0:
                    self._row(np.array([a, b]) * several + t, np.ones(2), -np.inf, 1.0)
        if problem.keep > 0:
            rest = np.setdiff1d(np.arange(problem.size), self.units)
            kept = float(problem.kept[rest, self.territory[rest]].sum())
            self._row(
                np.arange(self.choices),
                problem.kept[np.ix_(self.units, self.group)].ravel(),
                problem.keep - kept,
                np.inf,
            )
        self.high[: self.choices] = problem.allowed[np.ix_(self.units, self.group)].ravel()
        if not len(problem.centres):
            self._order()

    def _order(self) -> None:
        """Of plans that differ by the names of territories alone allow one: the heaviest unit has the first name."""
        heavy = int(self.problem.load[self.units].sum(axis=1).argmax())
        self.low[heavy * len(self.group)] = 1.0

    def constraints(self) -> optimize.LinearConstraint:
        """Return the rows so far."""
        columns = np.concatenate([row[0] for row in self.rows])
        factors = np.concatenate([row[1] for row in self.rows])
        ends = np.concatenate([[0], np.cumsum([len(row[0]) for row in self.rows])])
        matrix = sparse.csr_array((factors, columns, ends), shape=(len(self.rows), len(self.cost)))
        return optimize.LinearConstraint(matrix, [row[2] for row in self.rows], [row[3] for row in self.rows])

    def plan(self, values: Floats) -> Numbers:
        """Return the territory of every unit."""
        found = self.territory.copy()
        shares = values[: self.choices].reshape(len(self.units), len(self.group))
        found[self.units] = self.group[shares.argmax(axis=1)]
        return found

    def cut(self, plan: Numbers) -> int:
        """Add a row for each part that does not hang together with the largest of its territory; return how many."""
        added = 0
        for t in self.group.tolist():
            parts = self.problem.graph.parts(np.flatnonzero(plan == t).tolist())
            for part in parts[1:]:
                around = {v for u in part for v in self.problem.graph.neighbours[u]} - part
                ring = self.number[sorted(around)]
                ring = ring[ring >= 0]
                a, b = (int(self.number[self._heart(p)]) for p in (part, parts[0]))
                for own in range(len(self.group)):
                    columns = np.concatenate([self._at(a, own), self._at(b, own), self._at(ring, own)])
                    self._row(columns, np.concatenate([[1.0, 1.0], -np.ones(len(ring))]), -np.inf, 1.0)
                added += 1
        return added

    def _heart(self, part: set[int]) -> int:
        """Return the heaviest unit of a part."""
        own = sorted(part)
        return own[int(self.problem.load[own].sum(axis=1).argmax())]

"""The cheapest plan of some hundreds of units, proved: a mixed-integer program, cut where territories fall apart.

Each unit that may be a centre is one; what belongs to a territory but does not hang together with its centre must be
joined by one of the units around it (Drexl & Haase 1999, "Fast approximation methods for sales force deployment",
Management Science 45). These constraints are as many as there are sets of units: those that a plan breaks are added,
and the program is solved again.
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

#: Costs closer than this share are the same.
_SAME = 1e-7


@dataclass(frozen=True)
class Exact:
    """What the program found.

    Attributes
    ----------
    territory, centres
        Territory of each unit and place of each centre; null where the time was over before, or nothing fits.
    bound
        No plan costs less; infinite where there is none.
    """

    territory: Numbers | None
    centres: Numbers | None
    bound: float


def solve(problem: Problem, known: float, deadline: float) -> Exact:
    """Find the cheapest plan and prove it.

    Parameters
    ----------
    problem
        Units and rules.
    known
        Cost of a plan that is known; infinite where none is. Only cheaper plans are looked for.
    deadline
        When to stop, on the clock of `time.monotonic`.

    Returns
    -------
    Exact
        The plan; without one where none is cheaper than the known one, or the time is over.
    """
    program = _Program(problem)
    bound = program.relax(known)
    while np.isfinite(bound):
        left = deadline - time.monotonic()
        if left <= 0:
            return Exact(None, None, bound)
        found, value, bound_now = program.solve(left, known)
        bound = max(bound, bound_now)
        if found is None:
            return Exact(None, None, known if bound == np.inf else bound)
        if not program.cut(found):
            return Exact(*program.plan(found), bound=max(bound, value * (1 - _SAME)))
    return Exact(None, None, min(bound, known))


class _Program:
    """Which unit belongs to which centre: a variable each, and the constraints so far."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        size = problem.size
        candidates = problem.centres if len(problem.centres) else np.arange(size)
        allowed = np.ones((size, len(candidates)), dtype=bool)
        for unit in np.flatnonzero(problem.locked >= 0).tolist():
            allowed[unit] = np.arange(len(candidates)) == problem.locked[unit]
        self.unit, place = np.nonzero(allowed)
        self.centre = candidates[place]
        self.candidates = candidates
        self.cost = problem.cost[self.unit, self.centre]
        self.upper = np.ones(len(self.unit))
        self.number = np.full((size, size), -1, dtype=np.int64)
        self.number[self.unit, self.centre] = np.arange(len(self.unit))
        self.rows: list[tuple[Numbers, Floats, float, float]] = []
        self._state()

    def _row(self, columns: Numbers, factors: Floats, low: float, high: float) -> None:
        there = columns >= 0
        self.rows.append((columns[there], factors[there], low, high))

    def _state(self) -> None:
        """Write down what holds of every plan."""
        problem, own = self.problem, self.number[self.candidates, self.candidates]
        for unit in range(problem.size):
            columns = self.number[unit, self.candidates]
            self._row(columns, np.ones(len(columns)), 1.0, 1.0)
        self._row(own, np.ones(len(own)), problem.count, problem.count)
        for centre in self.candidates.tolist():
            columns = self.number[:, centre]
            for a in range(problem.load.shape[1]):
                for edge, low, high in ((problem.high[a], -np.inf, 0.0), (problem.low[a], 0.0, np.inf)):
                    factors = problem.load[:, a].copy()
                    factors[centre] -= edge
                    self._row(columns, factors, low, high)
            for unit in range(problem.size):
                if unit != centre:
                    pair = np.array([self.number[unit, centre], self.number[centre, centre]])
                    self._row(pair, np.array([1.0, -1.0]), -np.inf, 0.0)
            for a, b in problem.apart.tolist():
                three = np.array([self.number[a, centre], self.number[b, centre], self.number[centre, centre]])
                self._row(three, np.array([1.0, 1.0, -1.0]), -np.inf, 0.0)

    def _constraints(self) -> optimize.LinearConstraint:
        columns = np.concatenate([row[0] for row in self.rows])
        factors = np.concatenate([row[1] for row in self.rows])
        ends = np.concatenate([[0], np.cumsum([len(row[0]) for row in self.rows])])
        matrix = sparse.csr_array((factors, columns, ends), shape=(len(self.rows), len(self.unit)))
        matrix.sum_duplicates()  # one of two units that must be apart may be the centre itself
        return optimize.LinearConstraint(matrix, [row[2] for row in self.rows], [row[3] for row in self.rows])

    def relax(self, known: float) -> float:
        """Solve the program with units divided; leave out pairs that no plan cheaper than the known one holds.

        Returns infinity where nothing fits.
        """
        limits = self._constraints()
        equal = limits.lb == limits.ub
        both = [(limits.A[~equal], limits.ub[~equal]), (-limits.A[~equal], -limits.lb[~equal])]
        kept = [(matrix[np.isfinite(edge)], edge[np.isfinite(edge)]) for matrix, edge in both]
        found = optimize.linprog(
            self.cost,
            A_ub=sparse.vstack([matrix for matrix, _ in kept]),
            b_ub=np.concatenate([edge for _, edge in kept]),
            A_eq=limits.A[equal],
            b_eq=limits.ub[equal],
            bounds=(0, 1),
            method="highs-ipm",
        )
        if found.x is None:
            return np.inf
        if np.isfinite(known):
            beyond = found.fun + found.lower.marginals > known * (1 + _SAME)
            self.upper[beyond] = 0.0
        return float(found.fun)

    def solve(self, seconds: float, known: float) -> tuple[Floats | None, float, float]:
        """Solve the program as it stands: values of the variables, their cost, and a bound of what any plan costs."""
        del known
        found = optimize.milp(
            self.cost,
            constraints=self._constraints(),
            bounds=optimize.Bounds(0, self.upper),
            integrality=np.ones(len(self.cost)),
            options={"time_limit": seconds, "mip_rel_gap": _SAME},
        )
        if found.status == 2:
            return None, np.inf, np.inf
        bound = float(found.mip_dual_bound) if found.mip_dual_bound is not None else 0.0
        if found.x is None or found.status == 1:
            return None, np.inf, bound
        return np.round(found.x), float(found.fun), bound

    def cut(self, found: Floats) -> int:
        """Add a constraint for each part that does not hang together with its centre; return how many."""
        added = 0
        territory, centres = self.plan(found)
        for t, centre in enumerate(centres.tolist()):
            for part in self.problem.graph.parts(np.flatnonzero(territory == t).tolist()):
                if centre in part:
                    continue
                around = {v for u in part for v in self.problem.graph.neighbours[u]} - part
                # Whatever the centre: to have all of the part it needs a unit around it, unless it lies within.
                for other in self.candidates.tolist():
                    if other not in part and (other == centre or self.problem.size <= 150):
                        inside, ring = (self.number[sorted(s), other] for s in (part, around))
                        factors = np.concatenate([-np.ones(len(inside)), np.ones(len(ring))])
                        self._row(np.concatenate([inside, ring]), factors, 1.0 - len(part), np.inf)
                added += 1
        return added

    def plan(self, found: Floats) -> tuple[Numbers, Numbers]:
        """Return territory of each unit and place of each centre."""
        taken = np.flatnonzero(found > 0.5)
        centres = np.array([c for c in self.candidates if found[self.number[c, c]] > 0.5], dtype=np.int64)
        order = {c: t for t, c in enumerate(centres.tolist())}
        territory = np.full(self.problem.size, -1, dtype=np.int64)
        territory[self.unit[taken]] = [order[c] for c in self.centre[taken].tolist()]
        return territory, centres

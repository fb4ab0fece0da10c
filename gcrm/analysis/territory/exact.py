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
        self.given = len(problem.centres) > 0
        candidates = problem.centres if self.given else np.arange(size)
        allowed = problem.allowed if self.given else np.ones((size, size), dtype=bool)
        self.unit, place = np.nonzero(allowed)
        self.centre = candidates[place]
        self.candidates = candidates
        # Behind the choices stands what lies outside of bands that may be broken: above, then below.
        self.broken = np.flatnonzero(~problem.hard)
        self.outside = 2 * len(self.broken) * (len(problem.low) if self.given else size)
        price = np.tile(problem.price[self.broken], self.outside // max(len(self.broken), 1))
        self.cost = np.concatenate([problem.cost[self.unit, self.centre], price])
        self.upper = np.concatenate([np.ones(len(self.unit)), np.full(self.outside, np.inf)])
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
        for team in range(len(problem.low) if self.given else problem.size):
            self._bands(team)
        row, column = np.nonzero(self.number >= 0)
        if problem.keep > 0:
            order = {c: t for t, c in enumerate(problem.centres.tolist())}
            kept = problem.kept[row, [order[c] for c in column.tolist()]]
            self._row(self.number[row, column], kept, problem.keep, np.inf)
        for centre in self.candidates.tolist():
            for unit in range(problem.size):
                if unit != centre:
                    pair = np.array([self.number[unit, centre], self.number[centre, centre]])
                    self._row(pair, np.array([1.0, -1.0]), -np.inf, 0.0)
            for a, b in problem.apart.tolist():
                three = np.array([self.number[a, centre], self.number[b, centre], self.number[centre, centre]])
                self._row(three, np.array([1.0, 1.0, -1.0]), -np.inf, 0.0)

    def _bands(self, team: int) -> None:
        """Write down the bands of a team, or of the territory around a centre, should it become one."""
        problem = self.problem
        own = problem.centres[problem.teams == team] if self.given else np.array([team])
        columns = self.number[:, own].ravel(order="F")
        for a in range(problem.load.shape[1]):
            factors, which = np.tile(problem.load[:, a], len(own)), team if self.given else 0
            ends = {True: problem.high[which, a], False: problem.low[which, a]}
            for above, end in ends.items():
                if not np.isfinite(end) or (end <= 0 and not above):
                    continue
                edge = 0.0 if self.given else end
                less = np.where(columns == self.number[own[0], own[0]], edge, 0.0)
                extra = self._extra(team, a, above=above)
                row = (
                    np.concatenate([columns, extra]),
                    np.concatenate([factors - less, np.full(len(extra), 1 - 2.0 * above)]),
                )
                self._row(*row, -np.inf if above else end - edge, end - edge if above else np.inf)

    def _extra(self, team: int, activity: int, *, above: bool) -> Numbers:
        """Return the variable of what lies above or below a band, where it may be broken."""
        if self.problem.hard[activity]:
            return np.empty(0, dtype=np.int64)
        where = int(np.flatnonzero(self.broken == activity)[0])
        teams = self.outside // (2 * len(self.broken))
        return np.array([len(self.unit) + ((0 if above else teams) + team) * len(self.broken) + where])

    def _constraints(self) -> optimize.LinearConstraint:
        columns = np.concatenate([row[0] for row in self.rows])
        factors = np.concatenate([row[1] for row in self.rows])
        ends = np.concatenate([[0], np.cumsum([len(row[0]) for row in self.rows])])
        matrix = sparse.csr_array((factors, columns, ends), shape=(len(self.rows), len(self.cost)))
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
            bounds=np.column_stack([np.zeros_like(self.upper), self.upper]),
            method="highs-ipm",
        )
        if found.x is None:
            return np.inf
        if np.isfinite(known):
            beyond = found.fun + found.lower.marginals > known * (1 + _SAME)
            beyond[len(self.unit) :] = False
            self.upper[beyond] = 0.0
        return float(found.fun)

    def solve(self, seconds: float, known: float) -> tuple[Floats | None, float, float]:
        """Solve the program as it stands: values of the variables, their cost, and a bound of what any plan costs."""
        del known
        found = optimize.milp(
            self.cost,
            constraints=self._constraints(),
            bounds=optimize.Bounds(0, self.upper),
            integrality=np.arange(len(self.cost)) < len(self.unit),
            options={"time_limit": seconds, "mip_rel_gap": _SAME},
        )
        if found.status == 2:
            return None, np.inf, np.inf
        bound = float(found.mip_dual_bound) if found.mip_dual_bound is not None else 0.0
        if found.x is None or found.status == 1:
            return None, np.inf, bound
        return np.round(found.x[: len(self.unit)]), float(found.fun), bound

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

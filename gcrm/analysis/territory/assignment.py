"""Units to given centres at least cost, with every band kept: a linear program, and its rounding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import optimize, sparse

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gcrm.analysis.territory.problem import Problem

    Numbers = NDArray[np.int64]
    Floats = NDArray[np.float64]

#: Centres that are tried for each unit, the nearest ones; all where the program has no answer with these.
_NEAR = 8
#: Of the width of a band, how much is kept free for rounding at most.
_FREE = 0.5


@dataclass(frozen=True)
class Assignment:
    """What the linear program found.

    Attributes
    ----------
    territory
        Territory of each unit: the one that it belongs to for the most part.
    cost
        Cost of the program, in which units may be divided; for these centres nothing is cheaper where no band was
        narrowed for the rounding and no centre left out.
    """

    territory: Numbers
    cost: float


def assign(problem: Problem, centres: Numbers, *, margin: bool = True) -> Assignment | None:
    """Assign units to centres.

    Parameters
    ----------
    problem
        Units and rules.
    centres
        Places of the centres, one per territory.
    margin
        Whether bands are narrowed by what the rounding may add.

    Returns
    -------
    Assignment or None
        None where no division of the units keeps the bands.
    """
    width = np.where(np.isfinite(problem.high), problem.high - problem.low, 0.0)
    free = np.minimum(problem.spread, _FREE * width / 2) * problem.hard if margin else np.zeros_like(width)
    low, high = problem.low + np.where(problem.low > 0, free, 0.0), problem.high - free
    for near in dict.fromkeys([min(_NEAR, problem.count), problem.count]):
        found = _solve(problem, centres, near, low, high)
        if found is not None:
            return found
    return assign(problem, centres, margin=False) if margin else None


def relaxed(problem: Problem) -> float:
    """Return what no plan with the problem's given centres undercuts; infinite where no division keeps the rules."""
    found = _solve(problem, problem.centres, problem.count, problem.low, problem.high)
    return np.inf if found is None else found.cost


def _solve(problem: Problem, centres: Numbers, near: int, low: Floats, high: Floats) -> Assignment | None:
    cost = problem.cost[:, centres]
    unit, place = _choices(problem, cost, near)
    several, size = np.arange(len(unit)), problem.size
    once = sparse.csr_array((np.ones(len(unit)), (unit, several)), shape=(size, len(unit)))
    loads, beside = _loads(problem, unit, place), sparse.eye_array(low.size)
    nothing = sparse.csr_array((low.size, low.size))
    upper = sparse.hstack([loads, -beside, nothing]).tocsr()
    lower = sparse.hstack([-loads, nothing, -beside]).tocsr()
    most, least = high.T.ravel(), low.T.ravel()
    kept = sparse.csr_array(np.concatenate([-problem.kept[unit, place], np.zeros(2 * low.size)])[None, :])
    tight, above = np.isfinite(most), least > 0
    slack = np.repeat(np.where(problem.hard, 0.0, problem.price), len(low))
    found = optimize.linprog(
        np.concatenate([cost[unit, place], slack, slack]),
        A_ub=sparse.vstack([upper[tight], lower[above], kept]),
        b_ub=np.concatenate([most[tight], -least[above], [-problem.keep]]),
        A_eq=sparse.hstack([once, sparse.csr_array((size, 2 * low.size))]),
        b_eq=np.ones(size),
        bounds=_limits(problem, len(unit), len(low)),
        method="highs-ds",
    )
    if found.x is None:
        return None
    shares = np.full((size, problem.count), -1.0)
    shares[unit, place] = found.x[: len(unit)]
    return Assignment(shares.argmax(axis=1), float(found.fun))


def _loads(problem: Problem, unit: Numbers, place: Numbers) -> sparse.csr_array:
    """Return the load that each choice (column) adds to each activity of each team (row)."""
    teams, kinds = len(problem.low), problem.load.shape[1]
    row = (np.arange(kinds)[:, None] * teams + problem.teams[place][None, :]).ravel()
    column = np.tile(np.arange(len(unit)), kinds)
    return sparse.csr_array((problem.load[unit].T.ravel(), (row, column)), shape=(kinds * teams, len(unit)))


def _limits(problem: Problem, choices: int, teams: int) -> Floats:
    """Return lower and upper limit of each variable: choices, then what lies above and below each band."""
    beside = np.repeat(np.where(problem.hard, 0.0, np.inf), teams)
    top = np.concatenate([np.ones(choices), beside, beside])
    return np.column_stack([np.zeros(len(top)), top])


def _choices(problem: Problem, cost: Floats, near: int) -> tuple[Numbers, Numbers]:
    """Return pairs of a unit and a territory that it may belong to."""
    allowed = problem.allowed
    if near < problem.count:
        nearest = np.argpartition(np.where(allowed, cost, np.inf), near - 1, axis=1)[:, :near]
        chosen = np.zeros_like(allowed)
        np.put_along_axis(chosen, nearest, values=True, axis=1)
        allowed = allowed & chosen
    unit, place = np.nonzero(allowed)
    return unit, place

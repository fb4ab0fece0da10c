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
        narrowed for the rounding.
    prices
        What one more unit of each would cost: the program's dual values, one per unit.
    """

    territory: Numbers
    cost: float
    prices: NDArray[np.float64]


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
    free = np.minimum(problem.spread, _FREE * (problem.high - problem.low) / 2) if margin else 0.0
    for near in dict.fromkeys([min(_NEAR, problem.count), problem.count]):
        found = _solve(problem, centres, near, problem.low + free, problem.high - free)
        if found is not None:
            return found
    return assign(problem, centres, margin=False) if margin else None


def _solve(
    problem: Problem, centres: Numbers, near: int, low: NDArray[np.float64], high: NDArray[np.float64]
) -> Assignment | None:
    cost = problem.cost[:, centres]
    unit, place = _choices(problem, cost, near)
    size, kinds = problem.load.shape
    several = np.arange(len(unit))
    once = sparse.csr_array((np.ones(len(unit)), (unit, several)), shape=(size, len(unit)))
    shape = (problem.count, len(unit))
    loads = sparse.vstack(
        [sparse.csr_array((problem.load[unit, a], (place, several)), shape=shape) for a in range(kinds)]
    )
    ups, downs = np.repeat(high, problem.count), np.repeat(low, problem.count)
    found = optimize.linprog(
        cost[unit, place],
        A_ub=sparse.vstack([loads, -loads]),
        b_ub=np.concatenate([ups, -downs]),
        A_eq=once,
        b_eq=np.ones(size),
        bounds=(0, 1),
        method="highs-ds",
    )
    if found.x is None:
        return None
    shares = np.zeros((size, problem.count))
    shares[unit, place] = found.x
    return Assignment(shares.argmax(axis=1), float(found.fun), found.eqlin.marginals)


def _choices(problem: Problem, cost: NDArray[np.float64], near: int) -> tuple[Numbers, Numbers]:
    """Return pairs of a unit and a territory that it may belong to."""
    nearest = np.argpartition(cost, near - 1, axis=1)[:, :near] if near < problem.count else None
    allowed = np.zeros((problem.size, problem.count), dtype=bool)
    if nearest is None:
        allowed[:] = True
    else:
        np.put_along_axis(allowed, nearest, values=True, axis=1)
    fixed = np.flatnonzero(problem.locked >= 0)
    allowed[fixed] = False
    allowed[fixed, problem.locked[fixed]] = True
    unit, place = np.nonzero(allowed)
    return unit, place

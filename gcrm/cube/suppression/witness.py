"""Witnesses: other counts that would have led to the same tables.

As long as an attacker cannot tell the true counts from a witness, every count that differs between them stays open. A
count is protected as soon as witnesses (the true counts are one) spread it over an interval that is wide enough; this
holds whatever is withheld later, because withholding more only leaves more to be true.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import optimize

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gcrm.cube.suppression.system import System

#: Differences smaller than this are the solver's rounding.
_TINY = 1e-6
#: How many branches whole numbers are sought in.
_BRANCHES = 200


@dataclass(frozen=True)
class Wish:
    """What a witness should look like, over the variables of a neighbourhood.

    Attributes
    ----------
    variables
        Numbers of the variables that may differ from the truth.
    lowest, highest
        Bounds of the difference of each.
    gain
        What a difference of one adds to the worth of a witness.
    price
        What a difference of one, up or down, costs: it makes a shown count withheld. 0 for what is withheld anyway.
    """

    variables: NDArray[np.int64]
    lowest: NDArray[np.float64]
    highest: NDArray[np.float64]
    gain: NDArray[np.float64]
    price: NDArray[np.float64]


def find(system: System, wish: Wish) -> NDArray[np.float64] | None:
    """Look for the best witness, in whole numbers where there is one.

    Parameters
    ----------
    system
        Variables and constraints.
    wish
        What may differ, and what is best.

    Returns
    -------
    NDArray or None
        Differences from the truth, one per variable of the wish; None where nothing meets the bounds.
    """
    paid = np.flatnonzero(wish.price > 0)
    rows = np.unique(system.columns[:, wish.variables].indices)
    part = system.matrix[rows][:, wish.variables]
    fall, rise = system.slack
    # A paid difference is the sum of what it falls and what it rises, so that both cost.
    matrix = part if not len(paid) else _beside(part, paid)
    cost = np.concatenate([wish.price - wish.gain, wish.price[paid] + wish.gain[paid]])
    lowest = np.concatenate([np.where(wish.price > 0, np.maximum(wish.lowest, 0.0), wish.lowest), np.zeros(len(paid))])
    highest = np.concatenate([wish.highest, np.maximum(-wish.lowest[paid], 0.0)])
    limits = optimize.LinearConstraint(matrix, fall[rows], rise[rows])
    for whole in (False, True):
        solved = optimize.milp(
            cost,
            constraints=limits,
            bounds=optimize.Bounds(lowest, highest),
            integrality=np.full(len(cost), int(whole)),
            options={"node_limit": _BRANCHES} if whole else {},
        )
        if solved.x is None:
            return None if not whole else difference
        difference = solved.x[: len(wish.variables)].copy()
        difference[paid] -= solved.x[len(wish.variables) :]
        rounded = np.round(difference)
        if np.abs(difference - rounded).max(initial=0.0) < _TINY:
            return rounded
    return difference


def _beside(part, paid):  # type: ignore[no-untyped-def]
    from scipy import sparse

    return sparse.hstack([part, -part[:, paid]], format="csr")

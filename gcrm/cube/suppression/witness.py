"""Witnesses: other counts that would have led to the same tables.

As long as an attacker cannot tell the true counts from a witness, every count that differs between them stays open. A
count is protected as soon as witnesses (the true counts are one) spread it over an interval that is wide enough; this
holds whatever is withheld later, because withholding more only leaves more to be true.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy import optimize

    from gcrm.cube.suppression.system import System

#: Differences smaller than this are the solver's rounding.
_TINY = 1e-6
#: How many branches whole numbers are sought in.
_BRANCHES = 200
#: In more variables than this, whole numbers are not sought.
_LARGE = 300
#: More than any count rises: without a bound the solver takes some open programs for impossible.
_MOST = 1e7


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
    from scipy import optimize  # noqa: PLC0415 (takes long to import, and few need it)

    paid = np.flatnonzero(wish.price > 0)
    rows, part = _part(system, wish.variables)
    fall, rise = system.slack
    # A paid difference is what it rises less what it falls, so that both cost.
    matrix = scipy.sparse.hstack([part, -part[:, paid]], format="csc") if len(paid) else part
    limits = optimize.LinearConstraint(matrix, fall[rows], rise[rows])
    cost = np.concatenate([wish.price - wish.gain, wish.price[paid] + wish.gain[paid]])
    lowest = np.concatenate([np.where(wish.price > 0, np.maximum(wish.lowest, 0.0), wish.lowest), np.zeros(len(paid))])
    highest = np.minimum(np.concatenate([wish.highest, np.maximum(-wish.lowest[paid], 0.0)]), _MOST)
    bounds = optimize.Bounds(lowest, np.maximum(lowest, highest))
    straight = {"presolve": False}  # they are small
    plain = _solved(optimize.milp(cost, constraints=limits, bounds=bounds, options=straight), paid)
    if plain is None or _is_whole(plain):
        return None if plain is None else np.round(plain)
    if len(wish.variables) > _LARGE:
        return plain
    options = {"node_limit": _BRANCHES}
    whole = optimize.milp(cost, constraints=limits, bounds=bounds, integrality=np.ones(len(cost)), options=options)
    found = _solved(whole, paid)
    return plain if found is None or not _is_whole(found) else np.round(found)


def _part(system: System, variables: NDArray[np.int64]) -> tuple[NDArray[np.int64], scipy.sparse.csc_array]:
    """Return the constraints that some variables take part in, and their entries there."""
    columns = system.columns
    starts, sizes = columns.indptr[variables], np.diff(columns.indptr)[variables]
    ends = np.concatenate([[0], np.cumsum(sizes)])
    entries = np.repeat(starts - ends[:-1], sizes) + np.arange(ends[-1])
    rows, places = np.unique(columns.indices[entries], return_inverse=True)
    part = scipy.sparse.csc_array((columns.data[entries], places, ends), shape=(len(rows), len(variables)))
    return rows.astype(np.int64), part


def _solved(result: optimize.OptimizeResult, paid: NDArray[np.int64]) -> NDArray[np.float64] | None:
    """Return the differences that the solver found, each one number again; null where there are none."""
    if result.x is None:
        return None
    difference: NDArray[np.float64] = result.x[: len(result.x) - len(paid)].copy()
    difference[paid] -= result.x[len(difference) :]
    return difference


def _is_whole(difference: NDArray[np.float64]) -> bool:
    return bool(np.abs(difference - np.round(difference)).max(initial=0.0) < _TINY)

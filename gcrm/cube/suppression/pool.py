"""A pool of tables over the same small parts: how the cells of each add up from the cells of others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gcrm.cube.suppression.draft import Draft

    Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Grid:
    """One table of a pool.

    Attributes
    ----------
    parts
        For each part of the pool, the place of the cell it lies in; -1 where the table does not hold it.
    numbers
        Number of the variable of each cell; -1 where it counts zero.
    """

    parts: Numbers
    numbers: Numbers


def connect(draft: Draft, grids: list[Grid], counts: NDArray[np.float64]) -> Numbers:
    """Say how the cells of every table add up; parts become variables where no table shows them.

    Each table is expressed by the coarsest table that divides its cells: everything else follows from that.

    Parameters
    ----------
    draft
        Takes up the constraints.
    grids
        The tables.
    counts
        True count of each part of the finest common partition of all tables.

    Returns
    -------
    NDArray
        Number of the variable of each part; -1 where it counts zero.
    """
    finest = next((g for g in grids if _alone(g.parts)), None)
    if finest is None:
        numbers = draft.add(counts, np.full(len(counts), -1, dtype=np.int64))
    else:
        numbers = finest.numbers[finest.parts]
    whole = Grid(np.arange(len(counts)), numbers)
    sizes = [len(np.unique(g.parts[g.parts >= 0])) for g in grids]
    for i, grid in enumerate(grids):
        if grid is finest or not sizes[i]:
            continue
        order = sorted((j for j in range(len(grids)) if (sizes[j], j) > (sizes[i], i)), key=lambda j: (sizes[j], j))
        finer = next((grids[j] for j in order if _divides(grids[j].parts, grid.parts)), whole)
        held = grid.parts >= 0
        pairs = _pairs(finer.parts[held], grid.parts[held])
        draft.sums(grid.numbers, finer.numbers[pairs[0]], pairs[1])
    return numbers


def _alone(parts: Numbers) -> bool:
    """Say whether a table holds every part, each in a cell of its own."""
    return bool((parts >= 0).all()) and len(np.unique(parts)) == len(parts)


def _divides(fine: Numbers, coarse: Numbers) -> bool:
    """Say whether the cells of a table lie each within one cell of another, and fill all of that one."""
    held = coarse >= 0
    if (fine[held] < 0).any():
        return False
    pairs = _pairs(fine[held], coarse[held])
    # A cell of the finer table must not reach beyond the coarser one either.
    inside = np.isin(fine[~held], pairs[0]).any() if (~held).any() else False
    return len(np.unique(pairs[0])) == pairs.shape[1] and not inside


def _pairs(first: Numbers, second: Numbers) -> Numbers:
    """Return the different pairs of two columns, as two rows."""
    width = int(second.max(initial=0)) + 1
    return np.stack(np.divmod(np.unique(first * width + second), width))

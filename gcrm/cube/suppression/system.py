"""What an attacker knows about counts that were given out, as linear constraints."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy import sparse


@dataclass(frozen=True)
class System:
    """Counts, and the linear constraints that everybody knows to hold between them.

    Attributes
    ----------
    counts
        True count of each variable; 1 or more (a zero is shown and takes no part).
    matrix
        One row per constraint, one column per variable.
    lowest, highest
        Bounds of `matrix @ counts`, one pair per constraint.
    cell
        Number of the released cell a variable belongs to: the counts of one cell are shown or withheld together. -1
        for a count that is never given out (a place in the finest common partition).
    known
        True for counts that were given out before: they stay known whatever is withheld now.
    cells
        Number of cells.
    """

    counts: NDArray[np.float64]
    matrix: sparse.csr_array
    lowest: NDArray[np.float64]
    highest: NDArray[np.float64]
    cell: NDArray[np.int64]
    known: NDArray[np.bool_]
    cells: int

    @cached_property
    def columns(self) -> sparse.csc_array:
        """The matrix by columns."""
        return self.matrix.tocsc()

    @cached_property
    def slack(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """How far each constraint may fall and rise from its true value."""
        value = self.matrix @ self.counts
        return self.lowest - value, self.highest - value

    @cached_property
    def least(self) -> NDArray[np.float64]:
        """What is known of each variable at least: a withheld cell is not zero, because zeros are shown."""
        return np.where(self.cell >= 0, 1.0, 0.0)

    def spread(self, cells: NDArray[np.bool_], *, other: bool = False) -> NDArray[np.bool_]:
        """Return for each variable what holds for its cell.

        Parameters
        ----------
        cells
            One value per cell.
        other
            Value for variables that belong to no cell.

        Returns
        -------
        NDArray
            One value per variable.
        """
        if not len(cells):
            return np.full(len(self.cell), other)
        return np.where(self.cell >= 0, cells[np.maximum(self.cell, 0)], other)

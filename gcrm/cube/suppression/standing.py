"""How things stand while it is decided what to withhold: which cells are, and how far witnesses spread each count."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gcrm.cube.suppression.neighbourhood import Surroundings
from gcrm.cube.suppression.witness import Wish, find

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gcrm.cube.suppression.system import System

    Numbers = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Mask = NDArray[np.bool_]

#: Widths closer than this are the same.
TINY = 1e-6


class Standing:
    """What is withheld so far, and how far witnesses spread each count.

    Parameters
    ----------
    system
        What an attacker knows.
    small
        True for each cell that has to be withheld.
    wanted
        How wide the interval of each withheld count has to be.

    Attributes
    ----------
    hidden
        True for each cell that is withheld.
    low, high
        For each variable, the smallest and the largest count that a witness gives it.
    withheld
        True for each variable that has to be protected: its cell is withheld, and no release told it before.
    free
        True for each variable that an attacker does not know: those and parts that are never given out.
    may
        True for each variable that could be withheld, or is not given out anyway.
    """

    def __init__(self, system: System, small: Mask, wanted: float) -> None:
        self.system, self.wanted = system, wanted
        self.hidden = np.zeros(len(small), dtype=bool)
        self.low, self.high = system.counts.copy(), system.counts.copy()
        self.withheld = np.zeros(len(system.counts), dtype=bool)
        self.may = ~system.known
        self.free = self.may & (system.cell < 0)
        self.price = np.log2(1 + system.counts)
        self._near = Surroundings(system)
        self._order = np.argsort(system.cell, kind="stable")
        self._starts = np.searchsorted(system.cell[self._order], np.arange(len(small) + 1))
        self.withhold(np.flatnonzero(small))

    def withhold(self, cells: Numbers) -> None:
        """Withhold some cells.

        Parameters
        ----------
        cells
            Their numbers.
        """
        fresh = np.unique(cells[~self.hidden[cells]])
        self.hidden[fresh] = True
        starts, ends = self._starts[fresh], self._starts[fresh + 1]
        if not (ends - starts).sum():
            return
        variables = np.concatenate([self._order[a:b] for a, b in zip(starts, ends, strict=True)])
        variables = variables[self.may[variables]]
        self.withheld[variables] = self.free[variables] = True

    def width(self, variable: int) -> float:
        """Return how much wider the interval of a count must become.

        Parameters
        ----------
        variable
            Its number.

        Returns
        -------
        float
            0 or less where it is wide enough.
        """
        return float(self.wanted - (self.high[variable] - self.low[variable]))

    def lacking(self, variables: Numbers | None = None) -> Mask:
        """Say of some variables, or of all, whether they are withheld and not spread wide enough.

        Parameters
        ----------
        variables
            Their numbers; all where absent.

        Returns
        -------
        NDArray
            One value per variable.
        """
        chosen = slice(None) if variables is None else variables
        narrow = self.wanted - (self.high[chosen] - self.low[chosen]) > TINY
        found: Mask = narrow & self.withheld[chosen]
        return found

    def around(self, seed: int, limit: int, most: int, *, free: bool) -> Numbers:
        """Return the variables near one.

        Parameters
        ----------
        seed, limit, most
            As in `Surroundings.around`.
        free
            True for those that an attacker does not know; false for those that could be withheld too.

        Returns
        -------
        NDArray
            Their numbers, ascending.
        """
        return self._near.around(seed, self.free if free else self.may, limit, most, ~self.free)

    def goals(self, variables: Numbers) -> tuple[Floats, Floats]:
        """Return how far each variable would have to rise, or to fall, to be spread wide enough.

        Parameters
        ----------
        variables
            Their numbers.

        Returns
        -------
        tuple of NDArray
            Differences from the truth: 0 or more, and 0 or less.
        """
        counts = self.system.counts[variables]
        rise = self.low[variables] + self.wanted - counts
        fall = self.high[variables] - self.wanted - counts
        return np.maximum(rise, 0.0), np.minimum(fall, 0.0)

    def take(self, wish: Wish) -> bool:
        """Look for a witness, and note it.

        Parameters
        ----------
        wish
            What it should look like.

        Returns
        -------
        bool
            False where there is none.
        """
        found = find(self.system, wish)
        if found is not None:
            self.note(wish.variables, found)
        return found is not None

    def note(self, variables: Numbers, difference: Floats) -> None:
        """Remember how far a witness spreads each count, and withhold what it changes.

        Parameters
        ----------
        variables
            Numbers of the variables that it changes.
        difference
            How it differs from the truth, one value per variable.
        """
        counts = self.system.counts[variables] + difference
        self.low[variables] = np.minimum(self.low[variables], counts)
        self.high[variables] = np.maximum(self.high[variables], counts)
        moved = self.system.cell[variables[np.abs(difference) > TINY]]
        self.withhold(moved[moved >= 0])

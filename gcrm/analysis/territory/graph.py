"""The graph of units: who borders on whom, and what hangs together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray


@dataclass(frozen=True)
class Graph:
    """Units and their borders.

    Attributes
    ----------
    size
        Number of units.
    pairs
        One row per border: the places of two units; each border once, no unit with itself.
    """

    size: int
    pairs: NDArray[np.int64]

    @cached_property
    def matrix(self) -> sparse.csr_array:
        """One entry per unit and neighbour."""
        first, second = self.pairs.T
        entries = np.ones(2 * len(self.pairs), dtype=np.int8)
        both = (np.concatenate([first, second]), np.concatenate([second, first]))
        return sparse.coo_array((entries, both), shape=(self.size, self.size)).tocsr()

    @cached_property
    def neighbours(self) -> tuple[tuple[int, ...], ...]:
        """Neighbours of each unit."""
        matrix = self.matrix
        return tuple(tuple(matrix.indices[matrix.indptr[i] : matrix.indptr[i + 1]].tolist()) for i in range(self.size))

    def parts(self, members: Iterable[int]) -> list[set[int]]:
        """Return the parts of a set of units that hang together, the largest first.

        Parameters
        ----------
        members
            Places of units.

        Returns
        -------
        list of set of int
            Every member in one part; parts of one size in the order of their least member.
        """
        left, found = set(members), []
        while left:
            found.append(self._spread(min(left), left))
            left -= found[-1]
        return sorted(found, key=lambda part: (-len(part), min(part)))

    def _spread(self, seed: int, allowed: set[int]) -> set[int]:
        part, queue = {seed}, [seed]
        while queue:
            for other in self.neighbours[queue.pop()]:
                if other in allowed and other not in part:
                    part.add(other)
                    queue.append(other)
        return part

    def can_leave(self, unit: int, territory: NDArray[np.int64]) -> bool:
        """Say whether the rest of a unit's territory still hangs together without it.

        Parameters
        ----------
        unit
            Place of the unit.
        territory
            Territory of each unit, all of which hang together.

        Returns
        -------
        bool
            False also where it is the only unit.
        """
        own = territory[unit]
        near = [v for v in self.neighbours[unit] if territory[v] == own]
        if len(near) <= 1:
            return bool(near)
        wanted, seen, queue = set(near[1:]), {unit, near[0]}, [near[0]]
        for place in queue:  # grows on the way; what is near the unit is found soon
            for other in self.neighbours[place]:
                if territory[other] == own and other not in seen:
                    seen.add(other)
                    wanted.discard(other)
                    if not wanted:
                        return True
                    queue.append(other)
        return not wanted

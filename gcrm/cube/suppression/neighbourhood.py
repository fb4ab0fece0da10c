"""The neighbourhood of a count: the counts that share constraints with it, those joined by short ones first."""

from __future__ import annotations

import heapq
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gcrm.cube.suppression.system import System

    Numbers = NDArray[np.int64]


class Surroundings:
    """Finds what is near a count.

    Parameters
    ----------
    system
        Variables and constraints.
    """

    def __init__(self, system: System) -> None:
        self.system = system
        self._sizes = np.diff(system.matrix.indptr).tolist()

    def around(self, seed: int, allowed: NDArray[np.bool_], limit: int, most: int, dear: NDArray[np.bool_]) -> Numbers:
        """Return the variables near one.

        Parameters
        ----------
        seed
            Number of the variable to begin with.
        allowed
            Variables that may take part; the others stay as they are.
        limit
            How many variables to return at most.
        most
            How many of them a constraint brings along at most: of a long one, the largest of those that cost nothing,
            which have the most room to fall, and those that are easiest to withhold.
        dear
            True for the variables that cost something: they are shown so far.

        Returns
        -------
        NDArray
            Their numbers, ascending; `seed` is among them.
        """
        starts, members, where, rows = self._lists
        may = memoryview(allowed.tobytes())  # single entries of it are read faster
        sizes = self._sizes
        found = {seed}
        seen: set[int] = set()
        queue: list[tuple[int, int]] = []
        fresh, far = [seed], 0
        while True:
            for variable in fresh:
                for row in rows[where[variable] : where[variable + 1]]:
                    if row not in seen:
                        seen.add(row)
                        heapq.heappush(queue, (far + min(sizes[row], most), row))
            if not queue or len(found) >= limit:
                return np.array(sorted(found), dtype=np.int64)
            far, row = heapq.heappop(queue)
            line = members[starts[row] : starts[row + 1]]
            room = min(most, limit - len(found))
            if len(line) > room:
                line = self._best(line, allowed, room, dear)
            fresh = [v for v in line if v not in found and may[v]]
            found.update(fresh)

    @cached_property
    def _lists(self) -> tuple[list[int], list[int], list[int], list[int]]:
        """The matrix by rows and by columns, as lists: single entries of those are read faster."""
        matrix, columns = self.system.matrix, self.system.columns
        parts = (matrix.indptr, matrix.indices, columns.indptr, columns.indices)
        rows, members, places, lines = (part.tolist() for part in parts)
        return rows, members, places, lines

    def _best(self, line: list[int], allowed: NDArray[np.bool_], room: int, dear: NDArray[np.bool_]) -> list[int]:
        """Choose from a long line: half of what costs nothing, the largest first, then what is easiest to withhold."""
        members = np.array(line)
        members = members[allowed[members]]
        members = members[np.argsort(self.system.counts[members], kind="stable")]
        paid = dear[members]
        free, shown = members[~paid][::-1], members[paid]
        half = max(room - len(shown), room // 2)
        chosen: list[int] = np.concatenate([free[:half], shown[: room - min(half, len(free))]]).tolist()
        return chosen

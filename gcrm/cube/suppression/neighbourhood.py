"""The neighbourhood of a count: the counts that share constraints with it, those joined by short ones first."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gcrm.cube.suppression.system import System


def around(system: System, seed: int, allowed: NDArray[np.bool_], limit: int) -> NDArray[np.int64]:
    """Return the variables near one.

    Parameters
    ----------
    system
        Variables and constraints.
    seed
        Number of the variable to begin with.
    allowed
        Variables that may take part; the others stay as they are.
    limit
        How many variables to return at most.

    Returns
    -------
    NDArray
        Their numbers, ascending; `seed` is among them.
    """
    rows, columns = system.matrix, system.columns
    sizes = np.diff(rows.indptr)
    found = {seed}
    seen: set[int] = set()
    queue: list[tuple[int, int]] = []

    def enter(variable: int, far: int) -> None:
        for row in columns.indices[columns.indptr[variable] : columns.indptr[variable + 1]].tolist():
            if row not in seen:
                seen.add(row)
                heapq.heappush(queue, (far + int(sizes[row]), row))

    enter(seed, 0)
    while queue and len(found) < limit:
        far, row = heapq.heappop(queue)
        members = rows.indices[rows.indptr[row] : rows.indptr[row + 1]]
        members = members[allowed[members]]
        if len(found) + len(members) > limit:  # of a long line, those that are easiest to withhold
            members = members[np.argsort(system.counts[members], kind="stable")]
        for variable in members.tolist():
            if variable not in found and len(found) < limit:
                found.add(variable)
                enter(variable, far)
    return np.array(sorted(found), dtype=np.int64)

"""Points in cells that no region holds for certain: which region each belongs to.

The candidates of such a cell form *groups*. In a partition the regions of a cell that are valid at the same time form
one group, in the order of their identifiers, and the first that covers a point has it. Elsewhere each candidate is a
group of its own, and every one that covers a point has it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gcrm.conform.cover import covers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gcrm.conform.cover import Pairs
    from gcrm.conform.layer import Layer


@dataclass(frozen=True)
class Groups:
    """Groups of candidate regions, one entry per group.

    Attributes
    ----------
    cell
        Position of each group's cell in the array of cells.
    start
        Where each group begins in `candidate`; one entry more than there are groups.
    candidate
        Positions of regions, group by group, in ascending order.
    """

    cell: NDArray[np.int64]
    start: NDArray[np.int64]
    candidate: NDArray[np.int64]


def divide(layer: Layer, pairs: Pairs) -> tuple[NDArray[np.bool_], Groups]:
    """Divide pairs of cell and region into certain ones and groups of candidates.

    Parameters
    ----------
    layer
        The layer the pairs are of.
    pairs
        Cells with their regions.

    Returns
    -------
    tuple
        For each pair, whether every point of the cell belongs to the region; and the groups made of all other pairs.
    """
    if layer.overlapping:
        certain = pairs.inside
        number = np.arange(len(pairs.cell))
    else:
        # Alone in its cell (at its time), an inside region has no rival.
        rival = layer.period[pairs.region] if layer.tidy else np.zeros(len(pairs.region), np.int64)
        number = pairs.cell * len(layer.region_key) + rival
        _, back, size = np.unique(number, return_inverse=True, return_counts=True)
        certain = pairs.inside & (size[back] == 1)
        number = back if layer.tidy else np.arange(len(pairs.cell))
    rest = np.flatnonzero(~certain)
    rest = rest[np.lexsort((pairs.region[rest], number[rest]))]
    first = np.flatnonzero(np.diff(number[rest], prepend=-1))
    return certain, Groups(pairs.cell[rest[first]], np.append(first, len(rest)), pairs.region[rest])


def first_covering(
    layer: Layer, groups: Groups, group: NDArray[np.int64], lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return for each point the first region of its group that covers it.

    Parameters
    ----------
    layer, groups
        The layer and its groups of candidates.
    group
        Each point's group.
    lon, lat
        The points, in degrees.

    Returns
    -------
    numpy.ndarray
        Positions of regions; -1 where no candidate covers the point.
    """
    found = np.full(len(group), -1, np.int64)
    pending = np.arange(len(group))
    at, end = groups.start[group], groups.start[group + 1]
    while len(pending):
        region = groups.candidate[at]
        hit = covers(layer.geometry, region, lon[pending], lat[pending])
        found[pending[hit]] = region[hit]
        at = at + 1
        left = ~hit & (at < end)
        pending, at, end = pending[left], at[left], end[left]
    return found

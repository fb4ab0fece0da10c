"""What is known of the cells met so far: the regions that hold or meet each, and so the regions of points.

The candidates of a cell form *groups*. In a partition the regions of a cell that are valid at the same time form one
group, in the order of their identifiers, and the first that covers a point has it. Elsewhere each candidate is a group
of its own, and every one that covers a point has it. A group whose first region holds the cell wholly is *certain*: all
points of the cell belong to that region, and none is tested.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gcrm.conform.cover import cover, covers
from gcrm.conform.lattice import search

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gcrm.conform.cover import Pairs
    from gcrm.conform.lattice import Coded
    from gcrm.conform.layer import Layer

    Ints = NDArray[np.int64]

#: Cells compared with the regions at a time: some 200 MB.
_CELLS = 500_000


class Atlas:
    """The cells met so far and their groups of regions.

    Parameters
    ----------
    layer
        The layer whose regions are sought.
    """

    def __init__(self, layer: Layer) -> None:
        self._layer = layer
        # Cells in the order they were met, and sorted.
        self._met = self._cells = np.empty(0, np.uint64)
        self._order = np.empty(0, np.int64)
        # Groups of a cell, and candidates of a group: where each begins, with one entry more for the end.
        self._groups = np.zeros(1, np.int64)
        self._candidates = np.zeros(1, np.int64)
        self._region = np.empty(0, np.int64)
        self._certain = np.empty(0, bool)

    def regions(self, cells: Coded, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> tuple[Ints, Ints]:
        """Find the regions of points.

        Parameters
        ----------
        cells
            The points' cells, of the layer's resolution.
        lon, lat
            The points, in degrees.

        Returns
        -------
        tuple
            Positions of points, and the position in the layer of a region of each. A point in no region is not
            there; one in several is there several times.
        """
        place = self._places(cells.distinct)[cells.code]
        point, group = self._point_groups(place)
        region = self._region[self._candidates[group]]
        open_ = np.flatnonzero(~self._certain[group])
        region[open_] = self._first_covering(group[open_], lon[point[open_]], lat[point[open_]])
        found = region >= 0
        return point[found], region[found]

    def _point_groups(self, place: Ints) -> tuple[Ints, Ints]:
        """Return pairs of point and group, for the places of the points' cells."""
        first, count = self._groups[place], np.diff(self._groups)[place]
        if not len(count) or count.max() <= 1:
            point = np.flatnonzero(count)
            return point, first[point]
        point = np.repeat(np.arange(len(place)), count)
        nth = np.arange(len(point)) - np.repeat(np.cumsum(count) - count, count)
        return point, first[point] + nth

    def _places(self, cells: NDArray[np.uint64]) -> Ints:
        """Return where each cell stands among those known; new ones are compared with the regions first."""
        at = search(self._cells, cells)
        new = np.append(self._cells, np.uint64(0))[at] != cells
        if new.any():
            self._learn(np.unique(cells[new]))
            at = search(self._cells, cells)
        return self._order[at]

    def _learn(self, cells: NDArray[np.uint64]) -> None:
        """Compare new cells with the regions."""
        for begin in range(0, len(cells), _CELLS):
            part = cells[begin : begin + _CELLS]
            pairs = cover(self._layer.geometry, part, self._layer.resolution)
            groups = divide(self._layer, pairs)
            ends = np.searchsorted(groups.cell, np.arange(1, len(part) + 1))
            self._met = np.concatenate([self._met, part])
            self._groups = np.concatenate([self._groups, self._groups[-1] + ends])
            self._candidates = np.concatenate([self._candidates, self._candidates[-1] + groups.end])
            self._region = np.concatenate([self._region, groups.region])
            self._certain = np.concatenate([self._certain, groups.certain])
        self._order = np.argsort(self._met)
        self._cells = self._met[self._order]

    def _first_covering(self, group: Ints, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Ints:
        """Return for each point the first region of its group that covers it; -1 where none does."""
        found = np.full(len(group), -1, np.int64)
        pending = np.arange(len(group))
        at, end = self._candidates[group], self._candidates[group + 1]
        while len(pending):
            region = self._region[at]
            hit = covers(self._layer.geometry, region, lon[pending], lat[pending])
            found[pending[hit]] = region[hit]
            at = at + 1
            left = ~hit & (at < end)
            pending, at, end = pending[left], at[left], end[left]
        return found


@dataclass(frozen=True)
class Groups:
    """Groups of candidate regions.

    Attributes
    ----------
    cell
        Position of each group's cell, in ascending order.
    end
        Where each group ends in `region`.
    certain
        True where every point of the cell belongs to the first region of the group.
    region
        Positions of regions, group by group; within a group in ascending order.
    """

    cell: Ints
    end: Ints
    certain: NDArray[np.bool_]
    region: Ints


def divide(layer: Layer, pairs: Pairs) -> Groups:
    """Divide the regions of each cell into groups.

    Parameters
    ----------
    layer
        The layer whose regions they are.
    pairs
        Cells with their regions.

    Returns
    -------
    Groups
        One group per cell and time in a partition whose regions are valid at the same time or never; otherwise one
        per pair.
    """
    alone = layer.overlapping or not layer.tidy
    rival = pairs.region if alone else layer.period[pairs.region]
    order = np.lexsort((pairs.region, rival, pairs.cell))
    cell, rival = pairs.cell[order], rival[order]
    first = np.flatnonzero((np.diff(cell, prepend=-1) != 0) | (np.diff(rival, prepend=-1) != 0))
    end = np.append(first[1:], len(order))[: len(first)]
    return Groups(cell[first], end, pairs.inside[order[first]], pairs.region[order])

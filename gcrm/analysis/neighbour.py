"""Who is whose neighbour among places: by a shared border, by touching, by distance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import h3
import numpy as np
import shapely
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Pairs = NDArray[np.int64]

#: Outlines this near to each other touch, in metres: gaps of a drawing are no gaps of the ground.
GAP_M = 5.0
#: Regions that touch along at least so much of their outlines border on each other, in metres.
_ALONG_M = 15.0


def bordering(shapes: NDArray[np.object_]) -> Pairs:
    """Return which regions border on each other; those that touch at a corner alone do not.

    Parameters
    ----------
    shapes
        Outlines in a metric CRS.

    Returns
    -------
    numpy.ndarray
        One row per pair of places, the lower one first.
    """
    first, second = touching(shapes).T
    # What lies along the other's outline, small gaps and overlaps of the drawing notwithstanding.
    wide = shapely.buffer(shapes, GAP_M, quad_segs=2)
    along = shapely.length(shapely.intersection(shapely.boundary(shapes[first]), wide[second]))
    along = np.maximum(along, shapely.length(shapely.intersection(shapely.boundary(shapes[second]), wide[first])))
    # A region that is smaller than that borders with what it has.
    least = np.minimum(_ALONG_M, np.minimum(shapely.length(shapes[first]), shapely.length(shapes[second])) / 8)
    return _once(first[along >= least], second[along >= least])


def touching(shapes: NDArray[np.object_], gap: float = GAP_M) -> Pairs:
    """Return which regions touch, at a corner or along a border (queen contiguity).

    Parameters
    ----------
    shapes
        Outlines in a metric CRS; null touches nothing.
    gap
        How far from each other they may be drawn, in units of the CRS.

    Returns
    -------
    numpy.ndarray
        One row per pair of places, the lower one first.
    """
    return _once(*shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=gap))


def cells_around(cells: Sequence[str]) -> Pairs:
    """Return which H3 cells of one resolution lie side by side.

    Parameters
    ----------
    cells
        Cells in hexadecimal, each once.

    Returns
    -------
    numpy.ndarray
        One row per pair of places, the lower one first.
    """
    place = {cell: i for i, cell in enumerate(cells)}
    found = [(i, place[other]) for cell, i in place.items() for other in h3.grid_disk(cell, 1) if other in place]
    return _once(*np.array(found, np.int64).reshape(-1, 2).T)


def within(points: Floats, distance: float) -> Pairs:
    """Return which points lie within a distance of each other.

    Parameters
    ----------
    points
        One row per place: x, y in a metric CRS.
    distance
        In units of the CRS; what is exactly so far counts.

    Returns
    -------
    numpy.ndarray
        One row per pair of places, the lower one first.
    """
    found = cKDTree(points).query_pairs(distance, output_type="ndarray")
    return _once(*np.sort(found, axis=1).T)


def nearest(points: Floats, count: int) -> Pairs:
    """Return the nearest neighbours of points; who is near to one of them is its neighbour, too.

    Parameters
    ----------
    points
        One row per place: x, y in a metric CRS.
    count
        How many each point has at least, where there are as many.

    Returns
    -------
    numpy.ndarray
        One row per pair of places, the lower one first.
    """
    count = min(count, len(points) - 1)
    own = np.repeat(np.arange(len(points)), count + 1)
    found = cKDTree(points).query(points, k=count + 1)[1].reshape(-1).astype(np.int64)
    return _once(*np.sort(np.column_stack([own, found]), axis=1).T)


def _once(first: NDArray[np.int64], second: NDArray[np.int64]) -> Pairs:
    """Return each pair once, the lower place first, in order."""
    kept = first < second
    pairs: Pairs = np.unique(np.column_stack([first[kept], second[kept]]), axis=0).astype(np.int64)
    return pairs

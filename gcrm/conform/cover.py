"""Which regions hold a cell wholly, and which only meet it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gcrm.conform.hull import hulls
from gcrm.conform.thread import apart, in_threads, spans

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Pairs:
    """Cells and the regions that may share points with them, one entry per pair, sorted by cell, then region.

    Attributes
    ----------
    cell
        Position of the cell in the array asked about.
    region
        Position of the region in the array asked about.
    inside
        True where the region holds every point of the cell; false where each point must be tested.
    """

    cell: NDArray[np.int64]
    region: NDArray[np.int64]
    inside: NDArray[np.bool_]


def cover(geometry: NDArray[np.object_], cells: NDArray[np.uint64], resolution: int) -> Pairs:
    """Find the regions of each cell.

    Parameters
    ----------
    geometry
        Prepared, valid polygons; none missing or empty.
    cells
        Distinct cells of `resolution`.
    resolution
        H3 resolution of the cells.

    Returns
    -------
    Pairs
        Every pair of a cell and a region that may share a point.
    """
    hull = np.empty(len(cells), object)

    def build(span: slice) -> None:
        """Make the hulls of one part of the cells."""
        hull[span] = hulls(cells[span], resolution)

    in_threads(build, spans(len(cells), 5000))
    region, cell = shapely.STRtree(hull).query(geometry)
    xy, owner = shapely.get_coordinates(hull, return_index=True)
    corner = xy[np.searchsorted(owner, cell)]
    # A corner within the region leaves two cases, a corner outside two others: each costs one further test.
    meets = covers(geometry, region, corner[:, 0], corner[:, 1])
    inside = np.zeros(len(region), bool)

    def test(span: slice) -> None:
        """Compare one part of the pairs."""
        g, h, corner_in = geometry[region[span]], hull[cell[span]], meets[span]
        inside[span][corner_in] = shapely.contains_properly(g[corner_in], h[corner_in])
        meets[span][~corner_in] = shapely.intersects(g[~corner_in], h[~corner_in])

    in_threads(test, apart(region))
    cell, region, inside = cell[meets], region[meets], inside[meets]
    order = np.lexsort((region, cell))
    return Pairs(cell[order], region[order], inside[order])


def covers(
    geometry: NDArray[np.object_], region: NDArray[np.int64], lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Tell for each pair of region and point whether the region covers the point, exactly as shapely's `covers`.

    Parameters
    ----------
    geometry
        Prepared polygons.
    region
        Position in `geometry` of each pair's region.
    lon, lat
        Each pair's point, in degrees.

    Returns
    -------
    numpy.ndarray
        One truth value per pair.
    """
    # Sorted by region, one polygon after the other stays in the processor's cache. A prepared polygon builds its
    # index at the first question: two threads must never ask the same one, here and above.
    order = np.argsort(_narrow(region), kind="stable")
    grouped, x, y = region[order], lon[order], lat[order]
    hits = np.empty(len(order), bool)

    def test(span: slice) -> None:
        """Ask about one part of the points."""
        hits[span] = shapely.intersects_xy(geometry[grouped[span]], x[span], y[span])

    in_threads(test, apart(grouped))
    out = np.empty(len(order), bool)
    out[order] = hits
    return out


def _narrow(index: NDArray[np.int64]) -> NDArray[np.int64] | NDArray[np.uint16]:
    """Return small positions as 16-bit numbers, which numpy sorts ten times faster."""
    return index.astype(np.uint16) if len(index) and index.max() <= np.iinfo(np.uint16).max else index

"""The area that polygons share, summed from their edges without drawing what they share.

A point lies in a polygon when one more of its upper than of its lower edges is above it: the indicator of a polygon is
a signed sum over edges of "is below the edge", and that of what two polygons share is a sum over pairs of edges. Over
the ground that both edges of a pair stand on, what cancelling leaves is how far the one lies above the other.
Borders that are shared, crossed or touched need no case of their own, which is what makes overlays slow.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gcrm.conform.thread import in_threads, spans

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Shapes = NDArray[Any]

#: Edges that are compared at once: few enough for what they meet to stay in the processor's cache.
_AT_ONCE = 20_000
#: Fewest pairs of zones that are worth a thread.
_LEAST = 500


@dataclass(frozen=True)
class Edges:
    """Edges of zones that are not upright, sorted by zone, then by their left end.

    Attributes
    ----------
    bounds
        Per zone the ranks of its west and east end, and its least and greatest y.
    first
        Position of the first edge of each zone, and the number of edges after the last.
    left, right
        Ranks of the ends among all ends of both systems, from the west.
    key
        Rank of the left end within the zone's own thousands: ascending, so that zone and end are found by one search.
    west, y, slope
        Left end, and rise per unit to the east.
    sign
        1 where the zone lies below the edge, -1 where it lies above.
    low, high
        Least and greatest y of each edge.
    """

    bounds: tuple[Ints, Ints, Floats, Floats]
    first: Ints
    left: Ints
    right: Ints
    key: Ints
    west: Floats
    y: Floats
    slope: Floats
    sign: Floats
    low: Floats
    high: Floats


def shared_area(sources: Shapes, targets: Shapes, source: Ints, target: Ints) -> Floats:
    """Return the area that the two polygons of each pair share.

    Parameters
    ----------
    sources, targets
        Valid polygons or multipolygons; of collections, the polygons count.
    source, target
        Positions of the polygons of each pair.

    Returns
    -------
    numpy.ndarray
        Square units per pair; 0 where it is less than the rounding of its terms.
    """
    area = np.zeros(len(source))
    lines = _lines(sources), _lines(targets)
    ends, rank = np.unique(np.concatenate([lines[0][1], lines[1][1]]), return_inverse=True)
    ranks = rank[: len(lines[0][1])], rank[len(lines[0][1]) :]
    one, two = (
        _edges(side, ranked, shapely.bounds(shapes).T, ends)
        for side, ranked, shapes in zip(lines, ranks, (sources, targets), strict=True)
    )

    def work(part: slice) -> None:
        size = np.cumsum(np.diff(one.first)[source[part]] + np.diff(two.first)[target[part]])
        cuts = np.searchsorted(size, np.arange(_AT_ONCE, size[-1] + _AT_ONCE, _AT_ONCE))
        for begin, end in pairwise([part.start, *(part.start + np.unique(cuts[cuts > 0])), part.stop]):
            area[begin:end] = _shared(one, two, ends, source[begin:end], target[begin:end])

    in_threads(work, spans(len(source), _LEAST))
    return area


def _lines(shapes: Shapes) -> tuple[Ints, Floats, Floats]:
    """Return the zone of each edge that is not upright, and x, then y of its ends; zones lie to the left of edges."""
    parts, zone = shapely.get_parts(shapes, return_index=True)
    if (shapely.get_num_geometries(parts) != 1).any():  # of a collection
        parts, of = shapely.get_parts(parts, return_index=True)
        zone = zone[of]
    rings, of = shapely.get_rings(shapely.orient_polygons(parts), return_index=True)
    at, ring = shapely.get_coordinates(rings, return_index=True)
    edge = np.flatnonzero((ring[1:] == ring[:-1]) & (at[1:, 0] != at[:-1, 0]))
    begin, end = at[edge], at[edge + 1]
    return zone[of][ring[edge]], np.concatenate([begin[:, 0], end[:, 0]]), np.concatenate([begin[:, 1], end[:, 1]])


def _edges(lines: tuple[Ints, Floats, Floats], ranked: Ints, box: Floats, ends: Floats) -> Edges:
    """Sort the edges of a system by zone and left end."""
    zone = lines[0]
    (rank, far), (x, xs), (y, ys) = (both.reshape(2, -1) for both in (ranked, *lines[1:]))
    east = x < xs
    left = np.where(east, rank, far)
    key = zone * (len(ends) + 1) + left
    order = np.argsort(key, kind="stable")
    west, start, sign = np.where(east, x, xs), np.where(east, y, ys), np.where(east, -1.0, 1.0)
    slope = (ys - y) / (xs - x)
    columns: tuple[Any, ...] = (
        left,
        np.where(east, far, rank),
        key,
        west,
        start,
        slope,
        sign,
        np.minimum(y, ys),
        np.maximum(y, ys),
    )
    first = np.searchsorted(zone[order], np.arange(box.shape[1] + 1))
    bounds = np.searchsorted(ends, box[0]), np.searchsorted(ends, box[2]), box[1], box[3]
    return Edges(bounds, first, *(column[order] for column in columns))


def _shared(one: Edges, two: Edges, ends: Floats, source: Ints, target: Ints) -> Floats:
    """Sum what pairs of edges share, for pairs of zones."""
    # An edge of the source meets those edges of the target that begin above or below it, and the other way round.
    pair, edge, other = _met(one, two, len(ends), source, target, ties=True)
    turned, more, edges = _met(two, one, len(ends), target, source, ties=False)
    pair, edge, other = (np.concatenate(both) for both in ((pair, turned), (edge, edges), (other, more)))
    above = np.flatnonzero(one.high[edge] > two.low[other])
    pair, edge, other = pair[above], edge[above], other[above]
    begin = np.maximum(one.west[edge], two.west[other])
    wide = ends[np.minimum(one.right[edge], two.right[other])] - begin
    apart = one.y[edge] - two.y[other]
    apart += (begin - one.west[edge]) * one.slope[edge] - (begin - two.west[other]) * two.slope[other]
    after = apart + wide * (one.slope[edge] - two.slope[other])
    over = np.maximum(apart, 0.0) + np.maximum(after, 0.0)
    span = np.abs(apart) + np.abs(after)
    term = 0.5 * wide * over * np.divide(over, span, out=np.zeros_like(over), where=span > 0)
    area = np.bincount(pair, -one.sign[edge] * two.sign[other] * term, len(source))
    count = np.bincount(pair, minlength=len(source))
    least = np.bincount(pair, term, len(source)) * count * np.finfo(float).eps
    return np.where(area > least, area, 0.0)


def _met(
    edges: Edges, others: Edges, ends: int, zone: Ints, other_zone: Ints, *, ties: bool
) -> tuple[Ints, Ints, Ints]:
    """Return pairs of zones, edges of the one, and the edges of the other that begin within them, to the east.

    `ties` says whether an edge that begins where the other does counts.
    """
    each = ends + 1
    west, east, south, north = (side[other_zone] for side in others.bounds)
    pair, edge = _all(edges.first[zone], np.searchsorted(edges.key, zone * each + east))
    facing = edges.high[edge] > south[pair] if ties else edges.low[edge] < north[pair]
    near = np.flatnonzero(facing & (edges.right[edge] > west[pair]))
    pair, edge = pair[near], edge[near]
    base = other_zone[pair] * each
    begin = np.searchsorted(others.key, base + edges.left[edge], "left" if ties else "right")
    row, other = _all(begin, np.searchsorted(others.key, base + edges.right[edge], "left"))
    return pair[row], edge[row], other


def _all(begin: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Return every position of half-open ranges, after the row of the range that it comes from."""
    count = np.maximum(end - begin, 0)
    row = np.repeat(np.arange(len(count)), count)
    return row, np.arange(len(row)) + np.repeat(begin - (np.cumsum(count) - count), count)

"""Places put on roads: the nearest point of the nearest road that may be used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gcrm.enrich.road.network import Graph

#: Most places have a road so near.
_NEAR_M = 40.0
#: A place so near to a junction stands on it.
_LEAST_M = 0.001


@dataclass(frozen=True)
class Snap:
    """Where places reach the roads; arrays with one element per place.

    Attributes
    ----------
    piece
        Number of the piece; -1 where the place is too far from any road, or unknown itself.
    share
        How far along the piece, as drawn, 0 to 1.
    access_m
        Metres from the place to the road, in a straight line; NaN where it is too far.
    """

    piece: NDArray[np.int64]
    share: NDArray[np.float64]
    access_m: NDArray[np.float64]

    def __len__(self) -> int:
        """Return how many places there are."""
        return len(self.piece)

    def part(self, places: slice) -> Snap:
        """Return some of the places."""
        return Snap(self.piece[places], self.share[places], self.access_m[places])


def snap(graph: Graph, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Snap:
    """Find the nearest road of each place, if there is one within `reach_m`.

    Parameters
    ----------
    graph
        Roads of a mode at a time: what it may not use is not looked at.
    lon, lat
        Places in WGS84 degrees; NaN where one is not known.

    Returns
    -------
    Snap
        Where they reach the roads. Of two roads equally far it is the one that comes first in the snapshot.
    """
    count = len(lon)
    piece, share, access_m = np.full(count, -1), np.zeros(count), np.full(count, np.nan)
    known = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    if not known.size or not graph.open_pieces.size:
        return Snap(piece, share, access_m)
    points = shapely.points(graph.network.plane(lon[known], lat[known]))
    pairs, metres = _nearest(graph.tree, points, graph.network.rules.reach_m)
    order = np.lexsort((pairs[1], metres, pairs[0]))
    _, first = np.unique(pairs[0][order], return_index=True)
    chosen = order[first]
    at, own = known[pairs[0][chosen]], graph.open_pieces[pairs[1][chosen]]
    piece[at], access_m[at] = own, metres[chosen]
    lines = graph.network.line[own]
    along = shapely.line_locate_point(lines, points[pairs[0][chosen]], normalized=True)
    # Nobody has to drive round the block for less than a millimetre of a one-way street.
    close = _LEAST_M / np.maximum(shapely.length(lines), _LEAST_M)
    share[at] = np.select([along <= close, along >= 1 - close], [0.0, 1.0], np.nan_to_num(along))
    return Snap(piece, share, access_m)


def _nearest(
    tree: shapely.STRtree, points: NDArray[np.object_], reach_m: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return pairs of point and line, the nearest line of each point among them, and their distances.

    To look at all lines within a block's width first is several times as fast as to ask for the nearest one.
    """
    near_m = min(_NEAR_M, reach_m)
    pairs = tree.query(points, predicate="dwithin", distance=near_m)
    metres = shapely.distance(points[pairs[0]], tree.geometries[pairs[1]])
    alone = np.setdiff1d(np.arange(len(points)), pairs[0])
    if not alone.size or near_m == reach_m:
        return pairs, metres
    others, far = tree.query_nearest(points[alone], max_distance=reach_m, return_distance=True)
    others[0] = alone[others[0]]
    return np.concatenate([pairs, others], axis=1), np.concatenate([metres, far])

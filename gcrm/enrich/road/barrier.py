"""Borders that cannot be crossed: neighbouring regions that no road leads between, and what lies there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gcrm.enrich.road.network import Network

#: Regions are neighbours where they come so near to each other; what lies within it of a border lies on it.
NEAR_M = 30.0
#: A road leads into a region that holds so much of it.
_INSIDE_M = 1.0


@dataclass(frozen=True)
class Cut:
    """A border between two regions that no road crosses.

    Attributes
    ----------
    one, other
        Numbers of the regions, the lower first.
    barrier
        Number of the barrier that runs along most of the border; -1 where none is known.
    share
        How much of the border that barrier covers, 0 to 1; 0 where none is known.
    """

    one: int
    other: int
    barrier: int
    share: float


def cut_borders(net: Network, regions: NDArray[Any], barriers: NDArray[Any]) -> list[Cut]:
    """Find neighbouring regions that no road leads between.

    Parameters
    ----------
    net
        The roads. They lead between two regions where one runs for at least a metre in each, or two that meet do, as
        at the streets that many borders run along; who may use them does not matter.
    regions
        Areas in the metric CRS of the roads.
    barriers
        Lines and areas that part them, such as rivers and railways, in the same CRS.

    Returns
    -------
    list of Cut
        In the order of their numbers. Regions that only meet in a point are no neighbours.
    """
    joined = _joined(net, regions)
    lines = shapely.STRtree(barriers)
    found = []
    for one, other in _neighbours(regions):
        if (one, other) in joined:
            continue
        border = shapely.intersection(shapely.buffer(regions[one], NEAR_M), shapely.boundary(regions[other]))
        if shapely.length(border) <= 4 * NEAR_M:
            continue  # they meet in a corner
        at = lines.query(border, predicate="dwithin", distance=NEAR_M)
        shares = [_share(border, barriers[i]) for i in at]
        best = int(np.argmax(shares)) if shares else -1
        found.append(Cut(one, other, int(at[best]) if shares else -1, float(shares[best]) if shares else 0.0))
    return found


def _neighbours(regions: NDArray[Any]) -> list[tuple[int, int]]:
    """Return pairs of regions that lie near each other, the lower number first."""
    pairs = shapely.STRtree(regions).query(regions, predicate="dwithin", distance=NEAR_M)
    return sorted({(a, b) for a, b in pairs.T.tolist() if a < b})


def _joined(net: Network, regions: NDArray[Any]) -> set[tuple[int, int]]:
    """Return pairs of regions that roads lead between: pieces that meet run in both, or one does."""
    piece, region = shapely.STRtree(regions).query(net.line, predicate="intersects")
    inside = shapely.length(shapely.intersection(net.line[piece], regions[region])) >= _INSIDE_M
    reached: dict[int, set[int]] = {}
    for p, r in zip(piece[inside].tolist(), region[inside].tolist(), strict=True):
        reached.setdefault(int(net.start[p]), set()).add(r)
        reached.setdefault(int(net.end[p]), set()).add(r)
    return {(a, b) for found in reached.values() if len(found) > 1 for a in found for b in found if a < b}


def _share(border: Any, barrier: Any) -> float:
    """Return how much of a border lies within reach of a barrier."""
    covered = shapely.intersection(border, shapely.buffer(barrier, NEAR_M))
    return float(shapely.length(covered) / max(shapely.length(border), 1e-9))

"""Which footprints share a wall: what tells a house in a row from one that stands by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gcrm.enrich.building.ground import Ground

#: Footprints nearer than this share a wall where they run along each other, in metres: digitised walls never fit.
GAP_M = 0.5
#: How long they must run along each other, in metres, and how large the other one must be: a shed is no neighbour.
ALONG_M = 3.0
LEAST_M2 = 25.0


def touching(footprints: Ground) -> NDArray[np.int64]:
    """Return for each footprint how many others share a wall with it.

    Parameters
    ----------
    footprints
        Areas of buildings.

    Returns
    -------
    numpy.ndarray
        Number of neighbours of at least `LEAST_M2` whose border runs within `GAP_M` for `ALONG_M` or more.
    """
    if not len(footprints):
        return np.zeros(0, np.int64)
    flat = footprints.flat
    one, other = shapely.STRtree(flat).query(flat, predicate="dwithin", distance=GAP_M)
    real = (one != other) & (footprints.area_m2[other] >= LEAST_M2)
    one, other = one[real], other[real]
    shared = shapely.length(shapely.intersection(shapely.boundary(flat[one]), shapely.buffer(flat[other], GAP_M)))
    found: NDArray[np.int64] = np.bincount(one[shared >= ALONG_M], minlength=len(flat))
    return found

"""Which H3 resolution the regions of a layer and its points are best joined on.

Fine cells leave fewer points near a border to test, but there are more of them to compare with the regions. The costs
below were measured on one core with 10 million points and 3,000 regions; only their proportions matter.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

#: Mean area of a cell at resolution 0, in square kilometres; each resolution divides it by 7.
_CELL_KM2 = 4_357_449.0
#: Microseconds to compare a cell with the regions around it.
_CELL_US = 6.0
#: Microseconds to test a point of a cell on the border.
_TEST_US = 0.7
#: Microseconds to compute the cell of a point.
_PLACE_US = 0.5
#: The finest resolution considered: cells of 0.1 km in width; finer ones pay only for layers of single plots.
_FINEST = 12


def best_resolution(areas_m2: Sequence[float], points: int, present: Collection[int] = ()) -> int:
    """Choose the H3 resolution for a layer.

    Parameters
    ----------
    areas_m2
        Areas of the layer's regions.
    points
        How many points are to be assigned.
    present
        Resolutions whose cells are computed in any case: using one of them saves computing another column.

    Returns
    -------
    int
        The resolution with the least expected cost.
    """
    costs = {r: _cost(areas_m2, points, r) + (0 if r in present else points * _PLACE_US) for r in range(_FINEST + 1)}
    return min(costs, key=lambda r: (costs[r], r))


def _cost(areas_m2: Sequence[float], points: int, resolution: int) -> float:
    """Return the expected microseconds for comparing cells and testing points."""
    cell_m2 = _CELL_KM2 * 1e6 / 7.0**resolution
    total = sum(areas_m2)
    if not total:
        return 0.0
    cells = min(points, total / cell_m2 + len(areas_m2))
    # A cell meets a region's border if its centre lies within about half a width of it, on either side.
    border = sum(min(area, 4.0 * math.sqrt(area) * math.sqrt(cell_m2)) for area in areas_m2) / total
    return cells * _CELL_US + points * border * _TEST_US

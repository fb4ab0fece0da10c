"""Which H3 resolution the regions of a layer and its points are best joined on.

Fine cells leave fewer points near a border to test, and fewer regions to test each with, but there are more of them to
compare with the regions. The costs below were measured on one core with 10 million points and 3,000 regions; only
their proportions matter.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

#: Mean area of a cell at resolution 0, in square kilometres; each resolution divides it by 7.
_CELL_KM2 = 4_357_449.0
#: Microseconds to make the hull of a cell, and to compare it with one region.
_CELL_US = 6.0
_PAIR_US = 3.0
#: Microseconds to test a point of a cell on the border with one region.
_TEST_US = 0.45
#: Microseconds to compute the cell of a point and to store it: 0.3 where points share cells, 0.8 where they do not.
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
    # Of points everywhere, as many lie in border cells as a strip along the borders has room for.
    border = sum(min(area, 3.0 * math.sqrt(area * cell_m2)) for area in areas_m2) / total
    # A square meets (1 + ratio of widths) ** 2 of the squares of another grid; half of them are asked in vain.
    meeting = (1.0 + math.sqrt(cell_m2 * len(areas_m2) / total)) ** 2
    cells = min(points, total / cell_m2 + 1)
    return cells * (_CELL_US + _PAIR_US * meeting) + points * border * _TEST_US * (1.0 + meeting) / 2

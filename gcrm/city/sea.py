"""The sea: OpenStreetMap draws no area of it, only coastlines, with land to their left and water to their right."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gcrm.city.edge import faces

if TYPE_CHECKING:
    from collections.abc import Sequence

#: How far beside a coastline its sides are looked at, in degrees (about a centimetre).
_ASIDE = 1e-7


def seas(coasts: Sequence[shapely.LineString], box: shapely.Polygon) -> list[shapely.Polygon]:
    """Return the parts of an extract that are sea.

    Parameters
    ----------
    coasts
        Coastlines in lon/lat, drawn as they are in OpenStreetMap.
    box
        Extent of the extract.

    Returns
    -------
    list of shapely.Polygon
        Areas of sea; none without a coastline.
    """
    parts = faces(coasts, box) if coasts else []
    return [part for part, share in zip(parts, _water(parts, coasts), strict=True) if share > 0]


def _water(parts: Sequence[shapely.Polygon], coasts: Sequence[shapely.LineString]) -> np.ndarray:
    """Return per part the length of coast that it lies to the right of, less that to the left of which it lies."""
    steps = np.array([(*a, *b) for coast in coasts for a, b in pairwise(coast.coords)]).reshape(-1, 4)
    along = steps[:, 2:] - steps[:, :2]
    length = np.hypot(*along.T)
    steps, along, length = steps[length > 0], along[length > 0], length[length > 0]
    right = np.column_stack([along[:, 1], -along[:, 0]]) / length[:, None] * _ASIDE
    middle = (steps[:, :2] + steps[:, 2:]) / 2
    votes = np.zeros(len(parts))
    tree = shapely.STRtree(np.array(parts, dtype=object))
    for side, weight in ((right, 1.0), (-right, -1.0)):
        at, part = tree.query(shapely.points(middle + side), predicate="within")
        np.add.at(votes, part, weight * length[at])
    return votes

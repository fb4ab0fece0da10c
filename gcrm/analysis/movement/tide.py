"""Gravity around the clock: demand is where people are at each hour, and goes to stores by what they offer and the way.

The choice is Huff's (see `gcrm.analysis.choice`), worked out for each hour with the people and travel times of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gcrm.analysis.choice.model import Model, expected

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gcrm.analysis.choice.market import Market

    Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Draw:
    """What draws people to stores, whoever they are and wherever they are at the time.

    Attributes
    ----------
    ids
        Identifiers of the stores.
    own
        True for the project's own; the others are those of competitors.
    model
        How people choose.
    market
        The market of an hour, for origins at some points (longitude and latitude, one row each).
    """

    ids: tuple[str, ...]
    own: NDArray[np.bool_]
    model: Model
    market: Callable[[Floats, int], Market]


def tide(persons: Floats, points: Floats, draw: Draw) -> Floats:
    """Share out the people of each hour among the stores.

    Parameters
    ----------
    persons
        People by zone and hour; nan is unknown and counts for no store.
    points
        Longitude and latitude of each zone.
    draw
        The stores.

    Returns
    -------
    numpy.ndarray
        People who would choose each store, stores by hours; those of an outside option are left out.
    """
    found = np.zeros((len(draw.ids), persons.shape[1]))
    for hour in range(persons.shape[1]):
        found[:, hour] = expected(draw.market(points, hour), draw.model, np.nan_to_num(persons[:, hour]))
    return found

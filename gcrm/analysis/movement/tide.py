"""Gravity around the clock: demand is where people are at each hour, and goes to stores by what they offer and the way.

The choice is Huff's (see `gcrm.analysis.choice`), worked out for each hour with the people and travel times of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gcrm.analysis.choice.decay import Decay
from gcrm.analysis.choice.market import Market, dense
from gcrm.analysis.choice.model import Model, expected

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def tide(
    persons: Floats,
    minutes: Callable[[int], Floats],
    size: Floats,
    model: Model | None = None,
    *,
    open_at: NDArray[np.bool_] | None = None,
) -> Floats:
    """Share out the people of each hour among the stores.

    Parameters
    ----------
    persons
        People by zone and hour; nan is unknown and counts for no store.
    minutes
        Travel time from each zone to each store in an hour; nan where there is no way.
    size
        Attraction of each store.
    model
        How people choose; Huff with exponents 1 and -1 of size and minutes, at least one of these, where null.
    open_at
        Stores by hours: True where a store is open; always where null.

    Returns
    -------
    numpy.ndarray
        People who would choose each store, stores by hours.
    """
    found = np.zeros((len(size), persons.shape[1]))
    for hour in range(persons.shape[1]):
        here = size if open_at is None else np.where(open_at[:, hour], size, 0.0)
        market = Market(dense(minutes(hour)), here[:, None])
        found[:, hour] = expected(
            market, model or Model(decay=Decay("power", (-1.0,), 1.0)), np.nan_to_num(persons[:, hour])
        )
    return found

"""How much of what a territory may have, in shares of an average territory's: bands, sizes and capacities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gcrm.analysis.territory import check

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gcrm.analysis.territory.rules import Rules, Units

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Bands:
    """What territories may have of what is counted: one column per band, then one per activity with a capacity.

    Attributes
    ----------
    names
        Activity of each column.
    load
        Amount of each unit (row), as a share of what a territory has on average.
    low, high
        Least and most of each territory (row), in the same shares; infinite where nothing limits it.
    price
        What an average territory's worth outside costs; infinite where a band is never broken.
    """

    names: list[str]
    load: Floats
    low: Floats
    high: Floats
    price: Floats


def bands_of(units: Units, rules: Rules) -> Bands:
    """Put bands, sizes and capacities into numbers.

    Parameters
    ----------
    units, rules
        What is asked, checked.

    Returns
    -------
    Bands
        One row per unit or territory; territories in the order of their centres.

    Raises
    ------
    DesignError
        If capacities of an activity add up to less than there is of it.
    """
    limited = sorted({name for most in rules.capacities.values() for name in most})
    names = [*rules.bands, *limited]
    amounts = np.column_stack([np.asarray(units.activities[name], dtype=np.float64) for name in names])
    average = amounts.sum(axis=0) / rules.count
    share = np.array([rules.sizes.get(name, 1.0) for name in rules.centres] or np.ones(rules.count))
    share = (share * rules.count / share.sum())[:, None]
    width = np.array([*rules.bands.values(), *(np.inf for _ in limited)])
    low, high = share * (1 - width), share * (1 + width)
    low[:, len(rules.bands) :] = 0.0
    for a, name in enumerate(limited, len(rules.bands)):
        most = [rules.capacities.get(t, {}).get(name, np.inf) for t in rules.centres]
        high[:, a] = np.array(most) / average[a]
        if sum(most) < amounts[:, a].sum():
            check.refuse(
                f"the capacities of '{name}' add up to {sum(most):,.6g}, and there are {amounts[:, a].sum():,.6g} of "
                "it. Raise them, or ask for more territories."
            )
    price = np.array([rules.weights.get(name, np.inf) for name in rules.bands] + [np.inf] * len(limited))
    return Bands(names, amounts / average, np.maximum(low, 0.0), high, price)

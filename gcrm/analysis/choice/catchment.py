"""Two-step floating catchment areas: how much supply there is for each person within reach.

    R_j = S_j / sum_i P_i w(t_ij),    A_i = sum_j R_j w(t_ij),

w is 1 within the limit, or a decay of the way. Sources: Luo and Wang 2003, Environment and Planning B 30; Luo and Qi
2009, Health and Place 15 (decay).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gcrm.analysis.choice.decay import Decay
    from gcrm.analysis.choice.market import Pairs

    Floats = NDArray[np.float64]


def two_step(pairs: Pairs, people: Floats, supply: Floats, decay: Decay | None = None) -> Floats:
    """Return the supply per person within reach of each origin.

    Parameters
    ----------
    pairs
        Origins and places of supply within the limit.
    people
        Of each origin.
    supply
        Of each place.
    decay
        How reach falls with the way; null where everything within the limit counts alike.

    Returns
    -------
    numpy.ndarray
        Per origin; 0 where nothing is in reach. Times people, it adds up to the supply that anybody reaches.
    """
    weight = np.ones(len(pairs)) if decay is None else np.exp(decay.log_pull(pairs.cost))
    asked = pairs.by_store(people[pairs.origin] * weight)
    rate = np.divide(supply, asked, out=np.zeros(pairs.stores), where=asked > 0)
    return pairs.sums(rate[pairs.store] * weight)

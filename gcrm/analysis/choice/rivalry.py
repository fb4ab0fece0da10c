"""Local competition: over how many stores the choices of each origin are spread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gcrm.analysis.choice.market import Pairs

    Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Rivalry:
    """Competition by origin.

    Attributes
    ----------
    entropy
        -sum p log p over the stores and the outside option; 0 is a monopoly (Shannon 1948).
    evenness
        Entropy by that of as many stores alike, 0 to 1; NaN with one store or none.
    rivals
        exp(entropy): how many stores of equal pull would spread choices as much.
    leader
        Number of the store with the largest share; -1 without any.
    """

    entropy: Floats
    evenness: Floats
    rivals: Floats
    leader: NDArray[np.int32]


def rivalry(pairs: Pairs, share: Floats, outside: Floats | None = None) -> Rivalry:
    """Measure competition.

    Parameters
    ----------
    pairs
        Origins and stores.
    share
        Chance of each pair.
    outside
        Chance of the outside option of each origin; null where there is none.

    Returns
    -------
    Rivalry
        Per origin.
    """
    rest = np.zeros(pairs.origins) if outside is None else outside
    entropy = pairs.sums(_bits(share)) + _bits(rest)
    many = pairs.sums((share > 0).astype(float)) + (rest > 0)
    evenness = np.divide(entropy, np.log(np.maximum(many, 2)), out=np.full(pairs.origins, np.nan), where=many > 1)
    leader = np.full(pairs.origins, -1, np.int32)
    top = pairs.peaks(share)
    best = np.flatnonzero((share == top[pairs.origin]) & (share > 0))[::-1]  # of equals the first
    leader[pairs.origin[best]] = pairs.store[best]
    return Rivalry(entropy, evenness, np.exp(entropy), leader)


def _bits(share: Floats) -> Floats:
    """Return -p log p, 0 for 0."""
    return np.asarray(-share * np.log(np.where(share > 0, share, 1.0)))

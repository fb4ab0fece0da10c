"""Shares of a store's customers: the least way that a share of them needs at most."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: With fewer customers than this at a known address, nothing is drawn from where they live.
LEAST = 10


def met(ways: Floats, weights: Floats, share: float) -> float:
    """Return the least way within which a share of the weight lies.

    Parameters
    ----------
    ways
        One per customer; NaN where there is none, which is never met.
    weights
        What each counts.
    share
        Above 0, at most 1.

    Returns
    -------
    float
        The way of the first customer, from near to far, with whom the share is met; NaN where it is not.
    """
    order = np.argsort(ways)  # NaN last
    so_far = np.cumsum(weights[order])
    if not len(so_far) or so_far[-1] <= 0:
        return float("nan")
    # What is met by all but rounding is met.
    reached = np.searchsorted(so_far, share * so_far[-1] * (1 - 1e-12))
    return float(ways[order][min(int(reached), len(order) - 1)])

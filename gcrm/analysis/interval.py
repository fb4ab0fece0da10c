"""Intervals of shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

#: Quantile of the normal distribution for 95 %.
Z_95 = 1.959963984540054


def wilson(hits: ArrayLike, tries: ArrayLike, z: float = Z_95) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return Wilson's score interval of shares.

    Parameters
    ----------
    hits, tries
        Counts, hits at most tries.
    z
        Quantile of the normal distribution; that of 95 % where absent.

    Returns
    -------
    tuple of numpy.ndarray
        Lower and upper bounds, 0 to 1; NaN without tries. Source: Wilson 1927, JASA 22, 209-212.
    """
    n = np.asarray(tries, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = np.asarray(hits, float) / n
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return np.maximum(0, middle - half), np.minimum(1, middle + half)

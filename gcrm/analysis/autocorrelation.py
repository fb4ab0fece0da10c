"""Spatial autocorrelation: whether like values lie together, and around which places high or low ones do.

What is found is held against chance: the same values, dealt to the places anew. The same figures always give the same
answer, for what is dealt is dealt by a seed of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse, stats

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Pairs = NDArray[np.int64]

#: How often values are dealt anew, how many deals are worked on at once, and of how many cards at most.
_DEALS, _AT_ONCE, _CARDS = 100_000, 2_000, 20_000_000


@dataclass(frozen=True)
class Moran:
    """Moran's I of all places: 1 where neighbours are alike, about 0 by chance, below where they differ.

    Attributes
    ----------
    value
        Moran's I; NaN where all values are the same, or nobody or everybody is everybody's neighbour.
    expected
        What chance gives: -1 / (n - 1).
    z
        How many standard deviations of chance lie between.
    p
        Chance of as much or more, to either side.
    places
        Places with a value and a neighbour.
    """

    value: float
    expected: float
    z: float
    p: float
    places: int


def moran(values: Floats, pairs: Pairs) -> Moran:
    """Return Moran's I, neighbours of a place weighing 1 together.

    Parameters
    ----------
    values
        One per place, all known.
    pairs
        One row per pair of neighbours.

    Returns
    -------
    Moran
        Moran's I of the places that have neighbours, under randomisation. Source: Cliff & Ord 1981.
    """
    near = _matrix(len(values), pairs)
    kept = np.flatnonzero(near.sum(axis=1))
    n = len(kept)
    if n < 4 or np.ptp(values[kept]) == 0:
        return Moran(np.nan, -1 / (n - 1) if n > 1 else np.nan, np.nan, np.nan, n)
    near = near[kept][:, kept]
    weights = sparse.diags_array(1 / near.sum(axis=1)) @ near
    away = values[kept] - values[kept].mean()
    value = float(away @ (weights @ away) / (away @ away))
    expected = -1 / (n - 1)
    square = _variance(weights, away)
    if square - expected**2 <= 1e-9 * square:  # whatever is dealt gives the same: all are neighbours of all
        return Moran(np.nan, expected, np.nan, np.nan, n)
    z = (value - expected) / np.sqrt(square - expected**2)
    return Moran(value, expected, float(z), float(2 * stats.norm.sf(abs(z))), n)


def _variance(weights: sparse.csr_array, away: Floats) -> float:
    """Return the mean square of Moran's I under randomisation, for weights that sum to 1 in each row."""
    n = float(len(away))
    both = weights + weights.T
    one = float(both.multiply(both).sum()) / 2
    two = float(((weights.sum(axis=0) + weights.sum(axis=1)) ** 2).sum())
    whole = n * n  # the square of the sum of all weights
    bulge = n * (away**4).sum() / (away @ away) ** 2
    upper = n * ((n * n - 3 * n + 3) * one - n * two + 3 * whole)
    lower = bulge * ((n * n - n) * one - 2 * n * two + 6 * whole)
    return float((upper - lower) / ((n - 1) * (n - 2) * (n - 3) * whole))


@dataclass(frozen=True)
class LocalG:
    """Gi* of each place: whether values at and around it are higher or lower than elsewhere.

    Attributes
    ----------
    neighbours
        How many places count as around it, itself not among them.
    around
        Mean value of it and its neighbours.
    z
        Gi* in standard deviations of chance; 0 where chance leaves nothing open.
    p
        Chance of as much or more, to either side.
    """

    neighbours: NDArray[np.int64]
    around: Floats
    z: Floats
    p: Floats


def local_g(values: Floats, pairs: Pairs) -> LocalG:
    """Return Gi* of each place, it and each of its neighbours weighing the same.

    By chance, a place and its k - 1 neighbours would have any k of the values. The mean and variance of their sum are
    Gi*'s. How likely as much is, is counted among sums of k values drawn without replacement: sales are seldom
    symmetric, and by a normal distribution one large customer makes a hot spot of everybody around.

    Parameters
    ----------
    values
        One per place, all known.
    pairs
        One row per pair of neighbours.

    Returns
    -------
    LocalG
        One entry per place. Source: Ord & Getis 1995, *Geographical Analysis* 27, 286-306.
    """
    n = len(values)
    near = _matrix(n, pairs)
    neighbours = near.sum(axis=1).astype(np.int64)
    k = neighbours + 1
    total = near @ values + values
    spread = float(values.std()) if n else 0.0
    if n < 3 or spread == 0:
        return LocalG(neighbours, total / k, np.zeros(n), np.ones(n))
    chance = spread * np.sqrt(k * (n - k) / (n - 1))
    z = np.divide(total - k * values.mean(), chance, out=np.zeros(n), where=chance > 0)
    return LocalG(neighbours, total / k, z, np.where(chance > 0, _by_chance(values, total, k), 1.0))


def _by_chance(values: Floats, total: Floats, size: NDArray[np.int64]) -> Floats:
    """Return how likely sums of so many values are as high, or as low, as some: twice the rarer of the two."""
    below, above = np.zeros((2, len(total)))
    # A sum is known to rounding only: what is equal must not count as less.
    slack = 1e-9 * np.abs(values).sum()
    asked = [np.flatnonzero(size == k) for k in range(int(size.max()) + 1)]
    for k, sums in _dealt(values, int(size.max())):
        places = asked[k]
        if len(places):
            ordered = np.sort(sums)
            below[places] += np.searchsorted(ordered, total[places] + slack, side="right")
            above[places] += len(sums) - np.searchsorted(ordered, total[places] - slack, side="left")
    return np.minimum(1.0, 2 * (np.minimum(below, above) + 1) / (_DEALS + 1))


def _dealt(values: Floats, most: int) -> Iterator[tuple[int, Floats]]:
    """Yield sums of 1, 2, ... `most` values drawn without replacement, `_AT_ONCE` of each at a time."""
    rng, decks = np.random.default_rng(0), min(_AT_ONCE, max(1, _CARDS // len(values)))
    order = np.tile(np.arange(len(values), dtype=np.int32), (decks, 1))
    for _ in range(_DEALS // _AT_ONCE):
        sums = np.zeros((most + 1, _AT_ONCE))
        for first in range(0, _AT_ONCE, decks):
            rows = np.arange(min(decks, _AT_ONCE - first))
            for k in range(most):  # one more card off a deck that stays shuffled: Fisher and Yates
                drawn = rng.integers(k, len(values), len(rows))
                card = order[rows, drawn]
                order[rows, drawn] = order[rows, k]
                order[rows, k] = card
                sums[k + 1, first + rows] = sums[k, first + rows] + values[card]
        yield from enumerate(sums[1:], 1)


def discoveries(p: Floats, share: float) -> NDArray[np.bool_]:
    """Say which of many findings stand when at most a share of them may be chance (false discovery rate).

    Parameters
    ----------
    p
        Chance of each; NaN never stands.
    share
        Such as 0.05.

    Returns
    -------
    numpy.ndarray
        One entry per finding. Source: Benjamini & Hochberg 1995; for Gi*, Caldas de Castro & Singer 2006.
    """
    order = np.argsort(p)
    known = int(np.isfinite(p).sum())
    below = np.flatnonzero(p[order][:known] <= share * np.arange(1, known + 1) / max(known, 1))
    found = np.zeros(len(p), dtype=bool)
    found[order[: below.max() + 1 if len(below) else 0]] = True
    return found


def _matrix(count: int, pairs: Pairs) -> sparse.csr_array:
    """Return 1 for each place and neighbour."""
    first, second = pairs.T
    both = (np.concatenate([first, second]), np.concatenate([second, first]))
    return sparse.coo_array((np.ones(2 * len(pairs)), both), shape=(count, count)).tocsr()

"""Prices of territories: what their activities have to cost so that units that go where it is cheapest keep the bands.

The dual of the assignment of units to given centres, solved by Newton's method with units that are divided a little
(the entropic transport problem: Cuturi 2013, "Sinkhorn distances", Advances in Neural Information Processing Systems
26): some milliseconds where the linear program takes seconds, and as good to compare centres by.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.sparse import linalg

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: Share of a mean second derivative that is added to all, so that there is always an answer.
_RIDGE = 0.01
#: Shares of a unit smaller than this do not count where there are more prices than that many.
_PART, _SEVERAL = 1e-3, 40
#: Prices change by no more than this many times the warmth in a step, for a mean unit.
_STRIDE = 2.0


@dataclass(frozen=True)
class Bands:
    """Bands of any territory: one entry per activity.

    Attributes
    ----------
    low, high
        Least and most that a territory may have.
    limit
        Highest price there is: that of what lies outside of a band; infinite where a band is never broken.
    """

    low: Floats
    high: Floats
    limit: Floats


def follow(cost: Floats, load: Floats, bands: Bands, prices: Floats, warmth: float) -> Floats:
    """Make one step towards prices at which the bands are kept.

    Parameters
    ----------
    cost
        Cost of each unit (row) with each centre (column).
    load
        Amount of each activity (column) of each unit (row).
    bands
        What territories may have.
    prices
        Prices of now: one row per territory, one column per activity.
    warmth
        By how much dearer a centre may be, in the unit of the cost, to still get a part of a unit.

    Returns
    -------
    numpy.ndarray
        Better prices.
    """
    kinds = load.shape[1]
    priced = cost + load @ prices.T
    share = np.exp((priced.min(axis=1)[:, None] - priced) / warmth)
    share /= share.sum(axis=1)[:, None]
    held = share.T @ load
    within = _within(share, load) / warmth
    own = np.einsum("tii->ti", within) - np.einsum("it,ia->ta", share**2, load**2) / warmth
    mean = max(float(own.mean()), 1e-12)
    # A band is kept by a price where it would be broken without one; where not, the price goes back to nothing.
    over, under = held - bands.high, held - bands.low
    above, below = over + prices * mean > 0, under + prices * mean < 0
    missed = np.where(above, over, np.where(below, under, -prices))
    within += _RIDGE * mean * np.eye(kinds)
    step = _solved(share, load, within * warmth, missed, (above | below).ravel(), warmth)
    stride = _STRIDE * warmth / max(float(load.mean()), 1e-12)
    found: Floats = np.clip(prices + np.clip(step, -stride, stride), -bands.limit, bands.limit)
    return found


def _within(share: Floats, load: Floats) -> Floats:
    """Return by how much amounts of a territory fall with its prices, were the others' nothing: one square each."""
    kinds = load.shape[1]
    squares = (load[:, :, None] * load[:, None, :]).reshape(len(load), kinds * kinds)
    found: Floats = (share.T @ squares).reshape(-1, kinds, kinds)
    return found


def _solved(
    share: Floats, load: Floats, within: Floats, missed: Floats, tied: NDArray[np.bool_], warmth: float
) -> Floats:
    """Return the change of prices that mends what is missed; that of prices which are not tied is what is asked."""
    count, kinds = missed.shape
    size = count * kinds
    if size <= _SEVERAL:
        spread: Floats = (share[:, :, None] * load[:, None, :]).reshape(len(load), size)
        slope: Floats = -(spread.T @ spread)
        for t in range(count):
            slope[t * kinds : (t + 1) * kinds, t * kinds : (t + 1) * kinds] += within[t]
        slope /= warmth
        slope[~tied] = 0.0
        slope[~tied, ~tied] = 1.0
        return _shaped(np.asarray(np.linalg.solve(slope, missed.ravel()), dtype=np.float64), missed)
    unit, territory = np.nonzero(share > _PART)
    values = (share[unit, territory][:, None] * load[unit]).ravel()
    columns = (territory[:, None] * kinds + np.arange(kinds)).ravel()
    parts = sparse.csr_array((values, (np.repeat(unit, kinds), columns)), shape=(len(load), size))
    blocks = sparse.block_diag(list(within), format="csr")
    several = sparse.diags_array(tied / warmth) @ (blocks - parts.T @ parts) + sparse.diags_array(1.0 - tied)
    return _shaped(linalg.spsolve(several.tocsc(), missed.ravel()), missed)


def _shaped(found: Floats, like: Floats) -> Floats:
    shaped: Floats = found.reshape(like.shape)
    return shaped

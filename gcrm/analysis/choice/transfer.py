"""What if a store opened, closed or changed its size: who would go where, and who loses to whom. Totals are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from gcrm.analysis.choice.model import Model, shares

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gcrm.analysis.choice.market import Market

    Floats = NDArray[np.float64]

#: A gain below this is none: its reciprocal would have no number.
_NOTHING = 1e-200


@dataclass(frozen=True, eq=False)
class Transfer:
    """What a change moves.

    Attributes
    ----------
    before, after
        Expected customers of each store.
    outside_before, outside_after
        Those of the outside option, and those whom no store reaches.
    moved
        Customers that go from a store (row) to another (column); the last row and column are the outside option and
        being out of reach. Who leaves an origin's stores is dealt to those who gain there, by what they gain.
    """

    before: Floats
    after: Floats
    outside_before: float
    outside_after: float
    moved: Floats

    def lost_to(self, store: int) -> Floats:
        """Return what each store loses to one of them: its cannibalisation."""
        return np.asarray(self.moved[:-1, store])


def transfer(market: Market, model: Model, demand: Floats, size: Floats) -> Transfer:
    """Compare a market with itself after a change.

    Parameters
    ----------
    market
        The market now; a store that is to open stands in it with a first attraction of 0.
    model
        The parameters.
    demand
        Customers of each origin; they stay as many.
    size
        Attractions after the change, as of the market; a first attraction of 0 closes a store.

    Returns
    -------
    Transfer
        Before, after, and what moves; `before` and `after`, each with what is outside, add up to the demand.

    Raises
    ------
    QueryError
        If model and market do not have the same attractions.
    """
    one, other = shares(market, model), shares(market.resized(size), model)
    was, becomes = (_all(market, s.share, s.outside + s.unserved, demand) for s in (one, other))
    change = sparse.csr_array(becomes - was)
    gain, loss = change.maximum(0), (-change).maximum(0)
    gained = np.asarray(gain.sum(axis=1)).ravel()
    per = sparse.diags_array(np.divide(1.0, gained, out=np.zeros_like(gained), where=gained > _NOTHING))
    moved = (loss.T @ (per @ gain)).toarray()
    totals = [np.asarray(m.sum(axis=0)).ravel() for m in (was, becomes)]
    return Transfer(totals[0][:-1], totals[1][:-1], float(totals[0][-1]), float(totals[1][-1]), moved)


def _all(market: Market, share: Floats, rest: Floats, demand: Floats) -> sparse.csr_array:
    """Return customers by origin and store, the outside last."""
    inside = market.pairs.matrix(share * demand[market.pairs.origin])
    return sparse.csr_array(sparse.hstack([inside, sparse.csr_array((rest * demand)[:, None])]))

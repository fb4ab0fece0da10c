"""The ground of a choice: where people start from, how they travel, and the market of any stores upon it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gcrm.analysis.choice.decay import FLOOR_MIN
from gcrm.analysis.choice.market import Market, dense, nearness

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gcrm.enrich.road.travel import Travel
    from gcrm.workspace.contender import Contenders

    Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ground:
    """Origins and travel.

    Attributes
    ----------
    at
        Longitude and latitude of each origin, one row each.
    how
        Travel by one mode.
    limit_min
        Stores farther away are out of reach.
    competing
        Whether competition between stores near to one another is an attraction of its own.
    """

    at: Floats
    how: Travel
    limit_min: float
    competing: bool

    def market(self, players: Contenders, known: Market | None = None) -> Market:
        """Return the market of stores; those of competitors are not seen. `known` is that of the first of them."""
        first = 0 if known is None else known.pairs.stores
        cost = self.how.between(self.at, players.at[first:])
        if known is not None:
            pairs = known.pairs
            old = np.full((pairs.origins, pairs.stores), np.nan)
            old[pairs.origin, pairs.store] = pairs.cost
            cost = np.column_stack([old, cost])
        seen = None if players.own.all() else players.own
        near = None
        if self.competing:
            near = nearness(self.how.between(players.at, players.at), FLOOR_MIN, self.limit_min)
        return Market(dense(cost, self.limit_min), players.figures, players.attractions, seen, near)

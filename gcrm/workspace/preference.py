"""A fitted choice of store: its parameters, who goes where, how strong competition is, and what a change would move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gcrm.analysis.choice.holdout import held_out
from gcrm.analysis.choice.market import Market, dense
from gcrm.analysis.choice.model import shares
from gcrm.analysis.choice.rivalry import rivalry
from gcrm.analysis.choice.transfer import transfer
from gcrm.errors import QueryError, near

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from gcrm.analysis.choice.fit import Fit
    from gcrm.analysis.choice.likelihood import Counts
    from gcrm.enrich.road.travel import Travel

    Floats = NDArray[np.float64]

_ELSEWHERE = "elsewhere"


@dataclass(frozen=True, eq=False)
class StoreChoice:
    """A fitted choice of store.

    Attributes
    ----------
    fit
        The parameters, with standard errors, and how well they fit.
    stores
        One row per store: store_id, name, lon, lat, size, observed and expected customers.
    origins
        One row per origin: origin (region or square), lon, lat, customers, and market where one was named.
    note
        What travel times rest on, in a sentence.
    """

    fit: Fit
    stores: pd.DataFrame
    origins: pd.DataFrame
    note: str
    _market: Market
    _counts: Counts
    _demand: Floats
    _travel: Travel

    @property
    def parameters(self) -> pd.DataFrame:
        """One row per parameter: parameter, value, error, and the 95 % interval low and high; NaN where not told."""
        low, high = self.fit.interval()
        words = {"parameter": self.fit.names, "value": self.fit.estimates, "error": self.fit.errors}
        return pd.DataFrame({**words, "low": low, "high": high})

    @property
    def shares(self) -> pd.DataFrame:
        """One row per origin and store in reach: origin, store_id, minutes, share (0 to 1), expected customers."""
        pairs, found = self._market.pairs, shares(self._market, self.fit.model)
        return pd.DataFrame(
            {
                "origin": self.origins["origin"].to_numpy()[pairs.origin],
                "store_id": self.stores["store_id"].to_numpy()[pairs.store],
                "minutes": pairs.cost,
                "share": found.share,
                "expected": found.share * self._demand[pairs.origin],
            }
        )

    @property
    def competition(self) -> pd.DataFrame:
        """One row per origin: origin, entropy, evenness, rivals, leader (a store; null without any)."""
        found = shares(self._market, self.fit.model)
        told = rivalry(self._market.pairs, found.share, found.outside)
        names = self.stores["store_id"].tolist()
        leader = [names[i] if i >= 0 else None for i in told.leader.tolist()]
        words = {"entropy": told.entropy, "evenness": told.evenness, "rivals": told.rivals, "leader": leader}
        return pd.DataFrame({"origin": self.origins["origin"], **words})

    def held_out(self, folds: int = 5) -> pd.DataFrame:
        """Fit without some origins, and foretell them.

        Parameters
        ----------
        folds
            How many parts the origins are dealt into; each is kept back once.

        Returns
        -------
        pandas.DataFrame
            One row per part: score (log-likelihood per customer), even (that of all stores as likely).

        Raises
        ------
        QueryError
            If there are not at least two parts.
        """
        if folds < 2:
            msg = f"Origins are kept back in 2 parts or more; found {folds}."
            raise QueryError(msg)
        parts = held_out(self._market, self._counts, self.fit.model, folds=folds)
        return pd.DataFrame(parts, columns=["score", "even"])

    def what_if(
        self,
        *,
        opened: Sequence[Mapping[str, Any]] = (),
        closed: Sequence[str] = (),
        resized: Mapping[str, float] | None = None,
    ) -> pd.DataFrame:
        """Say who would go where after a change; as many people as before are dealt out.

        Parameters
        ----------
        opened
            New stores, each `{"name": ..., "lon": ..., "lat": ..., "size": ...}`.
        closed
            Stores that close.
        resized
            Store -> its new size.

        Returns
        -------
        pandas.DataFrame
            One row per store, the new ones last, and one for `elsewhere`: store_id, before, after, change, and
            `to NAME` per new store: what it takes from this one. `before` and `after` add up to the same.

        Raises
        ------
        QueryError
            If a store is not known, or a size or point cannot be.
        """
        ids = self.stores["store_id"].tolist()
        market, size = self._with(opened), self.stores["size"].to_numpy(float).copy()
        for name in (*closed, *(resized or {})):
            if name not in ids:
                msg = f"There is no store '{name}'.{near(name, ids)}"
                raise QueryError(msg)
            size[ids.index(name)] = 0.0 if name in closed else (resized or {})[name]
        new = [float(store["size"]) for store in opened]
        if not all(s > 0 for s in (*new, *(resized or {}).values())):
            msg = "Sizes are above 0; a store that closes is named in `closed`."
            raise QueryError(msg)
        found = transfer(market, self.fit.model, self._demand, np.concatenate([size, new])[:, None])
        names = [*ids, *(str(store["name"]) for store in opened)]
        table = pd.DataFrame({"store_id": [*names, _ELSEWHERE]})
        table["before"] = [*found.before, found.outside_before]
        table["after"] = [*found.after, found.outside_after]
        table["change"] = table["after"] - table["before"]
        for k in range(len(ids), len(names)):
            table[f"to {names[k]}"] = found.moved[:, k]
        return table

    def _with(self, opened: Sequence[Mapping[str, Any]]) -> Market:
        """Return the market with new stores, closed as yet."""
        for store in opened:
            if not {"name", "lon", "lat", "size"} <= set(store):
                msg = "A new store is {'name': ..., 'lon': ..., 'lat': ..., 'size': ...}."
                raise QueryError(msg)
        if not opened:
            return self._market
        at = self.origins[["lon", "lat"]].to_numpy(float)
        more = self._travel.between(at, np.array([[s["lon"], s["lat"]] for s in opened], float))
        pairs = self._market.pairs
        old = np.full((pairs.origins, pairs.stores), np.nan)
        old[pairs.origin, pairs.store] = pairs.cost
        size = np.concatenate([self._market.size, np.zeros((len(opened), 1))])
        return Market(dense(np.column_stack([old, more])), size)

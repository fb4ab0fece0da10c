"""A fitted choice of store: its parameters, who goes where, how strong competition is, and what a change would move."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gcrm.analysis.choice import calibrate
from gcrm.analysis.choice.holdout import held_out
from gcrm.analysis.choice.model import expected, shares
from gcrm.analysis.choice.rivalry import rivalry
from gcrm.analysis.choice.totals import misplaced
from gcrm.analysis.choice.transfer import transfer
from gcrm.analysis.movement.tide import Draw
from gcrm.enrich.road.travel import travel
from gcrm.errors import QueryError, near
from gcrm.workspace.contender import SIZE
from gcrm.workspace.point import lon_lat

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from gcrm.analysis.choice.fit import Fit
    from gcrm.analysis.choice.holdout import Way
    from gcrm.analysis.choice.likelihood import Counts
    from gcrm.analysis.choice.market import Market
    from gcrm.enrich.trading_area.company import Company
    from gcrm.warehouse.reader import Reader
    from gcrm.workspace.contender import Contenders
    from gcrm.workspace.ground import Ground

    Floats = NDArray[np.float64]

ELSEWHERE = "elsewhere"
_PLACE = ("name", "lon", "lat")


@dataclass(frozen=True, eq=False, repr=False)
class StoreChoice:
    """A fitted choice of store.

    Attributes
    ----------
    fit
        The parameters, with standard errors, and how well they fit.
    way
        How they were found; see `gcrm.analysis.choice.calibrate`.
    origins
        One row per origin: origin (region or square), lon, lat, customers, and market where one was named.
    players
        The stores that people choose among.
    ground
        Origins and travel.
    market
        Origins, stores and ways.
    counts
        What customers did.
    company
        The project's stores and customers.
    """

    fit: Fit
    way: Way
    origins: pd.DataFrame
    players: Contenders
    ground: Ground
    market: Market
    counts: Counts
    company: Company

    def __repr__(self) -> str:
        """Show the parameters: in a notebook all of its data would be thousands of lines, homes among them."""
        told = ", ".join(f"{row.parameter} {row.value:.3g}" for row in self.parameters.itertuples())
        return f"<StoreChoice of {len(self.players.ids)} stores and {len(self.origins):,} places: {told}>"

    @property
    def note(self) -> str:
        """What travel times and attractions rest on, in sentences."""
        return " ".join(text for text in (self.ground.how.note, self.players.note) if text)

    @cached_property
    def demand(self) -> Floats:
        """How many choose, per origin: customers, or everybody of the market."""
        own = self.market.pairs.sums(self.counts.pair)
        return own if self.counts.elsewhere is None else own + self.counts.elsewhere

    @property
    def parameters(self) -> pd.DataFrame:
        """One row per parameter: parameter, value, error, and the 95 % interval low and high; NaN where not told."""
        low, high = self.fit.interval()
        words = {"parameter": self.fit.names, "value": self.fit.estimates, "error": self.fit.errors}
        return pd.DataFrame({**words, "low": low, "high": high})

    @property
    def stores(self) -> pd.DataFrame:
        """One row per store: store_id, name, own, lon, lat, attractions, observed (NaN of competitors), expected."""
        players, pairs = self.players, self.market.pairs
        table = pd.DataFrame({"store_id": players.ids, "name": players.names, "own": players.own})
        table["lon"], table["lat"] = players.at.T
        table[list(players.attractions)] = players.figures
        table["observed"] = np.where(players.own, pairs.by_store(self.counts.pair), np.nan)
        table["expected"] = expected(self.market, self.fit.model, self.demand)
        return table

    @property
    def misplaced(self) -> float:
        """Share of the customers that the model has at the wrong store of the project, by totals, 0 to 1."""
        own = self.stores[self.players.own]
        return misplaced(own["expected"].to_numpy(float), own["observed"].to_numpy(float))

    @property
    def shares(self) -> pd.DataFrame:
        """One row per origin and store in reach: origin, store_id, minutes, share (0 to 1), expected customers."""
        pairs, found = self.market.pairs, shares(self.market, self.fit.model)
        return pd.DataFrame(
            {
                "origin": self.origins["origin"].to_numpy()[pairs.origin],
                "store_id": np.array(self.players.ids, object)[pairs.store],
                "minutes": pairs.cost,
                "share": found.share,
                "expected": found.share * self.demand[pairs.origin],
            }
        )

    @property
    def competition(self) -> pd.DataFrame:
        """One row per origin: origin, entropy, evenness, rivals, leader (a store; null without any)."""
        found = shares(self.market, self.fit.model)
        told = rivalry(self.market.pairs, found.share, found.outside)
        leader = [self.players.ids[i] if i >= 0 else None for i in told.leader.tolist()]
        words = {"entropy": told.entropy, "evenness": told.evenness, "rivals": told.rivals, "leader": leader}
        return pd.DataFrame({"origin": self.origins["origin"], **words})

    def draw(self, reader: Reader, day_type: str) -> Draw:
        """Return what draws people to these stores at each hour of a day.

        Parameters
        ----------
        reader
            The snapshot.
        day_type
            weekday, saturday or sunday: whose travel times count.

        Returns
        -------
        Draw
            The stores, the fitted model, and the market of any origins and hour.
        """

        def market(points: Floats, hour: int) -> Market:
            how = travel(reader.cursor(), self.ground.how.mode, day_type, hour)
            return replace(self.ground, at=points, how=how).market(self.players)

        return Draw(self.players.ids, self.players.own, self.fit.model, market)

    def by_regression(self, add: float = 0.0) -> StoreChoice:
        """Find the parameters by the MCI regression instead.

        Parameters
        ----------
        add
            Customers that are added to every origin and store, where some have none: the logarithm of 0 is none.

        Returns
        -------
        StoreChoice
            The same choice with other parameters.

        Raises
        ------
        QueryError
            If the decay is no power, an origin has nobody at a store and `add` is 0, or parameters are not told.
        """
        return self._found(calibrate.by_regression(self.players.alike, add=add))

    def by_totals(self) -> StoreChoice:
        """Find the parameters from the totals of the stores alone instead.

        Returns
        -------
        StoreChoice
            The same choice with other parameters; its standard errors come from the scatter of the totals.

        Raises
        ------
        QueryError
            If there are fewer stores than parameters.
        """
        return self._found(calibrate.by_totals(self.players.alike))

    def held_out(self, folds: int = 5) -> pd.DataFrame:
        """Fit without some origins, in the same way, and foretell them.

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
        parts = held_out(self.market, self.counts, self.fit.model, folds=folds, way=self.way)
        return pd.DataFrame(parts, columns=["score", "even"])

    def what_if(
        self,
        *,
        opened: Sequence[Mapping[str, Any]] = (),
        closed: Sequence[str] = (),
        resized: Mapping[str, float | Mapping[str, float]] | None = None,
    ) -> pd.DataFrame:
        """Say who would go where after a change; as many people as before are dealt out.

        Parameters
        ----------
        opened
            New stores, each `{"name": ..., "lon": ..., "lat": ..., "size": ...}`; attractions that are not given are
            those of a middling store.
        closed
            Stores that close, those of competitors too.
        resized
            Store -> its new size, or attraction -> new figure.

        Returns
        -------
        pandas.DataFrame
            One row per store, the new ones last, and one for `elsewhere` (the outside option, and who is out of reach):
            store_id, name, before, after, change; `to NAME` per store that opens or is resized, what it takes from this
            one; `from NAME` per store that closes or is resized, what it gives to this one. `before` and `after` add up
            to the same.

        Raises
        ------
        QueryError
            If a store is not known, or a figure or point cannot be.
        """
        wider = self._with(opened)
        after = self._after(wider, closed, resized or {})
        market = self.ground.market(wider, self.market) if opened else self.market
        market = market.resized(_closed(wider.figures, range(len(self.players.ids), len(wider.ids))))
        found = transfer(market, self.fit.model, self.demand, after)
        table = pd.DataFrame({"store_id": [*wider.ids, ELSEWHERE], "name": [*wider.names, ELSEWHERE]})
        table["before"] = [*found.before, found.outside_before]
        table["after"] = [*found.after, found.outside_after]
        table["change"] = table["after"] - table["before"]
        for name in (*(str(store["name"]) for store in opened), *(resized or {})):
            table[f"to {name}"] = found.moved[:, wider.ids.index(name)]
        for name in (*closed, *(resized or {})):
            table[f"from {name}"] = found.moved[wider.ids.index(name)]
        return table

    def _found(self, way: Way) -> StoreChoice:
        return replace(self, fit=way(self.market, self.counts, self.fit.model), way=way)

    def _with(self, opened: Sequence[Mapping[str, Any]]) -> Contenders:
        """Return the stores with new ones behind them."""
        players = self.players
        for store in opened:
            if not set(_PLACE) <= set(store):
                msg = "A new store is {'name': ..., 'lon': ..., 'lat': ..., 'size': ...}."
                raise QueryError(msg)
            lon_lat(store)
            if store["name"] in players.ids:
                msg = f"There is a store '{store['name']}' already; give the new one another name."
                raise QueryError(msg)
        if not opened:
            return players
        names = [str(store["name"]) for store in opened]
        figures = [players.figures_of({k: v for k, v in store.items() if k not in _PLACE}) for store in opened]
        return replace(
            players,
            ids=(*players.ids, *names),
            names=(*players.names, *names),
            at=np.concatenate([players.at, np.array([[s["lon"], s["lat"]] for s in opened], float)]),
            own=np.append(players.own, np.ones(len(names), bool)),
            figures=np.concatenate([players.figures, figures]),
        )

    def _after(
        self, wider: Contenders, closed: Sequence[str], resized: Mapping[str, float | Mapping[str, float]]
    ) -> Floats:
        """Return the attractions of all stores after a change."""
        ids, figures = self.players.ids, wider.figures.copy()
        for name in (*closed, *resized):
            if name not in ids:
                msg = f"There is no store '{name}'.{near(name, ids)}"
                raise QueryError(msg)
            if name in closed and name in resized:
                msg = f"'{name}' cannot close and be resized in one change: leave it out of `closed` or `resized`."
                raise QueryError(msg)
        for name, new in resized.items():
            words = {SIZE: new} if isinstance(new, int | float) else new
            for word, value in words.items():
                if not value > 0:
                    msg = (
                        f"'{word}' of {name} is {value:g}; it has to be above 0. Name a store that closes in `closed`."
                    )
                    raise QueryError(msg)
                figures[ids.index(name), self.players.column(word)] = value
        return _closed(figures, (ids.index(name) for name in closed))


def _closed(figures: Floats, stores: Iterable[int]) -> Floats:
    """Return attractions of a market in which some stores are closed."""
    found = figures.copy()
    found[list(stores), 0] = 0.0
    return found

"""What if a store opened, closed or changed: what it would take from whom, by areas and by Huff's model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from gcrm.analysis.trade_area.common import FIGURES, common, drawn
from gcrm.errors import QueryError, near
from gcrm.workspace.point import WGS84
from gcrm.workspace.preference import ELSEWHERE
from gcrm.workspace.rule import rule_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gcrm.analysis.trade_area.common import Drawn
    from gcrm.settings.trading import TradingArea
    from gcrm.workspace.preference import StoreChoice
    from gcrm.workspace.workspace import Workspace

#: What a store that opens is called where nobody names it.
NEW = "new store"


class WhatIf:
    """What a change of stores would move: `ws.what_if`.

    Each call gives one row per store and one for `elsewhere`: store_id and name; by areas: km2 in common, ground (that,
    as a share of the giver's area), customers of the giver who live in the taker's area, share (of all its own), their
    sales, and demand (of everybody who chooses, on the common ground), null for `elsewhere`, competitors and a store
    without an area; by the fitted choice of a store: moved (customers who go over), moved_share (of those that the
    giver expects now), before, after and change of expected customers, which add up to the same before and after. What
    areas say is an upper bound, what the model says is expected. Where a store opens or grows it is the taker, and each
    of the others a giver; where it closes or shrinks it is the giver. Those who move most come first; the store itself
    and `elsewhere` stand at the end.

    `geometry` (EPSG:4326) is the common ground, and the whole area of the store itself.

    `choice` is a choice as `ws.choice` gives it, with its customers, period and mode; by default that with squares of
    500 m. Other words are those of a method of trading areas that does not need customers: ring, isochrone or thiessen.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def open(
        self,
        method: str = "isochrone",
        *,
        lon: float,
        lat: float,
        attractions: Mapping[str, float] | None = None,
        name: str = NEW,
        choice: StoreChoice | None = None,
        **numbers: Any,
    ) -> gpd.GeoDataFrame:
        """Say what a new store would take from whom.

        Parameters
        ----------
        method, **numbers
            How areas are drawn.
        lon, lat
            Where it opens, in degrees.
        attractions
            Its figures, such as `{"size": 1200}`; others are those of a middling store.
        name
            What to call it.
        choice
            The choice of a store that tells who goes over.

        Returns
        -------
        geopandas.GeoDataFrame
            As described above.

        Raises
        ------
        AccessError
            If the scope has no record rights.
        QueryError
            If a word is not known, or a store at the point has no area.
        """
        rule, fitted = self._told(method, numbers, choice)
        found = fitted.what_if(opened=[{"name": name, "lon": lon, "lat": lat, **(attractions or {})}])
        areas = drawn(fitted.company, rule, (lon, lat))
        return _table(fitted, found, areas, name, None)

    def close(
        self, store: str, method: str = "isochrone", *, choice: StoreChoice | None = None, **numbers: Any
    ) -> gpd.GeoDataFrame:
        """Say who would take over the customers of a store that closes.

        Parameters
        ----------
        store
            The store.
        method, **numbers
            How areas are drawn; those of the others are as they would be without the store.
        choice
            The choice of a store that tells who goes over.

        Returns
        -------
        geopandas.GeoDataFrame
            As described above.

        Raises
        ------
        AccessError
            If the scope has no record rights.
        QueryError
            If a word is not known, or there is no such store.
        """
        rule, fitted = self._told(method, numbers, choice)
        number = _number(fitted, store)
        if len(fitted.company.ids) < 2:
            msg = f"'{store}' is the only store; nobody could take over its customers."
            raise QueryError(msg)
        found = fitted.what_if(closed=[store])
        areas = drawn(fitted.company, rule, number, closes=True)
        return _table(fitted, found, areas, store, number)

    def resize(
        self,
        store: str,
        attractions: Mapping[str, float],
        method: str = "isochrone",
        *,
        choice: StoreChoice | None = None,
        **numbers: Any,
    ) -> gpd.GeoDataFrame:
        """Say what a store would take from whom, or give to whom, with other attractions.

        Parameters
        ----------
        store
            The store.
        attractions
            Its new figures, such as `{"size": 2400}`.
        method, **numbers
            How areas are drawn; they stay as they are.
        choice
            The choice of a store that tells who goes over.

        Returns
        -------
        geopandas.GeoDataFrame
            As described above; the store gives where it loses customers by the model.

        Raises
        ------
        AccessError
            If the scope has no record rights.
        QueryError
            If a word is not known, or there is no such store.
        """
        rule, fitted = self._told(method, numbers, choice)
        number = _number(fitted, store)
        found = fitted.what_if(resized={store: attractions})
        gives = bool(found.loc[found["store_id"] == store, "change"].item() < 0)
        areas = drawn(fitted.company, rule, number)
        return _table(fitted, found, areas, store, number if gives else None)

    def _told(
        self, method: str, numbers: Mapping[str, Any], choice: StoreChoice | None
    ) -> tuple[TradingArea, StoreChoice]:
        """Return the rule of areas, and the choice of a store."""
        usual = {"minutes": 10.0} if method == "isochrone" else {}
        rule = rule_of(self._ws.settings, method, usual | dict(numbers))
        return rule, choice or self._ws.choice(mode=rule.mode)


def _number(fitted: StoreChoice, store: str) -> int:
    ids = fitted.company.ids
    if store not in ids:
        msg = f"There is no store '{store}' that was open in the period.{near(store, ids)}"
        raise QueryError(msg)
    return ids.index(store)


def _table(fitted: StoreChoice, found: pd.DataFrame, areas: Drawn, one: str, giver: int | None) -> gpd.GeoDataFrame:
    """Put what areas and the model say side by side; `giver` is the store itself where it gives."""
    start = fitted.origins[["lon", "lat"]].to_numpy(float)
    shared = common(fitted.company, areas, giver, (start, fitted.demand))
    table = found[["store_id", "name"]].copy()
    measured = pd.DataFrame(shared, index=fitted.company.ids, columns=FIGURES).reindex(table["store_id"])
    for word in FIGURES[:-1]:
        table[word] = pd.to_numeric(measured[word]).to_numpy(float)
    table["customers"] = table["customers"].astype("Int64")
    here = (table["store_id"] == one).to_numpy()
    table["moved"] = np.where(here, np.nan, found[f"{'to' if giver is None else 'from'} {one}"])
    before = found["before"].to_numpy(float)
    giving = before if giver is None else np.full(len(table), before[here].item())
    table["moved_share"] = np.divide(table["moved"], giving, out=np.full(len(table), np.nan), where=giving > 0)
    for word in ("before", "after", "change"):
        table[word] = found[word]
    shared_out = measured["geometry"].tolist()
    shapes = [areas.one if own else shape for own, shape in zip(here.tolist(), shared_out, strict=True)]
    table = gpd.GeoDataFrame(table, geometry=[None if pd.isna(s) else s for s in shapes], crs=WGS84)
    last = here | (table["store_id"] == ELSEWHERE).to_numpy()
    others = table[~last].sort_values(["moved", "store_id"], ascending=[False, True])
    return gpd.GeoDataFrame(pd.concat([others, table[here], table[last & ~here]], ignore_index=True))

"""The trading areas of a workspace: by any method, with bands and sensitivity, and which one foretells best."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from gcrm.analysis.trade_area import backtest as testing
from gcrm.analysis.trade_area import band, sensitivity
from gcrm.cube.shopper import read_company
from gcrm.enrich.trading_area.method import areas
from gcrm.errors import QueryError
from gcrm.workspace.contender import contenders
from gcrm.workspace.point import WGS84
from gcrm.workspace.rule import rule_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from gcrm.cube.question import PeriodWord, Where
    from gcrm.enrich.trading_area.company import Company
    from gcrm.settings.trading import TradingArea
    from gcrm.workspace.workspace import Workspace

#: Methods that a back-test compares where none are named.
USUAL: dict[str, dict[str, Any]] = {
    "ring 2 km": {"method": "ring", "km": 2},
    "drive 10 min": {"method": "isochrone", "minutes": 10},
    "thiessen": {"method": "thiessen"},
    "nearest 80 %": {"method": "nearest_share", "share": 0.8},
    "density 80 %": {"method": "density", "share": 0.8},
    "huff power": {"method": "huff", "decay": "power"},
    "huff exponential": {"method": "huff", "decay": "exponential"},
}

#: Methods that look at one store and its customers alone.
_OWN = frozenset(["nearest_share", "hull", "density", "threshold_ring", "threshold_drive"])


class TradeAreas:
    """What can be asked of trading areas: `ws.trade_areas`.

    A method and its numbers are those of `[trading_areas]` in gcrm.toml: `ws.trade_areas("ring", km=2)`, or the name of
    one that is declared there: `ws.trade_areas("NAME")`. Everything is drawn from customers, so that it needs record
    rights; customers are those who bought in the period and live at a known address.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def __call__(
        self, method: str, *, where: Where | None = None, period: PeriodWord = None, **numbers: Any
    ) -> gpd.GeoDataFrame:
        """Draw the trading area of every store.

        Parameters
        ----------
        method
            A method, or the name of a trading area of gcrm.toml.
        where, period
            Which customers count, and when they bought.
        **numbers
            km, minutes, share, weight, mode, day_type and hour, as the method has them.

        Returns
        -------
        geopandas.GeoDataFrame
            One row per store that was open in the period: store_id, name, method, area_km2, customers (of the store,
            inside), own_share (of all of its customers), others (customers of other stores, inside), geometry
            (EPSG:4326); null where a store has no such area.

        Raises
        ------
        AccessError
            If the scope has no record rights.
        QueryError
            If a word is not known, or the method has no such number.
        """
        rule, company = self._rule(method, numbers), self._company(where, period)
        drawn = areas(company, rule)
        rows = [
            {"store_id": i, "name": n, "method": rule.method, **sensitivity.facts(company, k, area)}
            for k, (i, n, area) in enumerate(zip(company.ids, company.names, drawn, strict=True))
        ]
        names = ["store_id", "name", "method", "area_km2", "customers", "own_share", "others"]
        table = pd.DataFrame(rows, columns=names).astype({"customers": "Int64", "others": "Int64"})
        return gpd.GeoDataFrame(table, geometry=list(drawn), crs=WGS84)

    def people(
        self, areas: gpd.GeoDataFrame, statistics: Sequence[str] = ("residents", "households", "jobs")
    ) -> pd.DataFrame:
        """Count who lives in areas: see `gcrm.analysis.trade_area.people`.

        Parameters
        ----------
        areas
            Areas as a call gives them, or any with store_id and geometry (EPSG:4326).
        statistics
            Statistics of regions that are counts; those that the project does not have are left out.

        Returns
        -------
        pandas.DataFrame
            One row per area: store_id, one column per statistic, covered.

        Raises
        ------
        AccessError
            If the scope does not see every region, or has no record rights.
        QueryError
            If the project has none of the statistics.
        """
        from gcrm.analysis.trade_area.people import people  # noqa: PLC0415 (few ask)

        shapes = areas.geometry.to_numpy()
        return people(self._ws.reader, list(areas["store_id"]), shapes, statistics, scope=self._ws.scope)

    def bands(
        self,
        method: str,
        *,
        level: float = 0.9,
        rounds: int = 100,
        stores: Sequence[str] | None = None,
        where: Where | None = None,
        period: PeriodWord = None,
        **numbers: Any,
    ) -> gpd.GeoDataFrame:
        """Draw how sure areas are: what nearly all, and what more than a few, of other samples would have drawn.

        Parameters
        ----------
        method, where, period, **numbers
            As of a call.
        level
            Share of the samples that the band holds, 0 to 1.
        rounds
            How many samples are drawn; see `gcrm.analysis.trade_area.band`.
        stores
            Stores whose bands are wanted; all where null.

        Returns
        -------
        geopandas.GeoDataFrame
            Two rows per store: store_id, name, part (`inner`, `outer`), geometry (EPSG:4326; null without an area).

        Raises
        ------
        AccessError
            If the scope has no record rights.
        QueryError
            If a word is not known, or the numbers cannot be.
        """
        if not 0 < level < 1 or not 1 <= rounds <= 2000:
            msg = f"A band has a level between 0 and 1 and 1 to 2000 rounds; found {level:g} and {rounds}."
            raise QueryError(msg)
        rule, company = self._rule(method, numbers), self._company(where, period)
        wanted = [i for i in company.ids if stores is None or i in stores]
        if rule.method in _OWN:  # drawn from its own customers, whatever other stores there are
            company = company.only(wanted)
        found = band.bands(company, rule, level=level, rounds=rounds)
        rows = [
            {"store_id": i, "name": n, "part": part, "geometry": getattr(own, part)}
            for i, n, own in zip(company.ids, company.names, found, strict=True)
            if i in wanted
            for part in ("inner", "outer")
        ]
        return gpd.GeoDataFrame(rows, columns=["store_id", "name", "part", "geometry"], geometry="geometry", crs=WGS84)

    def sensitivity(
        self,
        method: str,
        key: str,
        values: Sequence[float],
        *,
        where: Where | None = None,
        period: PeriodWord = None,
        **numbers: Any,
    ) -> pd.DataFrame:
        """Say how areas and what they hold change with one number.

        Parameters
        ----------
        method, where, period, **numbers
            As of a call.
        key
            The number that changes: km, minutes or share.
        values
            What it is to be.

        Returns
        -------
        pandas.DataFrame
            One row per store and value; see `gcrm.analysis.trade_area.sensitivity`.

        Raises
        ------
        AccessError
            If the scope has no record rights.
        QueryError
            If a word is not known, or the numbers cannot be.
        """
        rules = [self._rule(method, {**numbers, key: value}) for value in values]
        if not rules:
            msg = f"sensitivity: name the values of {key} that are to be compared."
            raise QueryError(msg)
        company = self._company(where, period)
        found: pd.DataFrame = sensitivity.sensitivity(company, rules[0], key, list(values)).to_pandas()
        return found

    def backtest(
        self,
        before: PeriodWord,
        after: PeriodWord,
        methods: Mapping[str, Mapping[str, Any]] | None = None,
        *,
        where: Where | None = None,
    ) -> pd.DataFrame:
        """Say which method foretells best who goes where: told from one period, held against the next.

        Parameters
        ----------
        before, after
            The two periods.
        methods
            Name -> words of a method, such as `{"method": "ring", "km": 2}`, `{"method": "huff", "decay": "power",
            "mode": "drive", "attractions": ["size"]}` (all attractions where not named), or `{"method": "regions",
            "level": ...}` for areas that were drawn elsewhere, with the store's id as region_id; those of `usual` where
            null.
        where
            Which customers count.

        Returns
        -------
        pandas.DataFrame
            One row per method, the best first: method, score, behind, behind_error, misplaced, doubt (see
            `gcrm.analysis.trade_area.backtest`), recommended (True for the first one, where it leads clearly).

        Raises
        ------
        AccessError
            If the scope has no record rights.
        QueryError
            If a word is not known, or nobody bought in one of the periods.
        """
        given = {name: dict(words) for name, words in (methods or self.usual()).items()}
        elsewhere = {n: str(given.pop(n).get("level", "")) for n in [*given] if given[n].get("method") == "regions"}
        rules = {n: self._rule(w.pop("method", ""), w) for n, w in given.items() if w.get("method") != "huff"}
        one, two = (self._company(where, period) for period in (before, after))
        both = [i for i in one.ids if i in two.ids]
        one, two = one.only(both), two.only(both)
        huff = {
            name: testing.Huff(
                contenders(self._ws, one, words.get("attractions")).figures,
                str(words.get("mode", "drive")),
                str(words.get("decay", "power")),
            )
            for name, words in given.items()
            if name not in rules
        }
        drawn = {name: self._given(level, both) for name, level in elsewhere.items()}
        verdict = testing.backtest(one, two, rules, huff, drawn)
        table = pd.DataFrame([vars(method) for method in verdict.methods])
        table["recommended"] = [verdict.clear, *[False] * (len(table) - 1)]
        return table

    def usual(self) -> dict[str, dict[str, Any]]:
        """Return the methods that a back-test compares where none are named: name -> its words.

        Returns
        -------
        dict
            Those of `USUAL`, by visits where trips are counted, and the trading areas of gcrm.toml.
        """
        found = {name: dict(words) for name, words in USUAL.items()}
        if len(self._company(None, None).trips):
            found["visits 80 %"] = {"method": "visits", "share": 0.8}
        return found | {name: {"method": name} for name in self._ws.settings.trading_areas if name not in found}

    def _given(self, level: str, stores: Sequence[str]) -> NDArray[np.object_]:
        """Return the regions of a level that are named by stores; null for a store without one."""
        regions = self._ws.regions(level)
        found = np.full(len(stores), None, object)
        for region, shape in zip(regions["region_id"], regions.geometry, strict=True):
            if region in stores:
                found[list(stores).index(region)] = shape
        if all(shape is None for shape in found):
            msg = f"No region of '{level}' is named by a store; areas drawn elsewhere need the store's id as region_id."
            raise QueryError(msg)
        return found

    def _company(self, where: Where | None, period: PeriodWord) -> Company:
        return read_company(self._ws.reader, scope=self._ws.scope, where=where, period=period)

    def _rule(self, method: str, numbers: Mapping[str, Any]) -> TradingArea:
        return rule_of(self._ws.settings, method, numbers)

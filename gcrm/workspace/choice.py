"""The choice of a store in a workspace: Huff's model fitted to where customers live and at which stores they bought."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gcrm.analysis.choice.decay import first_guess
from gcrm.analysis.choice.fit import fit
from gcrm.analysis.choice.likelihood import Counts
from gcrm.analysis.choice.market import Market, dense
from gcrm.analysis.choice.model import Model, shares
from gcrm.cube.shopper import read_company
from gcrm.enrich.road.travel import travel
from gcrm.errors import QueryError
from gcrm.workspace.preference import StoreChoice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gcrm.cube.question import PeriodWord, Where
    from gcrm.enrich.trading_area.company import Company
    from gcrm.workspace.workspace import Workspace

    Floats = NDArray[np.float64]


class Choices:
    """What can be asked of the choice of a store: `ws.choice(...)`."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def __call__(
        self,
        by: str | float = 500.0,
        *,
        decay: str = "power",
        mode: str = "drive",
        market: str = "",
        limit_min: float = np.inf,
        where: Where | None = None,
        period: PeriodWord = None,
    ) -> StoreChoice:
        """Fit Huff's model to where customers live and at which stores they bought.

        Parameters
        ----------
        by
            A level of regions, or the width in metres of squares, that customers are put together by.
        decay
            How pull falls with travel time: power, exponential or logistic.
        mode
            drive, cycle or walk, in free flow.
        market
            A measure of everybody in a region, such as `households`: who is no customer went elsewhere, the outside
            option. Without it, choices are among the project's own stores. It needs a level.
        limit_min
            Stores farther away are out of reach.
        where, period
            Which customers count, and when they bought; one who bought at several stores counts at each by the orders.

        Returns
        -------
        StoreChoice
            The fitted model, and what can be asked of it. A store's size is its floor area; where none is known, all
            count alike and `size` is not told.

        Raises
        ------
        AccessError
            If the scope has no record rights.
        QueryError
            If a word is not known, or too little is known to fit.
        """
        if market and not isinstance(by, str):
            msg = "A market is known by region: name a level in `by`."
            raise QueryError(msg)
        company = read_company(self._ws.reader, scope=self._ws.scope, where=where, period=period)
        origins, own = self._by_level(company, by) if isinstance(by, str) else _by_square(company, float(by))
        kept = own >= 0
        went = np.zeros((len(origins), len(company.ids)))
        np.add.at(went, (own[kept], company.shoppers.store[kept]), company.shoppers.part[kept])
        origins["customers"] = np.round(went.sum(axis=1), 9)
        how = travel(self._ws.cursor(), mode)
        pairs = dense(how.between(origins[["lon", "lat"]].to_numpy(float), company.at), limit_min)
        size, told = sizes(self._ws, company.ids)
        counts = Counts(went[pairs.origin, pairs.store], self._elsewhere(origins, market, by, where, period))
        start = Model((1.0,), first_guess(decay, pairs.cost, 0.5), 0.0 if market else None)
        whole = Market(pairs, size[:, None])
        fitted = fit(whole, counts, start, fixed=() if told else ("size",))
        demand = pairs.sums(counts.pair) + (counts.elsewhere if counts.elsewhere is not None else 0.0)
        stores = pd.DataFrame({"store_id": company.ids, "name": company.names})
        stores["lon"], stores["lat"] = company.at.T
        stores["size"], stores["observed"] = size, pairs.by_store(counts.pair)
        chance = shares(whole, fitted.model).share
        stores["expected"] = pairs.by_store(chance * demand[pairs.origin])
        return StoreChoice(fitted, stores, origins, how.note, whole, counts, demand, how)

    def _by_level(self, company: Company, level: str) -> tuple[pd.DataFrame, NDArray[np.int64]]:
        """Return the regions of a level, each at the middle of its customers, and the region of each customer."""
        regions = self._ws.regions(level)
        own = np.full(len(company.shoppers), -1, np.int64)
        at, of = shapely.STRtree(regions.geometry.to_numpy()).query(
            shapely.points(company.shoppers.at), predicate="covered_by"
        )
        own[at[::-1]] = of[::-1]  # of several the first
        inner = shapely.get_coordinates(shapely.point_on_surface(regions.geometry.to_numpy())).reshape(-1, 2)
        origins = pd.DataFrame({"origin": regions["region_id"].to_numpy(), "lon": inner[:, 0], "lat": inner[:, 1]})
        return _centred(origins, company, own), own

    def _elsewhere(
        self, origins: pd.DataFrame, market: str, by: str | float, where: Where | None, period: PeriodWord
    ) -> Floats | None:
        """Return how many of each region's market are no customers; null without a market."""
        if not market:
            return None
        level = str(by)
        found = self._ws.query([market], by=[level], where=where, period=period).frame.set_index(level)[market]
        every = pd.to_numeric(found.reindex(origins["origin"])).to_numpy(float, na_value=np.nan)
        origins["market"] = every
        # What is not known says nothing of those who went elsewhere.
        rest: Floats = np.maximum(np.nan_to_num(every) - origins["customers"].to_numpy(float), 0.0)
        return rest


def _by_square(company: Company, width_m: float) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """Return the squares that customers live in, each at the middle of them, and the square of each customer."""
    if not width_m > 0:
        msg = f"Squares are wider than nothing; found {width_m:g} m."
        raise QueryError(msg)
    squares = np.floor(company.plane(company.shoppers.at) / width_m).astype(np.int64)
    unique, own = np.unique(squares.reshape(-1, 2), axis=0, return_inverse=True)
    own = np.asarray(own, np.int64).reshape(-1)
    names = [f"{x}/{y}" for x, y in unique.tolist()]
    origins = pd.DataFrame({"origin": names, "lon": np.nan, "lat": np.nan}, index=range(len(names)))
    return _centred(origins, company, own), own


def _centred(origins: pd.DataFrame, company: Company, own: NDArray[np.int64]) -> pd.DataFrame:
    """Move origins to the mean of their customers; those without any stay."""
    kept = own >= 0
    many = np.bincount(own[kept], minlength=len(origins))
    for name, axis in zip(("lon", "lat"), company.shoppers.at.T, strict=True):
        total = np.bincount(own[kept], axis[kept], len(origins))
        origins[name] = np.where(many > 0, total / np.maximum(many, 1), origins[name].to_numpy(float))
    return origins


def sizes(ws: Workspace, stores: Sequence[str]) -> tuple[Floats, bool]:
    """Return the floor area of stores.

    Parameters
    ----------
    ws
        The workspace.
    stores
        Identifiers of the stores.

    Returns
    -------
    tuple
        One per store, the middle one where it is not known, all 1 where none is; and whether they differ.
    """
    found = dict(ws.cursor().execute("SELECT store_id, floor_area_m2 FROM warehouse.dim_store").fetchall())
    size = np.array([float(found.get(i) or np.nan) for i in stores], float)
    middle = float(np.nanmedian(size)) if np.isfinite(size).any() else 1.0
    known = np.where(size > 0, size, middle)
    return known, len(np.unique(known)) > 1

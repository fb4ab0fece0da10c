"""The choice of a store in a workspace: Huff's model fitted to where customers live and at which stores they bought."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import pandas as pd
import shapely

from gcrm.analysis.choice.calibrate import by_likelihood
from gcrm.analysis.choice.decay import FLOOR_MIN, first_guess
from gcrm.analysis.choice.likelihood import Counts
from gcrm.analysis.choice.model import Model
from gcrm.cube.shopper import read_company
from gcrm.enrich.road.travel import travel
from gcrm.errors import QueryError, near
from gcrm.workspace.contender import SIZE, Contenders, contenders
from gcrm.workspace.ground import Ground
from gcrm.workspace.preference import StoreChoice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gcrm.cube.question import PeriodWord, Where
    from gcrm.enrich.trading_area.company import Company
    from gcrm.workspace.workspace import Workspace

    Floats = NDArray[np.float64]

#: Where those of a market go who are no customers.
Elsewhere = Literal["anywhere", "competitors", "outside"]


class Choices:
    """What can be asked of the choice of a store: `ws.choice(...)`."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def __call__(  # noqa: PLR0913 - the words of a model, each with a default
        self,
        by: str | float = 500.0,
        *,
        attractions: Sequence[str] | None = None,
        decay: str = "power",
        competing: bool = False,
        market: str = "",
        elsewhere: Elsewhere = "anywhere",
        mode: str = "drive",
        limit_min: float = np.inf,
        where: Where | None = None,
        period: PeriodWord = None,
    ) -> StoreChoice:
        """Fit Huff's model to where customers live and at which stores they bought, by maximum likelihood.

        Parameters
        ----------
        by
            A level of regions, or the width in metres of squares, that customers are put together by.
        attractions
            What draws people to a store: `size` (its floor area), and names that `attractions` of a source of stores
            declares; all of them where null.
        decay
            How pull falls with travel time: power, exponential or logistic.
        competing
            Whether stores near to one another compete, or gain, beyond that (competing destinations).
        market
            A measure of everybody in a region, such as `households`: who is no customer went elsewhere. Without it,
            choices are among the project's own stores. It needs a level.
        elsewhere
            Where those of the market went who are no customers: to `competitors` (sources of that kind), to the
            `outside` option, or `anywhere`: to both, where the project has competitors.
        mode
            drive, cycle or walk, in free flow.
        limit_min
            Stores farther away are out of reach.
        where, period
            Which customers count, and when they bought; one who bought at several stores counts at each by the orders.

        Returns
        -------
        StoreChoice
            The fitted model, and what can be asked of it. An attraction in which stores do not differ is not told:
            `size` then counts to the power of 1, others not at all.

        Raises
        ------
        AccessError
            If the scope has no record rights.
        QueryError
            If a word is not known, or too little is known to fit.
        """
        rivals = _rivals(self._ws, by, market, elsewhere)
        company = read_company(self._ws.reader, scope=self._ws.scope, where=where, period=period)
        players = contenders(self._ws, company, attractions, competitors=rivals, period=period)
        origins, own = self._by_level(company, by) if isinstance(by, str) else _by_square(company, float(by))
        kept = own >= 0
        went = np.zeros((len(origins), len(players.ids)))
        np.add.at(went, (own[kept], company.shoppers.store[kept]), company.shoppers.part[kept])
        origins["customers"] = np.round(went.sum(axis=1), 9)
        at = origins[["lon", "lat"]].to_numpy(float)
        ground = Ground(at, travel(self._ws.cursor(), mode), limit_min, competing)
        counted = ground.market(players)
        pairs = counted.pairs
        counts = Counts(went[pairs.origin, pairs.store], self._elsewhere(origins, market, by, where, period))
        way = by_likelihood(players.alike)
        start = _start(players, decay, pairs.cost, ground, outside=bool(market) and elsewhere != "competitors")
        return StoreChoice(way(counted, counts, start), way, origins, players, ground, counted, counts, company)

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


def _rivals(ws: Workspace, by: str | float, market: str, elsewhere: str) -> bool:
    """Say whether competitors stand in the market."""
    words = get_args(Elsewhere)
    if elsewhere not in words:
        msg = f"elsewhere is {', '.join(words)}; found '{elsewhere}'.{near(elsewhere, words)}"
        raise QueryError(msg)
    there = bool(ws.settings.of_kind("competitors"))
    if market and not isinstance(by, str):
        msg = "A market is known by region: name a level in `by`."
        raise QueryError(msg)
    if elsewhere == "competitors" and not (market and there):
        msg = "Competitors take those of a market who are no customers: name a `market`, and a source of competitors."
        raise QueryError(msg)
    return bool(market) and there and elsewhere != "outside"


def _start(players: Contenders, decay: str, cost: Floats, ground: Ground, *, outside: bool) -> Model:
    """Return a model to begin a search with."""
    exponents = [1.0 if name == SIZE else 0.0 for name in players.attractions] + [0.0] * ground.competing
    return Model(tuple(exponents), first_guess(decay, cost, FLOOR_MIN), 0.0 if outside else None)

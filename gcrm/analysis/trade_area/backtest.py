"""Which method foretells best: areas and models of one period, held against who went where in the next.

Each method says of a home i with which chance m_ij its customer goes to store j: an area method, 1 by the number of
areas that hold the home, for each of them; Huff's model, its share. No method is right of everybody, so each is mixed
with the stores' shares of all customers in the first period, s_j, in the proportion that fits that period best:

    p_ij = (1 - e) m_ij + e s_j.

A customer of several stores counts at each by the orders. Scored is the mean of log p_ij over the next period (Good
1952, a proper score: nobody does better than by saying the truth), and beside it the share of customers that the totals
of stores have at the wrong store.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize_scalar

from gcrm.analysis.choice.decay import FLOOR_MIN, first_guess
from gcrm.analysis.choice.fit import fit
from gcrm.analysis.choice.likelihood import Counts
from gcrm.analysis.choice.market import Market, dense
from gcrm.analysis.choice.model import Model, shares
from gcrm.analysis.choice.totals import misplaced
from gcrm.analysis.trade_area.sensitivity import inside
from gcrm.enrich.trading_area.method import areas
from gcrm.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from gcrm.enrich.trading_area.company import Company
    from gcrm.settings.trading import TradingArea

    Floats = NDArray[np.float64]

#: What foretells by the stores' shares alone.
ALONE = "shares alone"
#: A lead below so many standard errors is none.
_CLEAR = 2.0


@dataclass(frozen=True)
class Foretold:
    """How well one method foretold.

    Attributes
    ----------
    method
        Its name.
    score
        Mean logarithm of the chance it gave to what happened; larger is better.
    behind, behind_error
        How far it lies behind the best one, and the standard error of that; 0 for the best one.
    misplaced
        Share of the customers that it expected at another store than where they went, by totals, 0 to 1.
    doubt
        The part e of customers of whom it says nothing.
    """

    method: str
    score: float
    behind: float
    behind_error: float
    misplaced: float
    doubt: float


@dataclass(frozen=True)
class Verdict:
    """The outcome of a back-test.

    Attributes
    ----------
    methods
        Every method, the best first.
    customers
        Customers of the next period that were foretold.
    clear
        True where the best one leads the next by two standard errors or more.
    """

    methods: tuple[Foretold, ...]
    customers: int
    clear: bool

    @property
    def recommended(self) -> str:
        """Name of the method that foretold best."""
        return self.methods[0].method


@dataclass(frozen=True, eq=False)
class Huff:
    """A model of Huff's that is to foretell.

    Attributes
    ----------
    figures
        One row per store, one column per attraction, all above 0.
    mode
        How people travel.
    decay
        Kind of decay.
    """

    figures: Floats
    mode: str = "drive"
    decay: str = "power"


def backtest(
    before: Company,
    after: Company,
    rules: Mapping[str, TradingArea],
    huff: Mapping[str, Huff],
    given: Mapping[str, NDArray[np.object_]] | None = None,
) -> Verdict:
    """Foretell one period from the one before by several methods.

    Parameters
    ----------
    before, after
        Stores and customers of either period, with the same stores.
    rules
        Name -> method of trading areas.
    huff
        Name -> a model of Huff's.
    given
        Name -> one area per store that was drawn elsewhere, in WGS84; null where a store has none.

    Returns
    -------
    Verdict
        Methods by their score.

    Raises
    ------
    QueryError
        If the stores are not the same, or nobody bought in one of the periods.
    """
    if before.ids != after.ids:
        msg = "Both periods need the same stores; leave out those that opened or closed in between."
        raise QueryError(msg)
    if not len(before.shoppers) or not len(after.shoppers):
        msg = "Nobody at a known address bought at a store in one of the two periods; choose others."
        raise QueryError(msg)
    base = np.asarray(np.bincount(before.shoppers.store, before.shoppers.part, len(before.ids)) + 0.5, float)
    base = np.asarray(base / base.sum(), float)
    told = {name: _by_areas(before, after, areas(before, rule)) for name, rule in rules.items()}
    told |= {name: _by_areas(before, after, drawn) for name, drawn in (given or {}).items()}
    told |= {name: _by_huff(before, after, model) for name, model in huff.items()}
    empty = tuple(np.zeros((len(c.shoppers), len(base))) for c in (before, after))
    told[ALONE] = (empty[0], empty[1])
    mixed = {name: _mixed(before, base, *both) for name, both in told.items()}
    return _judged(after, mixed)


def _by_areas(before: Company, after: Company, drawn: NDArray[np.object_]) -> tuple[Floats, Floats]:
    """Return m of the customers of both periods, one column per store."""
    found = []
    for company in (before, after):
        held = np.zeros((len(company.shoppers), len(company.ids)))
        for j, area in enumerate(drawn):
            if area is not None:
                held[:, j] = inside(area, company.shoppers.at)
        found.append(held / np.maximum(held.sum(axis=1, keepdims=True), 1))
    return found[0], found[1]


def _by_huff(before: Company, after: Company, model: Huff) -> tuple[Floats, Floats]:
    """Fit Huff's model to the first period; return its chances for the customers of both."""
    travel = before.traveller(model.mode, None, None)
    names = tuple(f"a{k}" for k in range(model.figures.shape[1]))
    markets = [Market(dense(travel.between(c.shoppers.at, c.at)), model.figures, names) for c in (before, after)]
    pairs = markets[0].pairs
    there = pairs.store == before.shoppers.store[pairs.origin]
    went = np.where(there, before.shoppers.part[pairs.origin], 0.0)
    start = Model((1.0, *[0.0] * (len(names) - 1)), first_guess(model.decay, pairs.cost, FLOOR_MIN))
    # In what stores are alike tells nothing.
    fixed = tuple(n for n, column in zip(names, model.figures.T, strict=True) if len(np.unique(column)) == 1)
    fitted = fit(markets[0], Counts(went), start, fixed=fixed).model
    found = [m.pairs.matrix(shares(m, fitted).share).toarray() for m in markets]
    return found[0], found[1]


def _mixed(before: Company, base: Floats, first: Floats, second: Floats) -> tuple[Floats, float]:
    """Mix what a method says with the stores' shares, as fits the first period; return the next one's chances."""
    row, store = np.arange(len(before.shoppers)), before.shoppers.store
    said, prior = first[row, store], base[store]
    some = first.sum(axis=1)

    def unlikely(e: float) -> float:
        return -float(before.shoppers.part @ np.log((1 - e) * said + (1 - (1 - e) * some) * prior))

    doubt = float(minimize_scalar(unlikely, bounds=(1e-4, 1), method="bounded").x)
    left = 1 - (1 - doubt) * second.sum(axis=1, keepdims=True)
    return (1 - doubt) * second + left * base, doubt


def _judged(after: Company, mixed: Mapping[str, tuple[Floats, float]]) -> Verdict:
    row, store, part = np.arange(len(after.shoppers)), after.shoppers.store, after.shoppers.part
    went = np.asarray(np.bincount(store, part, len(after.ids)), float)
    logs = {name: np.log(chance[row, store]) for name, (chance, _) in mixed.items()}
    order = sorted(logs, key=lambda name: (-(part @ logs[name]), name))
    best, found = logs[order[0]], []
    for name in order:
        gap, (chance, doubt) = best - logs[name], mixed[name]
        mean = float(part @ gap / part.sum())
        error = float(np.sqrt(part @ (gap - mean) ** 2) / part.sum())
        wrong = misplaced(part @ chance, went)
        found.append(Foretold(name, float(part @ logs[name] / part.sum()), mean, error, wrong, doubt))
    clear = len(found) > 1 and found[1].behind >= _CLEAR * found[1].behind_error > 0
    return Verdict(tuple(found), round(float(part.sum())), clear)

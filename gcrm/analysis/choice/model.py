"""Huff's model, several attractions, and an outside option: the chance that somebody goes to a store.

    U_ij = sum_k g_k log A_jk + f(t_ij),    p_ij = exp U_ij / (exp U_i0 + sum_j exp U_ij),

with A the attractions of a store, f the decay, and U_i0 the outside option: everywhere else, and staying at home.
Without one, exp U_i0 is 0. Sources: Huff 1963, Land Economics 39; Nakanishi and Cooper 1974, Journal of Marketing
Research 11; Fotheringham 1983, Environment and Planning A 15 (competing destinations: the competition around a store
as one more attraction).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from gcrm.analysis.choice.decay import PARAMETERS, Decay
from gcrm.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gcrm.analysis.choice.market import Market

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Model:
    """The parameters of a choice of store.

    Attributes
    ----------
    exponents
        One per attraction of the market, the competition of other stores last where that counts.
    decay
        How pull falls with the way.
    outside
        Utility of the outside option; null where there is none.
    constants
        One per store, added to its utility; empty where there are none.
    """

    exponents: tuple[float, ...] = (1.0,)
    decay: Decay = field(default_factory=Decay)
    outside: float | None = None
    constants: tuple[float, ...] = ()

    @property
    def values(self) -> Floats:
        """Every parameter that is fitted: exponents, decay, outside option."""
        last = () if self.outside is None else (self.outside,)
        return np.array([*self.exponents, *self.decay.values, *last], float)

    def names(self, market: Market) -> tuple[str, ...]:
        """Return the name of each of `values`."""
        last = () if self.outside is None else ("outside",)
        return (*market.all_names, *PARAMETERS[self.decay.kind], *last)

    def with_values(self, values: Sequence[float] | Floats) -> Model:
        """Return the same model with other `values`."""
        every = [float(v) for v in values]
        k, d = len(self.exponents), len(self.decay.values)
        last = None if self.outside is None else every[k + d]
        return Model(tuple(every[:k]), self.decay.with_values(every[k : k + d]), last, self.constants)


@dataclass(frozen=True, eq=False)
class Shares:
    """Chances by pair, and of what is left.

    Attributes
    ----------
    share
        Chance of each pair of the market.
    outside
        Chance of the outside option, per origin; 0 where the model has none.
    unserved
        1 where an origin has no open store in reach and no outside option, else 0.
    """

    share: Floats
    outside: Floats
    unserved: Floats


def log_weight(market: Market, model: Model) -> Floats:
    """Return the utility of each pair; -inf where the store is closed."""
    if len(model.exponents) != len(market.all_names):
        msg = f"The model needs one exponent for each of {', '.join(market.all_names)}; found {len(model.exponents)}."
        raise QueryError(msg)
    logs = market.log_size
    with np.errstate(invalid="ignore"):
        pull = logs @ np.asarray(model.exponents)
    pull = np.where(market.is_open, pull, -np.inf)
    if model.constants:
        pull = pull + np.asarray(model.constants)
    found: Floats = pull[market.pairs.store] + model.decay.log_pull(market.pairs.cost)
    return found


def shares(market: Market, model: Model) -> Shares:
    """Work out who goes where.

    Parameters
    ----------
    market
        Origins, stores and ways.
    model
        The parameters.

    Returns
    -------
    Shares
        Chances; those of an origin, the outside option and `unserved` together are 1.

    Raises
    ------
    QueryError
        If model and market do not have the same attractions.
    """
    pairs, utility = market.pairs, log_weight(market, model)
    top = pairs.peaks(utility)
    if model.outside is not None:
        top = np.maximum(top, model.outside)
    nowhere = ~np.isfinite(top)
    level = np.where(nowhere, 0.0, top)
    weight = np.exp(utility - level[pairs.origin])
    away = np.zeros(pairs.origins) if model.outside is None else np.exp(model.outside - level)
    total = pairs.sums(weight) + away
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(nowhere[pairs.origin], 0.0, weight / total[pairs.origin])
        outside = np.where(nowhere, 0.0, away / total)
    return Shares(share, outside, nowhere.astype(float))


def expected(market: Market, model: Model, demand: Floats) -> Floats:
    """Return how many customers each store can expect.

    Parameters
    ----------
    market, model
        As in `shares`.
    demand
        Customers of each origin.

    Returns
    -------
    numpy.ndarray
        One number per store.
    """
    return market.pairs.by_store(shares(market, model).share * demand[market.pairs.origin])

"""The multiplicative competitive interaction model, by regression on log-centred shares.

Divided by their geometric mean over the stores of an origin, shares, attractions and ways are linear in logarithms:

    log(p_ij / p~_i) = sum_k g_k log(A_jk / A~_ik) + r log(t_ij / t~_i),

without an intercept, which the centring has taken away. Source: Nakanishi and Cooper 1974.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gcrm.analysis.choice.decay import Decay
from gcrm.analysis.choice.model import Model
from gcrm.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from gcrm.analysis.choice.market import Market

    Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Regression:
    """A model found by regression.

    Attributes
    ----------
    model
        The model, its decay a power.
    names, estimates, errors
        Name, coefficient and standard error of each parameter.
    explained
        Share of the variance of log-centred shares that is explained (without an intercept), 0 to 1.
    pairs, origins
        Pairs and origins that were used.
    """

    model: Model
    names: tuple[str, ...]
    estimates: Floats
    errors: Floats
    explained: float
    pairs: int
    origins: int


def mci(
    market: Market, share: Floats, *, floor: float = 0.1, add: float = 0.0, fixed: Mapping[str, float] | None = None
) -> Regression:
    """Regress shares on attractions and ways.

    Parameters
    ----------
    market
        Origins, stores and ways.
    share
        Share (or count) of each pair; only their ratios within an origin count.
    floor
        Least cost of a way.
    add
        What is added to every share: the logarithm of 0 is none. 0 refuses shares of 0.
    fixed
        Name -> value of the parameters that are known, and not looked for.

    Returns
    -------
    Regression
        The coefficients. Standard errors count one degree of freedom per origin for the centring; those of fixed ones
        are NaN.

    Raises
    ------
    QueryError
        If a share is 0 or less, or there is too little to regress.
    """
    pairs = market.pairs
    if len(share) != len(pairs) or not np.isfinite(share).all() or (share + add <= 0).any():
        msg = (
            "Every share has to be above 0: its logarithm is taken. Leave such pairs out, fit by maximum likelihood,"
            " or say with `add` what is added to every share."
        )
        raise QueryError(msg)
    if not market.is_open[pairs.store].all():
        msg = "A closed store is among the pairs; leave it out of the market."
        raise QueryError(msg)
    many = np.maximum(np.diff(pairs.starts), 1).astype(float)

    def centred(values: Floats) -> Floats:
        return np.asarray(values - (pairs.sums(values) / many)[pairs.origin])

    columns = [centred(market.log_size[pairs.store, k]) for k in range(market.log_size.shape[1])]
    columns.append(centred(np.log(np.maximum(pairs.cost, floor))))
    names, given = (*market.all_names, "decay"), fixed or {}
    free = np.array([name not in given for name in names])
    values = np.array([given.get(name, np.nan) for name in names], float)
    every = np.column_stack(columns)
    x, y = every[:, free], centred(np.log(share + add)) - every[:, ~free] @ values[~free]
    used = int((np.diff(pairs.starts) > 0).sum())
    freedom = len(y) - used - x.shape[1]
    found, _, rank, _ = np.linalg.lstsq(x, y, rcond=None)
    values[free] = found
    if freedom <= 0 or rank < x.shape[1]:
        msg = "The shares do not tell the parameters apart: too few pairs, or an attraction is alike everywhere."
        raise QueryError(msg)
    left = y - x @ found
    errors = np.full(len(names), np.nan)
    errors[free] = np.sqrt(np.diag(np.linalg.inv(x.T @ x)) * (left @ left) / freedom)
    model = Model(tuple(values[:-1].tolist()), Decay("power", (float(values[-1]),), floor))
    total = float(y @ y)
    explained = 1 - float(left @ left) / total if total else 1.0
    return Regression(model, model.names(market), values, errors, explained, len(y), used)

"""Three ways to find the parameters of a choice: likelihood, regression, totals of stores; all judged by likelihood.

Each way is a function of a market, counts and a model to begin with, so that a fit on some of the origins is the same
call (see `holdout`).
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from gcrm.analysis.choice.fit import fit, judged
from gcrm.analysis.choice.mci import mci
from gcrm.analysis.choice.totals import fit_totals
from gcrm.errors import QueryError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gcrm.analysis.choice.fit import Fit
    from gcrm.analysis.choice.holdout import Way
    from gcrm.analysis.choice.likelihood import Counts
    from gcrm.analysis.choice.market import Market, Pairs
    from gcrm.analysis.choice.model import Model


def by_likelihood(fixed: tuple[str, ...] = ()) -> Way:
    """Find parameters by maximum likelihood on customer counts.

    Parameters
    ----------
    fixed
        Names of parameters that stay as they are.

    Returns
    -------
    callable
        The way.
    """
    return partial(fit, fixed=fixed)


def by_regression(fixed: tuple[str, ...] = (), *, add: float = 0.0) -> Way:
    """Find parameters by the MCI regression on the shares of the stores that are seen.

    The outside option, which has no share of its own there, is fitted by likelihood with the others as they are.

    Parameters
    ----------
    fixed
        Names of parameters that stay as they are.
    add
        Customers that are added to every pair: the logarithm of none is none.

    Returns
    -------
    callable
        The way; it raises QueryError where the decay is no power, or a pair has nobody and `add` is 0.
    """
    return partial(_regress, fixed=fixed, add=add)


def by_totals(fixed: tuple[str, ...] = ()) -> Way:
    """Find parameters from the totals of the stores that are seen.

    Parameters
    ----------
    fixed
        Names of parameters that stay as they are.

    Returns
    -------
    callable
        The way; it raises QueryError where stores are fewer than parameters.
    """
    return partial(_totals, fixed=fixed)


def _regress(market: Market, counts: Counts, model: Model, *, fixed: tuple[str, ...], add: float) -> Fit:
    if model.decay.kind != "power":
        msg = f"The regression takes a power of the way; found the decay '{model.decay.kind}'. Fit by likelihood."
        raise QueryError(msg)
    pairs, names = market.pairs, model.names(market)
    kept = (pairs.sums(counts.pair) > 0)[pairs.origin] & _seen(market)[pairs.store]
    known = {name: value for name, value in zip(names, model.values.tolist(), strict=True) if name in fixed}
    own = replace(market, pairs=_some(pairs, kept))
    found = mci(own, counts.pair[kept], floor=model.decay.floor, add=add, fixed=known)
    errors = found.errors
    started = replace(found.model, outside=model.outside)
    if model.outside is not None:
        last = fit(market, counts, started, fixed=names[:-1])
        started, errors = last.model, np.append(errors, last.errors[-1])
    return judged(market, counts, started, errors)


def _totals(market: Market, counts: Counts, model: Model, *, fixed: tuple[str, ...]) -> Fit:
    pairs = market.pairs
    demand = pairs.sums(counts.pair) + (0.0 if counts.elsewhere is None else counts.elsewhere)
    totals = np.where(_seen(market), pairs.by_store(counts.pair), np.nan)
    found = fit_totals(market, demand, totals, model, fixed=fixed)
    return judged(market, counts, found.model, found.errors)


def _seen(market: Market) -> NDArray[np.bool_]:
    return np.ones(market.pairs.stores, bool) if market.seen is None else market.seen


def _some(pairs: Pairs, kept: NDArray[np.bool_]) -> Pairs:
    return replace(pairs, origin=pairs.origin[kept], store=pairs.store[kept], cost=pairs.cost[kept])

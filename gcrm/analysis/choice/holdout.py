"""How well a model foretells origins that it was not fitted to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gcrm.analysis.choice.fit import fit
from gcrm.analysis.choice.likelihood import Chances, even

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from gcrm.analysis.choice.fit import Fit
    from gcrm.analysis.choice.likelihood import Counts
    from gcrm.analysis.choice.market import Market
    from gcrm.analysis.choice.model import Model

    #: A market, counts and a model to begin with -> the model that was found.
    Way = Callable[[Market, Counts, Model], Fit]


def held_out(
    market: Market, counts: Counts, model: Model, *, folds: int = 5, seed: int = 0, way: Way = fit
) -> list[tuple[float, float]]:
    """Fit without some origins, and see how likely their customers' choices were.

    Parameters
    ----------
    market, counts, model
        As in `fit`.
    folds
        How many parts the origins are dealt into; each is kept back once.
    seed
        Seed of the deal.
    way
        How parameters are found.

    Returns
    -------
    list of (float, float)
        Per part with customers: log-likelihood per customer of the fitted model, and of all stores as likely.

    Raises
    ------
    QueryError
        As `fit`.
    """
    found = []
    for kept in _dealt(market.pairs.origins, folds, seed):
        own, rest = counts.of(market, kept), counts.of(market, ~kept)
        if not own.pair.any() or not rest.pair.any():
            continue
        fitted = way(market, rest, model)
        told, flat = (Chances(market, m, own).log_likelihood for m in (fitted.model, even(model)))
        found.append((told / own.total, flat / own.total))
    return found


def _dealt(count: int, folds: int, seed: int) -> Iterator[NDArray[np.bool_]]:
    part = np.random.default_rng(seed).permutation(count) % folds
    for k in range(folds):
        yield np.asarray(part == k)

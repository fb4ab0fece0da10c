"""The model that infers a type of residence: naive Bayes over classes of plain features, made sober by a temperature.

Each feature is cut into classes at quantiles of the buildings that are known. For a type t and feature values x,

    log p(t | x) = log p(t) + (sum over features of log p(x_f | t)) / T + constant,

with p(x_f | t) counted among the known buildings and one count added to each class (Laplace). A value that is not known
takes no part. Features depend on each other, so that plain naive Bayes (T = 1) is far too sure; T is the one of a short
list under which buildings kept aside are told best (least mean log loss). Every number of the model is a count that can
be read. Source: Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, 6.6.3; the temperature follows Guo
et al. 2017, On Calibration of Modern Neural Networks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Classes that a feature is cut into, at most.
BINS = 12
#: Temperatures that are tried.
TEMPERATURES = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 6.0)


@dataclass(frozen=True)
class Model:
    """What was learned.

    Attributes
    ----------
    edges
        Per feature, where it is cut.
    log_prior
        One per type.
    log_share
        Per feature, one row per type and one column per class of the feature.
    temperature
        T of the formula.
    """

    edges: tuple[NDArray[np.float64], ...]
    log_prior: NDArray[np.float64]
    log_share: tuple[NDArray[np.float64], ...]
    temperature: float = 1.0


def learn(values: NDArray[np.float64], kind: NDArray[np.int64], kinds: int) -> Model:
    """Count what is known of buildings.

    Parameters
    ----------
    values
        One row per known building and one column per feature; NaN is not known.
    kind
        Number of the type of each, 0 to `kinds` - 1.
    kinds
        How many types there are.

    Returns
    -------
    Model
        The counts as logarithms of shares.
    """
    edges = tuple(_edges(column) for column in values.T)
    shares = []
    for column, cuts in zip(values.T, edges, strict=True):
        known = ~np.isnan(column)
        size = len(cuts) + 1
        cell = kind[known] * size + np.searchsorted(cuts, column[known], "right")
        count = np.bincount(cell, minlength=kinds * size).reshape(kinds, size) + 1.0
        shares.append(np.log(count / count.sum(axis=1, keepdims=True)))
    prior = np.bincount(kind, minlength=kinds) + 1.0
    return Model(edges, np.log(prior / prior.sum()), tuple(shares))


def likelihood(model: Model, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sum of the logarithms of each building's features, one row per building and one column per type."""
    total = np.zeros((len(values), len(model.log_prior)))
    for column, cuts, share in zip(values.T, model.edges, model.log_share, strict=True):
        known = ~np.isnan(column)
        total[known] += share[:, np.searchsorted(cuts, column[known], "right")].T
    return total


def posterior(
    model: Model, values: NDArray[np.float64], allowed: NDArray[np.bool_] | None = None
) -> NDArray[np.float64]:
    """Return how likely each type is, one row per building and one column per type.

    Parameters
    ----------
    model
        What was learned.
    values
        Features, as in `learn`.
    allowed
        For each building and type, whether it may be that; null allows all.

    Returns
    -------
    numpy.ndarray
        Probabilities; each row adds up to 1.
    """
    return shares(model.log_prior + likelihood(model, values) / model.temperature, allowed)


def best_temperature(log_prior: NDArray[np.float64], evidence: NDArray[np.float64], kind: NDArray[np.int64]) -> float:
    """Return the temperature under which buildings that took no part in learning are told best.

    Parameters
    ----------
    log_prior
        Of each building's model, one column per type.
    evidence
        `likelihood` of each building under it.
    kind
        The type of each.

    Returns
    -------
    float
        One of `TEMPERATURES`.
    """
    rows = np.arange(len(kind))
    loss = {t: -np.log(shares(log_prior + evidence / t)[rows, kind]).mean() for t in TEMPERATURES}
    return min(loss, key=lambda t: (loss[t], t))


def shares(score: NDArray[np.float64], allowed: NDArray[np.bool_] | None = None) -> NDArray[np.float64]:
    """Turn sums of logarithms into probabilities, row by row; what is not allowed gets none."""
    if allowed is not None:
        score = np.where(allowed, score, -np.inf)
    weight = np.exp(score - score.max(axis=1, keepdims=True))
    found: NDArray[np.float64] = weight / weight.sum(axis=1, keepdims=True)
    return found


def _edges(column: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return where a feature is cut: at quantiles, each value of few on its own."""
    known = column[~np.isnan(column)]
    if not len(known):
        return np.empty(0)
    distinct = np.unique(known)
    if len(distinct) <= BINS:
        return distinct[1:]
    return np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1], method="nearest"))

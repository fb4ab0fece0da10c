"""Parameters from store totals alone: the ones under which stores come out as large as they are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import least_squares

from gcrm.analysis.choice.model import Model, expected
from gcrm.errors import QueryError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gcrm.analysis.choice.market import Market

    Floats = NDArray[np.float64]

_ROUNDS = 10_000


@dataclass(frozen=True, eq=False)
class TotalsFit:
    """A model fitted to store totals.

    Attributes
    ----------
    model
        The model with its parameters.
    names, estimates, errors
        Name, estimate and standard error of each parameter, by the scatter of the totals; NaN where that tells none.
    totals
        What the model expects of each store.
    misplaced
        Share of all customers that the model has at the wrong store, 0 to 1.
    """

    model: Model
    names: tuple[str, ...]
    estimates: Floats
    errors: Floats
    totals: Floats
    misplaced: float


def fit_totals(
    market: Market, demand: Floats, totals: Floats, model: Model, *, fixed: tuple[str, ...] = ()
) -> TotalsFit:
    """Fit a model to the totals of stores, by least squares of their square roots.

    Roots make the scatter of counts alike, whatever their size (Anscombe 1948, Biometrika 35).

    Parameters
    ----------
    market
        Origins, stores and ways.
    demand
        Customers of each origin.
    totals
        Customers of each store; NaN where they are not known.
    model
        Parameters to begin with.
    fixed
        Names of parameters that stay as they are.

    Returns
    -------
    TotalsFit
        The parameters; the standard error of a fixed one is NaN.

    Raises
    ------
    QueryError
        If fewer totals are known than there are parameters, or one is negative.
    """
    known, names = np.isfinite(totals), model.names(market)
    free = np.array([name not in fixed for name in names])
    if known.sum() < free.sum() or (totals[known] < 0).any():
        msg = f"Totals of {known.sum()} stores do not tell {free.sum()} parameters; totals are 0 or more."
        raise QueryError(msg)

    def with_free(values: Floats) -> Model:
        every = model.values
        every[free] = values
        return model.with_values(every)

    def gap(values: Floats) -> Floats:
        return np.asarray(np.sqrt(expected(market, with_free(values), demand)) - np.sqrt(totals))[known]

    found = least_squares(gap, model.values[free], x_scale="jac")
    best = with_free(found.x)
    freedom = int(known.sum()) - len(found.x)
    errors = np.full(len(names), np.nan)
    if freedom > 0 and np.linalg.matrix_rank(found.jac) == len(found.x):
        errors[free] = np.sqrt(np.diag(np.linalg.inv(found.jac.T @ found.jac)) * 2 * found.cost / freedom)
    reached = expected(market, best, demand)
    return TotalsFit(best, names, best.values, errors, reached, misplaced(reached[known], totals[known]))


def balance(market: Market, demand: Floats, totals: Floats, model: Model, *, close: float = 1e-9) -> Model:
    """Add constants to stores so that each has exactly its total; the outside option takes the rest.

    Parameters
    ----------
    market, demand, model
        As in `fit_totals`.
    totals
        Customers of each store; a closed store has 0.
    close
        How far totals may be off, as a share of the demand.

    Returns
    -------
    Model
        The model with constants. Source: Berry 1994, RAND Journal of Economics 25 (the contraction).

    Raises
    ------
    QueryError
        If no constants make these totals: those in reach are too few, or totals and demand differ.
    """
    live, whole = market.is_open, float(demand.sum())
    constants = np.zeros(market.pairs.stores)
    for _ in range(_ROUNDS):
        tried = replace(model, constants=tuple(constants.tolist()))
        reached = expected(market, tried, demand)
        if np.abs(reached - totals)[live].max(initial=0.0) <= close * whole:
            return tried
        with np.errstate(divide="ignore", invalid="ignore"):
            step = np.log(totals / reached)
        if not np.isfinite(step[live]).all():
            break
        constants[live] += step[live]
        if model.outside is None:
            constants[live] -= constants[live].mean()
    msg = "No constants of the stores make these totals; see whether they add up to the demand within reach of stores."
    raise QueryError(msg)


def misplaced(one: Floats, other: Floats) -> float:
    """Return the share of customers that stand at another store in one list of totals than in the other, 0 to 1."""
    whole = max(float(one.sum()), float(other.sum()))
    return float(np.abs(one - other).sum() / 2 / whole) if whole else 0.0

"""Parameters from counts: maximum likelihood by Fisher scoring, with standard errors and a test of the scatter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import norm

from gcrm.analysis.choice.likelihood import Chances, even, score
from gcrm.errors import QueryError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gcrm.analysis.choice.likelihood import Counts
    from gcrm.analysis.choice.market import Market
    from gcrm.analysis.choice.model import Model

    Floats = NDArray[np.float64]

_ROUNDS = 100
_CLOSE = 1e-13
#: Most that the outside option moves in a step: too far out nothing leads back.
_STRIDE = 1.0
#: Halvings of a step that would lower the likelihood.
_HALVINGS = 30


@dataclass(frozen=True, eq=False)
class Fit:
    """A fitted model.

    Attributes
    ----------
    model
        The model with its parameters.
    names, estimates, errors
        Name, estimate and standard error of each parameter; an error is NaN where the counts do not tell the parameter.
    covariance
        Of the estimates.
    log_likelihood, log_likelihood_even
        Of the counts under the model, and where every store in reach is as likely.
    count
        Customers counted.
    dispersion
        Pearson's chi-square by its degrees of freedom: about 1 where counts vary as the model says; standard errors are
        too small by its root where it is larger.
    rounds, converged
        Steps of the search, and whether it came to an end.
    """

    model: Model
    names: tuple[str, ...]
    estimates: Floats
    errors: Floats
    covariance: Floats
    log_likelihood: float
    log_likelihood_even: float
    count: float
    dispersion: float
    rounds: int
    converged: bool

    @property
    def gain(self) -> float:
        """McFadden's share of the log-likelihood that the model explains: 0 is nothing, 1 all."""
        return 1 - self.log_likelihood / self.log_likelihood_even if self.log_likelihood_even else 0.0

    def interval(self, level: float = 0.95) -> tuple[Floats, Floats]:
        """Return lower and upper bounds of every parameter by their standard errors (Wald)."""
        z = float(norm.ppf((1 + level) / 2))
        return self.estimates - z * self.errors, self.estimates + z * self.errors


def fit(market: Market, counts: Counts, model: Model, *, fixed: tuple[str, ...] = ()) -> Fit:
    """Fit a model to counts.

    Parameters
    ----------
    market
        Origins, stores and ways.
    counts
        What customers did.
    model
        Parameters to begin with; its kind of decay, and whether it has an outside option, stay.
    fixed
        Names of parameters that stay as they are.

    Returns
    -------
    Fit
        The model with the greatest likelihood.

    Raises
    ------
    QueryError
        If nobody is counted, counts are negative or stand at closed stores, or a name is not known.
    """
    _check(market, counts, model, fixed)
    free = np.array([name not in fixed for name in model.names(market)])
    now, reached = model, Chances(market, model, counts)
    for rounds in range(1, _ROUNDS + 1):
        slope, information = score(reached)
        step = np.zeros(len(free))
        step[free] = np.linalg.pinv(information[np.ix_(free, free)], hermitian=True) @ slope[free]
        step *= min(1.0, _STRIDE / max(abs(step[-1]), _STRIDE)) if model.outside is not None else 1.0
        if float(step @ slope) <= _CLOSE * (1 + abs(reached.log_likelihood)):
            return _fitted(reached, free, (rounds, True))
        better = _better(now, reached, step)
        if better is None:
            break
        now, reached = better
    return _fitted(reached, free, (rounds, False))


def _better(model: Model, reached: Chances, step: Floats) -> tuple[Model, Chances] | None:
    """Take a step, or a part of it, that does not lower the likelihood; null where none is left."""
    for halving in range(_HALVINGS):
        tried = model.with_values(model.values + step / 2**halving)
        found = Chances(reached.market, tried, reached.counts)
        if found.log_likelihood >= reached.log_likelihood:
            return tried, found
    return None


def judged(market: Market, counts: Counts, model: Model, errors: Floats) -> Fit:
    """Say how well counts fit a model whose parameters were found in some other way.

    Parameters
    ----------
    market, counts
        As in `fit`.
    model
        The model.
    errors
        Standard error of each parameter by that other way; NaN where it tells none.

    Returns
    -------
    Fit
        The model with its likelihood; nothing is known of how its estimates hang together.
    """
    covariance = np.diag(np.nan_to_num(errors) ** 2)
    return _judged(Chances(market, model, counts), errors, covariance, int(np.isfinite(errors).sum()), (0, True))


def _fitted(reached: Chances, free: NDArray[np.bool_], end: tuple[int, bool]) -> Fit:
    information = np.where(np.outer(free, free), score(reached)[1], 0.0)
    covariance = np.linalg.pinv(information, hermitian=True)
    told = np.diag(information @ covariance) > 1 - 1e-6
    errors = np.where(free & told, np.sqrt(np.maximum(np.diag(covariance), 0)), np.nan)
    return _judged(reached, errors, covariance, int(free.sum()), end)


def _judged(reached: Chances, errors: Floats, covariance: Floats, fitted: int, end: tuple[int, bool]) -> Fit:
    market, model, counts = reached.market, reached.model, reached.counts
    return Fit(
        model,
        model.names(market),
        model.values,
        errors,
        covariance,
        reached.log_likelihood,
        Chances(market, even(model), counts).log_likelihood,
        counts.total,
        _dispersion(reached, fitted),
        *end,
    )


def _dispersion(reached: Chances, parameters: int) -> float:
    """Return Pearson's chi-square of what is expected at least once, by its degrees of freedom; NaN without any."""
    origin, counts = reached.market.pairs.origin, reached.counts
    want, got = (reached.share * reached.size[origin])[reached.own], counts.pair[reached.own]
    if counts.elsewhere is not None:
        want, got = np.concatenate([want, reached.rest * reached.size]), np.concatenate([got, counts.elsewhere])
    enough = want >= 1
    freedom = int(enough.sum()) - int((reached.size > 0).sum()) - parameters
    if freedom <= 0:
        return float("nan")
    return float((((got - want) ** 2)[enough] / want[enough]).sum() / freedom)


def _check(market: Market, counts: Counts, model: Model, fixed: tuple[str, ...]) -> None:
    away = counts.elsewhere if counts.elsewhere is not None else np.zeros(market.pairs.origins)
    if len(counts.pair) != len(market.pairs) or len(away) != market.pairs.origins:
        msg = "Counts have one number per pair, and one per origin for those elsewhere; found other lengths."
        raise QueryError(msg)
    if (counts.pair < 0).any() or (away < 0).any() or not np.isfinite(counts.pair).all() or not counts.pair.any():
        msg = "Counts are numbers from 0 on, and somebody has to be counted at a store."
        raise QueryError(msg)
    blind = ~market.is_open if market.seen is None else ~(market.is_open & market.seen)
    if (counts.pair[blind[market.pairs.store]] > 0).any():
        msg = "Customers are counted at a store that is closed, or whose customers are not seen."
        raise QueryError(msg)
    names = model.names(market)
    for name in fixed:
        if name not in names:
            msg = f"fixed: the model has no parameter '{name}'; it has {', '.join(names)}."
            raise QueryError(msg)

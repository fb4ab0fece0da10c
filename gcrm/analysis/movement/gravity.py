"""The gravity model of movement: trips of an origin go to destinations by their mass and by the distance.

Wilson, "A family of spatial interaction models, and associated developments", Environment and Planning A 3 (1971). The
singly constrained model is fitted by maximum likelihood; its likelihood is that of a Poisson regression with an effect
per origin (Flowerdew and Aitkin, "A method of fitting the gravity model based on the Poisson distribution", Journal of
Regional Science 22 (1982)).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from gcrm.errors import QueryError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Deterrence = Literal["power", "exponential"]
_STEPS = 100
_CLOSE = 1e-12


@dataclass(frozen=True)
class Gravity:
    """A fitted model: the share of an origin's trips that goes to j is in proportion to mass_j^exponent f(distance).

    Attributes
    ----------
    deterrence
        `power`: f is distance^coefficient; `exponential`: f is exp(coefficient distance).
    exponent, coefficient
        Of the mass of destinations, and of the distance.
    exponent_error, coefficient_error
        Their standard errors, as if each trip were an event by itself: too small where people travel together.
    trips, pairs
        What it was fitted on.
    common_part
        Share of trips that model and counts have in common (Sorensen's index, the common part of commuters), 0 to 1.
    deviance_share
        Share of the deviance from masses and distances not mattering at all that the model explains.
    """

    deterrence: Deterrence
    exponent: float
    coefficient: float
    exponent_error: float
    coefficient_error: float
    trips: float
    pairs: int
    common_part: float
    deviance_share: float

    def shares(self, mass: Floats, distance: Floats) -> Floats:
        """Return the share of each origin's trips that goes to each destination.

        Parameters
        ----------
        mass
            Mass of each destination.
        distance
            Distance of each pair, origins by destinations, in the unit of the fit; nan and inf cannot be reached.

        Returns
        -------
        numpy.ndarray
            Shares, origins by destinations; rows sum to 1, or to 0 where nothing can be reached.
        """
        with np.errstate(divide="ignore"):
            pull = self.exponent * np.log(mass) + self.coefficient * _felt(distance, self.deterrence)
        return _softmax(np.where(np.isfinite(distance) & (mass > 0), pull, -np.inf))


def fit(flows: Floats, mass: Floats, distance: Floats, deterrence: Deterrence = "power") -> Gravity:
    """Fit the singly constrained gravity model by maximum likelihood.

    Parameters
    ----------
    flows
        Trips, origins by destinations; nan is unknown, and such pairs count neither as counted nor as empty.
    mass
        Mass of each destination.
    distance
        Distance of each pair; pairs with nan or inf, and those at no distance under a power, are left out.
    deterrence
        How distance works.

    Returns
    -------
    Gravity
        The fitted model.

    Raises
    ------
    QueryError
        If flows are negative, or do not tell both parameters: too few pairs, or all alike.
    """
    if np.nanmin(flows, initial=0.0) < 0:
        msg = "Trips cannot be negative; found some that are."
        raise QueryError(msg)
    open_ = np.isfinite(flows) & np.isfinite(distance) & (mass > 0)[None, :]
    open_ &= distance > 0 if deterrence == "power" else open_
    rows = (open_.sum(axis=1) > 1) & (np.where(open_, flows, 0.0).sum(axis=1) > 0)
    open_, counts = open_[rows], np.where(open_, flows, 0.0)[rows]
    if open_.sum() < 3:
        msg = "A gravity model needs trips between at least three pairs of places at known distances; found fewer."
        raise QueryError(msg)
    with np.errstate(divide="ignore"):
        size = np.broadcast_to(np.log(mass), open_.shape)
    felt = _felt(distance, deterrence)[rows]
    x = np.stack([np.where(open_, size, 0.0), np.where(open_, felt, 0.0)])
    beta, information, share = _newton(x, open_, counts)
    error = np.sqrt(np.diag(np.linalg.inv(information)))
    expected = share * counts.sum(axis=1, keepdims=True)
    even = open_ / open_.sum(axis=1, keepdims=True) * counts.sum(axis=1, keepdims=True)
    return Gravity(
        deterrence,
        float(beta[0]),
        float(beta[1]),
        float(error[0]),
        float(error[1]),
        float(counts.sum()),
        int(open_.sum()),
        common_part(counts, expected),
        1 - _deviance(counts, expected) / _deviance(counts, even),
    )


def _felt(distance: Floats, deterrence: Deterrence) -> Floats:
    if deterrence == "exponential":
        return np.where(np.isfinite(distance), distance, 0.0)
    reached = np.isfinite(distance) & (distance > 0)
    return np.log(np.where(reached, distance, 1.0))


def _softmax(pull: Floats) -> Floats:
    """Return shares per row; a row without any finite value has none."""
    top = pull.max(axis=1, keepdims=True)
    weight = np.exp(pull - np.where(np.isfinite(top), top, 0.0))
    total = weight.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(weight, total, out=np.zeros_like(weight), where=total > 0))


def _newton(x: Floats, open_: NDArray[np.bool_], counts: Floats) -> tuple[Floats, Floats, Floats]:
    """Climb the likelihood; return the parameters, their information and the shares."""
    spread = [np.ptp(x[k][open_]) or 1.0 for k in range(2)]
    scaled = x / np.array(spread)[:, None, None]
    beta, total = np.zeros(2), counts.sum(axis=1)
    best, gradient, information, share = _at(beta, scaled, open_, counts, total)
    for _ in range(_STEPS):
        if np.linalg.cond(information) > 1 / _CLOSE:
            msg = "These trips do not tell mass and distance apart: all masses, or all distances, are alike."
            raise QueryError(msg)
        step, pace = np.linalg.solve(information, gradient), 1.0
        while pace > _CLOSE:
            found = _at(beta + pace * step, scaled, open_, counts, total)
            if found[0] >= best - _CLOSE * abs(best):
                break
            pace /= 2
        beta = beta + pace * step
        best, gradient, information, share = found
        if np.abs(pace * step).max() < _CLOSE**0.75:
            break
    return beta / spread, information * np.outer(spread, spread), share


def _at(
    beta: Floats, x: Floats, open_: NDArray[np.bool_], counts: Floats, total: Floats
) -> tuple[float, Floats, Floats, Floats]:
    """Return the log-likelihood, its gradient and information, and the shares."""
    pull = np.where(open_, np.tensordot(beta, x, 1), -np.inf)
    share = _softmax(pull)
    value = float((counts * np.log(np.where(counts > 0, share, 1.0))).sum())
    mean = (share * x).sum(axis=2)
    gradient = (counts * x).sum(axis=(1, 2)) - (mean * total).sum(axis=1)
    second = np.einsum("kij,lij,ij,i->kl", x, x, share, total) - np.einsum("ki,li,i->kl", mean, mean, total)
    return value, gradient, second, share


def _deviance(counts: Floats, expected: Floats) -> float:
    told = counts > 0
    return float(2 * (counts[told] * np.log(counts[told] / expected[told])).sum())


def common_part(first: Floats, second: Floats) -> float:
    """Return the share of trips that two tables have in common: 2 sum min(a, b) / (sum a + sum b), 0 to 1.

    Parameters
    ----------
    first, second
        Trips of the same pairs.

    Returns
    -------
    float
        1 where they are the same; nan where both are empty.
    """
    total = float(first.sum() + second.sum())
    return float(2 * np.minimum(first, second).sum()) / total if total else float("nan")

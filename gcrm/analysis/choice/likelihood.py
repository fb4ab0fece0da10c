"""How likely counts are under a model, and how that changes with its parameters.

The counts of an origin are multinomial over its stores. What is not seen one by one (competitors, the outside option)
is one category together: with P_g the chance of a category, m_g the mean of dU within it and m that over all,

    score = sum n_g (m_g - m),    information = sum N P_g (m_g - m)(m_g - m)'.

Without counts of those who went elsewhere, choices are taken as among the stores that are seen; the outside option and
the competitors then cancel. Source: McFadden 1974, Conditional logit analysis of qualitative choice behavior.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from gcrm.analysis.choice.model import Model, log_weight

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gcrm.analysis.choice.market import Market

    Floats = NDArray[np.float64]

#: Stands for a chance of nothing, whose logarithm is none.
_LEAST = 1e-300


@dataclass(frozen=True, eq=False)
class Counts:
    """What customers did.

    Attributes
    ----------
    pair
        Customers (or orders) of each pair of the market; 0 where the store's customers are not seen.
    elsewhere
        Those of each origin who went to no store that is seen; null where that is not known.
    """

    pair: Floats
    elsewhere: Floats | None = None

    def of(self, market: Market, origins: NDArray[np.bool_]) -> Counts:
        """Return the counts of some origins, the others 0."""
        away = None if self.elsewhere is None else np.where(origins, self.elsewhere, 0.0)
        return Counts(np.where(market.pairs.of(origins), self.pair, 0.0), away)

    @property
    def total(self) -> float:
        """How many are counted in all."""
        return float(self.pair.sum() + (0 if self.elsewhere is None else self.elsewhere.sum()))


@dataclass(frozen=True, eq=False)
class Chances:
    """What a model says of counts.

    Attributes
    ----------
    market, model, counts
        What is compared.
    """

    market: Market
    model: Model
    counts: Counts

    @cached_property
    def own(self) -> NDArray[np.bool_]:
        """Say of each pair whether the customers of its store are seen."""
        seen, pairs = self.market.seen, self.market.pairs
        return np.ones(len(pairs), bool) if seen is None else np.asarray(seen[pairs.store])

    @cached_property
    def size(self) -> Floats:
        """Customers counted per origin."""
        found = self.market.pairs.sums(self.counts.pair)
        return found if self.counts.elsewhere is None else found + self.counts.elsewhere

    @property
    def share(self) -> Floats:
        """Chance of each pair."""
        return self._weights[0]

    @property
    def gone(self) -> Floats:
        """Chance of the outside option, per origin."""
        return self._weights[1]

    @cached_property
    def rest(self) -> Floats:
        """Chance of everything that is not seen one by one, per origin."""
        return self.market.pairs.sums(np.where(self.own, 0.0, self.share)) + self.gone

    @cached_property
    def log_likelihood(self) -> float:
        """Logarithm of how likely the counts are, without the constant of the multinomial."""
        counts, hit = self.counts, self.counts.pair > 0
        found = float(counts.pair[hit] @ np.log(np.maximum(self.share[hit], _LEAST)))
        if counts.elsewhere is not None:
            some = counts.elsewhere > 0
            found += float(counts.elsewhere[some] @ np.log(np.maximum(self.rest[some], _LEAST)))
        return found

    @cached_property
    def _weights(self) -> tuple[Floats, Floats]:
        pairs, together = self.market.pairs, self.counts.elsewhere is not None
        away = self.model.outside if together else None
        utility = log_weight(self.market, self.model)
        used = utility if together else np.where(self.own, utility, -np.inf)
        top = pairs.peaks(used)
        top = top if away is None else np.maximum(top, away)
        top = np.where(np.isfinite(top), top, 0.0)
        weight = np.exp(used - top[pairs.origin])
        none = np.zeros(pairs.origins) if away is None else np.exp(away - top)
        total = pairs.sums(weight) + none
        total = np.where(total > 0, total, 1.0)
        return weight / total[pairs.origin], none / total


def score(chances: Chances) -> tuple[Floats, Floats]:
    """Return the slope of the log-likelihood by each parameter, and Fisher's information about them.

    Parameters
    ----------
    chances
        Counts and model.

    Returns
    -------
    tuple of numpy.ndarray
        A vector and a matrix, in the order of `Model.values`.
    """
    pairs, counts, share = chances.market.pairs, chances.counts, chances.share
    apart, inner = _slopes(chances)
    lost = np.zeros(pairs.origins) if counts.elsewhere is None else counts.elsewhere
    mass, spare = share * chances.size[pairs.origin], chances.rest * chances.size
    both = list(zip(apart, inner, strict=True))
    slope = np.array([counts.pair @ a + lost @ b for a, b in both])
    return slope, np.array([[(mass * a) @ c + (spare * b) @ d for c, d in both] for a, b in both])


def _slopes(chances: Chances) -> tuple[list[Floats], list[Floats]]:
    """Return, by parameter, m_g - m of each pair that is seen, and of what is not seen of each origin."""
    pairs, market, model = chances.market.pairs, chances.market, chances.model
    share, rest, own = chances.share, chances.rest, chances.own
    slopes = [market.log_size[pairs.store, k] for k in range(market.log_size.shape[1])]
    # dU is finite wherever the chance is above 0.
    slopes = [np.where(share > 0, s, 0.0) for s in (*slopes, *model.decay.slopes(pairs.cost))]
    middle = [pairs.sums(share * s) for s in slopes]
    hidden = [pairs.sums(np.where(own, 0.0, share * s)) for s in slopes]
    apart = [np.where(own, s - m[pairs.origin], 0.0) for s, m in zip(slopes, middle, strict=True)]
    if model.outside is not None:
        apart.append(np.where(own, -chances.gone[pairs.origin], 0.0))
        middle.append(chances.gone)
        hidden.append(chances.gone)
    some = rest > 0
    inner = [np.where(some, h / np.where(some, rest, 1.0) - m, 0.0) for h, m in zip(hidden, middle, strict=True)]
    return apart, inner


def even(model: Model) -> Model:
    """Return a model under which every store in reach is as likely."""
    flat = {"power": (0.0,), "exponential": (0.0,), "logistic": (0.0, 0.0)}[model.decay.kind]
    outside = None if model.outside is None else 0.0
    return Model((0.0,) * len(model.exponents), replace(model.decay, values=flat), outside)

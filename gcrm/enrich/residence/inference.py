"""What no register settles is inferred from the buildings that are known, and the inference is tried on those."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from gcrm.enrich.residence import feature
from gcrm.enrich.residence.kind import CLASSES, NO_RESIDENCE
from gcrm.enrich.residence.model import Model, best_temperature, learn, likelihood, posterior

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

#: What the model tells apart.
KINDS = (*CLASSES, NO_RESIDENCE)
#: Parts into which the known buildings are cut: each is told by a model that was learned from the others.
FOLDS = 5
#: How sure the plain rules are that are used where there is too little to learn from: a guess, held against nothing.
RULE_CONFIDENCE = 0.6
#: Rules: homes whose nearest neighbour's middle is nearer than this stand in a row; levels or area of many dwellings.
_ROW_M, _LEVELS, _AREA_M2 = 10.0, 4.0, 600.0


@dataclass(frozen=True)
class Guess:
    """What was inferred of sites of one kind.

    Attributes
    ----------
    kind
        Number of the likeliest type in `KINDS`; -1 where nothing can be said.
    confidence, stability
        How likely it is, and the share of the models of `FOLDS` that say the same; NaN where there is none.
    told
        Known buildings: pairs of the type they have and the type that a model learned without them gives, counted.
    """

    kind: NDArray[np.int64]
    confidence: NDArray[np.float64]
    stability: NDArray[np.float64]
    told: dict[tuple[str, str], int] = field(default_factory=dict)


def infer(
    traits: dict[str, NDArray[np.float64]],
    xy: NDArray[np.float64],
    open_: Sequence[Sequence[str] | None],
    learn_from: int,
) -> Guess:
    """Infer the types of sites of one kind.

    Parameters
    ----------
    traits, xy
        What is known of each, and its point in the metric CRS.
    open_
        Types that each may have; null where nothing is known of it. One type alone is known, and learned from.
    learn_from
        Least number of known ones to learn from.

    Returns
    -------
    Guess
        What each is likely to be.
    """
    allowed = np.array([[name in (o or KINDS) for name in KINDS] for o in open_], bool).reshape(-1, len(KINDS))
    known = np.flatnonzero(allowed.sum(axis=1) == 1)
    if len(known) < learn_from:
        return _by_rule(traits, xy, allowed)
    kind, own = allowed[known].argmax(axis=1), feature.matrix(traits, xy)
    fold = np.random.default_rng(0).permutation(len(known)) % FOLDS
    parts = [_learned(own, xy, known[fold != i], kind[fold != i]) for i in range(FOLDS)]
    rows = np.arange(len(known))
    prior = np.stack([model.log_prior for model, _ in parts])[fold]
    evidence = np.stack([likelihood(model, values[known]) for model, values in parts])[fold, rows]
    warmth = best_temperature(prior, evidence, kind)
    apart = (prior + evidence / warmth).argmax(axis=1)
    told: dict[tuple[str, str], int] = {}
    for actual, guessed in zip(kind.tolist(), apart.tolist(), strict=True):
        pair = (KINDS[actual], KINDS[guessed])
        told[pair] = told.get(pair, 0) + 1
    model, values = _learned(own, xy, known, kind)
    share = posterior(replace(model, temperature=warmth), values, allowed)
    best = share.argmax(axis=1)
    said = [posterior(replace(m, temperature=warmth), v, allowed).argmax(axis=1) == best for m, v in parts]
    return Guess(best, share.max(axis=1), np.mean(said, axis=0), told)


def _learned(
    own: NDArray[np.float64], xy: NDArray[np.float64], known: NDArray[np.int64], kind: NDArray[np.int64]
) -> tuple[Model, NDArray[np.float64]]:
    """Learn from some known sites; return the model, and the features of all sites as it sees them."""
    values = np.column_stack([own, feature.votes(xy, known, kind, len(KINDS))])
    return learn(values[known], kind, len(KINDS)), values


def _by_rule(traits: dict[str, NDArray[np.float64]], xy: NDArray[np.float64], allowed: NDArray[np.bool_]) -> Guess:
    """Tell types by plain rules: by the neighbour's distance where one household lives, by size where several do."""
    kind = np.full(len(allowed), -1)
    number = {name: i for i, name in enumerate(KINDS)}
    known = allowed.sum(axis=1) == 1
    kind[known] = allowed[known].argmax(axis=1)
    house = ~known & allowed[:, number["detached"]] & ~allowed[:, number["mixed"]] & ~allowed[:, number["large_multi"]]
    kind[house] = np.where(feature.nearest_m(xy)[house] < _ROW_M, number["semi_row"], number["detached"])
    several = ~known & ~allowed[:, number["detached"]] & allowed[:, number["large_multi"]]
    large = (traits["levels"] >= _LEVELS) | (traits["floor_area_m2"] >= _AREA_M2)
    kind[several] = np.where(large[several], number["large_multi"], number["small_multi"])
    confidence = np.where(kind >= 0, RULE_CONFIDENCE, np.nan)
    return Guess(kind, confidence, np.full(len(kind), np.nan))

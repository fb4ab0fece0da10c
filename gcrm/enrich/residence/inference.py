"""What no register settles is inferred from the buildings that are known, and the inference is tried on those."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from gcrm.enrich.residence import feature
from gcrm.enrich.residence.kind import CLASSES, NO_RESIDENCE
from gcrm.enrich.residence.model import Model, best_temperature, learn, likelihood, posterior, shares

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

#: What the model tells apart.
KINDS = (*CLASSES, NO_RESIDENCE)
#: A type of home that so many buildings may have, and fewer have for sure, cannot be learned: those that may have it
#: are told by rules. Else a project that lists flats and no houses would take every house for flats.
SEEN = 20
#: Parts into which the known buildings are cut: each is told by a model that was learned from the others.
FOLDS = 5
#: The first types are forms of homes; an institution or a mixed building is told by words alone.
_FORMS = 4
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


@dataclass(frozen=True)
class Trial:
    """How sites whose type is known are told without them.

    Attributes
    ----------
    guessed
        Number of the type in `KINDS` that each was told to be.
    confidence
        How likely the model took that to be.
    temperature
        The temperature under which all were told best; see `gcrm.enrich.residence.model`.
    """

    guessed: NDArray[np.int64]
    confidence: NDArray[np.float64]
    temperature: float


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
    allowed = choices(open_)
    known = np.flatnonzero(allowed.sum(axis=1) == 1)
    if len(known) < learn_from:
        return _by_rule(traits, xy, allowed)
    kind, own = allowed[known].argmax(axis=1), feature.matrix(traits, xy)
    part = np.random.default_rng(0).permutation(len(known)) % FOLDS
    parts = _parts(own, xy, known, kind, part)
    trial = _tried(parts, known, kind, part)
    told: dict[tuple[str, str], int] = {}
    for actual, guessed in zip(kind.tolist(), trial.guessed.tolist(), strict=True):
        pair = (KINDS[actual], KINDS[guessed])
        told[pair] = told.get(pair, 0) + 1
    model, values = _learned(own, xy, known, kind)
    share = posterior(replace(model, temperature=trial.temperature), values, allowed)
    best = share.argmax(axis=1)
    said = [posterior(replace(m, temperature=trial.temperature), v, allowed).argmax(axis=1) == best for m, v in parts]
    found = Guess(best, share.max(axis=1), np.mean(said, axis=0), told)
    blind = _blind(allowed, kind, np.array([o is not None for o in open_], bool))
    return _instead(found, _by_rule(traits, xy, allowed), blind) if blind.any() else found


def _blind(allowed: NDArray[np.bool_], kind: NDArray[np.int64], told: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which sites may be of a type of home that the known ones do not show, though it is there; see `SEEN`."""
    open_ = allowed.sum(axis=1) > 1
    unseen = np.bincount(kind, minlength=len(KINDS)) < SEEN
    unseen &= allowed[open_ & told].sum(axis=0) >= SEEN
    unseen[_FORMS:] = False
    found: NDArray[np.bool_] = open_ & allowed[:, unseen].any(axis=1)
    return found


def _instead(found: Guess, other: Guess, where: NDArray[np.bool_]) -> Guess:
    """Return a guess with some of it replaced."""
    return Guess(
        np.where(where, other.kind, found.kind),
        np.where(where, other.confidence, found.confidence),
        np.where(where, other.stability, found.stability),
        found.told,
    )


def choices(open_: Sequence[Sequence[str] | None]) -> NDArray[np.bool_]:
    """Return for each site and name of `KINDS` whether it may be that; null allows all."""
    return np.array([[name in (o or KINDS) for name in KINDS] for o in open_], bool).reshape(-1, len(KINDS))


def held_out(
    traits: dict[str, NDArray[np.float64]],
    xy: NDArray[np.float64],
    known: NDArray[np.int64],
    kind: NDArray[np.int64],
    part: NDArray[np.int64],
) -> Trial:
    """Tell known sites part by part, each part by a model that was learned from the other parts alone.

    Parameters
    ----------
    traits, xy
        As in `infer`.
    known
        Positions of the sites whose type is known.
    kind
        Their types, as numbers of `KINDS`.
    part
        Which part each belongs to, 0 and up; whole quarters of a city, or parts by chance.

    Returns
    -------
    Trial
        What each was told to be.
    """
    return _tried(_parts(feature.matrix(traits, xy), xy, known, kind, part), known, kind, part)


def _parts(
    own: NDArray[np.float64],
    xy: NDArray[np.float64],
    known: NDArray[np.int64],
    kind: NDArray[np.int64],
    part: NDArray[np.int64],
) -> list[tuple[Model, NDArray[np.float64]]]:
    """Learn once without each part."""
    return [_learned(own, xy, known[part != i], kind[part != i]) for i in range(int(part.max()) + 1)]


def _tried(
    parts: Sequence[tuple[Model, NDArray[np.float64]]],
    known: NDArray[np.int64],
    kind: NDArray[np.int64],
    part: NDArray[np.int64],
) -> Trial:
    """Tell each known site by the model that was learned without its part."""
    prior = np.stack([model.log_prior for model, _ in parts])[part]
    evidence = np.stack([likelihood(model, values[known]) for model, values in parts])[part, np.arange(len(known))]
    temperature = best_temperature(prior, evidence, kind)
    share = shares(prior + evidence / temperature)
    return Trial(share.argmax(axis=1), share.max(axis=1), temperature)


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

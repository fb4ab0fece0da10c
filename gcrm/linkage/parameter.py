"""The probabilities of the model: those that were learnt where they can be true, else the assumed ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gcrm.linkage.field import FAMILY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gcrm.linkage.field import Field

#: No level is surer than this, however seldom it was seen.
_LEAST_M, LEAST_U = 1e-4, 1e-6
#: Estimates are not taken where they say that records of one party mostly differ, or that families are one person.
_LEAST_SAME, _MOST_FAMILY = 0.3, 0.05


@dataclass(frozen=True)
class Parameter:
    """One level of one field, with the probabilities that were used.

    Attributes
    ----------
    field, level
        Names of the field and of the level.
    gamma
        Number of the level, as splink counts: 0 is whatever is left.
    m, u
        Its probabilities.
    estimated
        True where they come from the records, false where they are assumed.
    """

    field: str
    level: str
    gamma: int
    m: float
    u: float
    estimated: bool


def settled(field: Field, learnt: Mapping[str, tuple[float, float]]) -> Iterator[Parameter]:
    """Say which probabilities the levels of a field have.

    Parameters
    ----------
    field
        The field.
    learnt
        Words of a level -> m and u, as they were estimated; levels that were never seen are left out.

    Yields
    ------
    Parameter
        One per level, the most alike first.
    """
    same = learnt.get(field.levels[0].words, (0.0, 1.0))
    family = learnt.get(FAMILY, (0.0, 0.0))
    good = same[0] >= _LEAST_SAME and same[0] > same[1] and family[0] <= _MOST_FAMILY
    for place, level in enumerate(field.levels):
        taken = good and level.words in learnt
        m, u = learnt[level.words] if taken else (level.m, level.u)
        gamma = len(field.levels) - 1 - place
        yield Parameter(field.name, level.words, gamma, max(round(m, 9), _LEAST_M), max(round(u, 9), LEAST_U), taken)

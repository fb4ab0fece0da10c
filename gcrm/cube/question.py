"""A question to the cube in the words of whoever asks: what is stored, compared and asked again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Literal

from gcrm.errors import QueryError, near

Totals = Literal["none", "rollup", "cube"]
#: A period as a user writes it: a year, quarter or month, or the first and last day.
PeriodWord = str | tuple[date | str, date | str] | None
#: Dimension -> the member, or members, that count; None is the unknown member.
Where = Mapping[str, str | Sequence[str | None] | None]
#: A spatial filter in words that JSON can hold; `gcrm.cube.area` says which there are.
AreaWords = Mapping[str, Any]


@dataclass(frozen=True)
class Scenario:
    """Another layout of territories: which territory each unit would belong to.

    Attributes
    ----------
    level
        The level whose regions are laid out anew.
    unit
        The level of the units.
    assign
        Identifier of a unit -> identifier of its territory, which may be a new one; None belongs to nobody. What lies
        in a unit that is not named stays where it is today.
    """

    level: str
    unit: str
    assign: Mapping[str, str | None]


#: `as is` (today's regions), `as was` (those of each event's day), a day (those of that day), or a scenario, which JSON
#: holds as a mapping of its attributes.
GeographyWord = str | date | Scenario | Mapping[str, Any]


@dataclass(frozen=True)
class Top:
    """Only the members with the largest figures, and the rest together.

    Attributes
    ----------
    n
        How many members.
    measure
        What they are ordered by; the first measure of the question where empty.
    by
        Which dimension; the last one of the question where empty.
    others
        Keep the rest as one row.
    smallest
        The smallest figures instead.
    """

    n: int
    measure: str = ""
    by: str = ""
    others: bool = True
    smallest: bool = False


@dataclass(frozen=True)
class Question:
    """What is asked, in words; every word is checked before any SQL is made of it.

    Attributes
    ----------
    measures
        Names of measures, or formulas over them.
    by
        Names of dimensions.
    where
        Dimension -> the member, or members, that count; None is the unknown member.
    period
        `2017`, `2017-Q1`, `2017-03`, a pair of days, or None for everything.
    totals
        Which totals stand beside the detail rows: none, those of every prefix of `by` (`rollup`), or of every subset
        (`cube`).
    having
        Conditions such as `customers >= 10`: detail rows that do not meet all of them are left out; totals stay whole.
    top
        Only the members with the largest figures.
    geography
        Which regions figures are told by: `as is`, `as was`, a day, or a scenario.
    area
        Spatial filters, all of which a place must meet.
    """

    measures: tuple[str, ...]
    by: tuple[str, ...] = ()
    where: Where = field(default_factory=dict)
    period: PeriodWord = None
    totals: Totals = "none"
    having: tuple[str, ...] = ()
    top: Top | None = None
    geography: GeographyWord = "as is"
    area: tuple[AreaWords, ...] = ()

    def words(self) -> dict[str, Any]:
        """Return the question as plain values that JSON can hold; what was not said is left out."""
        found = {name: value for name, value in vars(self).items() if value != getattr(Question((), ()), name)}
        if isinstance(self.period, tuple):
            found["period"] = [str(day) for day in self.period]
        if self.top:
            found["top"] = vars(self.top)
        if isinstance(self.geography, Scenario):
            found["geography"] = {**vars(self.geography), "assign": dict(self.geography.assign)}
        elif isinstance(self.geography, date):
            found["geography"] = str(self.geography)
        if self.area:
            found["area"] = [dict(words) for words in self.area]
        found["where"] = {n: v if v is None or isinstance(v, str) else list(v) for n, v in self.where.items()}
        return {**found, "measures": list(self.measures), "by": list(self.by), "having": list(self.having)}


def from_words(words: Mapping[str, Any]) -> Question:
    """Return the question that `Question.words` wrote down.

    Parameters
    ----------
    words
        Plain values, as JSON holds them.

    Returns
    -------
    Question
        The question.

    Raises
    ------
    QueryError
        If they say something that a question does not.
    """
    found: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in words.items()}
    # What does not fit stays as it is written, and is refused where the question is checked.
    if isinstance(words.get("top"), dict):
        with suppress(TypeError):
            found["top"] = Top(**words["top"])
    if isinstance(words.get("geography"), dict):
        with suppress(TypeError):
            found["geography"] = Scenario(**words["geography"])
    try:
        return Question(**found)
    except TypeError:
        known = [f.name for f in fields(Question)]
        wrong = next((name for name in words if name not in known), "measures")
        msg = f"These are not the words of a question: '{wrong}' is missing or not known.{near(wrong, known)}"
        raise QueryError(msg) from None

"""A question to the cube in the words of whoever asks: what is stored, compared and asked again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

Totals = Literal["none", "rollup", "cube"]
#: A period as a user writes it: a year, quarter or month, or the first and last day.
PeriodWord = str | tuple[date | str, date | str] | None
#: Dimension -> the member, or members, that count; None is the unknown member.
Where = Mapping[str, str | Sequence[str | None] | None]


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
    """

    measures: tuple[str, ...]
    by: tuple[str, ...] = ()
    where: Where = field(default_factory=dict)
    period: PeriodWord = None
    totals: Totals = "none"
    having: tuple[str, ...] = ()
    top: Top | None = None

    def words(self) -> dict[str, Any]:
        """Return the question as plain values that JSON can hold; what was not said is left out."""
        found = {name: value for name, value in vars(self).items() if value != getattr(Question((), ()), name)}
        if isinstance(self.period, tuple):
            found["period"] = [str(day) for day in self.period]
        if self.top:
            found["top"] = vars(self.top)
        found["where"] = {n: v if v is None or isinstance(v, str) else list(v) for n, v in self.where.items()}
        return {**found, "measures": list(self.measures), "by": list(self.by), "having": list(self.having)}

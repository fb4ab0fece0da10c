"""A question to the cube, checked word by word before any SQL is made of it."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, TypeVar

from gcrm.cube.model import MEASURES, Dimension, Measure
from gcrm.errors import QueryError, near

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

T = TypeVar("T")
Totals = Literal["none", "rollup", "cube"]
#: A period as a user writes it: a year, quarter or month, or the first and last day.
PeriodWord = str | tuple[date | str, date | str] | None


@dataclass(frozen=True)
class Period:
    """The days a question is about; both ends belong to it.

    Attributes
    ----------
    first, last
        First and last day.
    """

    first: date
    last: date


@dataclass(frozen=True)
class Query:
    """A checked question.

    Attributes
    ----------
    measures
        What is asked for, in order.
    by
        What it is grouped by, in order.
    where
        Dimension -> members that count; None among them is the unknown member.
    period
        The days it is about.
    totals
        Which totals stand beside the detail rows: none, those of every prefix of `by` (`rollup`), or of every subset
        (`cube`).
    """

    measures: tuple[Measure, ...]
    by: tuple[Dimension, ...]
    where: dict[Dimension, tuple[str | None, ...]]
    period: Period
    totals: Totals


def check(
    measures: Sequence[str],
    by: Sequence[str],
    where: Mapping[str, str | Sequence[str | None] | None],
    period: Period,
    totals: Totals,
    dimensions: Mapping[str, Dimension],
) -> Query:
    """Turn words into a checked question.

    Parameters
    ----------
    measures, by
        Names of measures and dimensions.
    where
        Dimension -> one member or several; None is the unknown member.
    period
        The days the question is about.
    totals
        Which totals are wanted.
    dimensions
        What the project can be asked by.

    Returns
    -------
    Query
        The checked question.

    Raises
    ------
    QueryError
        If a word is not known, is named twice, or has no meaning where it stands.
    """
    if not measures:
        msg = f"A query needs at least one measure.{near('', MEASURES)}"
        raise QueryError(msg)
    for words, what in ((measures, "measure"), (by, "dimension")):
        twice = sorted({w for w in words if list(words).count(w) > 1})
        if twice:
            msg = f"The {what} '{twice[0]}' is named twice."
            raise QueryError(msg)
    return Query(
        tuple(_known(name, MEASURES, "measure") for name in measures),
        tuple(_known(name, dimensions, "dimension") for name in by),
        {_filterable(_known(n, dimensions, "dimension")): _members(n, v) for n, v in where.items()},
        period,
        totals,
    )


def parse_period(word: PeriodWord, whole: Period) -> Period:
    """Turn a period as a user writes it into its first and last day.

    Parameters
    ----------
    word
        `2017`, `2017-Q1`, `2017-03`, a pair of days, or None for the whole range.
    whole
        The range of days the project has.

    Returns
    -------
    Period
        First and last day.

    Raises
    ------
    QueryError
        If the word is none of these, or the first day is after the last.
    """
    if word is None:
        return whole
    if isinstance(word, str):
        return _named_period(word)
    try:
        first, last = (d if isinstance(d, date) else date.fromisoformat(d) for d in word)
    except (TypeError, ValueError):
        msg = f"The period {word!r} is not a pair of days such as ('2017-01-01', '2017-03-31')."
        raise QueryError(msg) from None
    if first > last:
        msg = f"The period ends ({last}) before it begins ({first})."
        raise QueryError(msg)
    return Period(first, last)


def previous(period: Period) -> Period:
    """Return the period before: the same number of whole months where it is made of whole months, else of days."""
    first, last = period.first, period.last
    whole_months = first.day == 1 and last.day == calendar.monthrange(last.year, last.month)[1]
    end = date.fromordinal(first.toordinal() - 1)
    if not whole_months:
        return Period(date.fromordinal(end.toordinal() - (last - first).days), end)
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    index = first.year * 12 + first.month - 1 - months
    return Period(date(index // 12, index % 12 + 1, 1), end)


def _named_period(word: str) -> Period:
    match = re.fullmatch(r"(\d{4})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?", word)
    if match is None or match[1] == "0000":
        msg = f"'{word}' is no period. Write a year (2017), quarter (2017-Q1), month (2017-03), or a pair of days."
        raise QueryError(msg)
    year = int(match[1])
    if match[2]:
        start, end = int(match[2]) * 3 - 2, int(match[2]) * 3
    elif match[3]:
        start = end = int(match[3])
    else:
        start, end = 1, 12
    return Period(date(year, start, 1), date(year, end, calendar.monthrange(year, end)[1]))


def _known(name: str, known: Mapping[str, T], what: str) -> T:
    if name not in known:
        msg = f"There is no {what} '{name}'.{near(name, known)}"
        raise QueryError(msg)
    return known[name]


def _filterable(dimension: Dimension) -> Dimension:
    if dimension.kind == "period":
        msg = f"'{dimension.name}' cannot be filtered by where; say period='2017-03' or a pair of days instead."
        raise QueryError(msg)
    return dimension


def _members(name: str, value: str | Sequence[str | None] | None) -> tuple[str | None, ...]:
    members = (value,) if value is None or isinstance(value, str) else tuple(value)
    if not members:
        msg = f"where: '{name}' names no member; leave it out to mean all."
        raise QueryError(msg)
    if not all(m is None or isinstance(m, str) for m in members):
        msg = f"where: the members of '{name}' are text, such as '12'; None means unknown."
        raise QueryError(msg)
    return members

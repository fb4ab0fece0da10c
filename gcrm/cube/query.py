"""A question to the cube, checked word by word before any SQL is made of it."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args

from gcrm.cube.question import PeriodWord, Question, Top, Totals
from gcrm.errors import QueryError, near

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gcrm.cube.model import Dimension, Measure, Model

T = TypeVar("T")
Comparison = Literal["<=", ">=", "<>", "<", ">", "="]
_HAVING = re.compile(r"\s*(.+?)\s*(<=|>=|<>|!=|<|>|=)\s*(-?\d+(?:\.\d+)?)\s*")


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
class Condition:
    """What a row must meet.

    Attributes
    ----------
    measure
        The measure that is compared.
    comparison, value
        With what, and how.
    """

    measure: Measure
    comparison: Comparison
    value: float


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
    having
        Conditions on measures that a detail row must meet.
    top
        Only the members with the largest figures, and of which dimension.
    """

    measures: tuple[Measure, ...]
    by: tuple[Dimension, ...]
    where: dict[Dimension, tuple[str | None, ...]]
    period: Period
    totals: Totals
    having: tuple[Condition, ...] = ()
    top: Top | None = None


def check(question: Question, period: Period, model: Model) -> Query:
    """Turn words into a checked question.

    Parameters
    ----------
    question
        The words.
    period
        The days the question is about.
    model
        What the project can be asked.

    Returns
    -------
    Query
        The checked question.

    Raises
    ------
    QueryError
        If a word is not known, is named twice, or has no meaning where it stands.
    """
    if not question.measures:
        msg = f"A query needs at least one measure.{near('', model.measures)}"
        raise QueryError(msg)
    for words, what in ((question.measures, "measure"), (question.by, "dimension")):
        twice = sorted({w for w in words if list(words).count(w) > 1})
        if twice:
            msg = f"The {what} '{twice[0]}' is named twice."
            raise QueryError(msg)
    if question.totals not in get_args(Totals):
        msg = f"totals: '{question.totals}' is none.{near(question.totals, get_args(Totals))}"
        raise QueryError(msg)
    known = model.dimensions
    return Query(
        tuple(model.measure(name) for name in question.measures),
        tuple(_known(name, known, "dimension") for name in question.by),
        {_filterable(_known(n, known, "dimension")): _members(n, v) for n, v in question.where.items()},
        period,
        question.totals,
        tuple(_condition(text, model) for text in question.having),
        _top(question, model),
    )


def _condition(text: str, model: Model) -> Condition:
    """Read a condition such as `customers >= 10`."""
    match = _HAVING.fullmatch(text)
    if match is None:
        msg = f"having: '{text}' is no condition. Write a measure, a comparison and a number: 'customers >= 10'."
        raise QueryError(msg)
    comparison: Any = match[2].replace("!=", "<>")
    return Condition(model.measure(match[1]), comparison, float(match[3]))


def _top(question: Question, model: Model) -> Top | None:
    """Fill in what a question does not say of its top members."""
    top = question.top
    if top is None:
        return None
    if not isinstance(top, Top):
        msg = f"top: write how many, such as top=5, or Top(5, 'revenue', 'zone'); found {top!r}."
        raise QueryError(msg)
    by = top.by or next(reversed(question.by), "")
    if by not in question.by or model.dimensions[by].kind == "period" or top.n < 1:
        msg = f"top: name a dimension of the question that is no period, and at least 1 member; found '{by}', {top.n}."
        raise QueryError(msg)
    measure = top.measure or question.measures[0]
    model.measure(measure)
    return Top(top.n, measure, by, top.others, top.smallest)


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

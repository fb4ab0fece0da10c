"""Moves from one question to the next: down into a member, up to the level above, to what stands behind one row.

Each takes a question in words and gives one, so that every step can be stored, compared and asked again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gcrm.cube.query import Period, parse_period
from gcrm.cube.span import days_of
from gcrm.errors import QueryError, near

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gcrm.cube.model import Dimension, Model
    from gcrm.cube.question import Question

#: What is looked into where a hierarchy ends but the calendar goes on.
_FINER = {"fiscal_quarter": "month"}
_COARSER = {"week": "year"}


def drill_down(question: Question, dimension: str, member: str | None, model: Model, whole: Period) -> Question:
    """Look into one member of a dimension: the level below takes its place, and only that member counts.

    Parameters
    ----------
    question
        What was asked.
    dimension
        One of its dimensions that has a level below.
    member
        Which member; null is the unknown one.
    model
        What the project can be asked.
    whole
        The days that the project has.

    Returns
    -------
    Question
        What to ask next.

    Raises
    ------
    QueryError
        If the question has no such dimension, or nothing lies below it.
    """
    own = _asked(question, dimension, model)
    finer = below(own, model)
    if finer is None:
        msg = f"Nothing lies below '{dimension}': ask for the records behind a row instead."
        raise QueryError(msg)
    return _exchanged(narrowed(question, {dimension: member}, model, whole), dimension, finer.name)


def below(dimension: Dimension, model: Model) -> Dimension | None:
    """Return what a dimension is looked into by: the level below it; null where nothing lies below."""
    return model.children(dimension) or model.dimensions.get(_FINER.get(dimension.name, ""))


def drill_up(question: Question, dimension: str, model: Model) -> Question:
    """Step back from a dimension: the level above takes its place, with all of its members; at the top it goes.

    A filter on the level above, by which `drill_down` came here, is lifted. The period stays as it is.

    Parameters
    ----------
    question
        What was asked.
    dimension
        One of its dimensions.
    model
        What the project can be asked.

    Returns
    -------
    Question
        What to ask next.

    Raises
    ------
    QueryError
        If the question has no such dimension.
    """
    own = _asked(question, dimension, model)
    above = model.dimensions.get(_COARSER.get(dimension, "")) if not own.hierarchy else _above(own, model)
    if above is None:
        return _exchanged(question, dimension, "")
    where = {name: members for name, members in question.where.items() if name != above.name}
    return _exchanged(replace(question, where=where), dimension, above.name)


def narrowed(question: Question, members: Mapping[str, str | None], model: Model, whole: Period) -> Question:
    """Keep only what some members hold, each of another dimension.

    Parameters
    ----------
    question
        What was asked.
    members
        Dimension -> its member; null is the unknown one.
    model
        What the project can be asked.
    whole
        The days that the project has.

    Returns
    -------
    Question
        The same question of these members: in its filters, or for a period in its days.

    Raises
    ------
    QueryError
        If a period is not written as results write it, or lies outside of the question's days.
    """
    where: dict[str, Any] = dict(question.where)
    days = parse_period(question.period, whole)
    changed = False
    for name, member in members.items():
        if model.dimensions[name].kind != "period":
            where[name] = [member]
            continue
        inside = days_of(name, str(member), model.fiscal_year_starts)
        days, changed = Period(max(days.first, inside.first), min(days.last, inside.last)), True
        if days.first > days.last:
            msg = f"The {name} '{member}' lies outside of the days that were asked for."
            raise QueryError(msg)
    return replace(question, where=where, period=(str(days.first), str(days.last)) if changed else question.period)


def behind(question: Question, row: Mapping[str, Any], model: Model, whole: Period) -> Question:
    """Return the question whose only figure is that of one row.

    Parameters
    ----------
    question
        What was asked.
    row
        A row of its answer: a value for each dimension, and `grouping` where it has totals.
    model
        What the project can be asked.
    whole
        The days that the project has.

    Returns
    -------
    Question
        Without dimensions, totals, conditions and top members.

    Raises
    ------
    QueryError
        If the row does not name every dimension, or is the rest beside top members.
    """
    missing = [name for name in question.by if name not in row]
    if missing:
        msg = f"The row does not say its '{missing[0]}'. Give a row of the result, or its number."
        raise QueryError(msg)
    if row.get("others"):
        msg = "The records behind the rest of the members are not listed: ask without top for a member's own."
        raise QueryError(msg)
    totalled = int(row.get("grouping") or 0)
    kept = [name for i, name in enumerate(question.by) if not totalled >> (len(question.by) - 1 - i) & 1]
    bare = replace(question, by=(), totals="none", having=(), top=None)
    return narrowed(bare, {name: row[name] for name in kept}, model, whole)


def regrouped(question: Question, by: Sequence[str], measures: Sequence[str]) -> Question:
    """Ask for other dimensions or measures; top members of a dimension that goes are not asked for any more.

    Parameters
    ----------
    question
        What was asked.
    by
        Names of the dimensions.
    measures
        Names of measures, or formulas.

    Returns
    -------
    Question
        What to ask next.
    """
    top = question.top
    if top is not None:
        ranked = top.by or next(reversed(question.by), "")
        top = replace(top, by=ranked, measure=top.measure or question.measures[0]) if ranked in by else None
    return replace(question, by=tuple(by), measures=tuple(measures), top=top)


def _asked(question: Question, dimension: str, model: Model) -> Dimension:
    if dimension not in question.by:
        msg = f"This result is not grouped by '{dimension}'.{near(dimension, question.by)}"
        raise QueryError(msg)
    return model.dimensions[dimension]


def _above(own: Dimension, model: Model) -> Dimension | None:
    above = [d for d in model.levels(own.hierarchy) if d.depth < own.depth]
    return above[-1] if above else None


def _exchanged(question: Question, old: str, new: str) -> Question:
    """Put a dimension in the place of another, once; none leaves the place empty."""
    by = tuple(dict.fromkeys(n for n in (new if name == old else name for name in question.by) if n))
    top = question.top
    if top is not None and (top.by or question.by[-1]) == old:
        top = replace(top, by=new) if new else None
    elif top is not None:
        top = replace(top, by=top.by or question.by[-1])
    return replace(question, by=by, top=top, totals=question.totals if by else "none")

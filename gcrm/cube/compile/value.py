"""The value of a measure in a folded row: what was taken from facts, and what is worked out from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm import sql
from gcrm.cube.compile.calendar import is_known, is_shifted
from gcrm.cube.compile.path import ancestor_rows
from gcrm.cube.model import FACTS, Measure
from gcrm.cube.model.formula import OWN, Figure, Frame, Number, Rank, Term
from gcrm.cube.plan import Plan, answerable, grouping_id, grouping_sets, target

if TYPE_CHECKING:
    from gcrm.cube.compile.parameters import Parameters
    from gcrm.cube.model import Dimension

quote = sql.identifier


def value(plan: Plan, measure: Measure, frames: list[Frame], frame: Frame = OWN) -> str:
    """Write a measure's value for a folded row: a count that found nothing is zero, what cannot be known is null.

    Parameters
    ----------
    plan
        The question with its keys resolved.
    measure
        The measure.
    frames
        Every frame of the statement, in order.
    frame
        Whose value is wanted.

    Returns
    -------
    str
        An expression over the folded frames: `c` is the row's own, `x1`, `x2`, ... are the others.
    """
    if not answerable(plan, measure):
        return "NULL::DOUBLE"
    if measure.formula is not None:
        return _term(plan, measure.formula, frames)
    if measure.kind == "ratio":
        parts = (plan.model.measures[n] for n in (measure.numerator, measure.denominator))
        over, under = (value(plan, m, frames, frame) for m in parts)
        return f"({over})::DOUBLE / nullif({under}, 0)"
    row = _alias(frames, frame)
    column = f"{row}.{quote(measure.name)}"
    counts = measure.fact in FACTS and measure.kind in {"distinct", "additive", "semi-additive"}
    if counts and not FACTS[measure.fact].observed:
        column = f"coalesce({column}, 0)"
    return f"CASE WHEN {is_known(plan, frame, 'c')} THEN {column} END" if is_shifted(frame) else column


def _alias(frames: list[Frame], frame: Frame) -> str:
    return "c" if frame == OWN else f"x{frames.index(frame)}"


def _term(plan: Plan, term: Term, frames: list[Frame]) -> str:
    """Write a formula's term; a division by zero is unknown."""
    if isinstance(term, Number):
        return f"{term.value!r}::DOUBLE"
    if isinstance(term, Figure):
        return value(plan, plan.model.measures[term.measure], frames, term.frame)
    if isinstance(term, Rank):
        return _rank(plan, _term(plan, term.of, frames))
    left, right = _term(plan, term.left, frames), _term(plan, term.right, frames)
    if term.operator == "/":
        return f"(({left})::DOUBLE / nullif({right}, 0))"
    if term.operator == "*":  # a product of decimals or counts would soon have more digits than there are
        return f"(({left})::DOUBLE * ({right})::DOUBLE)"
    return f"({left} {term.operator} {right})"


def _rank(plan: Plan, text: str) -> str:
    """Write the rank of a value among the rows of its period; what is no member of a place has none."""
    unplaced = [
        f"(c.{quote(d.name)} IS NULL AND c.grouping & {1 << (len(plan.query.by) - 1 - i)} = 0)"
        for i, d in enumerate(plan.query.by)
        if d.is_place
    ]
    apart = [*unplaced, *(["c.others"] if plan.query.top else [])]
    groups = ["c.grouping", *(f"c.{quote(d.name)}" for d in plan.query.by if d.kind == "period"), *apart]
    ranked = f"rank() OVER (PARTITION BY {', '.join(groups)} ORDER BY {text} DESC NULLS LAST)"
    return f"CASE WHEN NOT ({' OR '.join([*apart, f'{text} IS NULL'])}) THEN {ranked} END"


def join_frames(plan: Plan, frames: list[Frame], given: Parameters) -> str:
    """Join each other frame to the rows: the row's period, and its members, their parents, or all of them.

    Parameters
    ----------
    plan
        The question with its keys resolved.
    frames
        Every frame of the statement, in order.
    given
        Takes the values up.

    Returns
    -------
    str
        Joins of `x1`, `x2`, ... to `c`, the folded rows.
    """
    joins = []
    if any(f.place == "parent" for f in frames):
        joins = [
            f" LEFT JOIN {ancestor_rows(plan, given)} AS up{i} ON up{i}.region_key = c.{quote(d.name)}"
            for i, d in enumerate(plan.query.by)
            if d.kind == "region" and plan.model.parent(d)
        ]
    for number, frame in enumerate(frames):
        if frame != OWN:
            tests = [f"x{number}.grouping = c.grouping", *_matches(plan, frame, number)]
            joins.append(f" LEFT JOIN frame_{number} AS x{number} ON {' AND '.join(tests)}")
    return "".join(joins)


def _matches(plan: Plan, frame: Frame, number: int) -> list[str]:
    """Write which row of a frame belongs to a row."""
    tests = []
    for i, d in enumerate(plan.query.by):
        name = quote(d.name)
        if d.kind == "period" or frame.place == "own":
            tests.append(f"x{number}.{name} IS NOT DISTINCT FROM c.{name}")
        elif frame.place == "parent":
            tests.append(f"x{number}.{name} IS NOT DISTINCT FROM {_parent(plan, d, i)}{_has_parent(plan, d, i)}")
    if plan.query.top and frame.place == "own":
        tests.append(f"x{number}.others = c.others")
    elif plan.query.top and frame.place == "parent":
        tests.append("NOT c.others")
    return tests


def _parent(plan: Plan, dimension: Dimension, place: int) -> str:
    """Write the member that a row is compared with: the region above where the row's last place is this dimension."""
    sets, own = _aimed(plan, dimension), f"c.{quote(dimension.name)}"
    if not sets:
        return own
    above = plan.model.parent(dimension) if dimension.kind == "region" else None
    parent = f"up{place}.{quote(above.name)}" if above else "NULL"
    return f"CASE WHEN c.grouping IN ({sets}) THEN {parent} ELSE {own} END"


def _has_parent(plan: Plan, dimension: Dimension, place: int) -> str:
    """Write that a region has one above it: what lies in none is compared with nothing, not with the unknown member."""
    sets = _aimed(plan, dimension)
    above = plan.model.parent(dimension) if dimension.kind == "region" else None
    return f" AND (c.grouping NOT IN ({sets}) OR NOT up{place}.{quote(above.name)} IS NULL)" if sets and above else ""


def _aimed(plan: Plan, dimension: Dimension) -> str:
    """Return the groupings of the sets whose rows are compared by a dimension."""
    return ", ".join(str(grouping_id(plan.query, k)) for k in grouping_sets(plan.query) if target(k) == dimension)

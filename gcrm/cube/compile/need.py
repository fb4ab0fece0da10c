"""What one measure of one set of dimensions needs of a cuboid: the dimensions it reads, and the stretches of time."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from gcrm.cube.model import FACTS
from gcrm.cube.plan import target

if TYPE_CHECKING:
    from gcrm.cube.cuboid.cuboid import Grain
    from gcrm.cube.model import Dimension
    from gcrm.cube.model.formula import Frame
    from gcrm.cube.plan import Plan

#: Periods that are made of whole months.
_OF_MONTHS = {"year", "quarter", "month", "fiscal_year", "fiscal_quarter"}


@dataclass(frozen=True)
class Need:
    """What a measure of one set of dimensions needs of a cuboid.

    Attributes
    ----------
    fact
        Name of the fact.
    read
        Dimensions that rows are grouped or filtered by, but for overlapping areas.
    apart
        Those among them of which a row of the answer has one member only.
    areas
        True where overlapping areas are named.
    grain
        The longest stretches of time that the days asked for are made of.
    first, last
        For events, the first and last day that is looked at, before it is moved by `back`.
    back
        The interval by which the days looked at come before those asked for; empty where they do not.
    """

    fact: str
    read: frozenset[str]
    apart: frozenset[str]
    areas: bool
    grain: Grain
    first: date
    last: date
    back: str


def need_of(plan: Plan, frame: Frame, fact: str, kept: tuple[Dimension, ...], back: str) -> Need:
    """Find out what measures of one set of dimensions need.

    Parameters
    ----------
    plan
        The question with its keys resolved.
    frame
        Which days and members are looked at.
    fact
        The fact that answers.
    kept
        The dimensions of the set.
    back
        The interval by which the frame's days come before the row's own; empty where they do not.

    Returns
    -------
    Need
        Dimensions and days.
    """
    seen, apart = _dimensions(plan, frame, kept)
    names = frozenset(d.name for d in seen if d.kind != "area")
    first, last = plan.query.period.first, plan.query.period.last
    if frame.time == "year_to_date":
        first = date(first.year, 1, 1)
    named = {d.name for d in (plan.query.by if back else kept) if d.kind == "period"}
    grain: Grain = "month" if named <= _OF_MONTHS and (not back or months(back)) else "day"
    if not FACTS[fact].day:
        grain = "ends" if grain == "month" else "day"
    return Need(fact, names, apart, any(d.kind == "area" for d in seen), grain, first, last, back)


def _dimensions(plan: Plan, frame: Frame, kept: tuple[Dimension, ...]) -> tuple[list[Dimension], frozenset[str]]:
    """Return the dimensions that rows are read by, and those of which a row of the answer has one member only."""
    top = plan.query.top
    read, apart = [d for d, _ in plan.where], {d.name for d, keys in plan.where if len(keys) == 1}
    for d in kept:
        if d.kind == "period" or frame.place == "total":
            continue
        found: Dimension | None = d
        if frame.place == "parent" and d == target(kept):
            found = plan.model.parent(d) if d.kind == "region" else None
        if found:
            read.append(found)
            if not (top and top.by == d.name):  # those that are not at the top are one row together
                apart.add(found.name)
    return read, frozenset(apart)


def months(back: str) -> int:
    """Return how many months an interval has; 0 where it is one of days.

    Parameters
    ----------
    back
        Such as `1 YEAR`, `3 MONTH` or `7 DAY`.

    Returns
    -------
    int
        Months.
    """
    number, unit = back.split()
    return int(number) * {"YEAR": 12, "MONTH": 1}.get(unit, 0)


def month_end(day: date) -> date:
    """Return the last day of a day's month.

    Parameters
    ----------
    day
        The day.

    Returns
    -------
    date
        Its month's last day.
    """
    return date(day.year, day.month, calendar.monthrange(day.year, day.month)[1])

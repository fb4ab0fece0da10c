"""Days and periods: how events and stocks find the periods asked for, and the same periods at another time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gcrm import sql
from gcrm.cube.model import PERIODS
from gcrm.cube.plan import periods
from gcrm.cube.query import Period, previous

if TYPE_CHECKING:
    from collections.abc import Collection

    from gcrm.cube.model.formula import Frame
    from gcrm.cube.plan import Plan

quote = sql.identifier
#: The day that stands for "no end" where days are compared.
_EVER = "DATE '9999-12-31'"
#: Every day of the question, whether or not anything happened in its year. A series of dates, which DuckDB works out
#: again and again while it plans, would take half of the planning.
_ASKED = "(SELECT $first::DATE + i::INTEGER AS day FROM range($days) AS d(i))"
_SHIFTED = ("previous", "year_before")


def is_shifted(frame: Frame) -> bool:
    """Say whether a frame looks at other days than the row's own, as many.

    Parameters
    ----------
    frame
        Which days and members are looked at.

    Returns
    -------
    bool
        True for the period before, and the year before.
    """
    return frame.time in _SHIFTED


def shift(plan: Plan, frame: Frame) -> str:
    """Return the interval by which a frame's days come before the row's own.

    Parameters
    ----------
    plan
        The question with its keys resolved.
    frame
        Which days and members are looked at.

    Returns
    -------
    str
        Such as `1 MONTH`; empty where the days are the row's own.
    """
    if frame.time == "year_before":
        return "1 YEAR"
    if frame.time != "previous":
        return ""
    named = periods(plan.query)
    return PERIODS[named[-1].name][1] if named else _length(plan.query.period)


def _length(period: Period) -> str:
    """Return how long a period is: in months where it is made of whole ones."""
    before = previous(period)
    months = (period.first.year - before.first.year) * 12 + period.first.month - before.first.month
    whole = before.first.day == period.first.day == 1 and (period.last.toordinal() + 1 - period.first.toordinal()) > 27
    return f"{months} MONTH" if whole and months else f"{(period.last - period.first).days + 1} DAY"


def labels(plan: Plan, names: Collection[str]) -> str:
    """Select every day of the question with the labels of the periods that hold it.

    Parameters
    ----------
    plan
        The question with its keys resolved.
    names
        Names of periods.

    Returns
    -------
    str
        A SELECT of the day and one column per period.
    """
    picks = "".join(f", {_label(plan, n, 'day')} AS {quote(n)}" for n in names if n != "day")
    return f"SELECT day{picks} FROM {_ASKED}"


def _label(plan: Plan, name: str, day: str) -> str:
    """Write the label of the period that holds a day; a day stays a day."""
    if name == "day":
        return day
    moved = (13 - plan.model.fiscal_year_starts) % 12
    days = {"day": day, "fiscal": f"({day} + INTERVAL {moved} MONTH)"}
    return re.sub(r"\b(day|fiscal)\b", lambda word: days[word[0]], PERIODS[name][0])


def event_join(plan: Plan, frame: Frame, names: list[str], *, starts: bool = False) -> str:
    """Join the periods of events `b` by their day: those that hold it, or that come no earlier.

    Parameters
    ----------
    plan
        The question with its keys resolved.
    frame
        Which days and members are looked at.
    names
        Names of the periods that rows are grouped by.
    starts
        True where it must be known on which day of the question each period starts.

    Returns
    -------
    str
        A join of `t`, the period; empty where there is none.
    """
    if frame.time in {"to_date", "year_to_date"}:
        since = " AND b.day >= date_trunc('year', t.last_day)" if frame.time == "year_to_date" else ""
        return f" JOIN ({_ends(plan, names)}) AS t ON b.day <= t.last_day{since}"
    if not names:
        return ""
    first = f"min(day) OVER (PARTITION BY {', '.join(quote(n) for n in names)}) AS first_day"
    days = f"SELECT *, {first} FROM ({labels(plan, names)})" if starts else labels(plan, names)
    return f" JOIN ({days}) AS t ON t.day = b.day"


def first_day(frame: Frame, names: list[str]) -> str:
    """Write the first day that a row is of, where `event_join` has said on which days periods start.

    Parameters
    ----------
    frame
        Which days and members are looked at.
    names
        Names of the periods that rows are grouped by.

    Returns
    -------
    str
        SQL of a day.
    """
    if frame.time == "year_to_date":
        return "date_trunc('year', t.last_day)"
    return "t.first_day" if names and frame.time != "to_date" else "$first::DATE"


def stock_join(plan: Plan, frame: Frame, names: list[str], over_time: str, *, counted: bool = False) -> str:
    """Join the days on which stocks `b` are counted: the last of each period, or its month ends.

    Parameters
    ----------
    plan
        The question with its keys resolved.
    frame
        Which days and members are looked at.
    names
        Names of the periods that rows are grouped by.
    over_time
        What a stock is over several months.
    counted
        True where `b` says on which day it was counted, not since and until when it lasts.

    Returns
    -------
    str
        A join of `t`, the period and the day.
    """
    days = _month_ends(plan, names) if over_time == "average" else _ends(plan, names)
    day, back = "t.last_day", shift(plan, frame)
    if back:
        day = f"(t.last_day - INTERVAL {back})::DATE"
    if back and not back.endswith("DAY"):  # the end of a month stays the end of a month
        day = f"(CASE WHEN t.last_day = last_day(t.last_day) THEN last_day({day}) ELSE {day} END)"
    if counted:
        return f" JOIN ({days}) AS t ON b.day = {day}"
    return f" JOIN ({days}) AS t ON coalesce(b.since <= {day}, TRUE) AND {day} < coalesce(b.until, {_EVER})"


def _ends(plan: Plan, names: list[str]) -> str:
    """Select the last day of each period; without a period, that of the question."""
    if not names:
        return "SELECT $last::DATE AS last_day"
    columns = ", ".join(quote(n) for n in names)
    return f"SELECT {columns}, max(day) AS last_day FROM ({labels(plan, names)}) GROUP BY {columns}"


def _month_ends(plan: Plan, names: list[str]) -> str:
    """Select the last day of each month of each period, and how many there are in the period."""
    wanted = list(dict.fromkeys([*names, "month"]))
    columns = ", ".join(quote(n) for n in wanted)
    ends = f"SELECT {columns}, max(day) AS last_day FROM ({labels(plan, wanted)}) GROUP BY {columns}"
    parts = f"PARTITION BY {', '.join(quote(n) for n in names)}" if names else ""
    picks = "".join(f"{quote(n)}, " for n in names)
    return f"SELECT {picks}last_day, count(*) OVER ({parts}) AS ends FROM ({ends})"


def is_known(plan: Plan, frame: Frame, row: str) -> str:
    """Write the condition under which the days of a shifted frame are days that anything is known of.

    Parameters
    ----------
    plan
        The question with its keys resolved.
    frame
        Which days and members are looked at.
    row
        Alias of the row.

    Returns
    -------
    str
        A condition; null in rows that are totalled over the periods, which have no period before.
    """
    back = shift(plan, frame)
    day = f"($known_from + INTERVAL {back})::DATE"
    named = periods(plan.query)
    if not named:
        return f"$last >= {day}"
    name = named[-1].name
    return f"{row}.{quote(name)} >= {_label(plan, name, day)}"

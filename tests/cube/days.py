"""Days, periods and labels in plain Python: the oracle's calendar."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from functools import cache
from typing import Any

BY_LENGTH = ("year", "fiscal_year", "quarter", "fiscal_quarter", "month", "week", "day")
STEPS = {
    "year": ("months", 12),
    "fiscal_year": ("months", 12),
    "quarter": ("months", 3),
    "fiscal_quarter": ("months", 3),
    "month": ("months", 1),
    "week": ("days", 7),
    "day": ("days", 1),
}
_FISCAL_STARTS = 4


@cache
def label(period: str, day: date) -> str:
    """Return what a period that holds a day is called."""
    fiscal = day.year + (day.month >= _FISCAL_STARTS)
    week = day.isocalendar()
    return {
        "year": f"{day.year}",
        "quarter": f"{day.year}-Q{(day.month + 2) // 3}",
        "month": f"{day.year}-{day.month:02}",
        "week": f"{week.year}-W{week.week:02}",
        "day": day.isoformat(),
        "fiscal_year": f"FY{fiscal}",
        "fiscal_quarter": f"FY{fiscal}-Q{(day.month - _FISCAL_STARTS) % 12 // 3 + 1}",
    }[period]


def span(first: date, last: date) -> list[date]:
    """Return the days from the first to the last."""
    return [first + timedelta(n) for n in range((last - first).days + 1)]


def period(word: Any, whole: tuple[Any, Any]) -> tuple[date, date]:
    """Return the first and last day of a period as a user writes it."""
    if word is None:
        return whole
    if isinstance(word, tuple):
        return word
    inside = [
        d
        for d in span(date(2018, 1, 1), date(2022, 12, 31))
        if word in {label(p, d) for p in ("year", "quarter", "month")}
    ]
    return inside[0], inside[-1]


def month_ends(days: list[date]) -> list[date]:
    """Return the last of the days in each month."""
    return [max(d for d in days if label("month", d) == m) for m in sorted({label("month", d) for d in days})]


def length(first: date, last: date) -> tuple[str, int]:
    """Return how long a period is: in months where it is made of whole ones."""
    if first.day == 1 and (last + timedelta(1)).day == 1:
        return "months", (last.year - first.year) * 12 + last.month - first.month + 1
    return "days", (last - first).days + 1


def moved(day: date, unit: str, count: int) -> date:
    """Return the day some days or months later; the last of the month where that has no such day."""
    if unit == "days":
        return day + timedelta(count)
    month = day.year * 12 + day.month - 1 + count
    year, month = month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def forth(day: date, time: str, step: tuple[str, int]) -> date:
    """Return the day that an event would have happened on in the row's own period."""
    if time == "previous":
        return moved(day, *step)
    return moved(day, "months", 12) if time == "year_before" else day


def back(day: date, time: str, step: tuple[str, int]) -> date:
    """Return the day on which a stock is counted for another period; the end of a month stays one."""
    if time not in {"previous", "year_before"}:
        return day
    unit, count = step if time == "previous" else ("months", 12)
    found = moved(day, unit, -count)
    if unit == "months" and (day + timedelta(1)).day == 1:
        return found.replace(day=calendar.monthrange(found.year, found.month)[1])
    return found

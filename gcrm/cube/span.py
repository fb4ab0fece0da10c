"""The days that a period's label stands for: the way back from a row to the question behind it."""

from __future__ import annotations

import re
from datetime import date, timedelta

from gcrm.cube.query import Period
from gcrm.errors import QueryError

#: Period -> how its labels are written, and how many months it has.
_LABELS = {
    "year": (r"(?P<year>\d{4})", 12),
    "quarter": (r"(?P<year>\d{4})-Q(?P<quarter>[1-4])", 3),
    "month": (r"(?P<year>\d{4})-(?P<month>0[1-9]|1[0-2])", 1),
    "fiscal_year": (r"FY(?P<year>\d{4})", 12),
    "fiscal_quarter": (r"FY(?P<year>\d{4})-Q(?P<quarter>[1-4])", 3),
}


def days_of(name: str, label: str, fiscal_year_starts: int = 1) -> Period:
    """Return the first and last day of a member of a period.

    Parameters
    ----------
    name
        Name of the period, a key of `cube.model.PERIODS`.
    label
        The member, as it stands in results.
    fiscal_year_starts
        Month in which the fiscal year begins; it has the name of the calendar year in which it ends.

    Returns
    -------
    Period
        First and last day.

    Raises
    ------
    QueryError
        If the label is no member of that period.
    """
    try:
        if name == "day":
            return Period(date.fromisoformat(label), date.fromisoformat(label))
        if name == "week":
            first = date.fromisocalendar(int(label[:4]), int(label.removeprefix(label[:4] + "-W")), 1)
            return Period(first, first + timedelta(days=6))
        pattern, length = _LABELS[name]
        found = {key: int(value) for key, value in re.fullmatch(pattern, label).groupdict().items()}  # type: ignore[union-attr]
        start = found["year"] * 12 + found.get("month", 3 * found.get("quarter", 1) - 2) - 1
        if name.startswith("fiscal"):
            start -= (13 - fiscal_year_starts) % 12
        return Period(_month(start), _month(start + length) - timedelta(days=1))
    except (ValueError, KeyError, AttributeError):
        msg = f"'{label}' is no {name.replace('_', ' ')}; write it as results do."
        raise QueryError(msg) from None


def _month(index: int) -> date:
    return date(index // 12, index % 12 + 1, 1)

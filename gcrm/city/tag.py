"""Words of tags, which people write as they like, and the values that they mean."""

from __future__ import annotations

import re
from typing import Any

KMH_PER_MPH = 1.609344
_KMH_PER_KNOT = 1.852
_M_PER_FOOT = 0.3048
_M_PER_INCH = 0.0254
_NUMBER = r"(\d+(?:[.,]\d+)?)"
_SPEED = re.compile(rf"\s*{_NUMBER}\s*(km/h|kmh|kph|mph|knots)?\s*")
_LENGTH = re.compile(rf"\s*{_NUMBER}\s*(m|metres?|meters?|ft|feet)?\s*")
_FEET = re.compile(rf"\s*(\d+)'\s*(?:{_NUMBER}\")?\s*")
_YEAR = re.compile(r"\s*(\d{4})(?:-\d{2}(?:-\d{2})?)?\s*")
_SPEED_UNITS = {None: 1.0, "mph": KMH_PER_MPH, "knots": _KMH_PER_KNOT}


def text(tags: Any, *keys: str) -> str | None:
    """Return the value of the first key that has one.

    Parameters
    ----------
    tags
        Tags of an object.
    *keys
        Keys, the one that counts most first.

    Returns
    -------
    str or None
        The value without spaces around it; null where none has one.
    """
    return next((value for key in keys if (value := (tags.get(key) or "").strip())), None)


def number(value: str | None) -> float | None:
    """Return a number; the largest of a list (`4;6`), null where it is none (`many`)."""
    found = [re.fullmatch(rf"\s*{_NUMBER}\s*", part) for part in (value or "").split(";")]
    return max((_float(match[1]) for match in found if match), default=None)


def whole(value: str | None) -> int | None:
    """Return a whole number; null where it is none."""
    found = number(value)
    return int(found) if found is not None and found.is_integer() else None


def speed_kmh(value: str | None) -> float | None:
    """Return a speed in km/h; the lowest of a list.

    Parameters
    ----------
    value
        `50`, `30 mph`, `walk`, `50;30`.

    Returns
    -------
    float or None
        km/h; null where the value names no number (`none`, `signals`, `FI:urban`), or one that is no speed (`0`).
    """
    speeds = []
    for part in (value or "").lower().split(";"):
        match = _SPEED.fullmatch(part)
        if match:
            speeds.append(round(_float(match[1]) * _SPEED_UNITS.get(match[2], 1.0), 1))
        elif part.strip() == "walk":
            speeds.append(5.0)
    return min((speed for speed in speeds if 1 <= speed <= 300), default=None)


def length_m(value: str | None) -> float | None:
    """Return a length in metres.

    Parameters
    ----------
    value
        `12`, `12.5 m`, `40 ft`, `5'6"`.

    Returns
    -------
    float or None
        Metres; null where the value names no length.
    """
    feet = _FEET.fullmatch(value or "")
    if feet:
        return round(int(feet[1]) * _M_PER_FOOT + (_float(feet[2]) * _M_PER_INCH if feet[2] else 0), 2)
    match = _LENGTH.fullmatch((value or "").lower())
    if match is None:
        return None
    return round(_float(match[1]) * (_M_PER_FOOT if match[2] in {"ft", "feet"} else 1), 2)


def year(value: str | None) -> int | None:
    """Return the year of a day or year; null for all that is less certain (`~1900`, `C19`, `before 1900`)."""
    match = _YEAR.fullmatch(value or "")
    return int(match[1]) if match and int(match[1]) >= 1000 else None


def _float(digits: str) -> float:
    return float(digits.replace(",", "."))

"""The rules of single fields: what a text, word, day or point of a record may be, and how it is written alike."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

from gcrm.errors import RecordError

if TYPE_CHECKING:
    from collections.abc import Callable

#: Words that mean the same channel.
_ALIKE = {"e-mail": "email", "e_mail": "email", "mobile": "phone", "telephone": "phone", "letter": "mail"}
_RECEIPT_BYTES = 1_000_000
_MOST_PLACED = 100_000


@dataclass(frozen=True)
class Rule:
    """What a field may hold.

    Attributes
    ----------
    check
        Takes a value and returns it as it is stored; raises ValueError with the rest of a sentence that begins with
        the field's name.
    """

    check: Callable[[Any], Any]


def text(value: Any, most: int, *, lines: bool = False, empty: bool = False) -> str:
    """Return a text without blanks around it.

    Parameters
    ----------
    value
        What was given.
    most
        Most characters.
    lines
        True where it may have several lines.
    empty
        True where it may be empty.

    Returns
    -------
    str
        The text as it is stored.

    Raises
    ------
    ValueError
        If it is no text, is empty or too long, or holds characters that no text has.
    """
    if not isinstance(value, str):
        msg = f"is a {type(value).__name__}; it must be a text"
        raise ValueError(msg)  # noqa: TRY004 - every broken rule is a ValueError, see Rule
    found = value.strip().replace("\r\n", "\n")
    if not found and not empty:
        msg = "is empty"
        raise ValueError(msg)
    if len(found) > most:
        msg = f"has {len(found)} characters; the most are {most}"
        raise ValueError(msg)
    allowed = "\n\t" if lines else ""
    if any(unicodedata.category(c) in {"Cc", "Cs"} and c not in allowed for c in found):
        msg = "holds control characters or half of a character" + ("" if lines else "; it must be one line")
        raise ValueError(msg)
    return found


def word(value: Any) -> str:
    """Return a word such as a channel or purpose in lower case, with underscores for blanks, one for alike ones.

    Raises
    ------
    ValueError
        If it is no word.
    """
    plain = re.sub(r"\s+", "_", text(value, 60).casefold())
    return _ALIKE.get(plain, plain)


def _day(value: Any) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        msg = f"is a {type(value).__name__}; it must be a date"
        raise ValueError(msg)  # noqa: TRY004
    return value


def _clock(value: Any) -> datetime:
    if not isinstance(value, datetime):
        msg = f"is a {type(value).__name__}; it must be a date with a time"
        raise ValueError(msg)  # noqa: TRY004
    if value.tzinfo is not None:
        msg = "has a time zone; give the time on the clock there, without one"
        raise ValueError(msg)
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        msg = "must be true or false"
        raise ValueError(msg)  # noqa: TRY004
    return value


def _degrees(value: Any, most: float) -> float:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not math.isfinite(value) or abs(value) > most:
        msg = f"must be a number of degrees within -{most:g}..{most:g}"
        raise ValueError(msg)
    return float(value)


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not -(1 << 63) <= value < 1 << 63:
        msg = "must be a whole number"
        raise ValueError(msg)
    return value


def _email(value: Any) -> str:
    found = text(value, 254)
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", found):
        msg = "is no e-mail address: it needs a part before and a part after one @, without blanks"
        raise ValueError(msg)
    return found


def _receipt(value: Any) -> dict[str, Any]:
    try:
        written = json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
    except (TypeError, ValueError):
        msg = "must be made of texts, numbers, lists and tables only (no dates, no NaN)"
        raise ValueError(msg) from None
    if not isinstance(value, dict) or len(written) > _RECEIPT_BYTES or b"\\u0000" in written:
        msg = f"must be a table of at most {_RECEIPT_BYTES} bytes without NUL characters"
        raise ValueError(msg)
    return dict(json.loads(written))


def _placing(value: Any) -> dict[str, str | None]:
    if not isinstance(value, dict) or len(value) > _MOST_PLACED:
        msg = f"must be a table of at most {_MOST_PLACED:,} names"
        raise ValueError(msg)
    return {text(name, 200): None if given is None else text(given, 200) for name, given in value.items()}


#: One line of up to 200 characters; an identifier or name.
Line = Annotated[str, Rule(lambda value: text(value, 200))]
#: Several lines of up to 20,000 characters.
Prose = Annotated[str, Rule(lambda value: text(value, 20_000, lines=True))]
#: A query of a page, which may be empty.
Query = Annotated[str, Rule(lambda value: text(value, 20_000, empty=True))]
#: A channel, purpose or kind: one word, written alike.
Word = Annotated[str, Rule(word)]
Email = Annotated[str, Rule(_email)]
Day = Annotated[date, Rule(_day)]
#: Local time, as clocks show it there.
Clock = Annotated[datetime, Rule(_clock)]
Flag = Annotated[bool, Rule(_flag)]
Lon = Annotated[float, Rule(lambda value: _degrees(value, 180))]
Lat = Annotated[float, Rule(lambda value: _degrees(value, 90))]
Count = Annotated[int, Rule(_count)]
#: Name -> name, or null: which territory each unit belongs to, who looks after each territory.
Placing = Annotated[dict[str, str | None], Rule(_placing)]
Receipt = Annotated[dict[str, Any], Rule(_receipt)]


def actor(value: Any) -> str:
    """Return the name of who acts.

    Raises
    ------
    RecordError
        If there is none: every change says who made it.
    """
    try:
        return text(value, 200)
    except ValueError as error:
        msg = f"actor {error}. Every change says who made it: give a name."
        raise RecordError(msg) from None

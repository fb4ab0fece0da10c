"""Text on maps: the one way in which data enters HTML, and how numbers are written.

Names come from customers' files and may hold anything. `safe_label` is the only function through which they reach
HTML, Markdown or a script; a test watches that no renderer takes another way.
"""

from __future__ import annotations

import math
from typing import Literal

#: A number is known, or it is not, or it is known and must not be shown.
State = Literal["known", "unknown", "suppressed"]

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ")
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "KRW": "₩"}
#: Units that need no word after the number: the measure's title says what is counted.
_COUNTS = frozenset({"", "1", "count", "number"})
#: Code points that HTML turns into something else when they come as a numeric entity.
_NOT_TEXT = frozenset({0, 0xD, *range(0x80, 0xA0), *range(0xD800, 0xE000)})
_MAX_LENGTH = 200
#: A chance above this is not told from certainty.
_CERTAIN = 0.999


def safe_label(text: object) -> str:
    """Return `text` such that HTML, Markdown and JavaScript show it and never run it.

    Everything but ASCII letters, digits and blanks becomes a numeric entity. In HTML and Markdown the entity shows the
    character; in a script, a string or a template literal it is inert, because no quote, backtick, dollar sign,
    brace, bracket or line end is left.

    Parameters
    ----------
    text
        Anything; its `str()` is shown, shortened to 200 characters.

    Returns
    -------
    str
        ASCII letters, digits, blanks and `&#N;` only.
    """
    words = str(text)
    if len(words) > _MAX_LENGTH:
        words = words[: _MAX_LENGTH - 1] + "…"
    return "".join(c if c in _PLAIN else f"&#{0xFFFD if ord(c) in _NOT_TEXT else ord(c)};" for c in words)


def number_text(value: float, unit: str = "") -> str:
    """Write a number with thousands separators and its unit, with as many decimals as it needs and no more.

    Parameters
    ----------
    value
        The number; a share is 0-1.
    unit
        An ISO 4217 currency, `share`, a word such as `m`, or nothing for counts.

    Returns
    -------
    str
        Such as `1,234`, `$1,234.50`, `12.3 %`; a minus sign is U+2212.
    """
    if unit == "share":
        value *= 100
    size = abs(value)
    text = f"{size:,.{_decimals(size, unit)}f}"
    if _is_currency(unit):
        text = f"{_SIGNS.get(unit, unit + ' ')}{text}"
    elif unit == "share":
        text = f"{text} %"
    elif unit not in _COUNTS:
        text = f"{text} {unit}"
    return f"\N{MINUS SIGN}{text}" if value < 0 and any(c in "123456789" for c in text) else text


def chance_text(chance: float) -> str:
    """Write how likely something is, 0-1; never as certain: what comes near it says `> 99.9 %` or `< 0.1 %`."""
    if chance > _CERTAIN:
        return "> 99.9 %"
    return "< 0.1 %" if chance < 1 - _CERTAIN else f"{chance * 100:.1f} %"


def value_text(value: float | None, state: State, unit: str = "") -> str:
    """Write a three-state number: the number, `unknown`, or `withheld` where it is suppressed.

    A suppressed number is not said to be small: it may be a large one that would give a small one away.

    Parameters
    ----------
    value
        The number; None where it is not known.
    state
        Whether it is known, unknown or suppressed.
    unit
        As in `number_text`.

    Returns
    -------
    str
        Never empty.
    """
    if state == "suppressed":
        return "withheld"
    if state == "unknown" or value is None or not math.isfinite(value):
        return "unknown"
    return number_text(value, unit)


def change_text(change: float | None) -> str:
    """Write a relative change (0.12 is +12 %); `unknown` where there is nothing to compare with."""
    if change is None or not math.isfinite(change):
        return "unknown"
    text = f"{abs(change) * 100:,.{0 if abs(change) >= 1 else 1}f} %"
    return text if change == 0 else ("+" if change > 0 else "\N{MINUS SIGN}") + text


def _is_currency(unit: str) -> bool:
    return len(unit) == 3 and unit.isascii() and unit.isupper()


def _decimals(size: float, unit: str) -> int:
    """Return the decimals that give about three digits; whole numbers need none."""
    if size == 0 or (size == int(size) and not _is_currency(unit)):
        return 0
    if _is_currency(unit):
        return 0 if size >= 1000 else 2
    return max(0, 2 - math.floor(math.log10(size)))

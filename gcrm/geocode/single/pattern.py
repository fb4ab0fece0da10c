"""Patterns in the syntax of RE2, run by Python's own machine."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_BLANK = r"\t\n\f\r "
_TOKENS = re.compile(
    r"\\x\{(?P<code>[0-9a-f]+)\}|\\(?P<escaped>.)|(?P<open>\[\^?\]?)|(?P<close>\])|(?P<end>\$)", re.DOTALL
)


@cache
def pattern(text: str) -> re.Pattern[str]:
    """Return a pattern; only ASCII has words, digits and blanks, and `$` is the very end."""
    inside = False

    def translated(token: re.Match[str]) -> str:
        nonlocal inside
        if token["code"]:
            return re.escape(chr(int(token["code"], 16)))
        if token["escaped"] == "s":
            return _BLANK if inside else f"[{_BLANK}]"
        if token["escaped"] == "S" and not inside:
            return f"[^{_BLANK}]"
        if token["escaped"]:
            return token[0]
        if token["open"]:
            opened, inside = not inside, True
            return token[0] if opened else re.escape(token[0])
        if token["close"]:
            inside = False
        return r"\Z" if token["end"] and not inside else token[0]

    return re.compile(_TOKENS.sub(translated, text), re.ASCII)


def matches(text: str, wanted: str) -> bool:
    """Say whether a pattern is found in a text."""
    return pattern(wanted).search(text) is not None


def full_match(text: str, wanted: str) -> bool:
    """Say whether a pattern fits a whole text."""
    return pattern(wanted).fullmatch(text) is not None


def replace(text: str, wanted: str, instead: str, options: str = "") -> str:
    r"""Replace what fits a pattern.

    Parameters
    ----------
    text
        The text.
    wanted
        The pattern.
    instead
        What stands there then, with groups as `\1`.
    options
        `g` for each place that fits, else the first one.

    Returns
    -------
    str
        The text without it.
    """
    return pattern(wanted).sub(_template(instead), text, count=0 if "g" in options else 1)


def extract(text: str, wanted: str, group: int | tuple[str, ...] = 0) -> str | dict[str, str]:
    """Return what fits a pattern.

    Parameters
    ----------
    text
        The text.
    wanted
        The pattern.
    group
        Which group of it; names are given to the first ones, in their order.

    Returns
    -------
    str or dict of str to str
        The group, or name -> group; empty where nothing fits.
    """
    found = pattern(wanted).search(text)
    if isinstance(group, int):
        return (found[group] or "") if found else ""
    return {name: (found[i] or "") if found else "" for i, name in enumerate(group, 1)}


def extract_all(text: str, wanted: str, group: int = 0) -> tuple[str, ...]:
    """Return one group of each place that fits.

    Parameters
    ----------
    text
        The text.
    wanted
        The pattern.
    group
        Which group; 0 is the whole.

    Returns
    -------
    tuple of str
        The groups.
    """
    return tuple(found[group] or "" for found in pattern(wanted).finditer(text))


@cache
def _template(instead: str) -> Callable[[re.Match[str]], str]:
    r"""Return what writes a replacement, with groups as `\1`."""
    parts = re.split(r"\\([0-9])", instead)
    if len(parts) == 1:
        return lambda _: instead

    def written(found: re.Match[str]) -> str:
        return "".join((found[int(part)] or "") if i % 2 else part for i, part in enumerate(parts))

    return written

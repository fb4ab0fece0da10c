"""The search for many texts at once in any bytes: how a scan finds what is left of people."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Bytes of the beginning of a text by which places are sorted out, and bytes that a text must have.
_KEY = 3
#: Ways in which a text is written in files: one byte per unit, and two.
_WAYS = (("utf-8", 1), ("utf-16-le", 2), ("utf-16-be", 2))


@dataclass(frozen=True)
class Hit:
    """A text that was found.

    Attributes
    ----------
    text
        The text.
    alone
        True where neither a letter nor a digit stands before or behind it.
    """

    text: str
    alone: bool


class Needles:
    """Texts to look for; finding does not get slower with their number."""

    def __init__(self, texts: Iterable[str], encodings: Iterable[str] = ()) -> None:
        self._texts: dict[bytes, list[tuple[bytes, str, int]]] = {}
        ways = (*_WAYS, *((name, 1) for name in encodings))
        known: set[tuple[bytes, str]] = set()
        for text in texts:
            for form, (encoding, unit) in product(_forms(text), ways):
                code = form.encode(encoding, errors="ignore")
                if len(code) >= _KEY and (code, text) not in known:
                    known.add((code, text))
                    self._texts.setdefault(code[:_KEY], []).append((code, text, unit))
        self.longest = max((len(code) for group in self._texts.values() for code, *_ in group), default=0)
        self._begin = np.zeros(1 << 24, bool)
        self._next = np.zeros(1 << 24, bool)
        for group in self._texts.values():
            for code, *_ in group:
                self._begin[_number(code)] = True
                if len(code) >= 2 * _KEY:
                    self._next[_number(code[_KEY:])] = True
        self._short = any(len(code) < 2 * _KEY for group in self._texts.values() for code, *_ in group)

    def find(self, data: bytes) -> Iterator[Hit]:
        """Yield every occurrence of every text in the data."""
        if not self.longest or len(data) < _KEY:
            return
        units = np.frombuffer(data, np.uint8).astype(np.uint32)
        keys = units[:-2] | units[1:-1] << 8 | units[2:] << 16
        found = self._begin[keys]
        if not self._short:
            found = found[:-_KEY] & self._next[keys[_KEY:]]
        for place in np.flatnonzero(found).tolist():
            for code, text, unit in self._texts.get(data[place : place + _KEY], ()):
                if data.startswith(code, place):
                    yield Hit(text, _alone(data, place, place + len(code), unit))


def _forms(text: str) -> set[str]:
    """Return how a text is written plainly, in XML and in JSON."""
    return {text, html.escape(text, quote=False), json.dumps(text)[1:-1]}


def _number(code: bytes) -> int:
    return int.from_bytes(code[:_KEY], "little")


def _alone(data: bytes, begin: int, end: int, unit: int) -> bool:
    return not (_is_word(data[max(0, begin - unit) : begin], unit) or _is_word(data[end : end + unit], unit))


def _is_word(code: bytes, unit: int) -> bool:
    """Say whether what stands beside a text goes on with it: a letter or digit, or part of one in another alphabet."""
    if len(code) < unit:
        return False
    if unit == 1:
        return code.isalnum() or code[0] >= 0x80
    return bytes(b for b in code if b).isalnum() and 0 in code

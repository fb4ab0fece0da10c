"""Values and the functions of DuckDB over them, as far as the stage uses them.

Null is None, a list is a tuple, a struct and a map are a `Struct`. Lists are counted from one.
"""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING, Any

from gcrm.geocode.single import distance, pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


#: An end of a part of a list that is not given: the list's own.
OPEN: Any = object()


class Struct(dict[str, Any]):
    """A struct or a map: what is looked up by a name."""

    __slots__ = ()

    def __hash__(self) -> int:  # type: ignore[override]
        """Hash it as its values: none is changed once it is made."""
        return hash(tuple(self.values()))


def frozen(value: Any) -> Any:
    """Return a value as DuckDB hands it out in the form that is used here."""
    if isinstance(value, list):
        return tuple(frozen(item) for item in value)
    if isinstance(value, dict):
        return Struct((name, frozen(item)) for name, item in value.items())
    return value


def order(value: Any) -> Any:
    """Return what values are ordered by: null last, structs and lists by what they hold."""
    if value is None:
        return (1,)
    if isinstance(value, Struct):
        return (0, tuple(order(item) for item in value.values()))
    if isinstance(value, tuple):
        return (0, tuple(order(item) for item in value))
    return (0, value)


def item(container: Any, key: Any) -> Any:
    """Return an item of a list by its place, of a struct or map by its name; null where it has none."""
    if isinstance(container, Struct):
        return container.get(key)
    if not key or abs(key) > len(container):
        return None
    return container[key - 1 if key > 0 else key]


def part(container: tuple[Any, ...], first: int, last: int) -> tuple[Any, ...]:
    """Return a part of a list.

    Parameters
    ----------
    container
        The list.
    first, last
        Places of its first and last item, counted from one, and from the end where negative; `OPEN` for the list's own.

    Returns
    -------
    tuple
        What stands from one to the other.
    """
    size = len(container)
    begin = 1 if first is OPEN else first + size + 1 if first < 0 else first
    end = size if last is OPEN else last + size + 1 if last < 0 else last
    return container[max(begin, 1) - 1 : max(end, 0)]


def divide(one: float, other: float) -> float | None:
    """Divide as floating-point numbers; null where that is by zero."""
    return one / other if other else None


def whole(one: int, other: int) -> int | None:
    """Divide whole numbers, what is left cut off."""
    return None if not other else abs(one) // abs(other) * (1 if (one < 0) == (other < 0) else -1)


def rest(one: int, other: int) -> int | None:
    """Return what a division of whole numbers leaves, with the sign of the first one."""
    return None if not other else one - other * (whole(one, other) or 0)


def rounded(value: float, digits: int = 0) -> float:
    """Round half away from zero."""
    factor = 10.0**digits
    scaled = value * factor
    if not math.isfinite(scaled):
        return value
    nearest = math.floor(abs(scaled))
    return math.copysign(nearest + (abs(scaled) - nearest >= 0.5), scaled) / factor


def joined(one: Any, other: Any) -> Any:
    """Put two lists or two texts together."""
    return one + other if isinstance(one, tuple) else text(one) + text(other)


def concat(*values: Any) -> Any:
    """Put texts together; null says nothing."""
    return "".join(text(value) for value in values if value is not None)


def concat_ws(between: str, *values: Any) -> str | None:
    """Put texts together with one between them; null says nothing."""
    return None if between is None else between.join(text(value) for value in values if value is not None)


def text(value: Any) -> str:
    """Write a value as DuckDB does."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def _substr(value: str, first: int, size: int | None = None) -> str:
    """Return a part of a text from a place on; negative ones are counted from its end."""
    begin = first - 1 if first > 0 else first + len(value) if first < 0 else -1
    end = len(value) if size is None else begin + size
    if end < begin:
        begin, end = end, begin
    return value[max(begin, 0) : max(end, 0)]


def _lpad(value: str, size: int, filler: str) -> str:
    """Fill a text up on its left, or cut it off on its right."""
    return value[:size] if len(value) >= size else filler * (size - len(value)) + value


def split(value: str, between: str) -> tuple[str, ...]:
    """Take a text apart: into its letters where nothing stands between."""
    return tuple(value.split(between) if between else value)


def _split_part(value: str, between: str, place: int) -> str:
    """Return one part of a text that is taken apart."""
    parts = split(value, between)
    return parts[place - 1] if 0 < place <= len(parts) else ""


def _translate(value: str, letters: str, instead: str) -> str:
    """Replace letters by others; those without another one vanish."""
    table: dict[int, str | None] = {}
    for i, letter in enumerate(letters):
        table.setdefault(ord(letter), instead[i] if i < len(instead) else None)
    return value.translate(table)


def array_to_string(values: Iterable[Any], between: str) -> str:
    """Put the texts of a list together."""
    return between.join(text(value) for value in values if value is not None)


def contains(container: Any, value: Any) -> bool:
    """Say whether a text holds another one."""
    return value in container


def has_any(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """Say whether two lists have a value in common."""
    return any(value is not None and value in other for value in one)


def has_all(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """Say whether a list holds all values of another one."""
    return all(value in one for value in other if value is not None)


def list_sort(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Put a list in order."""
    return tuple(sorted(values, key=order))


def list_distinct(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Leave each value of a list in it once, and null not at all."""
    return tuple(dict.fromkeys(value for value in values if value is not None))


def list_concat(*lists: tuple[Any, ...] | None) -> tuple[Any, ...] | None:
    """Put lists together; null says nothing."""
    said = [values for values in lists if values is not None]
    return sum(said, ()) if said else None


def list_position(values: tuple[Any, ...], value: Any) -> int | None:
    """Return the first place of a value in a list; null where it is not there."""
    return values.index(value) + 1 if value in values else None


def list_sum(values: tuple[Any, ...]) -> float | None:
    """Add up a list; null where it has nothing."""
    said = [value for value in values if value is not None]
    return sum(said) if said else None


def list_max(values: tuple[Any, ...]) -> Any:
    """Return the greatest of a list."""
    return max((value for value in values if value is not None), key=order, default=None)


def list_bool_or(values: tuple[bool | None, ...]) -> bool | None:
    """Say whether any of a list holds; null where it has nothing."""
    said = [value for value in values if value is not None]
    return any(said) if said else None


def list_bool_and(values: tuple[bool | None, ...]) -> bool | None:
    """Say whether all of a list hold; null where it has nothing."""
    said = [value for value in values if value is not None]
    return all(said) if said else None


def greatest(*values: Any) -> Any:
    """Return the greatest value; null does not count."""
    return max((value for value in values if value is not None), default=None)


def least(*values: Any) -> Any:
    """Return the least value; null does not count."""
    return min((value for value in values if value is not None), default=None)


def nullif(value: Any, other: Any) -> Any:
    """Return null for one value."""
    return None if other is not None and value == other else value


def numbers(*ends: int) -> tuple[int, ...]:
    """Return the whole numbers from one to before another."""
    return tuple(range(*ends))


def md5_number(value: str) -> int:
    """Return the MD5 of a text as a number."""
    return int.from_bytes(hashlib.md5(value.encode(), usedforsecurity=False).digest(), "little")


def to_map(keys: tuple[Any, ...], values: tuple[Any, ...]) -> Struct:
    """Make a map of keys and values."""
    return Struct(zip(keys, values, strict=True))


#: Functions that are null where a value is: name -> what does the same.
STRICT: dict[str, Callable[..., Any]] = {
    "+": lambda a, b: a + b, "-": lambda *v: v[0] - v[1] if len(v) > 1 else -v[0], "*": lambda a, b: a * b,
    "/": divide, "//": whole, "%": rest, "**": math.pow, "||": joined,
    "&": lambda a, b: a & b, ">>": lambda a, b: a >> b,
    "abs": abs, "round": rounded, "floor": math.floor, "sqrt": math.sqrt, "sin": math.sin, "cos": math.cos,
    "asin": math.asin, "atan2": math.atan2, "radians": math.radians, "degrees": math.degrees,
    "length": len, "len": len, "strlen": lambda v: len(v) if v.isascii() else len(v.encode()),
    "chr": chr, "left": lambda v, n: v[:n], "right": lambda v, n: v[-n:] if n else "",
    "substr": _substr, "lpad": _lpad, "trim": lambda v, letters=" ": v.strip(letters),
    "ltrim": lambda v, letters=" ": v.lstrip(letters), "replace": lambda v, a, b: v.replace(a, b) if a else v,
    "translate": _translate, "strpos": lambda v, a: v.find(a) + 1, "starts_with": str.startswith, "contains": contains,
    "string_split": split, "split_part": _split_part, "array_to_string": array_to_string,
    "list_contains": contains, "list_has_any": has_any, "list_has_all": has_all, "list_sort": list_sort,
    "list_distinct": list_distinct, "list_position": list_position, "list_sum": list_sum, "list_max": list_max,
    "list_bool_or": list_bool_or, "list_bool_and": list_bool_and, "range": numbers, "map": to_map,
    "list_zip": lambda *lists: tuple(zip(*lists, strict=True)),
    "md5_number": md5_number, "levenshtein": distance.levenshtein,
    "damerau_levenshtein": distance.damerau_levenshtein, "jaro_similarity": distance.jaro_similarity,
    "regexp_matches": pattern.matches, "regexp_full_match": pattern.full_match, "regexp_replace": pattern.replace,
    "regexp_extract": lambda *v: frozen(pattern.extract(*v)), "regexp_extract_all": pattern.extract_all,
}  # fmt: skip
#: Functions that take null as it comes.
PLAIN: dict[str, Callable[..., Any]] = {
    "concat": concat, "concat_ws": concat_ws, "greatest": greatest, "least": least, "nullif": nullif,
    "list_concat": list_concat, "list_value": lambda *v: v, "row": lambda *v: v,
}  # fmt: skip
#: Functions of letters beyond ASCII that DuckDB itself is asked about.
LETTERS: dict[str, Callable[[str], str]] = {
    "lower": str.lower,
    "upper": str.upper,
    "strip_accents": str,
    "nfc_normalize": str,
}

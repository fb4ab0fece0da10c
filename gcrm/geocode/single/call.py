"""Functions of a row, and how they are called."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from gcrm.errors import InternalError
from gcrm.geocode.single import value

if TYPE_CHECKING:
    from collections.abc import Callable

    from gcrm.geocode.single.relation import Row

    Node = dict[str, Any]
    Function = Callable[[Row], Any]

_LARGEST = {"INTEGER": 2**31, "BIGINT": 2**63, "UBIGINT": 2**64, "UHUGEINT": 2**128}


class Constant:
    """A function of a row that is the same for each."""

    def __init__(self, known: Any) -> None:
        self.known = known

    def __call__(self, _: Row) -> Any:
        """Return the value."""
        return self.known


class Cell:
    """A place for a value that is set while rows are gone through."""

    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value: Any = None

    def __call__(self, _: Row) -> Any:
        """Return the value."""
        return self.value


def column(place: int) -> Function:
    """Return the value in a place of a row."""
    return lambda row: row[place]


def fields(of: Function, names: list[str]) -> Function:
    """Return a field of a struct, or a field of that."""
    for name in names:
        of = strictly(value.item, [of, Constant(name)])
    return of


def called_with(function: Callable[..., Any], parts: list[Function]) -> Function:
    """Call a function with what its arguments are of a row."""
    if parts and all(isinstance(part, Constant) for part in parts):
        return Constant(function(*[part(()) for part in parts]))
    if len(parts) == 1:
        (one,) = parts
        return lambda row: function(one(row))
    return lambda row: function(*[part(row) for part in parts])


def strictly(function: Callable[..., Any], parts: list[Function]) -> Function:
    """Call a function unless an argument is null; null then."""
    if all(isinstance(part, Constant) for part in parts):
        known = [part(()) for part in parts]
        return Constant(None if None in known else function(*known))
    if len(parts) == 1:
        (one,) = parts
        return lambda row: None if (given := one(row)) is None else function(given)
    if len(parts) == 2:
        one, other = parts

        def of_two(row: Row) -> Any:
            first = one(row)
            if first is None:
                return None
            second = other(row)
            return None if second is None else function(first, second)

        return of_two

    def of_many(row: Row) -> Any:
        given = [part(row) for part in parts]
        return None if None in given else function(*given)

    return of_many


def held(given: Function, of: Callable[[Row], list[Any]]) -> Function:
    """Say whether a value is one of some; null where one of them may be."""

    def found(row: Row) -> bool | None:
        one = given(row)
        if one is None:
            return None
        values = of(row)
        return True if one in values else None if None in values else False

    return found


def collected(node: Node, into: list[tuple[Node, Cell]]) -> Cell:
    """Note what is computed over several rows; return where its value will be."""
    cell = Cell()
    into.append((node, cell))
    return cell


def lettered(name: str, asked: Callable[[str], str]) -> Callable[[str], str]:
    """Return a function of text: Python's own for ASCII, what DuckDB says for other letters."""
    own: Callable[[str], str] = value.LETTERS[name]
    known = lru_cache(maxsize=10_000)(asked)
    return lambda text: own(text) if text.isascii() else known(text)


def cast(given: Any, kind: str, *, tried: bool) -> Any:
    """Return a value as another type.

    Parameters
    ----------
    given
        The value.
    kind
        DuckDB's name of the type.
    tried
        Whether a value that cannot be of that type becomes null.

    Returns
    -------
    object
        The value as that type; null stays null.

    Raises
    ------
    InternalError
        If it cannot be of that type.
    """
    if given is None:
        return None
    if kind == "VARCHAR":
        return value.text(given)
    if kind == "DOUBLE":
        return float(given)
    if kind == "BOOLEAN":
        return given in {"t", True}
    return _whole_number(given, kind, tried=tried)


def _whole_number(given: Any, kind: str, *, tried: bool) -> int | None:
    """Return a value as a whole number; null where it is none and that is only tried."""
    try:
        number = int(given) if isinstance(given, str) else round(given)
        if -_LARGEST[kind] <= number < _LARGEST[kind]:
            return number
    except ValueError:
        pass
    if tried:
        return None
    msg = f"a value that is no {kind}"
    raise InternalError(msg)

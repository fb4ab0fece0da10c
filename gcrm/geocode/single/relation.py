"""Relations: rows that a statement reads, and how those with a key are found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    Row = tuple[Any, ...]
    Rows = Sequence[Row]
    Key = Callable[[Row], Any]


class Clock:
    """Counts the statements that were run: what was computed for one does not hold for the next."""

    def __init__(self) -> None:
        self.now = 1


class Relation:
    """Rows with the names of their columns.

    Attributes
    ----------
    names
        Names of the columns.
    held
        Whether the rows stay the same for all statements.
    """

    def __init__(self, names: Sequence[str], clock: Clock, *, held: bool) -> None:
        self.names = tuple(names)
        self.held = held
        self._clock = clock
        self._indexes: dict[str, tuple[int, Mapping[Any, Rows]]] = {}

    def rows(self) -> Rows:
        """Return all rows."""
        raise NotImplementedError

    def index(self, token: str, key: Key, columns: Sequence[str] | None) -> Callable[[Any], Rows]:
        """Return what finds rows by a key.

        Parameters
        ----------
        token
            What the key is, as a text.
        key
            Key of a row.
        columns
            Names of the columns that the key consists of; null where it is computed of them.

        Returns
        -------
        Callable
            Key -> rows.
        """
        del columns

        def found(wanted: Any) -> Rows:
            stamp, rows = self._indexes.get(token, (0, {}))
            if stamp != self._stamp():
                rows = grouped(self.rows(), key)
                self._indexes[token] = self._stamp(), rows
            return rows.get(wanted, ())

        return found

    def _stamp(self) -> int:
        return -1 if self.held else self._clock.now


class Derived(Relation):
    """Rows that are computed, once for each statement; once and for all where they are made of what is held."""

    def __init__(self, names: Sequence[str], clock: Clock, produce: Callable[[], Rows], *, held: bool) -> None:
        super().__init__(names, clock, held=held)
        self._produce = produce
        self._known: Rows = ()
        self._known_at = 0

    def rows(self) -> Rows:
        """Return all rows."""
        if self._known_at != self._stamp():
            self._known = self._produce()
            self._known_at = self._stamp()
        return self._known


class Table(Relation):
    """A table that statements fill."""

    def __init__(self, names: Sequence[str], kinds: Sequence[str], clock: Clock, *, held: bool = False) -> None:
        super().__init__(names, clock, held=held)
        self._floats = tuple(i for i, kind in enumerate(kinds) if kind == "DOUBLE")
        self._rows: list[Row] = []

    def rows(self) -> Rows:
        """Return all rows."""
        return self._rows

    def fill(self, rows: Iterable[Row], *, more: bool = False) -> int:
        """Put rows in, instead of those that are there or beside them; whole numbers become what the column holds."""
        made = [self._fitted(row) for row in rows] if self._floats else [*rows]
        self._rows = [*self._rows, *made] if more else made
        return len(made)

    def _fitted(self, row: Row) -> Row:
        if all(type(row[i]) is float or row[i] is None for i in self._floats):
            return row
        return tuple(float(value) if i in self._floats and value is not None else value for i, value in enumerate(row))


def grouped(rows: Iterable[Row], key: Key) -> dict[Any, list[Row]]:
    """Return rows by their keys."""
    found: dict[Any, list[Row]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found

"""A shelf for large tables of the reference: kept in SQLite, whose index finds a few rows in microseconds."""

from __future__ import annotations

import json
import sqlite3
from itertools import count
from typing import TYPE_CHECKING, Any

from gcrm import sql
from gcrm.geocode.single.relation import Relation
from gcrm.geocode.single.value import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import duckdb

    from gcrm.geocode.single.relation import Clock, Key, Row, Rows

_BATCH = 20_000


class Shelf:
    """The database in memory that holds the large tables."""

    def __init__(self) -> None:
        # The geocoder that owns it answers one thread at a time.
        self.con = sqlite3.connect(":memory:", check_same_thread=False, cached_statements=512)
        self.con.execute("PRAGMA journal_mode = OFF")  # what fails ends the geocoder, and nothing is taken back
        self._numbers = count()
        self._sorted: dict[str, list[Sequence[str]]] = {}

    def close(self) -> None:
        """Let all tables go."""
        self.con.close()

    def write(self, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
        """Write a table and return its name."""
        table = f"t{next(self._numbers)}"
        self.con.execute(f"CREATE TABLE {table} ({', '.join(map(sql.identifier, names))})")
        marks = ", ".join("?" * len(names))
        self.con.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
        return table

    def sort(self, table: str, names: Sequence[str]) -> None:
        """Make an index over columns of a table, unless one begins with them."""
        known = self._sorted.setdefault(table, [])
        if any({*names} == {*other[: len(names)]} for other in known):
            return
        known.append(names)
        columns = ", ".join(map(sql.identifier, names))
        self.con.execute(f"CREATE INDEX i{next(self._numbers)} ON {table} ({columns})")


class Shelved(Relation):
    """A large table that is held: rows are looked up by their keys."""

    def __init__(self, shelf: Shelf, con: duckdb.DuckDBPyConnection, table: str, clock: Clock) -> None:
        read = con.execute(f"FROM {table}")
        super().__init__([column[0] for column in read.description or ()], clock, held=True)
        kinds = [str(column[1]) for column in read.description or ()]
        self._shelf = shelf
        self._decoders = {i: _decoder(kind) for i, kind in enumerate(kinds) if _decoder(kind)}
        encoded = [*self._decoders]
        self._table = shelf.write(
            self.names, (_encoded(row, encoded) for row in _fetched(read)) if encoded else _fetched(read)
        )
        self._sorted: dict[str, str] = {}

    def rows(self) -> Rows:
        """Return all rows; what can be looked up should be."""
        return [*map(self._decoded, self._shelf.con.execute(f"SELECT * FROM {self._table}"))]

    def index(self, token: str, key: Key, columns: Sequence[str] | None) -> Callable[[Any], Rows]:
        """Return what finds rows by a key; keys that are computed are computed once, for all rows.

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
        if token not in self._sorted:
            self._sorted[token] = self._by_columns(columns) if columns else self._by_key(key)
        query, execute = self._sorted[token], self._shelf.con.execute
        if not self._decoders:
            return lambda wanted: execute(query, wanted if isinstance(wanted, tuple) else (wanted,)).fetchall()
        return lambda wanted: [*map(self._decoded, execute(query, wanted if isinstance(wanted, tuple) else (wanted,)))]

    def _by_columns(self, columns: Sequence[str]) -> str:
        self._shelf.sort(self._table, columns)
        where = " AND ".join(f"{sql.identifier(name)} IS ?" for name in columns)
        return f"SELECT * FROM {self._table} WHERE {where}"

    def _by_key(self, key: Key) -> str:
        rows = self._shelf.con.execute(f"SELECT *, rowid FROM {self._table}")
        keys = ((key(self._decoded(row[:-1])), row[-1]) for row in rows)
        first = next(keys)
        size = len(first[0]) if isinstance(first[0], tuple) else 1
        names = [f"k{i}" for i in range(size)]
        flat = ((*(wanted if isinstance(wanted, tuple) else (wanted,)), place) for wanted, place in (first, *keys))
        table = self._shelf.write((*names, "place"), flat)
        self._shelf.sort(table, names)
        where = " AND ".join(f"k.{name} IS ?" for name in names)
        return f"SELECT t.* FROM {table} AS k INNER JOIN {self._table} AS t ON t.rowid = k.place WHERE {where}"

    def _decoded(self, row: Row) -> Row:
        if not self._decoders:
            return row
        return tuple(
            self._decoders[i](value) if i in self._decoders and value is not None else value
            for i, value in enumerate(row)
        )


def _fetched(read: duckdb.DuckDBPyConnection) -> Iterator[Row]:
    """Read a result batch by batch."""
    while rows := read.fetchmany(_BATCH):
        yield from rows


def _encoded(row: Row, places: Sequence[int]) -> Row:
    """Write lists and structs as texts."""
    if not places:
        return row
    return tuple(json.dumps(value) if i in places and value is not None else value for i, value in enumerate(row))


def _decoder(kind: str) -> Any:
    """Return what makes a value of a type of what the shelf holds; null where that is the value itself."""
    if kind.endswith("[]") or kind.startswith(("STRUCT", "MAP", "list", "struct")):
        return _parsed
    return None


def _parsed(written: str) -> Any:
    """Read what was written as a text."""
    return frozen(json.loads(written))

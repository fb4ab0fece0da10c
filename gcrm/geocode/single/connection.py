"""A connection that runs the stage's statements over a few rows: to those who write its tables it is DuckDB's."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from gcrm.errors import InternalError
from gcrm.geocode.single.query import Queries
from gcrm.geocode.single.relation import Clock, Table
from gcrm.geocode.single.shelf import Shelf, Shelved
from gcrm.geocode.single.syntax import inlined
from gcrm.geocode.single.value import LETTERS, frozen
from gcrm.geocode.statement import take_apart, with_values

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    import duckdb

    from gcrm.geocode.single.call import Node
    from gcrm.geocode.single.relation import Relation, Row, Rows

#: Tables of more rows than that stand on the shelf.
_MANY = 5_000


@dataclass(frozen=True)
class _Answer:
    """What a statement returned."""

    names: Sequence[str]
    rows: Rows

    def fetchone(self) -> Row | None:
        """Return the first row; null where there is none."""
        return self.rows[0] if self.rows else None

    def fetchall(self) -> list[Row]:
        """Return all rows."""
        return [*self.rows]

    def to_arrow_table(self) -> pa.Table:
        """Return the rows as a table."""
        return pa.table({name: [row[i] for row in self.rows] for i, name in enumerate(self.names)})


@dataclass(frozen=True)
class _Batch:
    """Rows on their way into a table."""

    relation: duckdb.DuckDBPyRelation
    into: SingleConnection

    def filter(self, condition: str) -> _Batch:
        """Leave out rows for which a condition does not hold."""
        return _Batch(self.relation.filter(condition), self.into)

    def distinct(self) -> _Batch:
        """Leave each row in it once."""
        return _Batch(self.relation.distinct(), self.into)

    def insert_into(self, table: str) -> None:
        """Put the rows into a table."""
        self.into.fill(table, [frozen([*row]) for row in self.relation.fetchall()])


class SingleConnection:
    """A connection to run the same files of SQL over a few rows.

    Parameters
    ----------
    con
        Connection on which everything was run once, over no rows at all.
    held
        Tables that stay as they are; the others are empty before an address is asked for.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, held: Collection[str]) -> None:
        self._con = con
        self._held = {*held}
        self._shelf = Shelf()
        self._clock = Clock()
        self._tables: dict[str, Relation] = {}
        self._macros: dict[str, tuple[list[str], Node]] = {}
        self._macros = {
            name: (names, self._parsed(f"SELECT {body}")["select_list"][0]) for name, names, body in self._written()
        }
        letters = {name: self._asked(name) for name in LETTERS}
        self._queries = Queries(self._table, self._clock, letters, self._macros)
        self._statements: dict[str, list[duckdb.Statement]] = {}
        self._runs: dict[tuple[object, ...], Callable[[], _Answer]] = {}

    def close(self) -> None:
        """Let the tables go."""
        self._shelf.close()

    @contextmanager
    def ask(self, table: str, **values: Any) -> Iterator[None]:
        """Put a row into a table, and forget at the end what is written within.

        Parameters
        ----------
        table
            Name of the table.
        **values
            Values of the row by their columns; the others are null.

        Yields
        ------
        None
            While the ask lasts.
        """
        self.fill(table, [tuple(values.get(name) for name in self._table(table).names)])
        try:
            yield
        finally:
            for made in self._tables.values():
                if isinstance(made, Table) and not made.held:
                    made.fill([])

    def fill(self, table: str, rows: Sequence[Row]) -> None:
        """Put rows into a table, beside those that are there."""
        into = self._table(table)
        if not isinstance(into, Table) or into.held:
            msg = f"{table} is held, and does not change"
            raise InternalError(msg)
        into.fill(rows, more=True)

    def extract_statements(self, text: str) -> list[duckdb.Statement]:
        """Return the statements of a text, taken apart once."""
        if text not in self._statements:
            self._statements[text] = self._con.extract_statements(text)
        return self._statements[text]

    def execute(self, statement: str | duckdb.Statement, values: Mapping[str, Any] | None = None) -> _Answer:
        """Run a statement."""
        text = statement if isinstance(statement, str) else statement.query
        key = (text, *(values or {}).items())
        run = self._runs.get(key)
        if run is None:
            run = self._runs[key] = self._run(text, values or {})
        self._clock.now += 1
        return run()

    def from_arrow(self, table: pa.Table) -> _Batch:
        """Return a table as rows to be put into one that was made without rows."""
        return _Batch(self._con.from_arrow(table), self)

    def _run(self, text: str, values: Mapping[str, Any]) -> Callable[[], _Answer]:
        """Return what runs a statement."""
        form = take_apart(text)
        if form.drops:
            return lambda: _Answer((), ())
        made = form.table or form.adds
        table = self._table(made) if made else None
        if form.query is None and isinstance(table, Table):
            return lambda: _Answer(("Count",), ((table.fill(()),),))
        if form.query is None:
            msg = f"a statement that no single address was ever asked with: {text[:60]}"
            raise InternalError(msg)
        relation = self._queries.relation(self._parsed(with_values(form.query, values)), {})
        if not isinstance(table, Table):
            return lambda: _Answer(relation.names, relation.rows())
        return lambda: _Answer(("Count",), ((table.fill(relation.rows(), more=form.adds is not None),),))

    def _table(self, name: str) -> Relation:
        """Return a table, a view or a table of the reference by its name."""
        if name not in self._tables:
            self._tables[name] = self._made(name)
        return self._tables[name]

    def _made(self, name: str) -> Relation:
        schema, _, bare = name.rpartition(".")
        where = "WHERE (schema_name, {}) = ($schema, $name)"
        named = {"schema": schema or "main", "name": bare}
        view = self._con.execute(f"SELECT sql FROM duckdb_views() {where.format('view_name')}", named).fetchone()
        if view:
            return self._queries.relation(self._parsed(view[0].partition(" AS ")[2].rstrip().rstrip(";")), {})
        if name in self._held:
            rows = self._con.execute(f"SELECT count(*) FROM {name}").fetchone()
            if rows and rows[0] > _MANY:
                return Shelved(self._shelf, self._con, name, self._clock)
        columns = self._con.execute(
            f"SELECT column_name, data_type FROM duckdb_columns() {where.format('table_name')} ORDER BY column_index",
            named,
        ).fetchall()
        names, kinds = [column[0] for column in columns], [column[1] for column in columns]
        made = Table(names, kinds, self._clock, held=name in self._held)
        if made.held:
            made.fill(frozen([*row]) for row in self._con.execute(f"FROM {name}").fetchall())
        return made

    def _parsed(self, query: str) -> Node:
        """Return a query as DuckDB parses it."""
        row = self._con.execute("SELECT json_serialize_sql($query)", {"query": query}).fetchone()
        parsed: Node = json.loads(row[0]) if row else {"error": True}
        if parsed["error"]:
            msg = f"a statement that is not parsed: {query[:60]}"
            raise InternalError(msg)
        node: Node = inlined(parsed["statements"][0]["node"], self._macros)
        return node

    def _written(self) -> list[tuple[str, list[str], str]]:
        """Return the macros: name, parameters, expression."""
        return self._con.execute(
            "SELECT function_name, parameters, macro_definition FROM duckdb_functions() "
            "WHERE function_type = 'macro' AND NOT internal"
        ).fetchall()

    def _asked(self, name: str) -> Callable[[str], str]:
        """Return a function of text that asks DuckDB."""

        def asked(text: str) -> str:
            row = self._con.execute(f"SELECT {name}($text)", {"text": text}).fetchone()
            return str(row[0]) if row else text

        return asked

"""A connection that plans each statement once: what a stage runs again and again costs its work, not its planning.

The stage's SQL is written for many rows. For a single row nearly all of its time goes into planning, and into setting
up what is planned. So every statement is planned once, for tables that stay empty outside of an `ask`: what one ask
writes is rolled back. Tables that turn out empty within an ask are planned as such, which leaves little of a statement.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

from gcrm import sql
from gcrm.geocode.statement import Form, take_apart, with_values, without

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import duckdb
    import pyarrow as pa

#: A prepared plan outlives what the tables hold: nothing that is true only of today's rows may go into it.
_UNSAFE = "statistics_propagation,compressed_materialization"
#: Plans of several such connections over one have names of their own.
_NUMBERS = count()


@dataclass(frozen=True)
class _Count:
    """What a statement that fills a table returns: how many rows it wrote."""

    rows: int

    def fetchone(self) -> tuple[int]:
        """Return the one row."""
        return (self.rows,)


class PreparedConnection:
    """A connection to run the same files of SQL many times, over tables that exist already and are empty.

    Parameters
    ----------
    con
        Connection on which everything was run once.
    gates
        Table -> tables that stay empty where it is empty.
    unread
        Tables that nobody reads: they stay empty.
    """

    def __init__(
        self, con: duckdb.DuckDBPyConnection, gates: Mapping[str, tuple[str, ...]], unread: tuple[str, ...] = ()
    ) -> None:
        self._con = con
        self._unread = unread
        self._gate = {later: first for first, tables in gates.items() for later in tables}
        self._statements: dict[str, list[duckdb.Statement]] = {}
        self._forms: dict[str, Form] = {}
        self._plans: dict[tuple[object, ...], str] = {}
        self._named: dict[str, str] = {}
        self._tables = self._existing()
        #: Rows of the tables that were made in this ask; null where somebody may have added some.
        self._rows: dict[str, int | None] = {}
        #: Those of them that were made without a row, for somebody to fill.
        self._bare: set[str] = set()
        self._instead: Mapping[str, str] = {}
        self.keep_plans()

    def __getattr__(self, name: str) -> Any:
        """Do everything else as the connection itself does."""
        return getattr(self._con, name)

    def keep_plans(self) -> None:
        """See to it that plans may be kept."""
        self._con.execute(f"SET disabled_optimizers = {sql.literal(_UNSAFE)}")

    def drop_plans(self) -> None:
        """Drop all plans."""
        for name in self._named.values():
            self._con.execute(f"DEALLOCATE {name}")
        self._named.clear()
        self._plans.clear()

    @contextmanager
    def ask(self, instead: Mapping[str, str]) -> Iterator[None]:
        """Forget at the end what is written within.

        Parameters
        ----------
        instead
            Name of a function -> name of another one that may stand for it in this ask.

        Yields
        ------
        None
            While the ask lasts.
        """
        self._rows, self._bare, self._instead = {}, set(), instead
        self._con.execute("BEGIN")
        try:
            yield
        finally:
            self._con.execute("ROLLBACK")

    def from_arrow(self, table: pa.Table) -> duckdb.DuckDBPyRelation:
        """Return a table as a relation, to be put into one that was made without rows.

        A view of it would be a change of the catalog, after which no plan would fit any more.
        """
        self._rows.update(dict.fromkeys(self._bare))
        return self._con.from_arrow(table)

    def extract_statements(self, text: str) -> list[duckdb.Statement]:
        """Return the statements of a text, taken apart once."""
        if text not in self._statements:
            self._statements[text] = self._con.extract_statements(text)
        return self._statements[text]

    def execute(
        self, statement: str | duckdb.Statement, values: Mapping[str, Any] | None = None
    ) -> duckdb.DuckDBPyConnection | _Count:
        """Run a statement by its plan; what neither makes a table nor reads one is run as it stands."""
        text = statement if isinstance(statement, str) else statement.query
        form = self._forms.get(text) or self._forms.setdefault(text, take_apart(text))
        if form.drops:  # it stays from now on: whoever drops it only means that it is not needed
            return _Count(0)
        if form.adds or (form.table is None and form.query is None):
            self._rows.update({table: None for table in self._rows if re.search(rf"\b{table}\b", text)})
            return self._con.execute(statement, values or {})
        if form.table is None:
            return self._con.execute(self._plan(text, form, values or {}))
        return self._fill(form.table, text, form, values or {})

    def _fill(self, table: str, text: str, form: Form, values: Mapping[str, Any]) -> _Count:
        """Fill a table that is empty, or emptied now."""
        if table not in self._tables:  # it will not be there the next time either: right, but slow
            row = self._con.execute(text, values).fetchone()
            self._rows[table] = int(row[0]) if row else None
            return _Count(self._rows[table] or 0)
        if self._rows.get(table, 0) != 0:
            self._con.execute(self._prepared(f"DELETE FROM {table}"))
        gate = self._gate.get(table)
        if form.query is None or table in self._unread or (gate in self._rows and self._empty(gate)):
            if form.query is None:
                self._bare.add(table)
            self._rows[table] = None if form.query is None else 0
            return _Count(0)
        row = self._con.execute(self._plan(text, form, values)).fetchone()
        self._rows[table] = int(row[0]) if row else 0
        return _Count(self._rows[table] or 0)

    def _empty(self, table: str) -> bool:
        """Say whether a table that was made in this ask has no rows."""
        if self._rows[table] is None:
            row = self._con.execute(self._prepared(f"SELECT count(*) FROM {table}")).fetchone()
            self._rows[table] = int(row[0]) if row else None
        return self._rows[table] == 0

    def _plan(self, text: str, form: Form, values: Mapping[str, Any]) -> str:
        """Return what runs a statement by a plan that fits the tables which are empty."""
        empty = tuple(table for table in form.reads if table in self._rows and self._empty(table))
        key = (text, empty, *self._instead.items(), *values.items())
        plan = self._plans.get(key)
        if plan is None:
            query = with_values(without(form.query or "", empty), values, self._instead)
            into = f"INSERT INTO {form.table} " if form.table else ""
            plan = self._plans[key] = self._prepared(into + query)
        return plan

    def _existing(self) -> set[str]:
        """Return the names of the tables that are there."""
        rows = self._con.execute(
            "SELECT concat_ws('.', nullif(schema_name, 'main'), table_name) FROM duckdb_tables()"
        ).fetchall()
        return {str(name) for (name,) in rows}

    def _prepared(self, statement: str) -> str:
        """Prepare a statement once; return what runs it."""
        if statement not in self._named:
            name = f"plan_{next(_NUMBERS)}"
            self._con.execute(f"PREPARE {name} AS {statement.rstrip().rstrip(';')}")
            self._named[statement] = name
        return f"EXECUTE {self._named[statement]}"

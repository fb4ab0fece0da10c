"""A connection that plans each statement once: what a stage runs again and again costs its work, not its planning.

The stage's SQL is written for many rows. For a single row nearly all of its time goes into planning, so a table that a
file makes anew (`CREATE OR REPLACE ... AS`) is emptied instead, and filled by a statement that was prepared before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gcrm import sql
from gcrm.errors import InternalError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

#: A prepared plan outlives what the tables hold: nothing that is true only of today's rows may go into it.
_UNSAFE = "statistics_propagation,compressed_materialization"
_MAKES = re.compile(
    r"CREATE OR REPLACE (?:TEMP )?TABLE (?P<table>[a-z_.]+)\s*(?:AS\s(?P<query>.*)|\(.*\))\s*;?\s*", re.DOTALL
)
_DROPS = re.compile(r"DROP TABLE (?:temp\.)?(?P<table>[a-z_.]+)\s*;?")
_COMMENTS = re.compile(r"\A(?:\s*--[^\n]*\n)+")
_TOKENS = re.compile(r"'(?:[^']|'')*'|--[^\n]*|\$(?P<name>[a-z_]+)")
_READS = ("SELECT", "WITH")
#: DuckDB 1.5 runs a plan with such a join only once.
_ONCE = "ASOF"


@dataclass(frozen=True)
class _Plan:
    """What stands for a statement: the table it fills (null where it only reads); what empties, fills or reads it."""

    table: str | None = None
    empty: str | None = None
    statement: str | None = None


@dataclass(frozen=True)
class _Count:
    """What a statement that fills a table returns: how many rows it wrote."""

    rows: int

    def fetchone(self) -> tuple[int]:
        """Return the one row."""
        return (self.rows,)


class PreparedConnection:
    """A connection to run the same files of SQL many times, over tables that exist already.

    Parameters
    ----------
    con
        Connection on which everything was run once.
    gates
        Table -> tables that stay empty where it is empty.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, gates: Mapping[str, tuple[str, ...]]) -> None:
        self._con = con
        self._gate = {later: first for first, tables in gates.items() for later in tables}
        self._statements: dict[str, list[duckdb.Statement]] = {}
        self._plans: dict[tuple[str, str], _Plan] = {}
        self._rows: dict[str, int] = {}
        self._named_so_far = 0
        con.execute(f"SET disabled_optimizers = {sql.literal(_UNSAFE)}")

    def __getattr__(self, name: str) -> Any:
        """Do everything else as the connection itself does."""
        return getattr(self._con, name)

    def extract_statements(self, text: str) -> list[duckdb.Statement]:
        """Return the statements of a text, taken apart once."""
        if text not in self._statements:
            self._statements[text] = self._con.extract_statements(text)
        return self._statements[text]

    def execute(
        self, statement: str | duckdb.Statement, values: Mapping[str, Any] | None = None
    ) -> duckdb.DuckDBPyConnection | _Count:
        """Run a statement by its plan; what is not known as repeatable is run as it stands."""
        text = statement if isinstance(statement, str) else statement.query
        key = (text, repr(values) if values else "")
        plan = self._plans.get(key)
        if plan is None:
            plan = self._prepare(text, values or {})
            if plan is None:
                # It stays from now on: whoever drops it only means that it is not needed.
                return self._con.execute(statement, values or {})
            self._plans[key] = plan
        if plan.statement is None and plan.table is None:
            return self._pass(text, statement, values)
        if plan.table is None:
            return self._con.execute(plan.statement or "")
        return self._fill(plan.table, plan)

    def _pass(
        self, text: str, statement: str | duckdb.Statement, values: Mapping[str, Any] | None
    ) -> duckdb.DuckDBPyConnection | _Count:
        """Run a statement as it stands; what it may have written has to be emptied next time."""
        if _DROPS.fullmatch(_COMMENTS.sub("", text).strip()):
            return _Count(0)
        for table in [table for table in self._rows if re.search(rf"\b{table}\b", text)]:
            del self._rows[table]
        return self._con.execute(statement, values or {})

    def _fill(self, table: str, plan: _Plan) -> _Count:
        """Empty a table and fill it again."""
        if self._rows.get(table) != 0:
            self._con.execute(plan.empty or "")
        if plan.statement is None:
            # Whoever made the table fills it: it has to be emptied next time.
            self._rows.pop(table, None)
            return _Count(0)
        gate = self._gate.get(table)
        if gate is not None and self._rows.get(gate) == 0:
            self._rows[table] = 0
        else:
            row = self._con.execute(plan.statement).fetchone()
            self._rows[table] = int(row[0]) if row else 0
        return _Count(self._rows[table])

    def _prepare(self, text: str, values: Mapping[str, Any]) -> _Plan | None:
        """Plan a statement that makes a table or reads; null where the table is not there yet."""
        bare = _COMMENTS.sub("", text).strip()
        made = _MAKES.fullmatch(bare)
        if made is None and not bare.startswith(_READS):
            return _Plan()
        filled = _TOKENS.sub(lambda token: _literal(values[token["name"]]) if token["name"] else token[0], bare)
        if made is None:
            return _Plan(statement=self._named(filled)) if _ONCE not in filled else _Plan()
        table = made["table"]
        if re.search(rf"\b(?:FROM|JOIN)\s+{re.escape(table)}\b", made["query"] or ""):
            return _Plan()  # it is made of itself
        known = self._con.execute(
            "SELECT count(*) FROM duckdb_tables() "
            "WHERE $table = concat_ws('.', nullif(database_name, 'temp'), table_name)",
            {"table": table},
        ).fetchone()
        if known is None or not known[0]:
            return None
        empty = self._named(f"DELETE FROM {table}")
        if made["query"] is None:
            return _Plan(table, empty)
        query = _MAKES.fullmatch(filled)
        if query is None:
            msg = "a statement that makes a table does not survive its values"
            raise InternalError(msg)
        insert = f"INSERT INTO {table} {query['query']}"
        return _Plan(table, empty, insert.rstrip().rstrip(";") if _ONCE in filled else self._named(insert))

    def _named(self, statement: str) -> str:
        """Prepare a statement; return the one that runs it."""
        self._named_so_far += 1
        name = f"plan_{self._named_so_far}"
        self._con.execute(f"PREPARE {name} AS {statement.rstrip().rstrip(';')}")
        return f"EXECUTE {name}"


def _literal(value: object) -> str:
    """Write a value into a statement: the optimizer sees constants that parameters would hide."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return sql.literal(value)
    if isinstance(value, int | float):
        return repr(value)
    msg = f"a value of type {type(value).__name__} cannot be written into a plan"
    raise InternalError(msg)

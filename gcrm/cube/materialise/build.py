"""Building cuboids: which are kept, and their tables, each from the cheapest rows that give it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb

from gcrm import sql
from gcrm.cube.ground import whole_range
from gcrm.cube.materialise.comment import describe, describe_lists
from gcrm.cube.materialise.fact import source_of
from gcrm.cube.materialise.located import locate
from gcrm.cube.materialise.select import View, select
from gcrm.cube.materialise.survey import Known, look
from gcrm.cube.materialise.table import again, narrow, rows_of, seen, visits_of
from gcrm.cube.model import FACTS, model_of
from gcrm.stage import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from gcrm.cube.demand import Asked
    from gcrm.settings import Settings

quote = sql.identifier
_MEGABYTE = 1_000_000
#: Facts of which cuboids are kept: sums of observed figures need every one of them.
_KEPT = tuple(name for name, fact in FACTS.items() if not fact.observed)


def build_cuboids(
    con: duckdb.DuckDBPyConnection, *, settings: Settings, heard: Mapping[Asked, int] | None = None
) -> tuple[dict[str, int], tuple[Finding, ...]]:
    """Build the cuboids that save most under the project's `[cube] space_mb`, and the list of them.

    Parameters
    ----------
    con
        Connection with the warehouse and the cube's paths attached, and `cube` attached for writing.
    settings
        The project's settings.
    heard
        What was asked before -> how often.

    Returns
    -------
    tuple of dict and tuple
        Rows per table, and the cuboids that could not be made.
    """
    describe_lists(con)
    model, today = model_of(settings), whole_range(con).last
    large = {name: n for name in _KEPT if (n := _count(con, name)) >= settings.cube.cuboids_from}
    large = large if settings.cube.space_mb else {}
    sources = {name: locate(con, source_of(model, name), n) for name, n in large.items()}
    found = (look(con, source, large[name], today) for name, source in sources.items())
    facts = {known.source.name: known for known in found if known}
    for name, known in facts.items():
        for made, proven in known.proofs.items():
            con.execute("INSERT INTO cube.cuboid_proof VALUES ($f, $m, $d)", {"f": name, "m": made, "d": [*proven]})
    chosen = select([known.shape for known in facts.values()], settings.cube.space_mb * _MEGABYTE, heard)
    chosen.sort(key=lambda v: -v.rows)
    bench, findings = _Bench(con, facts, today, chosen), []
    for view in chosen:
        try:
            bench.make(view)
        except duckdb.DataError:  # its words would hold a value
            bench.clear()
            findings.append(Finding("skipped", view.fact, 1, f"a cuboid by {', '.join(sorted(view.dimensions))}"))
    bench.close()
    located = {f"located_{name}": large[name] for name, source in sources.items() if source.located}
    return {"cuboid": len(bench.rows), **located, **bench.rows}, tuple(findings)


def _count(con: duckdb.DuckDBPyConnection, fact: str) -> int:
    return sql.number(con, f"SELECT count(*) FROM {FACTS[fact].table}")


class _Bench:
    """Makes cuboids one after the other, the largest first, and remembers what later ones can be made from.

    Attributes
    ----------
    rows
        Table -> how many rows it has.
    """

    def __init__(
        self, con: duckdb.DuckDBPyConnection, facts: Mapping[str, Known], today: date, chosen: Iterable[View]
    ) -> None:
        self.rows: dict[str, int] = {}
        self._con, self._facts, self._today, self._chosen = con, facts, today, list(chosen)
        self._made: dict[str, View] = {}
        self._seen: dict[tuple[str, str, frozenset[str]], str] = {}

    @property
    def _name(self) -> str:
        return f"cuboid_{len(self.rows)}"

    def make(self, view: View) -> None:
        """Make the table of a cuboid and enter it in the list."""
        known, name = self._facts[view.fact], self._name
        held = known.held if view.content == "sums" else [view.figure]
        order = "day" if view.content == "things" else "ALL"
        table = f"cube.{quote(name)}"
        self._write(known, table, self._text(known, view, held), order)
        rows = sql.number(self._con, f"SELECT count(*) FROM {table}")
        first, last = known.first, known.last
        if view.grain == "ends":
            days = self._con.execute(f"SELECT min(day), max(day) FROM {table}").fetchone()
            first, last = days if days and days[0] else (self._today, self._today)
        self._con.execute(
            "INSERT INTO cube.cuboid VALUES ($n, $f, $s, $g, $d, $c, $r, $first, $last, $today)",
            {"n": name, "f": view.fact, "s": view.content, "g": view.grain, "d": sorted(view.dimensions)}
            | {"c": sorted(held), "r": rows, "first": first, "last": last, "today": self._today},
        )
        describe(self._con, name, view, {made: known.source.measures[made] for made in held})
        self.rows[name], self._made[name] = rows, view

    def clear(self) -> None:
        """Drop what is left of a cuboid that could not be made."""
        self._con.execute(f"DROP TABLE IF EXISTS cube.{quote(self._name)}")

    def close(self) -> None:
        """Drop what cuboids were made from."""
        for table in self._seen.values():
            self._con.execute(f"DROP TABLE {quote(table)}")

    def _text(self, known: Known, view: View, held: list[str]) -> str:
        """Select the rows of a cuboid from the cheapest table that gives them."""
        if view.content == "visits" and "location_id" in known.proofs[view.figure]:
            return visits_of(known.source, view, self._months(known, view))
        finer = self._finer(known, view)
        if finer:
            return again(view, f"cube.{quote(finer)}", {made: known.source.measures[made] for made in held})
        return rows_of(known.source, view, known.unique, held)

    def _finer(self, known: Known, view: View) -> str | None:
        """Return the smallest cuboid made before whose rows add up to a cuboid; null where there is none."""
        fits = [
            name
            for name, other in self._made.items()
            if other.fact == view.fact
            and other.content == view.content == "sums"
            and (other.grain == view.grain or (other.grain, view.grain) == ("day", "month"))
            and view.dimensions <= other.dimensions
            and known.may_drop(other.dimensions - view.dimensions)
        ]
        return min(fits, key=self.rows.__getitem__, default=None)

    def _months(self, known: Known, view: View) -> str:
        """Return the table that says in which months things were there; made once for all cuboids that it serves."""
        mixed = view.dimensions - known.proofs[view.figure]
        key = (view.fact, view.figure, mixed)
        if key not in self._seen:
            served = [v for v in self._chosen if v.content == "visits" and (v.fact, v.figure) == key[:2]]
            served = [v for v in served if v.dimensions - known.proofs[v.figure] == mixed]
            names = frozenset().union(*(v.dimensions for v in served)) - known.source.of_place
            table = f"seen_{len(self._seen)}"
            self._run(known, f"CREATE TEMP TABLE {quote(table)} AS {seen(known.source, sorted(names), view.figure)}")
            self._seen[key] = table
        return self._seen[key]

    def _write(self, known: Known, table: str, text: str, order: str) -> None:
        """Write rows into a table, with totals in eight bytes where all of them fit."""
        described = self._run(known, f"DESCRIBE {text}").fetchall()
        narrower = {column: narrow(made) for column, made, *_ in described if narrow(made) != made}
        create = f"CREATE TABLE {table} AS SELECT *"
        rows = f"FROM ({text}) ORDER BY {order}"
        if narrower:
            taken = ", ".join(f"{quote(c)}::{kept} AS {quote(c)}" for c, kept in narrower.items())
            try:
                self._run(known, f"{create} REPLACE ({taken}) {rows}")
            except duckdb.ConversionException:  # a total is too large for them
                self._con.execute(f"DROP TABLE IF EXISTS {table}")
            else:
                return
        self._run(known, f"{create} {rows}")

    def _run(self, known: Known, statement: str) -> duckdb.DuckDBPyConnection:
        values: dict[str, Any] = {"today": self._today, "first_day": known.first}
        return self._con.execute(statement, known.source.used(statement, **values))

"""Answers a question from what is given out: by a table of its dimensions, or by a union of its cells."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gcrm import sql
from gcrm.cube.plan import grouping_id, grouping_sets
from gcrm.cube.suppression.release import given_out
from gcrm.cube.suppression.union import united
from gcrm.errors import QueryError

if TYPE_CHECKING:
    from datetime import date

    import duckdb

    from gcrm.access.scope import Scope
    from gcrm.cube.model import Dimension, Model
    from gcrm.cube.query import Period, Query
    from gcrm.cube.suppression.release import Table
    from gcrm.settings import Settings

quote = sql.identifier


@dataclass
class _Statement:
    """A statement in the making.

    Attributes
    ----------
    con
        Connection with a snapshot attached.
    query
        The question.
    model
        What the project can be asked.
    tables
        What is given out.
    whole
        First and last day of the project.
    regions
        Level -> regions that the reader may see.
    values
        Values of the `$name` parameters.
    """

    con: duckdb.DuckDBPyConnection
    query: Query
    model: Model
    tables: tuple[Table, ...]
    whole: Period
    regions: dict[str, tuple[str, ...]]
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def days(self) -> tuple[date, date]:
        """First and last day the question is about, within the project's range."""
        return max(self.query.period.first, self.whole.first), min(self.query.period.last, self.whole.last)

    def add(self, value: Any) -> str:
        """Take a value up and return the text that stands for it."""
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f"${name}"


def released(
    con: duckdb.DuckDBPyConnection, query: Query, *, settings: Settings, model: Model, scope: Scope, whole: Period
) -> tuple[str, dict[str, Any]]:
    """Write the statement that answers a question from what is given out.

    Parameters
    ----------
    con
        Connection with a snapshot attached.
    query
        The checked question.
    settings
        The project's settings.
    model
        What the project can be asked.
    scope
        Who asks; of the tables, the cells that lie in their regions.
    whole
        First and last day of the project.

    Returns
    -------
    tuple of str and dict
        One SELECT statement with the columns that every answer has, and the values of its parameters.

    Raises
    ------
    QueryError
        If no table that is given out holds the answer; the message names those that there are.
    """
    it = _Statement(con, query, model, given_out(con, settings, model), whole, dict(scope.regions))
    parts = [_part(it, kept) for kept in grouping_sets(query)]
    order = [f"{quote(d.name)} NULLS LAST" for d in query.by]
    columns = [quote(n) for d in query.by for n in _shown(d)]
    columns += ["grouping"] if query.totals != "none" else []
    columns += [quote(m.name) for m in query.measures] + [quote(f"{m.name}_state") for m in query.measures]
    text = f"SELECT {', '.join(columns)} FROM ({' UNION ALL BY NAME '.join(parts)})"
    return f"{text} ORDER BY {', '.join(['grouping', *order])}", it.values


def _part(it: _Statement, kept: tuple[Dimension, ...]) -> str:
    """Select the rows of one set of dimensions."""
    named = {d.name for d in kept}
    held = [*it.query.where, *(it.model.dimensions[level] for level in it.regions)]
    # Of members that are not rows of their own, the union is asked for.
    own = {d.name for d in kept if d.kind != "period"}
    over = {d.name for d in held if not any(_lies_in(k, d) for k in (*kept, *(h for h in held if h != d)))}
    periods = [d.name for d in kept if d.kind == "period"]
    table = _table(it, own | over, periods[0] if periods else None, len(periods))
    tests = [f"table_number = {it.add(table.number)}", *_spans(it, table), *_members(it, {*named, *over})]
    picks = [f"{grouping_id(it.query, kept)} AS grouping"]
    for d in it.query.by:
        picks += [quote(n) if d in kept else f"NULL::VARCHAR AS {quote(n)}" for n in _shown(d)]
    source = f"FROM cube.release_cell WHERE {' AND '.join(tests)}"
    if not over:
        shown = [text for m in it.query.measures for text in _figure(m.name, table)]
        return f"SELECT {', '.join([*picks, *shown])} {source}"
    groups = [quote(n) for d in kept for n in _shown(d)]
    figures = united(it.query.measures, table.measures)
    return f"SELECT {', '.join([*picks, *figures])} {source}" + (f" GROUP BY {', '.join(groups)}" if groups else "")


def _figure(measure: str, table: Table) -> tuple[str, str]:
    """Select a figure and its state; what a table does not show is withheld."""
    if measure in table.measures:
        return quote(measure), quote(f"{measure}_state")
    return f"NULL::DOUBLE AS {quote(measure)}", f"'suppressed' AS {quote(measure + '_state')}"


def _shown(dimension: Dimension) -> list[str]:
    """Return the columns of a dimension: its member, and the name of a region."""
    return [dimension.name, f"{dimension.name}_name"] if dimension.kind in {"region", "area"} else [dimension.name]


def _table(it: _Statement, dimensions: set[str], period: str | None, periods: int) -> Table:
    """Find the table that holds the answer."""
    for table in it.tables:
        fits = set(table.dimensions) == dimensions and any(m.name in table.measures for m in it.query.measures)
        if fits and periods < 2 and (table.period == period if period else _is_of(it, table)):
            return table
    asked = ", ".join([*sorted(dimensions), *([period] if period else [])]) or "the total"
    wanted = ", ".join(m.name for m in it.query.measures)
    known = "; ".join(t.title for t in it.tables) or "none"
    shown = ", ".join(dict.fromkeys(m for t in it.tables for m in t.measures))
    msg = (
        f"Without record rights, only tables that are given out can be asked, and none has {wanted} by {asked} for "
        f"{it.days[0]} to {it.days[1]}. There are: {known}; with {shown}. [releases] in gcrm.toml declares them."
    )
    raise QueryError(msg)


def _is_of(it: _Statement, table: Table) -> bool:
    """Say whether a question without periods is about the whole range of a table, or about one of its periods."""
    if not table.period:
        return it.days == (it.whole.first, it.whole.last)
    text = "SELECT 1 FROM cube.release_cell WHERE table_number = $n AND first_day = $first AND last_day = $last LIMIT 1"
    values = {"n": table.number, "first": it.days[0], "last": it.days[1]}
    return it.con.execute(text, values).fetchone() is not None


def _spans(it: _Statement, table: Table) -> list[str]:
    """Write the conditions that keep the periods a question is about; they must be whole ones."""
    if not table.period or it.days == (it.whole.first, it.whole.last):
        return []
    first, last = it.days
    if table.period not in {d.name for d in it.query.by}:
        return [f"first_day = {it.add(first)} AND last_day = {it.add(last)}"]
    text = "SELECT 1 FROM cube.release_cell WHERE table_number = $n AND last_day >= $first AND first_day <= $last"
    text += " AND NOT (first_day >= $first AND last_day <= $last) LIMIT 1"
    if it.con.execute(text, {"n": table.number, "first": first, "last": last}).fetchone():
        msg = f"Without record rights, only whole periods can be asked: {first} to {last} cuts a {table.period}."
        raise QueryError(msg)
    return [f"first_day >= {it.add(first)} AND last_day <= {it.add(last)}"]


def _members(it: _Statement, named: set[str]) -> list[str]:
    """Write the conditions that keep the members a question, and its scope, are about."""
    wanted = [(d, members) for d, members in it.query.where.items()]
    wanted += [(it.model.dimensions[level], members) for level, members in it.regions.items()]
    return [_member(it, d, members, named) for d, members in wanted]


def _member(it: _Statement, dimension: Dimension, members: tuple[str | None, ...], named: set[str]) -> str:
    known = it.add([m for m in members if m is not None])
    if dimension.name in named:
        column = quote(dimension.name)
        unknown = f" OR {column} IS NULL" if None in members else ""
        return f"(list_contains({known}, {column}){unknown})"
    finer = next(n for n in sorted(named) if _lies_in(it.model.dimensions[n], dimension))
    return (
        f"{quote(finer)} IN (SELECT r.region_id FROM cube.region_path AS p"
        " JOIN cube.current_region AS r ON r.region_key = p.region_key"
        f" JOIN cube.current_region AS a ON a.region_key = p.{quote(dimension.name)}"
        f" WHERE r.level = {it.add(finer)} AND list_contains({known}, a.region_id))"
    )


def _lies_in(dimension: Dimension, other: Dimension) -> bool:
    """Say whether the regions of a level lie each in one of another level, or are the same."""
    if dimension.name == other.name:
        return True
    same = dimension.kind == other.kind == "region" and dimension.hierarchy == other.hierarchy
    return same and dimension.depth >= other.depth

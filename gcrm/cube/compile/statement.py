"""The whole statement: the parts of each frame stacked and folded into one row per member, with names and states."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sqlglot

from gcrm import sql
from gcrm.cube.compile.parameters import Parameters
from gcrm.cube.compile.part import part
from gcrm.cube.compile.path import name_rows
from gcrm.cube.compile.source import Source, rows_of, sources
from gcrm.cube.compile.spine import spine
from gcrm.cube.compile.value import join_frames, value
from gcrm.cube.model.formula import OWN, Frame
from gcrm.cube.plan import Plan, by_fact, demands
from gcrm.errors import QueryError

if TYPE_CHECKING:
    from gcrm.cube.model import Measure
    from gcrm.cube.query import Query

quote = sql.identifier
TOO_DEEP = "The formulas of this question are nested too deeply; ask for their parts one by one."
#: What rows are ordered by, and which way.
_ORDER = re.compile(r"(.*?)((?: ASC| DESC)?(?: NULLS LAST)?)", re.DOTALL)


def compile_plan(plan: Plan) -> tuple[str, dict[str, Any]]:
    """Write the SQL of a plan.

    Parameters
    ----------
    plan
        The question with its keys resolved.

    Returns
    -------
    tuple of str and dict
        One SELECT statement as DuckDB takes it, and the values of its `$name` parameters; `written` lays it out.
    """
    given = Parameters()
    period = plan.query.period
    days = (period.last - period.first).days + 1
    given.values |= {"first": period.first, "last": period.last, "days": days, "known_from": plan.known_from}
    wanted = demands(plan)
    tables = _places(plan, given) | _bases(plan, wanted, given)
    for i, measures in reversed(list(enumerate(wanted.values()))):  # the row's own frame is the last
        parts = _parts(plan, list(wanted), i, measures, given)
        if len(parts) == 1:  # it has one row per member as it is
            tables[f"frame_{i}"] = parts[0]
        else:
            tables[f"part_{i}"] = " UNION ALL BY NAME ".join(parts)
            tables[f"frame_{i}"] = _folded(plan, measures, i)
    with_clause = ", ".join(f"{name} AS ({text})" for name, text in tables.items())
    text = f"WITH {with_clause} {_rows(plan, list(wanted), given)}"
    return text, given.used(text)


@lru_cache(maxsize=200)
def written(text: str, dialect: str = "duckdb") -> str:
    """Lay a statement out for reading, or write it for another engine. That takes longer than many an answer.

    Parameters
    ----------
    text
        A statement of `compile_plan`.
    dialect
        The dialect of SQL that it is for, by sqlglot's name.

    Returns
    -------
    str
        The statement, formatted.

    Raises
    ------
    QueryError
        If it is nested too deeply for that.
    """
    try:
        return sqlglot.parse_one(text, read="duckdb").sql(dialect=dialect, pretty=True)
    except RecursionError:
        raise QueryError(TOO_DEEP) from None


def _places(plan: Plan, given: Parameters) -> dict[str, str]:
    """Write the places that each spatial filter leaves."""
    found = {}
    for i, places in enumerate(plan.places):
        given.values |= {f"place_{i}_{name}": value for name, value in places.values.items()}
        found[f"place_{i}"] = re.sub(r"\$(\w+)", rf"$place_{i}_\1", places.sql)
    return found


def _bases(plan: Plan, wanted: dict[Frame, tuple[Measure, ...]], given: Parameters) -> dict[str, str]:
    """Write the rows of each fact once for all frames that look at the same days."""
    needed: dict[str, tuple[Source, Frame, dict[str, Measure]]] = {}
    for frame, measures in wanted.items():
        for source in sources(plan, frame, measures):
            _, _, known = needed.setdefault(source.name(frame), (source, frame, {}))
            known.update({m.name: m for m in source.measures})
    return {name: rows_of(plan, source, frame, ms.values(), given) for name, (source, frame, ms) in needed.items()}


def _parts(plan: Plan, frames: list[Frame], number: int, measures: tuple[Measure, ...], given: Parameters) -> list[str]:
    """Write the parts of a frame: one per source and set of dimensions; and the members that have to be shown."""
    found = [part(plan, frames[number], source, given) for source in sources(plan, frames[number], measures)]
    if frames[number] == OWN:
        found += spine(plan, given)
        columns = ", ".join(_keys(plan.query))
        found += [f"SELECT {columns} FROM frame_{i}" for i, f in enumerate(frames) if f != OWN and f.place == "own"]
    if not found:
        picks = "".join(f"NULL AS {quote(d.name)}, " for d in plan.query.by)
        others = "FALSE AS others, " if plan.query.top else ""
        found = [f"SELECT {picks}{others}0 AS grouping WHERE FALSE"]
    return found


def _folded(plan: Plan, measures: tuple[Measure, ...], number: int) -> str:
    """Fold the stacked parts of a frame into one row per member."""
    inner = _keys(plan.query)
    answered = [m for ms in by_fact(plan, measures).values() for m in ms]
    picks = ", ".join([*inner, *(f"max({quote(m.name)}) AS {quote(m.name)}" for m in answered)])
    return f"SELECT {picks} FROM part_{number} GROUP BY {', '.join(inner)}"


def _keys(query: Query) -> list[str]:
    """Return the columns that a folded row is known by."""
    return [*(quote(d.name) for d in query.by), *(["others"] if query.top else []), "grouping"]


def _rows(plan: Plan, frames: list[Frame], given: Parameters) -> str:
    """Select the rows to show: members with their names, figures and states, in order."""
    query = plan.query
    columns, joins, order = _members(plan, given)
    if query.top:
        columns.append("c.others")
        best = value(plan, plan.model.measure(query.top.measure), frames) if _shows_top(query) else ""
        by_size = [f"{best} {'ASC' if query.top.smallest else 'DESC'} NULLS LAST"] if best else []
        order = ["c.others", *by_size, *order] if len(query.by) == 1 else order
    if query.totals != "none":
        columns.append("c.grouping")
    values = {m.name: value(plan, m, frames) for m in query.measures}
    columns += [f"{text} AS {_label(name)}" for name, text in values.items()]
    columns += [
        f"CASE WHEN {text} IS NULL THEN 'unknown' ELSE 'known' END AS {_label(name + '_state')}"
        for name, text in values.items()
    ]
    columns += [f"{value(plan, c.measure, frames)} AS having_{i}" for i, c in enumerate(query.having)]
    hidden = [f"having_{i}" for i in range(len(query.having))]
    # Rows that conditions leave are sorted outside of them: a rank, which looks at all rows, may be sorted by, too.
    places = [re.fullmatch(_ORDER, text).groups() for text in ["c.grouping", *order]]  # type: ignore[union-attr]
    hidden += [f"place_{i}" for i in range(len(places))] if hidden else []
    columns += [f"{text} AS place_{i}" for i, (text, _) in enumerate(places)] if hidden else []
    text = f"SELECT {', '.join(columns)} FROM frame_0 AS c{join_frames(plan, frames, given)}{''.join(joins)}"
    text += " WHERE NOT c.others" if query.top and not query.top.others else ""
    if not hidden:
        return f"{text} ORDER BY {', '.join(['c.grouping', *order])}"
    tests = [f"having_{i} {c.comparison} {given.add(c.value)}" for i, c in enumerate(query.having)]
    whole = "grouping <> 0 OR " if query.totals != "none" else ""
    shown = f"SELECT * EXCLUDE ({', '.join(hidden)}) FROM ({text}) WHERE {whole}({' AND '.join(tests)})"
    return f"{shown} ORDER BY {', '.join(f'place_{i}{way}' for i, (_, way) in enumerate(places))}"


def _shows_top(query: Query) -> bool:
    return query.top is not None and query.top.measure in {m.name for m in query.measures}


def _label(name: str) -> str:
    """Quote the name of a result's column, which may be a formula."""
    return '"' + name.replace('"', '""') + '"'


def _members(plan: Plan, given: Parameters) -> tuple[list[str], list[str], list[str]]:
    """Return the member columns, the joins that name regions, and the order of rows."""
    columns, joins, order = [], [], []
    for i, d in enumerate(plan.query.by):
        name = quote(d.name)
        if d.kind in {"region", "area"}:
            columns += [f"r{i}.region_id AS {name}", f"r{i}.name AS {quote(d.name + '_name')}"]
            joins.append(f" LEFT JOIN {name_rows(plan, d, given)} AS r{i} ON r{i}.region_key = c.{name}")
            order.append(f"r{i}.region_id NULLS LAST")
        elif d.kind == "cell":
            columns.append(f"lower(to_hex(c.{name})) AS {name}")
            order.append(f"c.{name} NULLS LAST")
        else:
            columns.append(f"c.{name}::VARCHAR AS {name}")
            order.append(f"c.{name} NULLS LAST")
    return columns, joins, order

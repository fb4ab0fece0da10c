"""From a checked question to one SQL statement.

Each fact is aggregated by itself, once per set of dimensions asked for, and only joined to what that set needs: so
neither several facts nor overlapping areas nor a stock seen at several month ends can multiply rows, and every total is
computed from the records, never from other totals. The parts are stacked and folded into one row per member.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlglot

from gcrm import sql
from gcrm.cube.condition import Parameters, condition
from gcrm.cube.model import ATTRIBUTES, MEASURES, Dimension, Measure
from gcrm.cube.plan import FACTS, Plan, answerable, by_fact, grouping_id, grouping_sets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gcrm.cube.query import Query

quote = sql.identifier


#: The day that stands for "no end" where days are compared.
_EVER = "DATE '9999-12-31'"


def compile_plan(plan: Plan) -> tuple[str, dict[str, Any]]:
    """Write the SQL of a plan.

    Parameters
    ----------
    plan
        The question with its keys resolved.

    Returns
    -------
    tuple of str and dict
        One SELECT statement, formatted, and the values of its `$name` parameters.
    """
    given = Parameters()
    given.values |= {"first": plan.query.period.first, "last": plan.query.period.last}
    bases = {}
    parts = []
    for name, measures in by_fact(plan).items():
        bases[f"base_{name}"] = _base(plan, name, given)
        parts += [_part(plan, name, measures, kept, given) for kept in grouping_sets(plan.query)]
    parts += _spine(plan, given)
    with_clause = ", ".join(f"{name} AS ({text})" for name, text in {**bases, "part": _stack(parts)}.items())
    text = f"WITH {with_clause} {_fold(plan)}"
    return sqlglot.parse_one(text, read="duckdb").sql(dialect="duckdb", pretty=True), _used(text, given.values)


def _base(plan: Plan, fact: str, given: Parameters) -> str:
    """Select the rows of one fact that count, each once, with what it can be grouped by."""
    if fact not in FACTS:
        return _statistic_base(plan, fact, given)
    source = FACTS[fact]
    columns = [f"f.{quote(c)}" for c in ("location_id", *source.columns)]
    columns += [f"f.{quote(ATTRIBUTES[d.name])} AS {quote(d.name)}" for d in plan.query.by if d.kind == "attribute"]
    columns += [f"p.{quote(d.name)}" for d in plan.query.by if d.kind in {"region", "cell"}]
    filters = [condition(d, keys, given) for d, keys in plan.where]
    if source.day:
        filters.append(f"f.{source.day} BETWEEN $first AND $last")
    where = f" WHERE {' AND '.join(filters)}" if filters else ""
    path = " LEFT JOIN cube.location_path AS p ON p.location_id = f.location_id"
    return f"SELECT {', '.join(columns)} FROM {source.table} AS f{path}{where}"


def _statistic_base(plan: Plan, name: str, given: Parameters) -> str:
    """Select each region of the statistic's level with its figure and the days that figure stands for."""
    statistic = plan.statistics[name]
    levels = "".join(f", p.{quote(d.name)}" for d in plan.query.by if d.kind == "region")
    filters = "".join(f" AND {condition(d, keys, given)}" for d, keys in plan.where)
    return f"""
        SELECT s.value{levels},
            CASE WHEN row_number() OVER w > 1 THEN s.as_of END AS since,
            lead(s.as_of) OVER w AS until
        FROM cube.region_path AS p
        LEFT JOIN warehouse.fact_zone_statistic AS s
            ON s.region_key = p.region_key AND s.statistic = {given.add(name)}
        WHERE p.level = {given.add(statistic.level)}{filters}
        WINDOW w AS (PARTITION BY p.region_key ORDER BY s.as_of NULLS FIRST)
    """


def _part(plan: Plan, fact: str, measures: list[Measure], kept: tuple[Dimension, ...], given: Parameters) -> str:
    """Aggregate one fact for one set of dimensions."""
    joins = "".join(_area_join(plan, d, i, given) for i, d in enumerate(kept) if d.kind == "area")
    joins += _period_join(fact, [d.name for d in kept if d.kind == "period"])
    columns = [f"{_column(d, i)} AS {quote(d.name)}" for i, d in enumerate(kept)]
    columns += [f"{grouping_id(plan.query, kept)} AS grouping"]
    columns += [f"{m.expression} AS {quote(m.name)}" for m in measures]
    groups = ", ".join(_column(d, i) for i, d in enumerate(kept))
    return f"SELECT {', '.join(columns)} FROM {quote(f'base_{fact}')} AS b{joins}" + (
        f" GROUP BY {groups}" if groups else ""
    )


def _column(dimension: Dimension, place: int) -> str:
    if dimension.kind == "area":
        return f"a{place}.region_key"
    return f"t.{quote(dimension.name)}" if dimension.kind == "period" else f"b.{quote(dimension.name)}"


def _area_join(plan: Plan, dimension: Dimension, place: int, given: Parameters) -> str:
    """Join the overlapping areas a place lies in: a place in two of them counts in both rows, and once in totals."""
    alias = f"a{place}"
    on = f"{alias}.location_id = b.location_id AND {alias}.level = {given.add(dimension.name)}"
    keys = next((k for d, k in plan.where if d == dimension), None)
    if keys is None or None in keys:
        return f" LEFT JOIN cube.area_location AS {alias} ON {on}"
    return f" JOIN cube.area_location AS {alias} ON {on} AND list_contains({given.add(list(keys))}, {alias}.region_key)"


def _period_join(fact: str, periods: list[str]) -> str:
    """Join the periods asked for: an event by its day, a stock by the last day of each period.

    Without a period among the dimensions, a stock is taken at the last day of the question.
    """
    if fact in FACTS and FACTS[fact].day:
        return f" JOIN warehouse.dim_date AS t ON t.day = b.{FACTS[fact].day}" if periods else ""
    names = ", ".join(quote(p) for p in periods)
    within = f"FROM warehouse.dim_date WHERE day BETWEEN $first AND $last GROUP BY {names}"
    days = f"SELECT {names}, max(day) AS last_day {within}" if periods else "SELECT $last::DATE AS last_day"
    return f" JOIN ({days}) AS t ON coalesce(b.since <= t.last_day, TRUE) AND t.last_day < coalesce(b.until, {_EVER})"


def _spine(plan: Plan, given: Parameters) -> list[str]:
    """Select every region of the one level asked for, so that a region without any record shows as zero."""
    if len(plan.query.by) != 1 or plan.query.by[0].kind not in {"region", "area"}:
        return []
    level = plan.query.by[0]
    own = [(d, keys) for d, keys in plan.where if d.kind in {"region", "area"}]
    inside = all(d.hierarchy == level.hierarchy and d.depth <= level.depth for d, _ in own)
    if not inside or any(d.kind == "area" and d != level for d, _ in own):
        return []
    name = quote(level.name)
    column = "p.region_key" if level.kind == "area" else f"p.{name}"
    tests = [f"p.level = {given.add(level.name)}"]
    for d, keys in own:
        tested = "p.region_key" if d.kind == "area" else f"p.{quote(d.name)}"
        tests.append(f"list_contains({given.add([k for k in keys if k is not None])}, {tested})")
    table = "cube.current_region" if level.kind == "area" else "cube.region_path"
    return [f"SELECT {column} AS {name}, 0 AS grouping FROM {table} AS p WHERE {' AND '.join(tests)}"]


def _stack(parts: list[str]) -> str:
    return " UNION ALL BY NAME ".join(parts) if parts else "SELECT 0 AS grouping WHERE FALSE"


def _fold(plan: Plan) -> str:
    """Fold the stacked parts into one row per member, with names, ratios and states."""
    query = plan.query
    columns, joins, order = _members(query)
    if query.totals != "none":
        columns.append("c.grouping")
    columns += [f"{_value(plan, m)} AS {quote(m.name)}" for m in query.measures]
    columns += [
        f"CASE WHEN {_value(plan, m)} IS NULL THEN 'unknown' ELSE 'known' END AS {quote(m.name + '_state')}"
        for m in query.measures
    ]
    inner = [*(quote(d.name) for d in query.by), "grouping"]
    answered = [m for ms in by_fact(plan).values() for m in ms]
    folded = ", ".join([*inner, *(f"max({quote(m.name)}) AS {quote(m.name)}" for m in answered)])
    return (
        f"SELECT {', '.join(columns)} FROM (SELECT {folded} FROM part GROUP BY {', '.join(inner)}) AS c"
        f"{''.join(joins)} ORDER BY {', '.join(['c.grouping', *order])}"
    )


def _members(query: Query) -> tuple[list[str], list[str], list[str]]:
    """Return the member columns, the joins that name regions, and the order of rows."""
    columns, joins, order = [], [], []
    for i, d in enumerate(query.by):
        name = quote(d.name)
        if d.kind in {"region", "area"}:
            columns += [f"r{i}.region_id AS {name}", f"r{i}.name AS {quote(d.name + '_name')}"]
            joins.append(f" LEFT JOIN warehouse.dim_region AS r{i} ON r{i}.region_key = c.{name}")
            order.append(f"r{i}.region_id NULLS LAST")
        elif d.kind == "cell":
            columns.append(f"lower(to_hex(c.{name})) AS {name}")
            order.append(f"c.{name} NULLS LAST")
        else:
            columns.append(f"c.{name}::VARCHAR AS {name}")
            order.append(f"c.{name} NULLS LAST")
    return columns, joins, order


def _value(plan: Plan, measure: Measure) -> str:
    """Write a measure's value for a folded row: a count that found nothing is zero, what cannot be known is null."""
    if not answerable(plan, measure):
        return "NULL::DOUBLE"
    if measure.kind == "ratio":
        over, under = (_value(plan, MEASURES[n]) for n in (measure.numerator, measure.denominator))
        return f"({over})::DOUBLE / nullif({under}, 0)"
    column = f"c.{quote(measure.name)}"
    return f"coalesce({column}, 0)" if measure.fact in FACTS else column


def _used(text: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Keep the values that the statement names; DuckDB refuses others."""
    return {name: value for name, value in values.items() if f"${name}" in text}

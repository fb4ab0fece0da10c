"""The rows of a fact that a question is about, each once, with what it can be grouped by and what is measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gcrm import sql
from gcrm.cube.compile.calendar import shift
from gcrm.cube.compile.path import has_lists, join_path, region_rows, stock_days
from gcrm.cube.cuboid.located import beside, held, over_records, table_of
from gcrm.cube.model import FACTS, Dimension, Fact, Measure
from gcrm.cube.model.expression import write
from gcrm.cube.model.fact import JOINS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gcrm.cube.compile.parameters import Parameters
    from gcrm.cube.model.formula import Frame
    from gcrm.cube.plan import Plan

quote = sql.identifier


def name_of(fact: str, frame: Frame) -> str:
    """Return what the rows of a fact are called in a statement: frames that look at the same days share them.

    Parameters
    ----------
    fact
        Name of the fact.
    frame
        Which days and members are looked at.

    Returns
    -------
    str
        Name of a common table expression.
    """
    return f"base_{fact}" if frame.time in {"own", "to_date"} else f"base_{fact}_{frame.time}"


def base(plan: Plan, fact: str, frame: Frame, measures: Iterable[Measure], given: Parameters) -> str:
    """Select the rows of one fact that count, each once, with what it can be grouped by.

    Parameters
    ----------
    plan
        The question with its keys resolved.
    fact
        Name of the fact, or of a zone statistic.
    frame
        Which days and members are looked at.
    measures
        What is measured of it.
    given
        Takes the values up.

    Returns
    -------
    str
        A SELECT.
    """
    if fact not in FACTS:
        return _statistic_base(plan, fact, given)
    source = FACTS[fact]
    by = plan.query.by
    columns = ["f.location_id", *(stock_days(plan) if not source.day else [_day(plan, source, frame)])]
    columns += [f"{column(source, d, given)} AS {quote(d.name)}" for d in by if d.kind == "attribute"]
    columns += [f"p.{quote(name)} AS {quote(name)}" for name in _paths(plan)]
    columns += [text for m in measures for text in _measured(source, m, given)]
    filters = [condition(source, d, keys, given, lists=has_lists(plan)) for d, keys in plan.where]
    if source.day:
        filters.append(_within(plan, source, frame))
    where = f" WHERE {' AND '.join(filters)}" if filters else ""
    picks = ", ".join(columns)
    if plan.geography.kind == "is" and held(picks + where, plan.catalogue.located.get(fact, frozenset())):
        records = _records(plan, table_of(fact))
        return f"SELECT {over_records(picks)} FROM {records} AS f{over_records(where)}"
    joins = _joins(source, [*(d for d in by if d.kind == "attribute"), *(d for d, _ in plan.where)])
    # Most of the time goes into the path: it is joined only where something of it is read.
    path = join_path(plan, source, given) if any(c.startswith("p_") for c in beside(picks + where)) else ""
    return f"SELECT {picks} FROM {_records(plan, source.table)} AS f{path}{joins}{where}"


def _records(plan: Plan, table: str) -> str:
    """Write the records that spatial filters leave, by themselves: else all of them meet their regions first."""
    tests = [f"g.location_id IN (SELECT location_id FROM place_{i})" for i in range(len(plan.places))]
    return f"(SELECT g.* FROM {table} AS g WHERE {' AND '.join(tests)})" if tests else table


def _paths(plan: Plan) -> list[str]:
    """Return the levels and cells that rows may be grouped by: those asked for, and the parents of levels."""
    kinds = {"region", "cell", "area"} if has_lists(plan) else {"region", "cell"}
    found = {d.name: None for d in plan.query.by if d.kind in kinds}
    above = (plan.model.parent(d) for d in plan.query.by if d.kind == "region")
    return list(found | {d.name: None for d in above if d})


def _day(plan: Plan, source: Fact, frame: Frame) -> str:
    back = shift(plan, frame)
    return f"({source.day} + INTERVAL {back})::DATE AS day" if back else f"{source.day} AS day"


def _within(plan: Plan, source: Fact, frame: Frame) -> str:
    """Write the condition that keeps the days of a frame."""
    if frame.time == "year_to_date":
        return f"{source.day} BETWEEN date_trunc('year', $first) AND $last"
    back = shift(plan, frame)
    day = f"({source.day} + INTERVAL {back})::DATE" if back else source.day
    return f"{day} BETWEEN $first AND $last"


def _joins(source: Fact, named: list[Dimension]) -> str:
    """Join what stands beside the fact, each table once, where an attribute is named that is there."""
    attributes = [source.attributes[d.name] for d in named if d.name in source.attributes]
    return "".join(f" {JOINS[join]}" for join in dict.fromkeys(a.join for a in attributes if a.join))


def column(source: Fact, dimension: Dimension, given: Parameters) -> str:
    """Write where a fact has the member of an attribute.

    Parameters
    ----------
    source
        The fact.
    dimension
        An attribute that it knows.
    given
        Takes the values up.

    Returns
    -------
    str
        SQL over `f`, the fact, and what is joined to it.
    """
    if dimension.of:
        return f"({write(dimension.of, source.columns, given.add)})::VARCHAR"
    return source.attributes[dimension.name].column


def _measured(source: Fact, measure: Measure, given: Parameters) -> list[str]:
    """Write the columns that a measure's aggregate reads."""
    parts = {"v": measure.of, "w": measure.weight, "k": measure.where}
    return [
        f"{write(text, source.columns, given.add)} AS {quote(f'{letter}_{measure.name}')}"
        for letter, text in parts.items()
        if text
    ]


def _statistic_base(plan: Plan, name: str, given: Parameters) -> str:
    """Select each region of the statistic's level with its figure and the days that figure stands for."""
    statistic = plan.statistics[name]
    levels = "".join(f", p.{quote(level)}" for level in _paths(plan))
    filters = "".join(f" AND {condition(None, d, keys, given)}" for d, keys in plan.where)
    if statistic.regions is not None:
        filters += f" AND list_contains({given.add(list(statistic.regions))}::INTEGER[], p.region_key)"
    since, until = "CASE WHEN row_number() OVER w > 1 THEN s.as_of END", "lead(s.as_of) OVER w"
    key, stretch = ("p.version_key", ", p.valid_from") if plan.geography.is_dated else ("p.region_key", "")
    if plan.geography.kind == "was":  # a region's figure counts for it while it is valid
        since, until = f"greatest({since}, p.valid_from)", f"least({until}, p.valid_to)"
    return f"""
        SELECT s.value AS {quote(f"v_{name}")}{levels},
            {since} AS since,
            {until} AS until
        FROM {region_rows(plan, given)} AS p
        LEFT JOIN warehouse.fact_zone_statistic AS s
            ON s.region_key = {key} AND s.statistic = {given.add(name)}
        WHERE p.level = {given.add(statistic.level)}{filters}
        WINDOW w AS (PARTITION BY {key}{stretch} ORDER BY s.as_of NULLS FIRST)
    """


def condition(
    source: Fact | None, dimension: Dimension, keys: tuple[Any, ...], given: Parameters, *, lists: bool = False
) -> str:
    """Write the condition that keeps the rows of some members; it never multiplies rows.

    Parameters
    ----------
    source
        The fact; null for a zone statistic or a cuboid, whose attributes stand in `p`.
    dimension
        What is filtered by.
    keys
        Keys that count: region_key, cell or text; None is the unknown member.
    given
        Takes the values up.
    lists
        True where the path names overlapping areas itself, as lists.

    Returns
    -------
    str
        A condition over `f`, the fact, and `p`, its path.
    """
    known = [k for k in keys if k is not None]
    listed = given.add(known)
    if dimension.kind == "area" and lists:
        member = f"p.{quote(dimension.name)}"
        tests = [f"list_has_any({listed}::INTEGER[], {member})"]
        outside = f"coalesce(len({member}), 0) = 0"
    elif dimension.kind == "area":
        level = given.add(dimension.name)
        row = "f" if source else "p"
        within = f"{row}.location_id IN (SELECT location_id FROM cube.area_location WHERE level = {level}"
        tests = [f"{within} AND list_contains({listed}, region_key))"]
        outside = f"({row}.location_id IS NULL OR NOT {within}))"
    else:
        place = dimension.kind in {"region", "cell"} or source is None
        member = f"p.{quote(dimension.name)}" if place or source is None else column(source, dimension, given)
        tests = [f"list_contains({listed}, {member})"]
        outside = f"{member} IS NULL"
    if len(known) < len(keys):
        tests.append(outside)
    return f"({' OR '.join(tests)})"

"""One fact aggregated for one set of dimensions, in one frame."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gcrm import sql
from gcrm.cube.compile.calendar import event_join, first_day, stock_join
from gcrm.cube.compile.path import area_source, has_lists
from gcrm.cube.cuboid.column import adder
from gcrm.cube.model import FACTS, Dimension, Measure
from gcrm.cube.plan import Plan, grouping_id, target

if TYPE_CHECKING:
    from gcrm.cube.compile.parameters import Parameters
    from gcrm.cube.compile.source import Source
    from gcrm.cube.cuboid.cuboid import Cuboid
    from gcrm.cube.model.formula import Frame

quote = sql.identifier


def part(plan: Plan, frame: Frame, source: Source, given: Parameters) -> str:
    """Aggregate the rows of one source for one set of dimensions; what the set or the frame leaves out is null.

    Parameters
    ----------
    plan
        The question with its keys resolved.
    frame
        Which days and members are looked at.
    source
        The set of dimensions, what is measured, alike over time, and the rows that it is taken from.
    given
        Takes the values up.

    Returns
    -------
    str
        A SELECT with one row per member, and its grouping.
    """
    kept = source.kept
    query = plan.query
    members = {d: _member(plan, d, frame, kept, given) for d in query.by}
    joins = "".join(_area_join(plan, d, given) for d in kept if d.kind == "area" and members[d])
    named = [d.name for d in kept if d.kind == "period"]
    joins += _period_join(plan, frame, source, named)
    columns = [f"{text or 'NULL'} AS {quote(d.name)}" for d, text in members.items()]
    columns.append(f"{grouping_id(query, kept)} AS grouping")
    groups = [text for text in members.values() if text]
    if query.top:
        other = _other(plan, kept, frame, given) if frame.place == "own" else ""
        columns.append(f"{other or 'FALSE'} AS others")
        groups += [other] if other else []
    taken = partial(added, source.cuboid, since=first_day(frame, named)) if source.cuboid else aggregate
    columns += [f"{taken(m)} AS {quote(m.name)}" for m in source.measures]
    return f"SELECT {', '.join(columns)} FROM {quote(source.name(frame))} AS b{joins}" + (
        f" GROUP BY {', '.join(groups)}" if groups else ""
    )


def _member(plan: Plan, dimension: Dimension, frame: Frame, kept: tuple[Dimension, ...], given: Parameters) -> str:
    """Write the member of a dimension that a row stands for in a frame; empty where it stands for all."""
    if dimension not in kept:
        return ""
    if dimension.kind == "period":
        return f"t.{quote(dimension.name)}"
    if frame.place == "total":
        return ""
    if frame.place == "parent" and dimension == target(kept):
        above = plan.model.parent(dimension) if dimension.kind == "region" else None
        return f"b.{quote(above.name)}" if above else ""
    own = _own(dimension)
    return f"CASE WHEN {_is_top(plan, dimension, given)} THEN {own} END" if _has_top(plan, dimension) else own


def _own(dimension: Dimension) -> str:
    return f"{quote('at_' + dimension.name)}.region_key" if dimension.kind == "area" else f"b.{quote(dimension.name)}"


def _has_top(plan: Plan, dimension: Dimension) -> bool:
    return plan.query.top is not None and plan.query.top.by == dimension.name


def _is_top(plan: Plan, dimension: Dimension, given: Parameters) -> str:
    given.values["top"] = list(plan.top or ())
    area = f"{quote('at_' + dimension.name)}.top" if dimension.kind == "area" else ""
    return f"coalesce({area or f'list_contains($top, {_own(dimension)})'}, FALSE)"


def _other(plan: Plan, kept: tuple[Dimension, ...], frame: Frame, given: Parameters) -> str:
    """Write whether a row is one of the rest; empty where the set has no top members."""
    found = next((d for d in kept if _has_top(plan, d) and _member(plan, d, frame, kept, given)), None)
    return f"NOT {_is_top(plan, found, given)}" if found else ""


def _area_join(plan: Plan, dimension: Dimension, given: Parameters) -> str:
    """Join the overlapping areas a place lies in: a place in two of them counts in both rows, and once in totals.

    Areas that are not among the top ones are one row together, in which a place counts once.
    """
    alias = quote(f"at_{dimension.name}")
    filters = [keys for d, keys in plan.where if d == dimension]
    tests = [f"list_contains({given.add([k for k in keys if k is not None])}, region_key)" for keys in filters]
    lists = has_lists(plan)
    source, place = (area_source(dimension), "") if lists else ("cube.area_location", "location_id, ")
    tests += [] if lists else [f"level = {given.add(dimension.name)}"]
    columns = f"{place}region_key"
    if _has_top(plan, dimension):
        given.values["top"] = list(plan.top or ())
        shown = "list_contains($top, region_key)"
        columns = f"DISTINCT {place}{shown} AS top, if({shown}, region_key, NULL) AS region_key"
    where = f" WHERE {' AND '.join(tests)}" if tests else ""
    outer = "LEFT " if all(None in keys for keys in filters) else ""
    text = f"(SELECT {columns} FROM {source}{where}) AS {alias}"
    on = "TRUE" if lists else f"{alias}.location_id = b.location_id"
    return f" {outer}JOIN {'LATERAL ' if lists else ''}{text} ON {on}"


def _period_join(plan: Plan, frame: Frame, source: Source, names: list[str]) -> str:
    """Join the periods asked for: an event by its day, a stock by the last day of each period."""
    if source.fact in FACTS and FACTS[source.fact].day:
        visits = source.cuboid is not None and source.cuboid.content == "visits"
        return event_join(plan, frame, names, starts=visits)
    return stock_join(plan, frame, names, source.measures[0].over_time, counted=source.cuboid is not None)


def added(cuboid: Cuboid, measure: Measure, *, since: str) -> str:
    """Write how a measure is taken from the rows of a cuboid.

    Parameters
    ----------
    cuboid
        The cuboid.
    measure
        A measure that it holds.
    since
        SQL of the first day that a row of the answer is of.

    Returns
    -------
    str
        An aggregate over `b`, the rows of the cuboid.
    """
    value = f"b.{quote(f'v_{measure.name}')}"
    if cuboid.content == "things":
        return f"count(DISTINCT {value})::BIGINT"
    if cuboid.content == "visits":
        return f"(sum({value}) FILTER (b.prev IS NULL OR b.prev < date_trunc('month', {since})))::BIGINT"
    if measure.kind in {"minimum", "maximum"}:
        return f"{adder(measure)}({value})"
    counts = measure.kind == "distinct" or not measure.of
    return _over_time(measure, f"{adder(measure)}({value})", "BIGINT" if counts else _type(measure))


def aggregate(measure: Measure) -> str:
    """Write how a measure is taken from the rows of a group.

    Parameters
    ----------
    measure
        A measure that is taken from a fact.

    Returns
    -------
    str
        An aggregate over `b`, the rows of the fact.
    """
    value = f"b.{quote(f'v_{measure.name}')}"
    keep = f" FILTER (b.{quote(f'k_{measure.name}')})" if measure.where else ""
    if measure.fact not in FACTS:
        return f"CASE WHEN bool_and({value} IS NOT NULL) THEN sum({value}) END"
    if measure.kind == "additive" or (measure.kind == "semi-additive" and measure.of):
        typed = _type(measure)
        # Sums of floats would depend on the order of rows.
        exact = value if typed != "DOUBLE" else f"{value}::DECIMAL(18, 6)"
        if FACTS[measure.fact].observed:
            known = f"bool_and({value} IS NOT NULL){keep}"
            return _over_time(measure, f"CASE WHEN {known} THEN sum({exact}){keep} END", typed)
        return _over_time(measure, f"sum({exact}){keep}", typed)
    if measure.kind in {"distinct", "semi-additive"}:
        return _over_time(measure, f"count({f'DISTINCT {value}' if measure.of else '*'}){keep}", "BIGINT")
    return _typical(measure, value, keep)


def _type(measure: Measure) -> str:
    """Return the type of a sum."""
    return {"currency": "DECIMAL(18, 2)", "count": "BIGINT"}.get(measure.unit, "DOUBLE")


def _typical(measure: Measure, value: str, keep: str) -> str:
    """Write a mean, a quantile or an extreme of all rows of a group."""
    if measure.kind == "mean" and measure.weight:
        weight = f"b.{quote(f'w_{measure.name}')}"
        known = f"b.{quote(f'k_{measure.name}')} AND " if measure.where else ""
        return f"sum({value} * {weight}){keep} / nullif(sum({weight}) FILTER ({known}{value} IS NOT NULL), 0)"
    if measure.kind in {"median", "percentile"}:
        share = 0.5 if measure.kind == "median" else measure.quantile
        return f"quantile_cont({value}::DOUBLE, {share!r}){keep}"
    return f"{ {'mean': 'avg', 'minimum': 'min', 'maximum': 'max'}[measure.kind] }({value}){keep}"


def _over_time(measure: Measure, total: str, typed: str) -> str:
    """Write a stock as it is over several month ends: their average, a month without any counting as zero."""
    return f"({total})::DOUBLE / max(t.ends)" if measure.over_time == "average" else f"({total})::{typed}"

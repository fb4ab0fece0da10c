"""Members that have to be shown although nothing was found of them: regions and periods without any record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm import sql
from gcrm.cube.compile.calendar import labels
from gcrm.cube.compile.path import has_lists, place_rows, region_rows
from gcrm.cube.plan import grouping_id, grouping_sets

if TYPE_CHECKING:
    from gcrm.cube.compile.parameters import Parameters
    from gcrm.cube.model import Dimension
    from gcrm.cube.plan import Plan

quote = sql.identifier


def spine(plan: Plan, given: Parameters) -> list[str]:
    """Select every region of the levels of one hierarchy, in every period asked for, so that none vanishes.

    As was, a region is shown in the periods in which it was valid. Under a spatial filter a region is shown where it
    holds a place that the filter leaves.

    Parameters
    ----------
    plan
        The question with its keys resolved.
    given
        Takes the values up.

    Returns
    -------
    list of str
        One SELECT per set of dimensions; none for a set with cells, attributes, or levels of several hierarchies. The
        set without any dimension has one row always.
    """
    found = [_set(plan, kept, given) for kept in grouping_sets(plan.query)]
    return [text for text in found if text]


def _set(plan: Plan, kept: tuple[Dimension, ...], given: Parameters) -> str:
    """Select the members of one set of dimensions; empty where not all of them can be said."""
    levels = [d for d in kept if d.kind in {"region", "area"}]
    named = [d.name for d in kept if d.kind == "period"]
    if len(levels) + len(named) < len(kept) or len({d.hierarchy for d in levels}) > 1:
        return ""
    regions = _regions(plan, levels, given) if levels else ""
    if levels and not regions:
        return ""
    sources = [f"({regions}) AS r"] if levels else []
    sources += [f"({_periods(plan, named)}) AS t"] if named else []
    columns = [f"{_member(plan, d, given) if d in kept else 'NULL'} AS {quote(d.name)}" for d in plan.query.by]
    if plan.query.top:
        shown = next((d for d in levels if d.name == plan.query.top.by), None)
        columns.append(f"{'NOT ' + _is_top(plan, shown, given) if shown else 'FALSE'} AS others")
    columns.append(f"{grouping_id(plan.query, kept)} AS grouping")
    picks = f"SELECT {', '.join(columns)}"
    return f"{picks} FROM {' CROSS JOIN '.join(sources)}{_while_valid(plan, levels, named)}" if sources else picks


def _member(plan: Plan, dimension: Dimension, given: Parameters) -> str:
    if dimension.kind == "period":
        return f"t.{quote(dimension.name)}"
    own = f"r.{quote(dimension.name)}"
    has_top = plan.query.top is not None and plan.query.top.by == dimension.name
    return f"CASE WHEN {_is_top(plan, dimension, given)} THEN {own} END" if has_top else own


def _is_top(plan: Plan, dimension: Dimension, given: Parameters) -> str:
    given.values["top"] = list(plan.top or ())
    return f"coalesce(list_contains($top, r.{quote(dimension.name)}), FALSE)"


def _periods(plan: Plan, named: list[str]) -> str:
    picks = ", ".join(quote(n) for n in named)
    if plan.geography.kind != "was":
        return f"SELECT DISTINCT {picks} FROM ({labels(plan, named)})"
    return f"SELECT {picks}, min(day) AS first_day, max(day) AS last_day FROM ({labels(plan, named)}) GROUP BY {picks}"


def _while_valid(plan: Plan, levels: list[Dimension], named: list[str]) -> str:
    """Return what keeps a region, as was, to the periods in which it was valid."""
    if plan.geography.kind != "was" or not levels:
        return ""
    first, last = ("t.first_day", "t.last_day") if named else ("$first", "$last")
    begun = f"(r.valid_from IS NULL OR r.valid_from <= {last})"
    return f" WHERE {begun} AND (r.valid_to IS NULL OR {first} < r.valid_to)"


def _regions(plan: Plan, levels: list[Dimension], given: Parameters) -> str:
    """Select the regions of the deepest level that the filters leave, with those above them.

    Empty where a filter cannot be said of such a region alone, and for several levels of overlapping regions.
    """
    deepest = max(levels, key=lambda d: d.depth)
    own = [(d, keys) for d, keys in plan.where if d.kind in {"region", "area"}]
    inside = all(d.hierarchy == deepest.hierarchy and d.depth <= deepest.depth for d, _ in own)
    areas = {d for d in (*levels, *(d for d, _ in own)) if d.kind == "area"}
    if not inside or (areas and areas != {deepest}):
        return ""
    tests = [f"p.level = {given.add(deepest.name)}"]
    tests += [f"list_contains({given.add([k for k in keys if k is not None])}, {_column(d)})" for d, keys in own]
    held = [f"{_column(deepest)} IN ({_holding(plan, deepest, i, given)})" for i in range(len(plan.places))]
    table = "cube.current_region" if areas and not plan.geography.is_dated else region_rows(plan, given)
    picks = ", ".join(f"{_column(d)} AS {quote(d.name)}" for d in levels)
    picks += ", p.valid_from, p.valid_to" if plan.geography.kind == "was" else ""
    text = f"SELECT {picks} FROM {table} AS p WHERE {' AND '.join([*tests, *held])}"
    layout = plan.geography.layout
    if layout and layout.level == deepest and layout.added and not own and not held:
        added = f"unnest({given.add(list(layout.added.values()))}::INTEGER[])"
        text += f" UNION ALL SELECT {', '.join(added if d == deepest else 'NULL' for d in levels)}"
    return text


def _column(level: Dimension) -> str:
    return "p.region_key" if level.kind == "area" else f"p.{quote(level.name)}"


def _holding(plan: Plan, level: Dimension, number: int, given: Parameters) -> str:
    """Select the regions of a level that hold a place which a spatial filter leaves."""
    chosen = f"WHERE x.location_id IN (SELECT location_id FROM place_{number})"
    if level.kind == "area" and not has_lists(plan):
        return f"SELECT x.region_key FROM cube.area_location AS x {chosen}"
    member = f"unnest(x.{quote(level.name)})" if level.kind == "area" else f"x.{quote(level.name)}"
    return f"SELECT {member} FROM {place_rows(plan, given)} AS x {chosen}"

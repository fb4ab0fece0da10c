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
    """Select every region of the one level asked for, in every period asked for, so that none vanishes.

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
        One SELECT per set of dimensions; none where a question names other dimensions, or only its top members.
    """
    by = plan.query.by
    levels = [d for d in by if d.kind in {"region", "area"}]
    if plan.query.top or len(levels) > 1 or any(d.kind in {"cell", "attribute"} for d in by):
        return []
    regions = _regions(plan, levels[0], given) if levels else ""
    if levels and not regions:
        return []
    found = []
    for kept in grouping_sets(plan.query):
        named = [d.name for d in kept if d.kind == "period"]
        sources = [f"({regions}) AS r"] if any(d in levels for d in kept) else []
        if named:
            sources.append(f"({_periods(plan, named)}) AS t")
        if sources:
            columns = [f"{_source(d) if d in kept else 'NULL'} AS {quote(d.name)}" for d in by]
            columns.append(f"{grouping_id(plan.query, kept)} AS grouping")
            distinct, tests = _while_valid(plan, len(sources) > 1, any(d in levels for d in kept))
            found.append(f"SELECT {distinct}{', '.join(columns)} FROM {' CROSS JOIN '.join(sources)}{tests}")
    return found


def _source(dimension: Dimension) -> str:
    return f"t.{quote(dimension.name)}" if dimension.kind == "period" else "r.region_key"


def _periods(plan: Plan, named: list[str]) -> str:
    picks = ", ".join(quote(n) for n in named)
    days = f"FROM ({labels(plan, named)}) WHERE day BETWEEN $first AND $last"
    if plan.geography.kind != "was":
        return f"SELECT DISTINCT {picks} {days}"
    return f"SELECT {picks}, min(day) AS first_day, max(day) AS last_day {days} GROUP BY {picks}"


def _while_valid(plan: Plan, periods: bool, regions: bool) -> tuple[str, str]:  # noqa: FBT001
    """Return what keeps a region, as was, to the periods in which it was valid."""
    if plan.geography.kind != "was" or not regions:
        return "", ""
    first, last = ("t.first_day", "t.last_day") if periods else ("$first", "$last")
    begun = f"(r.valid_from IS NULL OR r.valid_from <= {last})"
    return "DISTINCT ", f" WHERE {begun} AND (r.valid_to IS NULL OR {first} < r.valid_to)"


def _regions(plan: Plan, level: Dimension, given: Parameters) -> str:
    """Select the regions of a level that the filters leave; nothing where that cannot be said of a region alone."""
    own = [(d, keys) for d, keys in plan.where if d.kind in {"region", "area"}]
    inside = all(d.hierarchy == level.hierarchy and d.depth <= level.depth for d, _ in own)
    if not inside or any(d.kind == "area" and d != level for d, _ in own):
        return ""
    column = "p.region_key" if level.kind == "area" else f"p.{quote(level.name)}"
    tests = [f"p.level = {given.add(level.name)}"]
    for d, keys in own:
        tested = "p.region_key" if d.kind == "area" else f"p.{quote(d.name)}"
        tests.append(f"list_contains({given.add([k for k in keys if k is not None])}, {tested})")
    held = [f"{column} IN ({_holding(plan, level, i, given)})" for i in range(len(plan.places))]
    plain = level.kind == "area" and not plan.geography.is_dated
    table = "cube.current_region" if plain else region_rows(plan, given)
    picks = f"{column} AS region_key" + (", p.valid_from, p.valid_to" if plan.geography.kind == "was" else "")
    text = f"SELECT {picks} FROM {table} AS p WHERE {' AND '.join([*tests, *held])}"
    layout = plan.geography.layout
    if layout and layout.level == level and layout.added and not own and not held:
        text += f" UNION ALL SELECT unnest({given.add(list(layout.added.values()))}::INTEGER[])"
    return text


def _holding(plan: Plan, level: Dimension, number: int, given: Parameters) -> str:
    """Select the regions of a level that hold a place which a spatial filter leaves."""
    chosen = f"WHERE x.location_id IN (SELECT location_id FROM place_{number})"
    if level.kind == "area" and not has_lists(plan):
        return f"SELECT x.region_key FROM cube.area_location AS x {chosen}"
    member = f"unnest(x.{quote(level.name)})" if level.kind == "area" else f"x.{quote(level.name)}"
    return f"SELECT {member} FROM {place_rows(plan, given)} AS x {chosen}"

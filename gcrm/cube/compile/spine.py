"""Members that have to be shown although nothing was found of them: regions and periods without any record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm import sql
from gcrm.cube.compile.calendar import labels
from gcrm.cube.plan import grouping_id, grouping_sets

if TYPE_CHECKING:
    from gcrm.cube.compile.parameters import Parameters
    from gcrm.cube.model import Dimension
    from gcrm.cube.plan import Plan

quote = sql.identifier


def spine(plan: Plan, given: Parameters) -> list[str]:
    """Select every region of the one level asked for, in every period asked for, so that none vanishes.

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
            picks = ", ".join(quote(n) for n in named)
            days = f"SELECT DISTINCT {picks} FROM ({labels(plan, named)}) WHERE day BETWEEN $first AND $last"
            sources.append(f"({days}) AS t")
        if sources:
            columns = [f"{_source(d) if d in kept else 'NULL'} AS {quote(d.name)}" for d in by]
            columns.append(f"{grouping_id(plan.query, kept)} AS grouping")
            found.append(f"SELECT {', '.join(columns)} FROM {' CROSS JOIN '.join(sources)}")
    return found


def _source(dimension: Dimension) -> str:
    return f"t.{quote(dimension.name)}" if dimension.kind == "period" else "r.region_key"


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
    table = "cube.current_region" if level.kind == "area" else "cube.region_path"
    return f"SELECT {column} AS region_key FROM {table} AS p WHERE {' AND '.join(tests)}"

"""Overlapping regions together: their union, what each has alone, and what every two share; nothing counts twice."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from gcrm.cube.ask import Answer, answer_of, plan_of
from gcrm.cube.model.formula import compares
from gcrm.cube.plan import Places
from gcrm.cube.question import Question
from gcrm.errors import AccessError, QueryError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gcrm.access.scope import Scope
    from gcrm.cube.plan import Plan
    from gcrm.cube.question import PeriodWord, Where
    from gcrm.warehouse.reader import Reader

#: Most regions that are compared at once: every two of them are a row.
_MOST = 20

_ALONE = """
    SELECT location_id FROM cube.area_location WHERE list_contains($members, region_key)
    GROUP BY location_id HAVING bool_and(region_key = $one)
"""
_BOTH = """
    SELECT location_id FROM cube.area_location WHERE list_contains($members, region_key)
    GROUP BY location_id HAVING bool_or(region_key = $one) AND bool_or(region_key = $other)
"""


def overlap(
    reader: Reader,
    level: str,
    members: Sequence[str],
    measures: Sequence[str],
    *,
    scope: Scope,
    where: Where | None = None,
    period: PeriodWord = None,
) -> pa.Table:
    """Compare overlapping regions of one level.

    Parameters
    ----------
    reader
        The snapshot.
    level
        A level whose regions may overlap.
    members
        Identifiers of its regions.
    measures
        Names of measures, or formulas over them.
    scope
        Who asks; it needs record rights.
    where, period
        As in `Workspace.query`.

    Returns
    -------
    pa.Table
        One row per part: `part` (`union`, `exclusive` or `overlap`), `first` and `second` (regions; null where the part
        names none), measures, and the state of each. `exclusive` is what lies in none of the other members, `overlap`
        what lies in both, whatever else it lies in.

    Raises
    ------
    AccessError
        If the scope has no record rights.
    QueryError
        If a word is not known, the level cannot overlap, there are too many members, or a formula weighs regions
        against others, such as a share or rank.
    """
    if not scope.record_rights:
        msg = f"The scope '{scope.name}' may not compare overlapping regions: parts would tell small counts."
        raise AccessError(msg)
    named = list(dict.fromkeys(members))
    if not 1 <= len(named) <= _MOST:
        msg = f"overlap: name 1 to {_MOST} regions; found {len(named)}."
        raise QueryError(msg)
    con, settings = reader.cursor(), reader.settings
    question = Question(tuple(measures), where={**(where or {}), level: named}, period=period)
    plan = plan_of(con, question, settings=settings, scope=scope)
    dimension = plan.model.dimensions[level]
    if dimension.kind != "area":
        msg = f"overlap: regions of '{level}' do not overlap; name a level of a hierarchy with overlapping = true."
        raise QueryError(msg)
    weighed = next((m.name for m in plan.query.measures if m.formula is not None and compares(m.formula)), None)
    if weighed:
        msg = f"overlap: '{weighed}' weighs a row against others, and each part is a question of its own; name figures."
        raise QueryError(msg)
    keys = dict(zip(named, next(k for d, k in plan.where if d == dimension), strict=True))
    tables = [_row(answer_of(con, plan, question), "union", None, None)]
    tables += [_row(answer_of(con, _within(plan, keys, n), question), "exclusive", n, None) for n in named]
    tables += [
        _row(answer_of(con, _within(plan, keys, one, other), question), "overlap", one, other)
        for one, other in combinations(named, 2)
    ]
    return pa.concat_tables(tables)


def _within(plan: Plan, keys: dict[str, int], one: str, other: str | None = None) -> Plan:
    """Return the plan for the places of one member alone, or of two."""
    values: dict[str, Any] = {"members": list(keys.values()), "one": keys[one]}
    places = Places(_ALONE, values) if other is None else Places(_BOTH, {**values, "other": keys[other]})
    return replace(plan, places=(*plan.places, places))


def _row(answer: Answer, part: str, first: str | None, second: str | None) -> pa.Table:
    """Put the name of a part before its figures."""
    table = answer.table
    for i, (name, value) in enumerate((("part", part), ("first", first), ("second", second))):
        table = table.add_column(i, name, pa.array([value], pa.string()))
    return table

"""Questions that cannot be answered, or not to whoever asks, although each of their words is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm import sql
from gcrm.cube.plan import demands
from gcrm.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from gcrm.cube.area import Area
    from gcrm.cube.geography import Geography
    from gcrm.cube.plan import Plan
    from gcrm.cube.query import Query


def without_rights(query: Query, geography: Geography, drawn: Sequence[Area]) -> None:
    """Refuse what small counts could be worked out from.

    Parameters
    ----------
    query
        The checked question.
    geography
        Which version of the regions it is told by.
    drawn
        Its spatial filters.

    Raises
    ------
    QueryError
        If it compares, or is told by other regions than those that figures are given out for.
    """
    if query.having or query.top or any(m.formula is not None for m in query.measures):
        msg = "Formulas, conditions on measures and top members need record rights: they would tell small counts."
        raise QueryError(msg)
    if geography.kind != "is":
        msg = "Another geography than 'as is' needs record rights: two geographies together would tell small counts."
        raise QueryError(msg)
    if any(area.relation == "near" for area in drawn):
        msg = "Distances need record rights: two of them together would tell small counts. Draw an area instead."
        raise QueryError(msg)


def below_scenario(query: Query, geography: Geography) -> None:
    """Refuse levels below the one that a scenario lays out: they do not lie in its new territories.

    Parameters
    ----------
    query
        The checked question.
    geography
        Which version of the regions it is told by.

    Raises
    ------
    QueryError
        If it names such a level.
    """
    layout = geography.layout
    for d in (*query.by, *query.where):
        own = layout and d.kind == "region" and d.hierarchy == layout.level.hierarchy != layout.unit.hierarchy
        if layout and own and d.depth > layout.level.depth:
            msg = f"geography: '{d.name}' lies below '{layout.level.name}', which the scenario lays out anew."
            raise QueryError(msg)


def several_parents(con: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """Refuse, as was, a comparison with the region above where some region had several, one after the other.

    Parameters
    ----------
    con
        Connection with a snapshot attached.
    plan
        The question with its keys resolved.

    Raises
    ------
    QueryError
        If there is no one parent to compare with.
    """
    if plan.geography.kind != "was" or not any(frame.place == "parent" for frame in demands(plan)):
        return
    for d in plan.query.by:
        above = plan.model.parent(d) if d.kind == "region" else None
        if above:
            several = f"HAVING count(DISTINCT {sql.identifier(above.name)}) > 1"
            text = f"SELECT member_key FROM cube.region_path_on WHERE level = $level GROUP BY member_key {several}"
            if con.execute(text, {"level": d.name}).fetchone():
                msg = f"As was, a {d.name} has lain in several {above.name}s: ask as is or for a day to compare them."
                raise QueryError(msg)

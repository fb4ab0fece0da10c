"""Zone statistics: the level that each is summed from in one question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm.cube.plan import Statistic

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb

    from gcrm.cube.geography import Geography
    from gcrm.cube.model import Dimension


def statistics_of(
    con: duckdb.DuckDBPyConnection, asked: Sequence[Dimension], known: Mapping[str, Dimension], geography: Geography
) -> dict[str, Statistic]:
    """Choose the level each statistic is summed from: the largest that is at least as fine as the question.

    A question that also names another hierarchy, cells or an attribute cannot be answered by a zone statistic. Under a
    scenario the territories are sums of their units, where every unit is named.

    Parameters
    ----------
    con
        Connection with a snapshot attached.
    asked
        Dimensions that the question groups or filters by.
    known
        Every dimension by name, in order.
    geography
        Which version of the regions is meant.

    Returns
    -------
    dict
        Name of the statistic -> its level; a statistic that cannot be answered is missing.
    """
    named = [_counted(d, geography) for d in asked if d.kind != "period"]
    hierarchies = {d.hierarchy for d in named}
    if any(d.kind != "region" for d in named) or len(hierarchies) > 1:
        return {}
    depth = max((d.depth for d in named), default=0)
    found: dict[str, Statistic] = {}
    levels = con.execute("SELECT DISTINCT statistic, level FROM warehouse.fact_zone_statistic").fetchall()
    order = {name: i for i, name in enumerate(known)}
    for statistic, level in sorted(levels, key=lambda row: order[row[1]]):
        d = known[level]
        if d.depth >= depth and (not hierarchies or d.hierarchy in hierarchies):
            found.setdefault(statistic, Statistic(d.hierarchy, level, d.depth))
    return found


def _counted(dimension: Dimension, geography: Geography) -> Dimension:
    """Return the dimension whose regions a statistic is summed from: a scenario's units instead of its territories."""
    layout = geography.layout
    if layout is None or dimension.hierarchy != layout.level.hierarchy or dimension.depth > layout.level.depth:
        return dimension
    return layout.unit if layout.complete or layout.unit.hierarchy == dimension.hierarchy else dimension

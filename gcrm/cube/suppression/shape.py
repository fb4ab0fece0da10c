"""Drawn shapes for readers without record rights: each stands for the regions that it covers, of a level given out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import shapely

from gcrm.cube.geography import TODAY
from gcrm.cube.outline import named_outlines
from gcrm.cube.suppression.answer import released
from gcrm.cube.suppression.release import given_out
from gcrm.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb

    from gcrm.access.scope import Scope
    from gcrm.cube.model import Dimension, Model
    from gcrm.cube.query import Period, Query
    from gcrm.settings import Settings

#: Share of a region that has to lie in a shape for the shape to stand for it.
_COVERED = 0.5


def snapped(
    con: duckdb.DuckDBPyConnection,
    query: Query,
    shapes: Sequence[shapely.Geometry],
    *,
    settings: Settings,
    model: Model,
    scope: Scope,
    whole: Period,
) -> tuple[Query, str]:
    """Put whole regions in the place of drawn shapes.

    Figures of several regions are worked out from cells that are given out, so that no shape, and no two shapes
    together, tell more than these cells do.

    Parameters
    ----------
    con
        Connection with a snapshot attached.
    query
        The checked question.
    shapes
        Drawn shapes in WGS84, all of which a region must be covered by.
    settings, model, scope, whole
        As in `answer.released`.

    Returns
    -------
    tuple of Query and str
        The question about regions: of the level that it is grouped by, else of the smallest that answers it. Then what
        a reader has to know; empty where nothing was drawn.

    Raises
    ------
    QueryError
        If the shapes cover no region of a level that can be asked.
    """
    if not shapes:
        return query, ""
    refused: QueryError | None = None
    for level in _levels(con, query, settings, model):
        outlines = named_outlines(con, level.name, TODAY)
        covered = [name for name, outline in sorted(outlines.items()) if all(_covers(s, outline) for s in shapes)]
        members = tuple(m for m in query.where.get(level, covered) if m in set(covered))
        if not members:
            continue
        asked = replace(query, where={**query.where, level: members})
        try:
            released(con, asked, settings=settings, model=model, scope=scope, whole=whole)
        except QueryError as error:
            refused = refused or error
            continue
        return asked, _note(level.name, shapes, [outlines[m] for m in covered])
    if refused is not None:
        raise refused
    msg = "Without record rights, a drawn area stands for the regions that lie in it by half at least, and none does."
    msg += " Draw it larger, or name regions instead."
    raise QueryError(msg)


def _levels(con: duckdb.DuckDBPyConnection, query: Query, settings: Settings, model: Model) -> Iterator[Dimension]:
    """Yield the levels of the tables that are given out: those of the question first, then the smallest first."""
    names = {name for table in given_out(con, settings, model) for name in table.dimensions}
    levels = [d for name, d in model.dimensions.items() if name in names and d.kind == "region"]
    yield from sorted(levels, key=lambda d: (d not in query.by, -d.depth))


def _covers(shape: shapely.Geometry, outline: shapely.Geometry) -> bool:
    if not shapely.intersects(shape, outline):
        return False
    return bool(shapely.area(shapely.intersection(shape, outline)) >= _COVERED * shapely.area(outline))


def _note(level: str, shapes: Sequence[shapely.Geometry], outlines: Sequence[shapely.Geometry]) -> str:
    """Say which regions stand for a shape, and how alike the two are."""
    drawn, stands = shapely.intersection_all(list(shapes)), shapely.union_all(list(outlines))
    both = shapely.area(shapely.union(drawn, stands))
    alike = shapely.area(shapely.intersection(drawn, stands)) / both if both else 0.0
    count = f"{len(outlines):,} regions" if len(outlines) > 1 else "1 region"
    return (
        f"The drawn area stands for {count} of level {level}, each of which lies in it by half at least;"
        f" {alike:.0%} of the ground of both is common to them."
    )

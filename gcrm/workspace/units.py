"""The regions of a level as the units of territories: where they lie, what they hold, which borders on which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from gcrm.analysis.territory.rules import Units
from gcrm.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

    from gcrm.cube.question import PeriodWord
    from gcrm.workspace.workspace import Workspace

#: What is counted unless something else is asked for.
USUAL = ("customers", "prospects", "revenue")
#: Regions whose outlines run side by side within so many metres share a border, ...
_BESIDE_M = 1.0
#: ... where they do so for at least so many.
_SHARED_M = 10.0


def units_of(
    ws: Workspace, level: str, measures: Sequence[str] = USUAL, period: PeriodWord = None, *, drop_unknown: bool = False
) -> Units:
    """Return the regions of a level as units.

    Parameters
    ----------
    ws
        The project.
    level
        A level whose regions do not overlap.
    measures, period
        What each holds, as in `Workspace.query`.
    drop_unknown
        Take 0 for amounts that are not known; NaN where false.

    Returns
    -------
    Units
        The regions in the order of their identifiers; points within them in metres of the project's CRS.

    Raises
    ------
    QueryError
        If there is no such level, its regions overlap, or a measure is not known.
    """
    dimension = ws.dimensions.get(level)
    if dimension is not None and dimension.kind == "area":
        msg = f"The regions of '{level}' overlap: a place in two of them would count for two people. Choose another."
        raise QueryError(msg)
    frame = ws.regions(level).sort_values("region_id").reset_index(drop=True)
    ids = frame["region_id"].tolist()
    rows = {row[level]: row for row in ws.query(list(measures), by=[level], period=period).table.to_pylist()}
    missing = 0.0 if drop_unknown else np.nan
    amounts = {
        m: np.array([missing if (v := rows.get(i, {}).get(m)) is None else float(v) for i in ids]) for m in measures
    }
    metric = frame.to_crs(ws.settings.project.metric_crs)
    points = shapely.point_on_surface(metric.geometry.to_numpy())
    x, y = np.nan_to_num(shapely.get_x(points)), np.nan_to_num(shapely.get_y(points))
    return Units(ids, x, y, amounts, neighbours(metric, ids))


def neighbours(frame: gpd.GeoDataFrame, ids: Sequence[str]) -> list[tuple[str, str]]:
    """Return which regions share a border.

    Parameters
    ----------
    frame
        Regions in a metric CRS.
    ids
        Their identifiers.

    Returns
    -------
    list of tuple of str
        Pairs of identifiers: regions whose outlines run within 1 m of each other for at least 10 m, so that slivers
        between them do not count, and corners that only touch do not make neighbours.
    """
    shapes = frame.geometry.to_numpy()
    first, second = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=_BESIDE_M)
    first, second = first[first < second], second[first < second]
    near = shapely.buffer(shapes[first], _BESIDE_M)
    shared = shapely.length(shapely.intersection(shapely.boundary(shapes[second]), near))
    return [(ids[a], ids[b]) for a, b in zip(first[shared >= _SHARED_M], second[shared >= _SHARED_M], strict=True)]

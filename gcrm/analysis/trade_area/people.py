"""Who lives in trading areas: counts of zones, shared out by the ground that areas and zones have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from gcrm.analysis.crosswalk import in_metres, sees_all, statistic, zones
from gcrm.conform.crosswalk import by_area
from gcrm.errors import QueryError, near

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gcrm.access.scope import Scope
    from gcrm.warehouse.reader import Reader

_KNOWN = """
    SELECT s.level, list_distinct(list(s.statistic)) AS names, count(DISTINCT r.region_id) AS regions
    FROM warehouse.fact_zone_statistic AS s JOIN warehouse.dim_region AS r ON r.region_key = s.region_key
    WHERE s.level IN (SELECT level FROM cube.current_region WHERE NOT overlapping)
    GROUP BY s.level ORDER BY regions DESC, s.level"""


def people(
    reader: Reader, stores: Sequence[str], shapes: NDArray[Any], names: Sequence[str], *, scope: Scope
) -> pd.DataFrame:
    """Count who lives in areas.

    Parameters
    ----------
    reader
        The snapshot.
    stores
        Store of each area.
    shapes
        Areas in EPSG:4326; null where a store has none.
    names
        Statistics that are counts; all that the finest level with the first of them has are told.
    scope
        Who asks; it must see every region, and needs record rights.

    Returns
    -------
    pandas.DataFrame
        One row per store: store_id, one column per statistic (null where a zone of the area is unknown, or there is no
        area), covered (share of the area's ground that zones cover, 0 to 1). Figures are shared out by ground: zones
        that an area cuts count as if people lived evenly in them.

    Raises
    ------
    AccessError
        If the scope does not see every region, or has no record rights.
    QueryError
        If no level has any of the statistics.
    """
    sees_all(scope)
    known = reader.cursor().execute(_KNOWN).fetchall()
    level, told = next(((lv, own) for name in names for lv, own, _ in known if name in own), ("", []))
    if not level:
        every = sorted({name for _, own, _ in known for name in own})
        msg = f"No level has a statistic {' or '.join(repr(n) for n in names)}.{near(next(iter(names), ''), every)}"
        raise QueryError(msg)
    crs = reader.settings.project.metric_crs
    _, own = zones(reader.cursor(), level, None, crs)
    there = np.array([s is not None for s in shapes], bool)
    ids = np.array(stores, object)[there]
    walk = by_area(own, (ids, in_metres(shapes[there], crs)))
    frame = pd.DataFrame({"store_id": list(stores)})
    for name in names:
        if name in told:
            column = np.full(len(there), np.nan)
            column[there] = walk.extensive(statistic(reader, name, walk.sources, level)).figures
            frame[name] = column
    ground = np.bincount(walk.target, walk.mass, len(ids)) / np.maximum(walk.target_mass, 1e-9)
    frame["covered"] = np.nan
    frame.loc[there, "covered"] = np.minimum(ground, 1.0)
    return frame

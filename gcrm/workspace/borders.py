"""Borders of regions that no road crosses, and what lies there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import shapely

from gcrm.enrich.road import barrier
from gcrm.errors import QueryError

if TYPE_CHECKING:
    from gcrm.enrich.road.network import Network
    from gcrm.workspace.workspace import Workspace

#: A barrier that covers less of a border is not the reason that nothing crosses it.
_LEAST = 0.5
#: What lies between regions: the project's barriers, and its water.
_BARRIERS = """
    SELECT coalesce(barrier_class, 'barrier') AS kind, name, geometry FROM ingest.barrier WHERE geometry IS NOT NULL
    UNION ALL
    SELECT use, name, geometry FROM ingest.land_use WHERE use = 'water' AND geometry IS NOT NULL
    ORDER BY ALL
"""


def cut_borders(ws: Workspace, net: Network, level: str) -> pd.DataFrame:
    """Find neighbouring regions that no road leads between.

    Parameters
    ----------
    ws
        The workspace.
    net
        Its roads.
    level
        Level of the regions.

    Returns
    -------
    pandas.DataFrame
        As of `Roads.cut_borders`.

    Raises
    ------
    QueryError
        If the project has no roads, or the level is not known.
    """
    if not net.is_there:
        msg = "Which borders no road crosses needs roads: name a source of the kind 'roads' in gcrm.toml."
        raise QueryError(msg)
    regions = ws.regions(level)
    regions = regions[regions.geometry.notna()]
    known = ws.cursor().execute(_BARRIERS).to_arrow_table()
    shapes = regions.geometry.to_crs(net.metric_crs).to_numpy()
    lines = shapely.from_wkb(known["geometry"].to_numpy())
    moved = shapely.transform(lines, lambda xy: net.plane(xy[:, 0], xy[:, 1]))
    found = barrier.cut_borders(net, shapes, moved)
    ids = regions["region_id"].tolist()
    words = [
        " ".join(part for part in pair if part)
        for pair in zip(*(known[n].to_pylist() for n in ("kind", "name")), strict=True)
    ]
    return pd.DataFrame(
        [(ids[c.one], ids[c.other], words[c.barrier] if c.share >= _LEAST else "no road", c.share) for c in found],
        columns=["region_id", "other_id", "reason", "share"],
    )

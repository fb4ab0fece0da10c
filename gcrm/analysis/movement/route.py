"""The main routes: the largest flows, projected on the roads that the shortest ways follow."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from gcrm.analysis.movement.flow import flows
from gcrm.enrich.road.travel import travel
from gcrm.enrich.road.way import followed
from gcrm.errors import QueryError
from gcrm.frame import with_shapes

if TYPE_CHECKING:
    import geopandas as gpd

    from gcrm.access.scope import Scope
    from gcrm.analysis.movement.flow import Hours
    from gcrm.enrich.road.pace import Mode
    from gcrm.warehouse.reader import Reader


def routes(
    reader: Reader,
    level: str,
    *,
    scope: Scope,
    mode: Mode = "cycle",
    day_type: str | None = None,
    hours: Hours = None,
    top: int = 200,
) -> gpd.GeoDataFrame:
    """Add the largest flows up along the roads that people would take.

    Each flow takes the shortest way in free flow between the middles of the counted places of its ends; a piece of road
    counts the trips of all ways that follow it, also in part.

    Parameters
    ----------
    reader
        The snapshot.
    level, scope, day_type, hours
        As in `gcrm.analysis.movement.flow.flows`.
    mode
        drive, cycle or walk.
    top
        How many flows, the largest first; those within one region follow no road.

    Returns
    -------
    geopandas.GeoDataFrame
        One row per piece of road with trips, the busiest first: piece_id, name, road_class, trips, flows (how many of
        them follow it), geometry (EPSG:4326).

    Raises
    ------
    AccessError
        If the scope has no record rights.
    QueryError
        If a word is not known, or the project has no roads.
    """
    how = travel(reader.cursor(), mode)
    if not how.net.is_there:
        msg = "The project has no roads that flows could follow; add a source of the kind 'roads'."
        raise QueryError(msg)
    table = flows(reader, level, scope=scope, day_type=day_type, hours=hours).to_pandas()
    table = table[table["trips"].notna() & (table["origin"] != table["destination"])]
    table = table.dropna(subset=["origin_lon", "origin_lat", "destination_lon", "destination_lat"]).head(top)
    starts = how.snap(table[["origin_lon", "origin_lat"]].to_numpy(float))
    ends = how.snap(table[["destination_lon", "destination_lat"]].to_numpy(float))
    trips: dict[int, float] = defaultdict(float)
    count: dict[int, int] = defaultdict(int)
    for i, own in enumerate(table["trips"].tolist()):
        found = followed(how.graph, starts.part(slice(i, i + 1)), ends.part(slice(i, i + 1)))
        for piece in {piece for piece, first, last in found[1] if first != last} if found else ():
            trips[piece] += own
            count[piece] += 1
    return _drawn(reader, trips, count)


def _drawn(reader: Reader, trips: dict[int, float], count: dict[int, int]) -> gpd.GeoDataFrame:
    """Return the pieces with their lines."""
    text = """
        SELECT piece_id, name, road_class, geometry FROM enrich.road_piece
        WHERE list_contains($pieces::INTEGER[], piece_id) ORDER BY piece_id"""
    table = reader.cursor().execute(text, {"pieces": list(trips)}).to_arrow_table()
    pieces = table["piece_id"].to_pylist()
    frame = pd.DataFrame(
        {
            "piece_id": pieces,
            "name": table["name"].to_pylist(),
            "road_class": table["road_class"].to_pylist(),
            "trips": np.array([trips[p] for p in pieces], float),
            "flows": np.array([count[p] for p in pieces], int),
        }
    )
    lines = shapely.from_wkb(table["geometry"].to_numpy(zero_copy_only=False))
    drawn = with_shapes(frame, list(lines))
    return drawn.sort_values(["trips", "piece_id"], ascending=[False, True], ignore_index=True)

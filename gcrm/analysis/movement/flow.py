"""Flows between the regions of a level: how many trips go from where to where, at which hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from gcrm.analysis.movement.place import places, when
from gcrm.frame import with_shapes

if TYPE_CHECKING:
    import geopandas as gpd
    import pyarrow as pa

    from gcrm.access.scope import Scope
    from gcrm.warehouse.reader import Reader

    Hours = int | tuple[int, int] | None

_FLOWS = """
    WITH place AS ({places}),
    spot AS (
        SELECT member, any_value(name) AS name, avg(lon) AS lon, avg(lat) AS lat FROM place GROUP BY member
    ),
    counted AS (
        SELECT o.member AS origin, d.member AS destination, sum(f.trips) AS trips,
            count(*) FILTER (f.trips IS NULL) AS unknown
        FROM warehouse.fact_flow AS f
        LEFT JOIN place AS o ON o.location_id = f.origin_location_id
        LEFT JOIN place AS d ON d.location_id = f.destination_location_id
        WHERE (o.location_id IS NOT NULL OR d.location_id IS NOT NULL) AND {when} AND {chosen}
        GROUP BY ALL
    )
    SELECT c.origin, o.name AS origin_name, c.destination, d.name AS destination_name, c.trips, c.unknown,
        o.lon AS origin_lon, o.lat AS origin_lat, d.lon AS destination_lon, d.lat AS destination_lat
    FROM counted AS c
    LEFT JOIN spot AS o ON o.member = c.origin
    LEFT JOIN spot AS d ON d.member = c.destination
    ORDER BY c.trips DESC NULLS LAST, c.origin, c.destination
    {limit}
"""


def flows(
    reader: Reader,
    level: str,
    *,
    scope: Scope,
    day_type: str | None = None,
    hours: Hours = None,
    mode: str | None = None,
    source: str | None = None,
    top: int | None = None,
) -> pa.Table:
    """Count trips between the regions of a level.

    Parameters
    ----------
    reader
        The snapshot.
    level, scope
        As in `gcrm.analysis.movement.place.places`; an end beyond the scope is null, and flows with both ends there
        are left out.
    day_type, hours
        As in `gcrm.analysis.movement.place.when`.
    mode, source
        Means of travel, and source, that count; null is all.
    top
        Only so many flows, the largest; null is all.

    Returns
    -------
    pa.Table
        One row per pair, the largest first: origin and destination (null is outside every region), their names, trips
        (the sum of what is known, null where nothing is), unknown (rows of which it is not known how many they are),
        and the mean point of the counted places of each end.

    Raises
    ------
    AccessError
        If the scope has no record rights.
    QueryError
        If a word is not known.
    """
    text, values = places(reader, level, scope=scope)
    timed, times = when(day_type, hours, "f")
    values |= times
    tests = ["TRUE"]
    for name, wanted in (("mode", mode), ("source", source)):
        if wanted is not None:
            tests.append(f"f.{name} = $chosen_{name}")
            values[f"chosen_{name}"] = wanted
    limit = "" if top is None else f"LIMIT {int(top)}"
    filled = _FLOWS.format(places=text, when=timed, chosen=" AND ".join(tests), limit=limit)
    return reader.cursor().execute(filled, values).to_arrow_table()


def desire_lines(table: pa.Table) -> gpd.GeoDataFrame:
    """Draw flows as straight lines from origin to destination.

    Parameters
    ----------
    table
        Flows, as `flows` gives them.

    Returns
    -------
    geopandas.GeoDataFrame
        One row per flow between two different places that are known: origin, origin_name, destination,
        destination_name, trips, unknown, geometry (a line in EPSG:4326).
    """
    frame = table.to_pandas()
    ends = frame[["origin_lon", "origin_lat", "destination_lon", "destination_lat"]].to_numpy(float)
    drawn = np.isfinite(ends).all(axis=1) & (frame["origin"] != frame["destination"]).to_numpy()
    lines = shapely.linestrings(ends[drawn].reshape(-1, 2, 2))
    names = ["origin", "origin_name", "destination", "destination_name", "trips", "unknown"]
    kept = frame.loc[drawn, names].reset_index(drop=True)
    return with_shapes(kept, list(lines))


_ENDS = """
    WITH place AS ({places})
    SELECT p.member, any_value(p.name) AS name, e.day_type, e.hour,
        sum(e.trips) FILTER (e.direction = 'out') AS trips_out, sum(e.trips) FILTER (e.direction = 'in') AS trips_in,
        count(*) FILTER (e.trips IS NULL) AS unknown
    FROM warehouse.fact_trip_end AS e
    JOIN place AS p ON p.location_id = e.location_id
    WHERE {when}
    GROUP BY p.member, e.day_type, e.hour
    ORDER BY p.member, e.day_type, e.hour
"""


def ends(reader: Reader, level: str, *, scope: Scope, day_type: str | None = None, hours: Hours = None) -> pa.Table:
    """Count the trips that begin and end in each region of a level, by hour.

    Parameters
    ----------
    reader
        The snapshot.
    level, scope, day_type, hours
        As in `flows`.

    Returns
    -------
    pa.Table
        One row per region, type of day and hour: member, name, day_type, hour, trips_out, trips_in (sums of what is
        known; null where no trip is), unknown (places and directions of which it is not known).

    Raises
    ------
    AccessError
        If the scope has no record rights.
    QueryError
        If a word is not known.
    """
    text, values = places(reader, level, scope=scope)
    timed, times = when(day_type, hours, "e")
    return reader.cursor().execute(_ENDS.format(places=text, when=timed), values | times).to_arrow_table()

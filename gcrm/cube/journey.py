"""Places that reach a point within so many minutes, or are reached from it: on roads, by estimate where there are none.

The words beside `travel_min` are `mode` (drive, cycle or walk), `day_type` and `hour` (free flow without them), and
`direction`: `to` the point, as people come to a store, or `from` it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gcrm.cube.plan import Places
from gcrm.errors import QueryError, near

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    import duckdb
    import shapely

    from gcrm.enrich.road.travel import Travel

#: Words that a journey may have beside `near` and `travel_min`.
WORDS = ("mode", "day_type", "hour", "direction")
_LISTED = "SELECT unnest($ids) AS location_id"
_AROUND = """
    SELECT location_id, lon, lat FROM warehouse.dim_location
    WHERE lat BETWEEN $lat - $high AND $lat + $high AND lon BETWEEN $lon - $wide AND $lon + $wide
    ORDER BY location_id
"""
#: Metres of a degree of latitude, where they are fewest.
_DEGREE_M = 110_574.0


@dataclass(frozen=True)
class Journey:
    """How people travel.

    Attributes
    ----------
    minutes
        How long, at most.
    mode
        drive, cycle or walk.
    day_type, hour
        When; null in free flow.
    is_from
        True for places that are reached from the point, false for those that reach it.
    """

    minutes: float
    mode: str = "drive"
    day_type: str | None = None
    hour: int | None = None
    is_from: bool = False


def journey_of(words: Mapping[str, Any], minutes: float) -> Journey:
    """Read how people travel; the mode and the time are checked where the roads are known.

    Parameters
    ----------
    words
        A spatial filter by travel time.
    minutes
        Its minutes, checked.

    Returns
    -------
    Journey
        The journey.

    Raises
    ------
    QueryError
        If the direction is none.
    """
    direction = words.get("direction", "to")
    if direction not in {"to", "from"}:
        msg = f"area: direction is to or from; found '{direction}'.{near(str(direction), ('to', 'from'))}"
        raise QueryError(msg)
    return Journey(
        minutes, str(words.get("mode", "drive")), words.get("day_type"), words.get("hour"), direction == "from"
    )


def reached(con: duckdb.DuckDBPyConnection, point: shapely.Geometry, journey: Journey) -> tuple[Places, str]:
    """Find the places within so many minutes of a point.

    Parameters
    ----------
    con
        Connection with a snapshot attached.
    point
        The point, in WGS84.
    journey
        How people travel.

    Returns
    -------
    tuple
        The places, and what the times rest on, in a sentence.

    Raises
    ------
    QueryError
        If the target is no point, or there is no such mode, day or hour.
    """
    from gcrm.enrich.road.travel import travel  # noqa: PLC0415 (takes long to import, and few questions need it)

    if point.geom_type != "Point":
        msg = (
            f"area: travel times lead to a point or a store; found a {point.geom_type}. Give distance_m, or speed_kmh"
            " and circuity for an estimate."
        )
        raise QueryError(msg)
    how = travel(con, journey.mode, journey.day_type, journey.hour)
    at = np.array([[point.x, point.y]])
    ids, places = _around(con, at, how, journey.minutes)
    ends = (at, places) if journey.is_from else (places, at)
    minutes = how.between(*ends, limit_min=journey.minutes).ravel() if len(ids) else np.zeros(0)
    note = f"{how.note} Places count that {'are reached from' if journey.is_from else 'reach'} the point in time."
    return Places(_LISTED, {"ids": ids[minutes <= journey.minutes].tolist()}), note


def _around(
    con: duckdb.DuckDBPyConnection, at: np.ndarray, how: Travel, minutes: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return numbers and points of the places that lie near enough to be asked about."""
    (lon, lat), metres = at[0].tolist(), how.farthest_m(minutes)
    high = metres / _DEGREE_M
    widest = abs(lat) + high
    wide = 360.0 if widest >= 89 else high / math.cos(math.radians(widest))
    found = con.execute(_AROUND, {"lon": lon, "lat": lat, "high": high, "wide": wide}).to_arrow_table()
    return found["location_id"].to_numpy(), np.column_stack([found[n].to_numpy().astype(float) for n in ("lon", "lat")])

"""Places that may lie beyond the border of their region: the circle of a place's error reaches over it.

The error is the distance within which the true place lies in 95 of 100 cases. What is inside the circle is taken for
equally likely, which is cautious: most true places lie nearer to the middle. Circles and borders are measured in the
project's metric CRS; borders are straight in lon/lat, so long ones get further corners before they are projected.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyproj
import shapely

from gcrm.conform.table import insert
from gcrm.sql import run

if TYPE_CHECKING:
    import duckdb
    from numpy.typing import NDArray

#: Longest edge of a border that is projected as it is, in degrees: a kilometre is off by centimetres.
_EDGE_DEGREES = 0.01
#: Corners of a quarter of a circle.
_CORNERS = 16


def write_uncertain(con: duckdb.DuckDBPyConnection, crs: str) -> int:
    """Write `conform.location_uncertain`: places whose error reaches over the border of a region that covers them.

    Parameters
    ----------
    con
        Connection with `geocode` attached and the other tables of `conform` made.
    crs
        The project's metric CRS.

    Returns
    -------
    int
        Rows written.
    """
    run(con, "gcrm.conform", "location_uncertain")
    project = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform
    regions = con.execute(
        "SELECT region_key, geometry FROM conform.region WHERE geometry IS NOT NULL "
        "AND region_key IN (SELECT region_key FROM conform.location_region) ORDER BY region_key"
    ).fetchall()
    written = 0
    for region_key, geometry in regions:
        # Places at one point with one error, such as the middle of a postcode, are one circle.
        found = con.execute(
            "SELECT l.lon, l.lat, l.error_m FROM conform.location_region AS r "
            "INNER JOIN geocode.location AS l ON l.location_id = r.location_id "
            "WHERE r.region_key = $region_key AND l.error_m > 0 GROUP BY ALL",
            {"region_key": region_key},
        ).fetchnumpy()
        lon, lat, error_m = (np.asarray(found[name], float) for name in ("lon", "lat", "error_m"))
        edge = shapely.segmentize(shapely.from_wkb(bytes(geometry)), _EDGE_DEGREES)
        region = shapely.transform(edge, lambda points: np.column_stack(project(points[:, 0], points[:, 1])))
        over, share = outside(region, shapely.points(*project(lon, lat)), error_m)
        if not len(over):
            continue
        circles = {"lon": lon[over], "lat": lat[over], "error_m": error_m[over], "share": share}
        written += _insert(con, region_key, circles)
    return written


def outside(
    region: shapely.Geometry, points: NDArray[Any], error_m: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return which circles reach over the border of a region, and which share of each lies outside.

    Parameters
    ----------
    region
        Polygons in a metric CRS.
    points
        Points inside the region, in the same CRS.
    error_m
        Radius of each circle, in metres.

    Returns
    -------
    tuple of numpy.ndarray
        Positions of the circles that reach over the border, and their shares outside, 0-1.
    """
    border = shapely.boundary(region)
    shapely.prepare(border)
    over = np.flatnonzero(shapely.dwithin(border, points, error_m) & np.isfinite(error_m))
    shares = np.empty(len(over))
    for i, place in enumerate(over):
        circle = shapely.buffer(points[place], error_m[place], quad_segs=_CORNERS)
        near = shapely.clip_by_rect(region, *shapely.bounds(circle))
        if not shapely.is_valid(near):
            near = shapely.make_valid(near)
        shares[i] = 1 - shapely.area(shapely.intersection(near, circle)) / shapely.area(circle)
    return over, np.clip(shares, 0.0, 1.0)


def _insert(con: duckdb.DuckDBPyConnection, region_key: int, circles: dict[str, NDArray[np.float64]]) -> int:
    table = pa.table(circles | {"region_key": pa.array([region_key] * len(circles["lon"]), pa.int32())})
    return insert(
        con,
        "conform.location_uncertain",
        "SELECT r.location_id, r.layer_id, r.region_key, max(c.share) FROM arrow_rows AS c "
        "INNER JOIN conform.location_region AS r ON r.region_key = c.region_key "
        "INNER JOIN geocode.location AS l ON l.location_id = r.location_id AND l.lon = c.lon AND l.lat = c.lat "
        "AND l.error_m = c.error_m GROUP BY r.location_id, r.layer_id, r.region_key",
        table,
    )

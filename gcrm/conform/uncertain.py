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

from gcrm.conform.fringe import write_fringe
from gcrm.conform.table import BATCH, insert
from gcrm.sql import run

if TYPE_CHECKING:
    from collections.abc import Callable

    import duckdb
    from numpy.typing import NDArray

#: Longest edge of a border that is projected as it is, in degrees: a kilometre is off by centimetres.
_EDGE_DEGREES = 0.01
#: Corners of a quarter of a circle.
_CORNERS = 16
_CIRCLE = ("region_key", "lon", "lat", "error_m", "share")


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
    places = write_fringe(con, project)
    written = sum(_write(con, places, project, keys) for keys in _batches(con, places))
    con.execute("DROP TABLE IF EXISTS temp.conform_fringe")
    return written


def _batches(con: duckdb.DuckDBPyConnection, places: str) -> list[tuple[int, int]]:
    """Return the first and last region of each batch: few regions of many places, or many of few."""
    counts = con.execute(
        "SELECT region_key, count(*) FROM conform.location_region WHERE location_id IN "
        f"(SELECT location_id FROM {places} WHERE error_m > 0) GROUP BY region_key ORDER BY region_key"
    ).fetchall()
    batches: list[tuple[int, int]] = []
    held = BATCH
    for region_key, count in counts:
        if held + count > BATCH:
            batches.append((region_key, region_key))
            held = 0
        batches[-1] = (batches[-1][0], region_key)
        held += count
    return batches


def _write(con: duckdb.DuckDBPyConnection, places: str, project: Callable[..., Any], ends: tuple[int, int]) -> int:
    """Write the uncertain places of some regions; returns the rows written."""
    keys = dict(zip(("first", "last"), ends, strict=True))
    # Places at one point with one error, such as the middle of a postcode, are one circle.
    found = con.execute(
        "SELECT r.region_key, l.lon, l.lat, l.error_m FROM conform.location_region AS r "
        f"INNER JOIN {places} AS l ON l.location_id = r.location_id "
        "WHERE r.region_key BETWEEN $first AND $last AND l.error_m > 0 GROUP BY ALL ORDER BY ALL",
        keys,
    ).fetchnumpy()
    region_key, lon, lat, error_m = (np.asarray(found[name]) for name in ("region_key", "lon", "lat", "error_m"))
    points = shapely.points(*project(lon, lat))
    shapes = con.execute(
        "SELECT region_key, geometry FROM conform.region "
        "WHERE geometry IS NOT NULL AND region_key BETWEEN $first AND $last ORDER BY region_key",
        keys,
    ).fetchall()
    circles = []
    for key, geometry in shapes:
        mine = slice(*np.searchsorted(region_key, (key, key + 1)))
        if mine.start == mine.stop:
            continue
        edge = shapely.segmentize(shapely.from_wkb(bytes(geometry)), _EDGE_DEGREES)
        region = shapely.transform(edge, lambda corners: np.column_stack(project(corners[:, 0], corners[:, 1])))
        over, share = outside(region, points[mine], error_m[mine])
        values = (region_key[mine][over], lon[mine][over], lat[mine][over], error_m[mine][over], share)
        circles.append(pa.table(dict(zip(_CIRCLE, values, strict=True))))
    return _insert(con, places, pa.concat_tables(circles)) if circles else 0


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


def _insert(con: duckdb.DuckDBPyConnection, places: str, circles: pa.Table) -> int:
    """Write the places of each circle."""
    return insert(
        con,
        "conform.location_uncertain",
        "SELECT r.location_id, r.layer_id, r.region_key, max(c.share) FROM arrow_rows AS c "
        "INNER JOIN conform.location_region AS r ON r.region_key = c.region_key "
        f"INNER JOIN {places} AS l ON l.location_id = r.location_id AND l.lon = c.lon AND l.lat = c.lat "
        "AND l.error_m = c.error_m GROUP BY r.location_id, r.layer_id, r.region_key",
        circles,
    )

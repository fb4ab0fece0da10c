"""Points on street segments: where a house number is known only by the range of a side of the street."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import shapely

from gcrm import sql
from gcrm.geocode.sphere import DEGREE_M

if TYPE_CHECKING:
    import duckdb

#: How far houses stand beside the line of their street, in metres.
ASIDE_M = 15.0
#: How much of a segment at either end has no houses, because of the crossing street, in metres.
CORNER_M = 12.0


def write_segments(con: duckdb.DuckDBPyConnection, error_m: float) -> int:
    """Write the temporary table `segment`: one row per open question that a street segment answers.

    Parameters
    ----------
    con
        Connection with the temporary tables `meant` and `held_range`.
    error_m
        Least error of a point, in metres; a quarter of the segment's length is added.

    Returns
    -------
    int
        Rows written.
    """
    sql.run(con, __package__, "segment")
    found = con.execute(sql.read(__package__, "on_range")).to_arrow_table()
    if not found.num_rows:
        return 0
    best = found.column("best").combine_chunks()
    lines = shapely.from_wkb(best.field("geometry").to_numpy(zero_copy_only=False), on_invalid="ignore")
    side = best.field("side").to_numpy(zero_copy_only=False).astype(float)
    points, lengths_m = beside(lines, best.field("along").to_numpy(zero_copy_only=False), side=side)
    table = pa.table(
        {
            "query_no": found.column("query_no"),
            "lon": np.round(points[:, 0], 7),
            "lat": np.round(points[:, 1], 7),
            "error_m": np.round(error_m + ASIDE_M * np.abs(side) + lengths_m / 4, 1),
            "address": found.column("street"),
            "faults": found.column("faults"),
        }
    )
    con.from_arrow(table).filter("NOT isnan(lon) AND NOT isnan(lat)").insert_into("segment")
    return int(found.num_rows)


def beside(lines: np.ndarray, along: np.ndarray, *, side: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a point beside each line, and the line's length.

    Parameters
    ----------
    lines
        Lines in lon/lat; null and what is no line give NaN.
    along
        Share of the way from the first to the last house number, 0-1.
    side
        Where the houses stand, seen in the line's direction: 1 to its left, -1 to its right, 0 on the line, whose ends
        are the first and the last house then.

    Returns
    -------
    tuple of numpy.ndarray
        Points as pairs of lon and lat, and lengths in metres.
    """
    plain = np.isin(shapely.get_type_id(lines), (1, 5)) & ~shapely.is_empty(lines)
    usable = shapely.line_merge(np.asarray(lines, dtype=object))
    usable[~plain | (shapely.get_type_id(usable) != 1)] = None
    start = _xy(shapely.get_point(usable, 0))
    east_m = np.cos(np.radians(start[:, 1])) * DEGREE_M
    corners, owner = shapely.get_coordinates(usable, return_index=True)
    metric = (corners - start[owner]) * np.column_stack((east_m[owner], np.full(len(owner), DEGREE_M)))
    flat = np.full(len(lines), None, dtype=object)
    kept = np.unique(owner)
    if len(kept):
        flat[kept] = shapely.linestrings(metric, indices=np.searchsorted(kept, owner))
    lengths = shapely.length(flat)
    corner = np.minimum(CORNER_M, lengths / 4) * np.abs(side)
    distance = corner + np.clip(along, 0, 1) * (lengths - 2 * corner)
    here = _xy(shapely.line_interpolate_point(flat, distance))
    back = _xy(shapely.line_interpolate_point(flat, np.maximum(distance - 1, 0)))
    ahead = _xy(shapely.line_interpolate_point(flat, np.minimum(distance + 1, lengths)))
    course = ahead - back
    with np.errstate(invalid="ignore", divide="ignore"):
        course /= np.hypot(course[:, 0], course[:, 1])[:, None]
    aside = np.column_stack((-course[:, 1], course[:, 0])) * (side * ASIDE_M)[:, None]
    place = here + aside
    return start + place / np.column_stack((east_m, np.full(len(lines), DEGREE_M))), lengths


def _xy(points: np.ndarray) -> np.ndarray:
    """Return the coordinates of points, NaN where there is none."""
    return np.column_stack((shapely.get_x(points), shapely.get_y(points)))

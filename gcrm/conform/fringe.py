"""The ground along the borders of regions: who stands elsewhere surely lies on the right side.

Nearly all places are known to some metres and stand far from every border. The borders are divided into pieces no
longer than the side of a square of a grid in lon/lat; a place in no square that holds the end of a piece, nor in one
beside it, is half a side or more away from every border, in degrees. How many metres that is at least, the project's
CRS says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import shapely

from gcrm.conform.table import insert
from gcrm.sql import number

if TYPE_CHECKING:
    from collections.abc import Callable

    import duckdb
    from numpy.typing import NDArray

#: Fewer places than this are compared with the borders one by one.
_LEAST = 20_000
#: Pieces of border per place at most, where the grid may be made finer than its coarsest.
_PIECES = 0.25
#: Side of a square in degrees: a kilometre at most, a hundred metres at least.
_SIDE_DEGREES = (0.001, 0.01)
#: How far the scale of a map may differ between a place and a border half a side away, as a factor.
_SAFE = 2.0
#: Distance between the corners at which the scale of the map is taken, in degrees.
_SAMPLE_DEGREES = 0.1
#: Room for one coordinate of a square in its number.
_ROOM = 1 << 31
_SQUARE = f"floor(lon / $side)::BIGINT * {_ROOM} + floor(lat / $side)::BIGINT"


def write_fringe(con: duckdb.DuckDBPyConnection, project: Callable[..., Any]) -> str:
    """Find the places whose error might reach a border: all whose error is large, and all near a border.

    Parameters
    ----------
    con
        Connection with `geocode.location` and `conform.region`.
    project
        Function from lon and lat to coordinates of the metric CRS.

    Returns
    -------
    str
        Table with the columns `location_id`, `lon`, `lat` and `error_m` of those places: `geocode.location` itself
        where looking for them does not pay, else the temporary table `conform_fringe`.
    """
    every = "geocode.location"
    places = number(con, f"SELECT count(*) FROM {every} WHERE error_m > 0")
    if places < _LEAST:
        return every
    rows = con.execute("SELECT geometry FROM conform.region WHERE geometry IS NOT NULL").fetchall()
    regions = shapely.from_wkb([bytes(wkb) for (wkb,) in rows])
    if not len(regions) or shapely.get_num_coordinates(regions).sum() > places:
        return every
    side = float(np.clip(shapely.length(regions).sum() / (_PIECES * places), *_SIDE_DEGREES))
    corners = shapely.get_coordinates(shapely.segmentize(regions, side))
    reach_m = side / 2 * least_scale(corners, side, project) / _SAFE
    con.execute("CREATE OR REPLACE TEMP TABLE conform_square (square BIGINT)")
    insert(con, "conform_square", "SELECT square FROM arrow_rows", pa.table({"square": squares(corners, side)}))
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE conform_fringe AS SELECT location_id, lon, lat, error_m FROM {every} "
        f"WHERE error_m > 0 AND (error_m > $reach_m OR {_SQUARE} IN (SELECT square FROM conform_square))",
        {"reach_m": reach_m, "side": side},
    )
    con.execute("DROP TABLE conform_square")
    return "conform_fringe"


def squares(corners: NDArray[np.float64], side: float) -> NDArray[np.int64]:
    """Return the numbers of the squares that hold a corner, and of those around them.

    Parameters
    ----------
    corners
        Points in degrees, one per row.
    side
        Side of a square, in degrees.

    Returns
    -------
    numpy.ndarray
        Each number once.
    """
    column, row = np.floor(corners.T / side).astype(np.int64)
    around = np.array([i * _ROOM + j for i in (-1, 0, 1) for j in (-1, 0, 1)])
    return _distinct((_distinct(column * _ROOM + row)[:, None] + around).reshape(-1))


def _distinct(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return each number once; Arrow is much quicker at it than numpy."""
    found: NDArray[np.int64] = pa.array(numbers).unique().to_numpy()
    return found


def least_scale(corners: NDArray[np.float64], step: float, project: Callable[..., Any]) -> float:
    """Return the fewest metres of a CRS that a degree is long anywhere along some corners, in whatever direction.

    Parameters
    ----------
    corners
        Points in degrees, one per row.
    step
        Degrees over which lengths are taken.
    project
        Function from lon and lat to coordinates of the CRS.

    Returns
    -------
    float
        Metres per degree; 0 where the CRS does not hold all corners.
    """
    column, row = np.floor(corners.T / _SAMPLE_DEGREES).astype(np.int64)
    _, first = np.unique(column * _ROOM + row, return_index=True)
    lon, lat = corners[first].T
    origin, east, north = (np.stack(project(lon + i, lat + j)) for i, j in ((0, 0), (step, 0), (0, step)))
    if not np.isfinite([origin, east, north]).all():
        return 0.0
    east, north = (east - origin) / step, (north - origin) / step
    # The smaller singular value of the two directions side by side.
    both = (east**2 + north**2).sum(axis=0) / 2
    area = east[0] * north[1] - east[1] * north[0]
    squared = both - np.sqrt(np.maximum(both**2 - area**2, 0.0))
    return float(np.sqrt(max(squared.min(), 0.0)))

"""Inner points of parcels: where an address is known by its parcel only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import shapely

from gcrm import sql
from gcrm.geocode.sphere import DEGREE_M

if TYPE_CHECKING:
    import duckdb

_BATCH = 50_000
_SCHEMA = pa.schema(
    [("parcel_id", pa.string()), ("lon", pa.float64()), ("lat", pa.float64()), ("error_m", pa.float64())]
)


def write_parcel_points(con: duckdb.DuckDBPyConnection) -> int:
    """Write the temporary table `parcel_point`: one row per parcel that a record without a point names.

    Parameters
    ----------
    con
        Connection with `ingest` attached and the view `located_record` made.

    Returns
    -------
    int
        Parcels written. Parcels without an area are left out.
    """
    sql.run(con, __package__, "parcel_point")
    reader = con.execute(sql.read(__package__, "parcel")).to_arrow_reader(_BATCH)
    batches = [_points(batch) for batch in reader]
    con.register("parcel_batch", pa.Table.from_batches(batches, schema=_SCHEMA))
    try:
        con.execute("INSERT INTO parcel_point FROM parcel_batch WHERE lon IS NOT NULL")
    finally:
        con.unregister("parcel_batch")
    return sql.number(con, "SELECT count(*) FROM parcel_point")


def _points(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return inner point and error of each parcel; null where its geometry has no area."""
    shapes = shapely.from_wkb(batch.column("geometry").to_numpy(zero_copy_only=False), on_invalid="ignore")
    broken = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    shapes[broken] = shapely.make_valid(shapes[broken])
    points, error_m = inner_points(shapes)
    # 1e-7 degrees are about 1 cm: finer digits differ between versions of GEOS.
    lon, lat = np.round(shapely.get_x(points), 7), np.round(shapely.get_y(points), 7)
    columns = [batch.column("parcel_id")]
    columns += [pa.array(values, from_pandas=True) for values in (lon, lat, error_m)]
    return pa.RecordBatch.from_arrays(columns, schema=_SCHEMA)


def inner_points(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a point inside each shape and the distance to the shape's farthest corner.

    The distance bounds how far an address on the parcel can be from the point, so it holds for more than 95 % of them.

    Parameters
    ----------
    shapes
        Valid shapely geometries in lon/lat.

    Returns
    -------
    tuple of numpy.ndarray
        Points, and distances in metres rounded to 0.1 m; None and NaN for a shape that is missing or empty.
    """
    filled = shapes.copy()
    filled[shapely.is_empty(filled)] = None
    points = shapely.point_on_surface(filled)
    corners, owner = shapely.get_coordinates(shapes, return_index=True)
    lon, lat = shapely.get_x(points)[owner], shapely.get_y(points)[owner]
    east_m = (corners[:, 0] - lon) * np.cos(np.radians(lat)) * DEGREE_M
    north_m = (corners[:, 1] - lat) * DEGREE_M
    far_m = np.full(len(shapes), -1.0)
    np.maximum.at(far_m, owner, np.hypot(east_m, north_m))
    return points, np.round(np.where(far_m < 0, np.nan, far_m), 1)

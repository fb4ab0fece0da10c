"""Street centrelines: lines with the house numbers at either end, left and right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import shapely
from pyproj import Transformer

from gcrm.geocode.pack.feature import street, text
from gcrm.geocode.pack.file import TABLE
from gcrm.ingest.geometry import WGS84
from gcrm.ingest.place import is_wgs84

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb
    from numpy.typing import NDArray

    from gcrm.geocode.pack.file import File

_BATCH = 50_000
_SCHEMA = pa.schema(
    [
        ("row_no", pa.int64()),
        ("geometry", pa.binary()),
        *((f"{axis}_{place}", pa.float64()) for place in ("start", "middle", "end") for axis in ("lon", "lat")),
    ]
)


def is_centreline(file: File, found: Mapping[str, int]) -> bool:
    """Say whether a file holds centrelines: it has lines, and both ends of a range of house numbers."""
    sides = [{f"{side}_from", f"{side}_to"} <= found.keys() for side in ("left", "right")]
    return any(sides) and file.geometry is not None and file.geometry_type not in {"Point", "Polygon", "MultiPolygon"}


def read_lines(con: duckdb.DuckDBPyConnection, file: File, found: Mapping[str, int]) -> None:
    """Put the sides of the segments of a file into `raw_range`, and sides without numbers into `raw_way` too.

    Parameters
    ----------
    con
        Connection with `file_row`, `raw_range` and `raw_way`.
    file
        The file.
    found
        What a column holds -> its position.
    """
    move = None if is_wgs84(file.crs) else Transformer.from_crs(file.crs, WGS84, always_xy=True)
    reader = con.execute(f"SELECT row_no, c{file.geometry} AS geometry FROM {TABLE}").to_arrow_reader(_BATCH)
    lines = pa.Table.from_batches([_lines(batch, move) for batch in reader], schema=_SCHEMA)
    con.register("line_batch", lines)
    try:
        con.execute(f"CREATE OR REPLACE TEMP TABLE read_line AS {_sides(file, found)}")
    finally:
        con.unregister("line_batch")
    con.execute(
        "INSERT INTO raw_range BY NAME SELECT street, postcode, city, side, from_number, to_number, "
        "lon_middle AS lon, lat_middle AS lat, geometry FROM read_line"
    )
    for place in ("start", "middle", "end"):
        con.execute(
            f"INSERT INTO raw_way SELECT street, postcode, city, lon_{place}, lat_{place} FROM read_line "
            "WHERE coalesce(from_number, 0) <= 0 OR coalesce(to_number, 0) <= 0"
        )
    con.execute("DROP TABLE read_line")


def _sides(file: File, found: Mapping[str, int]) -> str:
    """Return the query that gives one row per side of a segment."""
    parts = []
    for side in ("left", "right"):
        numbers = ", ".join(
            f"TRY_CAST(regexp_extract({text(file, found, role)}, '^[0-9]+') AS BIGINT) AS {name}"
            for role, name in ((f"{side}_from", "from_number"), (f"{side}_to", "to_number"))
        )
        both = {name: f"coalesce({text(file, found, f'{name}_{side}')}, {text(file, found, name)})" for name in _AREA}
        places = ", ".join(f"{value} AS {name}" for name, value in both.items())
        parts.append(
            f"SELECT {street(file, found)} AS street, {places}, '{side}' AS side, {numbers}, line_batch.* "
            f"FROM {TABLE} INNER JOIN line_batch USING (row_no)"
        )
    return " UNION ALL ".join(parts)


_AREA = ("postcode", "city")


def _lines(batch: pa.RecordBatch, move: Transformer | None) -> pa.RecordBatch:
    """Return each segment as one line in lon/lat, with its ends and its middle; null where it is none."""
    shapes = shapely.from_wkb(batch.column("geometry").to_numpy(zero_copy_only=False), on_invalid="ignore")
    shapes = shapely.line_merge(shapely.force_2d(shapes), directed=True)
    line = (shapely.get_type_id(shapes) == shapely.GeometryType.LINESTRING) & ~shapely.is_empty(shapes)
    shapes[~line] = None
    if move is not None:
        shapes = shapely.transform(shapes, move.transform, interleaved=False)
    shapes = shapely.transform(shapes, lambda xy: np.round(xy, 7))
    bounds = shapely.bounds(shapes)
    shapes[~((bounds[:, 0] >= -180) & (bounds[:, 1] >= -90) & (bounds[:, 2] <= 180) & (bounds[:, 3] <= 90))] = None
    points = [shapely.line_interpolate_point(shapes, share, normalized=True) for share in (0, 0.5, 1)]
    columns = [batch.column("row_no"), pa.array(shapely.to_wkb(shapes, byte_order=1), pa.binary())]
    columns += [_column(axis(point)) for point in points for axis in (shapely.get_x, shapely.get_y)]
    return pa.RecordBatch.from_arrays(columns, schema=_SCHEMA)


def _column(values: NDArray[Any]) -> pa.Array:
    return pa.array(values, pa.float64(), from_pandas=True)

"""Geometry on its way in: any CRS becomes WGS84 lon/lat in two dimensions, and what is not what it should be is named.

The functions stand inside DuckDB while a source is loaded, so that one statement reads, checks and writes it.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pyarrow as pa
import shapely
from duckdb.func import FunctionNullHandling, PythonUDFType
from pyproj import CRS, Transformer

from gcrm.ingest.nest import FLAGS, HARMLESS, NestError, is_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from duckdb.sqltypes import DuckDBPyType
    from numpy.typing import NDArray

WGS84 = CRS.from_epsg(4326)
#: What is wrong with a geometry, by the code that the functions return; 0 stands for nothing.
FAULTS = {
    1: "cannot be read",
    2: "is empty",
    3: "is not of the right type",
    4: "lies outside longitude -180..180 and latitude -90..90",
    5: "is wider than 180 degrees: cut it where it crosses the antimeridian",
}
#: Bytes of the order and the type that WKB begins with.
_HEAD = 5
#: Degrees by which rounding may carry the edge of the world outwards.
_SLACK = 1e-9
_UNREADABLE, _EMPTY, _TYPE, OUTSIDE, _WIDE = FAULTS
_POINT, _LINE, _POLYGON, _MULTIPOINT, _LINES, _MULTIPOLYGON = 0, 1, 3, 4, 5, 6
#: Types of WKB that a parser is given, and those that no field takes: collections, curves, surfaces.
_PARSED, _OTHERS = (1, 2, 3, 4, 5, 6), tuple(range(7, 18))
#: Degrees of longitude: a part that is wider than half the world goes the wrong way round, unless it spans all of it.
_HALF, _WHOLE = 180, 359.9


@contextmanager
def functions(con: duckdb.DuckDBPyConnection, crs: CRS) -> Iterator[None]:
    """Offer gcrm's geometry functions in SQL, for sources in one CRS.

    `gcrm_area(wkb)` and `gcrm_line(wkb)` give `geometry` (WKB) and `fault`; `gcrm_point(wkb)` gives `lon`, `lat` and
    `fault`; `gcrm_lon_lat(x, y)` gives `lon` and `lat`, infinite where a point has no place in WGS84.

    Parameters
    ----------
    con
        Connection that loads the source.
    crs
        CRS of what the functions take.

    Yields
    ------
    None
        Once the functions are there; they are gone at the end.
    """
    move = None if crs.equals(WGS84, ignore_axis_order=True) else Transformer.from_crs(crs, WGS84, always_xy=True)
    point = duckdb.struct_type({"lon": "DOUBLE", "lat": "DOUBLE", "fault": "UTINYINT"})
    area = duckdb.struct_type({"geometry": "BLOB", "fault": "UTINYINT"})
    place = duckdb.struct_type({"lon": "DOUBLE", "lat": "DOUBLE"})
    blob, double = duckdb.sqltypes.BLOB, duckdb.sqltypes.DOUBLE
    offered: dict[str, tuple[Callable[..., Any], list[DuckDBPyType], DuckDBPyType]] = {
        "gcrm_area": (_area, [blob], area),
        "gcrm_line": (_line, [blob], area),
        "gcrm_point": (_point, [blob], point),
        "gcrm_lon_lat": (_lon_lat, [double, double], place),
    }
    for name, (function, takes, gives) in offered.items():
        con.create_function(
            name,
            partial(function, move),
            takes,  # type: ignore[arg-type]  # the stub wants a list of every type that there is
            gives,
            type=PythonUDFType.ARROW,
            null_handling=FunctionNullHandling.SPECIAL,
        )
    try:
        yield
    finally:
        for name in offered:
            con.remove_function(name)


def _area(move: Transformer | None, column: pa.ChunkedArray) -> pa.StructArray:
    """Turn WKB into polygons in lon/lat; `fault` is 0 where all is well, also for null."""
    return _shape(move, column, (_POLYGON, _MULTIPOLYGON), shapely.area)


def _line(move: Transformer | None, column: pa.ChunkedArray) -> pa.StructArray:
    """Turn WKB into lines in lon/lat; `fault` is 0 where all is well, also for null."""
    return _shape(move, column, (_LINE, _LINES), shapely.length)


def _shape(
    move: Transformer | None, column: pa.ChunkedArray, fitting: tuple[int, ...], size: Callable[..., NDArray[Any]]
) -> pa.StructArray:
    """Turn WKB into geometry of the fitting types in lon/lat; a size that is no number betrays bad coordinates."""
    shapes, given, fault = _read(column)
    _mark(fault, shapely.is_empty(shapes), _EMPTY)
    kinds = shapely.get_type_id(shapes)
    _mark(fault, given & ~np.isin(kinds, fitting), _TYPE)
    shapes = _only(shapely.force_2d(shapes), fault == 0)
    if move is not None:
        shapes = shapely.transform(shapes, move.transform, interleaved=False)
    bounds = shapely.bounds(shapes)
    with np.errstate(all="ignore"):  # bounds pass over coordinates that are no numbers; a size does not
        finite = np.isfinite(size(shapes))
    _mark(fault, given & ~(_inside(bounds) & finite), OUTSIDE)
    for i in np.flatnonzero((fault == 0) & (bounds[:, 2] - bounds[:, 0] > _HALF)):
        parts = shapely.bounds(shapely.get_parts(shapes[i]))
        width = (parts[:, 2] - parts[:, 0]).max()
        fault[i] = _WIDE if _HALF < width < _WHOLE else 0
    wkb = shapely.to_wkb(_only(shapes, fault == 0))
    return pa.StructArray.from_arrays([pa.array(wkb, pa.binary()), pa.array(fault)], ["geometry", "fault"])


def _point(move: Transformer | None, column: pa.ChunkedArray) -> pa.StructArray:
    """Turn WKB of points, or multi-points of one point, into lon and lat; `fault` is 0 where all is well."""
    shapes, given, fault = _read(column)
    _mark(fault, shapely.is_empty(shapes), _EMPTY)
    kinds = shapely.get_type_id(shapes)
    single = (kinds == _MULTIPOINT) & (shapely.get_num_geometries(shapes) == 1)
    shapes = np.where(single, shapely.get_geometry(shapes, 0), shapes)
    _mark(fault, given & (kinds != _POINT) & ~single, _TYPE)
    shapes = _only(shapes, fault == 0)
    x, y = shapely.get_x(shapes), shapely.get_y(shapes)
    if move is not None:
        x, y = move.transform(x, y)
    _mark(fault, given & ~_inside(np.column_stack([x, y, x, y])), OUTSIDE)
    bad = (fault != 0) | ~given
    return pa.StructArray.from_arrays(
        [pa.array(x, pa.float64(), mask=bad), pa.array(y, pa.float64(), mask=bad), pa.array(fault)],
        ["lon", "lat", "fault"],
    )


def _lon_lat(move: Transformer | None, x: pa.ChunkedArray, y: pa.ChunkedArray) -> pa.StructArray:
    """Turn x and y into lon and lat; null where either is null."""
    known = ~(np.asarray(x.is_null()) | np.asarray(y.is_null()))
    lon, lat = (np.where(known, np.asarray(v.fill_null(0.0)), 0.0) for v in (x, y))
    if move is not None:
        lon, lat = move.transform(lon, lat)
    columns = [pa.array(v, pa.float64(), mask=~known) for v in (lon, lat)]
    return pa.StructArray.from_arrays(columns, ["lon", "lat"])


def _read(column: pa.ChunkedArray) -> tuple[NDArray[Any], NDArray[np.bool_], NDArray[np.uint8]]:
    """Return geometries, null where WKB is null or cannot be read; where something was given; and what is wrong."""
    wkb = np.array(column.to_numpy(zero_copy_only=False), dtype=object)
    given = ~np.asarray(column.is_null())
    fault = np.zeros(len(wkb), np.uint8)
    kinds, length = _kinds(column)
    fault[given & np.isin(kinds, _OTHERS)] = _TYPE
    fault[given & ~np.isin(kinds, _OTHERS + _PARSED)] = _UNREADABLE
    for i in np.flatnonzero((length >= HARMLESS) & (fault == 0)):
        try:
            fault[i] = 0 if is_plain(wkb[i]) else _TYPE
        except NestError:
            fault[i] = _UNREADABLE
    wkb[fault != 0] = None
    with np.errstate(invalid="ignore"):  # a coordinate that is no number is found below
        shapes = shapely.from_wkb(wkb, on_invalid="ignore")
    _mark(fault, given & shapely.is_missing(shapes), _UNREADABLE)
    return shapes, given, fault


def _kinds(column: pa.ChunkedArray) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the types that WKB begins with, without dimensions, -1 where there is none; and its lengths."""
    array = pa.chunked_array(column).combine_chunks().cast(pa.large_binary())
    _, places, values = array.buffers()
    bounds = np.frombuffer(places, np.int64)[array.offset : array.offset + len(array) + 1]
    length = np.where(np.asarray(array.is_null()), 0, np.diff(bounds))
    kinds = np.full(len(array), -1, np.int64)
    has = np.flatnonzero(length > _HEAD)
    if not has.size:
        return kinds, length
    data = np.frombuffer(values, np.uint8)
    head = data[bounds[:-1][has][:, None] + np.arange(_HEAD)].astype(np.int64)
    little = head[:, 1] | head[:, 2] << 8 | head[:, 3] << 16 | head[:, 4] << 24
    big = head[:, 4] | head[:, 3] << 8 | head[:, 2] << 16 | head[:, 1] << 24
    code = np.where(head[:, 0] == 1, little, big) & ~FLAGS
    kinds[has] = np.where((head[:, 0] <= 1) & (code < 4000), code % 1000, -1)
    return kinds, length


def _only(shapes: NDArray[Any], where: NDArray[np.bool_]) -> NDArray[Any]:
    """Return the geometries where a condition holds, null elsewhere."""
    kept: NDArray[Any] = np.array(shapes, dtype=object)
    kept[~where] = None
    return kept


def _mark(fault: NDArray[np.uint8], where: NDArray[np.bool_], code: int) -> None:
    """Write a code where there is none yet."""
    fault[where & (fault == 0)] = code


def _inside(bounds: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say which bounds (minx, miny, maxx, maxy) are plausible lon/lat; NaN is not."""
    west, south, east, north = bounds.T
    inside: NDArray[np.bool_] = (
        (west >= -180 - _SLACK) & (south >= -90 - _SLACK) & (east <= 180 + _SLACK) & (north <= 90 + _SLACK)
    )
    return inside

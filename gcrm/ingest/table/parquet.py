"""Reader of Parquet and GeoParquet; columns keep the types of the file."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow.parquet as pq
from pyarrow import ArrowException
from pyproj import CRS

from gcrm import sql
from gcrm.ingest.limits import FileError, check_columns, check_rows, check_unpacked, guarded
from gcrm.ingest.place import stated_crs
from gcrm.ingest.reading import Column, Origin, Reading
from gcrm.ingest.table.probe import may_swell, probe

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Keeps geometry as the WKB of the file; DuckDB would otherwise turn it into a type of its own.
_SETTING = "enable_geoparquet_conversion"
_RELATION = "read_parquet($path, hive_partitioning = false)"
_NO_PARQUET = "the file is not Parquet, or is damaged. Write it anew, or give it the ending of what it is."


@contextmanager
def open_reading(con: duckdb.DuckDBPyConnection, origin: Origin) -> Iterator[Reading]:
    """Open a Parquet file, with or without the metadata of GeoParquet.

    Parameters
    ----------
    con
        Connection that will read the rows.
    origin
        The source.

    Yields
    ------
    Reading
        The opened file.

    Raises
    ------
    SourceError
        If the file is not Parquet or its geometry is not stored as WKB.
    """
    metadata = _metadata(origin)
    geometry, crs, kind = _geometry(origin, metadata.metadata or {})
    parameters = {"path": sql.one_file(origin.path)}
    con.execute(f"SET GLOBAL {_SETTING} = false")
    try:
        try:
            described = con.execute(f"DESCRIBE SELECT * FROM {_RELATION}", parameters).fetchall()
        except duckdb.Error as error:
            raise origin.refuse(_NO_PARQUET) from error
        columns = tuple(Column(name, kind) for name, kind, *_ in described)
        names = ", ".join(f"c{i}" for i in range(len(columns)))
        yield Reading(
            "GeoParquet" if geometry else "Parquet",
            columns,
            f"{_RELATION} AS file({names})",
            parameters,
            row_no="file_row_number + 1",
            crs=crs,
            geometry=geometry,
            geometry_type=kind,
            records=metadata.num_rows,
        )
    finally:
        con.execute(f"RESET GLOBAL {_SETTING}")


def _metadata(origin: Origin) -> pq.FileMetaData:
    """Return what the file says of itself, within the limits: a few bytes can stand for millions of rows."""
    try:
        metadata = pq.read_metadata(origin.path)
    except (ArrowException, OSError):
        raise origin.refuse(_NO_PARQUET) from None
    groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
    unpacked = sum(max(group.total_byte_size, 0) for group in groups)
    try:
        check_rows(metadata.num_rows, origin.path.stat().st_size, origin.limits.rows)
        check_columns(metadata.num_columns)
        check_unpacked(unpacked, origin.limits.unpacked_mb)
    except FileError as error:
        raise origin.refuse(str(error)) from None
    # What the probe takes, the build takes too, beside what it holds already.
    memory_mb = origin.limits.memory_mb / 2
    if may_swell(metadata, memory_mb):
        guarded(origin, probe, sql.one_file(origin.path), memory_mb=int(memory_mb))
    return metadata


def _geometry(origin: Origin, metadata: dict[bytes, bytes]) -> tuple[str | None, CRS | None, str | None]:
    """Return name, CRS and type of the primary geometry column; all null for plain Parquet."""
    if b"geo" not in metadata:
        return None, None, None
    try:
        geo: dict[str, Any] = json.loads(metadata[b"geo"])
        name = str(geo["primary_column"])
        column: dict[str, Any] = geo["columns"][name]
        stated = (column.get("encoding"), column.get("geometry_types") or [])
        types = [str(found) for found in stated[1]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        msg = "the GeoParquet metadata cannot be read. Write the file anew."
        raise origin.refuse(msg) from None
    if stated[0] != "WKB":
        msg = f"its geometry is stored as '{str(stated[0])[:40]}'. Write it with the encoding WKB."
        raise origin.refuse(msg)
    return name, _crs(origin, column), types[0].removesuffix(" Z") if len(types) == 1 else None


def _crs(origin: Origin, column: dict[str, Any]) -> CRS | None:
    """Return the CRS of a geometry column: GeoParquet means WGS84 where it says nothing, and "unknown" by null."""
    if "crs" not in column:
        return CRS.from_epsg(4326)
    if column["crs"] is None:
        return None
    return stated_crs(origin, column["crs"])

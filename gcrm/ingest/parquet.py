"""Reader of Parquet and GeoParquet; columns keep the types of the file."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
from pyarrow import ArrowException
from pyproj import CRS
from pyproj.exceptions import CRSError

from gcrm.ingest.reading import Column, Origin, Reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

#: Keeps geometry as the WKB of the file; DuckDB would otherwise turn it into a type of its own.
_SETTING = "enable_geoparquet_conversion"


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
    try:
        metadata = pq.read_metadata(origin.path)
    except (ArrowException, OSError):
        msg = "the file is not Parquet, or is damaged. Write it anew, or give it the ending of what it is."
        raise origin.refuse(msg) from None
    geometry, crs, kind = _geometry(origin, metadata.metadata or {})
    con.execute(f"SET GLOBAL {_SETTING} = false")
    try:
        described = con.execute("DESCRIBE SELECT * FROM read_parquet($path)", {"path": str(origin.path)}).fetchall()
        columns = tuple(Column(name, kind) for name, kind, *_ in described)
        names = ", ".join(f"c{i}" for i in range(len(columns)))
        yield Reading(
            "GeoParquet" if geometry else "Parquet",
            columns,
            f"read_parquet($path) AS file({names})",
            {"path": str(origin.path)},
            row_no="file_row_number + 1",
            crs=crs,
            geometry=geometry,
            geometry_type=kind,
            records=metadata.num_rows,
        )
    finally:
        con.execute(f"RESET GLOBAL {_SETTING}")


def _geometry(origin: Origin, metadata: dict[bytes, bytes]) -> tuple[str | None, CRS | None, str | None]:
    """Return name, CRS and type of the primary geometry column; all null for plain Parquet."""
    if b"geo" not in metadata:
        return None, None, None
    try:
        geo: dict[str, Any] = json.loads(metadata[b"geo"])
        name = str(geo["primary_column"])
        column: dict[str, Any] = geo["columns"][name]
    except (ValueError, KeyError, TypeError):
        msg = "the GeoParquet metadata cannot be read. Write the file anew."
        raise origin.refuse(msg) from None
    if column.get("encoding") != "WKB":
        msg = f"its geometry is stored as '{column.get('encoding')}'. Write it with the encoding WKB."
        raise origin.refuse(msg)
    types = column.get("geometry_types") or []
    return name, _crs(origin, column), str(types[0]).removesuffix(" Z") if len(types) == 1 else None


def _crs(origin: Origin, column: dict[str, Any]) -> CRS | None:
    """Return the CRS of a geometry column: GeoParquet means WGS84 where it says nothing, and "unknown" by null."""
    if "crs" not in column:
        return CRS.from_epsg(4326)
    if column["crs"] is None:
        return None
    try:
        return CRS.from_user_input(column["crs"])
    except CRSError:
        msg = "the CRS in the GeoParquet metadata is not known. Name it by 'crs' in gcrm.toml."
        if origin.source.crs:
            return None
        raise origin.refuse(msg) from None

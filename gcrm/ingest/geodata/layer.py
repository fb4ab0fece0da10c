"""The layer of a geodata file, read by GDAL in a process of its own and written as a draft that DuckDB reads.

Files come from anywhere, and parsers of geodata fall over some of them. So nothing here runs in the process that
builds; what it may take in memory and time is bounded, and only the formats that gcrm reads are known to GDAL there.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import warnings
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.request import pathname2url

from gcrm.errors import near
from gcrm.ingest.limits import FileError, check_archive, check_rows
from gcrm.ingest.nest import DEEPEST, depth

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pyarrow as pa

#: What the format means where a file says nothing of its CRS (RFC 7946; TopoJSON follows it).
_JSON = frozenset(["GeoJSON", "GeoJSONSeq", "TopoJSON"])
_SIGNATURES = {"GPKG": b"SQLite format 3\0", "ESRI Shapefile": b"\0\0\x27\x0a", "FlatGeobuf": b"fgb"}
_ENDINGS = {".gpkg": "GPKG", ".shp": "ESRI Shapefile", ".fgb": "FlatGeobuf"}
#: Drivers that GDAL leaves out in this process: some read other files or the network when a file tells them to.
_SKIPPED = (
    "MEM PCIDSK PDS4 VICAR PDF MBTiles EEDA OGCAPI GDALG MapInfo_File LVBAG S57 DGN OGR_VRT CSV GML GPX LIBKML KML "
    "ESRIJSON OGR_GMT SQLite WAsP OpenFileGDB DXF GeoRSS VFK PGDUMP OSM GPSBabel OGR_PDS WFS OAPIF EDIGEO Idrisi ODS "
    "XLSX Elasticsearch Carto AmigoCloud SXF Selafin JML PLSCENES CSW VDV MVT NGW MapML GTFS PMTiles JSONFG "
    "MiraMonVector ADBC AVCBin AVCE00 AIVector HTTP"
)
#: Packages that pyogrio imports where they are there, and that are not needed here.
_HEAVY = ("geopandas", "pandas", "pyproj", "shapely")
_BATCH = 4096


@dataclass(frozen=True)
class Request:
    """What is to be read, and where to.

    Attributes
    ----------
    path
        The file.
    name
        The layer; null for the only one.
    drivers
        GDAL drivers that the ending of the file stands for.
    draft
        Parquet file to write: columns `c0`, `c1`, ... of the file's types, geometry as WKB.
    unpacked_mb, rows
        What the file may unpack to and hold.
    """

    path: Path
    name: str | None
    drivers: tuple[str, ...]
    draft: Path
    unpacked_mb: int
    rows: int


@dataclass(frozen=True)
class Layer:
    """What the draft holds.

    Attributes
    ----------
    driver
        GDAL driver that read it.
    columns
        Names of its columns in the file.
    geometry
        Position of the geometry among them; null without one.
    geometry_type
        What the layer declares.
    crs
        CRS of the geometry as the file says it.
    records
        Records that the file holds; null where it does not say.
    """

    driver: str
    columns: tuple[str, ...]
    geometry: int | None
    geometry_type: str | None
    crs: str | None
    records: int | None


def warm() -> None:
    """Import what reads a layer, and nothing that is not needed; only ever in a process of its own."""
    for name in _HEAVY:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # this is how Python says: not there
    os.environ["GDAL_SKIP"] = _SKIPPED.replace(" ", ",").replace("_File", " File")
    os.environ["OGR_GEOJSON_MAX_OBJ_SIZE"] = "0"  # memory is bounded for the whole process
    import pyarrow.parquet  # noqa: F401, PLC0415
    import pyogrio.raw  # noqa: F401, PLC0415


def convert(request: Request) -> Layer:
    """Read a layer and write it as a draft; made to be run by `gcrm.process`.

    Parameters
    ----------
    request
        What is to be read.

    Returns
    -------
    Layer
        What the draft holds.

    Raises
    ------
    FileError
        If the file is damaged, is something else than its ending says, or goes beyond a limit.
    """
    place = _place(request)
    _check(request)
    warm()
    warnings.simplefilter("ignore")  # GDAL's remarks on measured geometry; what matters is checked row by row
    import pyarrow as pa  # noqa: PLC0415
    from pyogrio.errors import DataLayerError, DataSourceError  # noqa: PLC0415

    info = _info(request, place)
    try:
        columns, geometry, rows = _write(request, place, info)
    except (DataSourceError, DataLayerError, pa.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno:
            raise  # of the disk, not of the file
        msg = f"its layer '{info['layer_name']}' cannot be read: the file is damaged."
        raise FileError(msg) from error
    driver, declared = str(info["driver"]), int(info["features"])
    if driver != "GeoJSONSeq" and 0 <= declared != rows:
        msg = f"it should hold {declared} records, but {rows} can be read: the file is damaged. Write it anew."
        raise FileError(msg)
    records = _lines_with_text(request.path) if driver == "GeoJSONSeq" else rows
    crs = str(info["crs"]) if info["crs"] is not None else None
    return Layer(driver, columns, geometry, info["geometry_type"], crs, records)


def _place(request: Request) -> str:
    """Return the path as GDAL wants it: inside an archive, the one Shapefile that it holds."""
    if request.path.suffix.lower() != ".zip":
        return str(request.path)
    names = check_archive(request.path, request.unpacked_mb)
    found = [name for name in names if name.lower().endswith(".shp")]
    if len(found) != 1:
        msg = f"the archive holds {len(found)} Shapefiles. Pack exactly one, with its .shx, .dbf, .prj and .cpg."
        raise FileError(msg)
    return f"/vsizip/{request.path}/{found[0]}"


def _check(request: Request) -> None:
    """Look at the bytes before GDAL does."""
    driver = _ENDINGS.get(request.path.suffix.lower())
    if driver is not None:
        with request.path.open("rb") as file:
            if not file.read(16).startswith(_SIGNATURES[driver]):
                raise _no_such(request)
    if driver == "GPKG":
        _check_pages(request)
    if _JSON.intersection(request.drivers) and depth(request.path) > DEEPEST:
        msg = f"its brackets are nested more than {DEEPEST} deep: it is damaged, or made to do harm."
        raise FileError(msg)


def _check_pages(request: Request) -> None:
    """Refuse a GeoPackage with damaged pages: GDAL reads as far as it can and says nothing."""
    try:
        with closing(sqlite3.connect(f"file:{pathname2url(str(request.path))}?mode=ro", uri=True)) as db:
            sound = db.execute("PRAGMA quick_check(1)").fetchall() == [("ok",)]
    except sqlite3.Error as error:
        raise _no_such(request) from error
    if not sound:
        msg = "its pages are damaged. Write the file anew."
        raise FileError(msg)


def _no_such(request: Request) -> FileError:
    drivers = " or ".join(request.drivers)
    return FileError(f"it cannot be read as {drivers}: it is damaged, or is something else than its ending says.")


def _info(request: Request, place: str) -> dict[str, Any]:
    """Return what GDAL says about the layer, which is the only one or the one that gcrm.toml names."""
    import pyogrio  # noqa: PLC0415
    from pyogrio.errors import DataLayerError, DataSourceError  # noqa: PLC0415

    try:
        layers = [str(name) for name in pyogrio.list_layers(place)[:, 0]]
        if request.name is not None and request.name not in layers:
            msg = f"there is no layer '{request.name}'.{near(request.name, layers)}"
            raise FileError(msg)
        if request.name is None and len(layers) != 1:
            msg = f"it holds {len(layers)} layers. Name one by 'layer' in gcrm.toml.{near('', layers)}"
            raise FileError(msg)
        info: dict[str, Any] = pyogrio.read_info(place, layer=request.name or layers[0], force_feature_count=True)
    except (DataSourceError, DataLayerError, UnicodeDecodeError) as error:
        raise _no_such(request) from error
    if info["driver"] not in request.drivers:
        wanted = " or ".join(request.drivers)
        msg = f"its ending means {wanted}, but it holds {info['driver']}. Give it the ending of what it is."
        raise FileError(msg)
    check_rows(int(info["features"]), request.path.stat().st_size, request.rows, dense=False)
    return info


def _write(request: Request, place: str, info: dict[str, Any]) -> tuple[tuple[str, ...], int | None, int]:
    """Write the draft; return the columns of the layer, which of them is the geometry, and the number of rows."""
    import pyarrow.parquet as pq  # noqa: PLC0415
    import pyogrio  # noqa: PLC0415

    options: dict[str, Any] = {"return_fids": bool(info["fid_column"]), "batch_size": _BATCH}
    if info["driver"] in _JSON - {"TopoJSON"}:
        options["DATE_AS_STRING"] = "YES"  # a text that looks like a date stays as it is written
    rows = 0
    with pyogrio.open_arrow(place, layer=info["layer_name"], use_pyarrow=True, **options) as (_, stream):
        names, geometry = tuple(stream.schema.names), _geometry(stream.schema)
        schema = _plain(stream.schema)
        with pq.ParquetWriter(request.draft, schema, compression="none", use_dictionary=False) as writer:
            for batch in _batches(stream, schema):
                rows += batch.num_rows
                check_rows(rows, request.path.stat().st_size, request.rows, dense=False)
                writer.write_batch(batch)
    return names, geometry, rows


def _batches(stream: pa.RecordBatchReader, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Yield the batches of a stream with plain columns, once their text is known to be UTF-8."""
    import pyarrow as pa  # noqa: PLC0415

    for batch in stream:
        columns = [c.storage if isinstance(c, pa.ExtensionArray) else c for c in batch.columns]
        for name, column in zip(stream.schema.names, columns, strict=True):
            try:
                column.validate(full=True)
            except pa.ArrowInvalid:
                msg = f"the text of column '{name}' is in another encoding than the file says. Write the file as UTF-8."
                raise FileError(msg) from None
        yield pa.RecordBatch.from_arrays(columns, schema=schema)


def _geometry(schema: pa.Schema) -> int | None:
    """Return the position of the geometry column; null where the layer has none."""
    marked = [i for i, f in enumerate(schema) if b"wkb" in (f.metadata or {}).get(b"ARROW:extension:name", b"")]
    return marked[0] if marked else None


def _plain(schema: pa.Schema) -> pa.Schema:
    """Return the schema with columns called `c<i>` and without extension types: geometry is just WKB."""
    import pyarrow as pa  # noqa: PLC0415

    types = [f.type.storage_type if isinstance(f.type, pa.BaseExtensionType) else f.type for f in schema]
    return pa.schema([pa.field(f"c{i}", kind) for i, kind in enumerate(types)])


def _lines_with_text(path: Path) -> int:
    """Count the lines of a file of GeoJSON lines that hold something: GDAL passes over those that it cannot read."""
    with path.open("rb") as file:
        return sum(1 for line in file if line.strip(b" \t\r\n\x1e"))

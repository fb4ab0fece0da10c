"""Reader of GeoPackage, GeoJSON, TopoJSON, Shapefile and FlatGeobuf, through GDAL; columns keep their types."""

from __future__ import annotations

import warnings
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import CRS
from pyproj.exceptions import CRSError

from gcrm.errors import near
from gcrm.ingest.reading import Column, Origin, Reading

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

#: GDAL drivers by the ending of a file.
DRIVERS: dict[str, tuple[str, ...]] = {
    ".gpkg": ("GPKG",),
    ".geojson": ("GeoJSON",),
    ".json": ("GeoJSON", "TopoJSON"),
    ".topojson": ("TopoJSON",),
    ".geojsonl": ("GeoJSONSeq",),
    ".geojsons": ("GeoJSONSeq",),
    ".ndjson": ("GeoJSONSeq",),
    ".jsonl": ("GeoJSONSeq",),
    ".shp": ("ESRI Shapefile",),
    ".zip": ("ESRI Shapefile",),
    ".fgb": ("FlatGeobuf",),
}
_TITLES = {"GPKG": "GeoPackage", "GeoJSONSeq": "GeoJSON lines", "ESRI Shapefile": "Shapefile"}
#: What the format means where a file says nothing of its CRS (RFC 7946; TopoJSON follows it).
_WGS84_FORMATS = {"GeoJSON", "GeoJSONSeq", "TopoJSON"}
_VIEW = "gcrm_features"
_GEOMETRY = "geometry"


@contextmanager
def open_reading(con: duckdb.DuckDBPyConnection, origin: Origin) -> Iterator[Reading]:
    """Open a layer of a geodata file.

    Parameters
    ----------
    con
        Connection that will read the rows.
    origin
        The source.

    Yields
    ------
    Reading
        The opened layer.

    Raises
    ------
    SourceError
        If the file is not what its ending says, is damaged, or has no such layer.
    """
    path = _place(origin)
    info = _info(origin, path)
    driver = str(info["driver"])
    options: dict[str, Any] = {"return_fids": bool(info["fid_column"])}
    if driver in _WGS84_FORMATS - {"TopoJSON"}:
        options["DATE_AS_STRING"] = "YES"  # a text that looks like a date stays as it is written
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # GDAL's remarks on measured geometry; what matters is checked row by row
        try:
            opened = pyogrio.open_arrow(path, layer=info["layer_name"], use_pyarrow=True, **options)
            with opened as (_, stream):
                geometry = _geometry_name(stream.schema)
                names = tuple(_GEOMETRY if i == geometry else name for i, name in enumerate(stream.schema.names))
                con.register(_VIEW, _plain(stream))
                try:
                    types = [str(row[1]) for row in con.execute(f"DESCRIBE SELECT * FROM {_VIEW}").fetchall()]
                    yield Reading(
                        _TITLES.get(driver, driver),
                        tuple(Column(name, kind) for name, kind in zip(names, types, strict=True)),
                        _VIEW,
                        crs=_crs(origin, info, driver),
                        geometry=_GEOMETRY if geometry is not None else None,
                        geometry_type=_geometry_type(info["geometry_type"]),
                        records=_lines_with_text(origin) if driver == "GeoJSONSeq" else None,
                    )
                finally:
                    con.unregister(_VIEW)
        except (DataSourceError, DataLayerError, pa.ArrowException):
            msg = f"its layer '{info['layer_name']}' cannot be read: the file is damaged."
            raise origin.refuse(msg) from None


def _place(origin: Origin) -> str:
    """Return the path as GDAL wants it: inside an archive, the one Shapefile that it holds."""
    if origin.path.suffix.lower() != ".zip":
        return str(origin.path)
    try:
        with zipfile.ZipFile(origin.path) as archive:
            found = [name for name in archive.namelist() if name.lower().endswith(".shp")]
    except zipfile.BadZipFile:
        msg = "the file is not a ZIP archive, or is damaged."
        raise origin.refuse(msg) from None
    if len(found) != 1:
        msg = f"the archive holds {len(found)} Shapefiles. Pack exactly one, with its .shx, .dbf, .prj and .cpg."
        raise origin.refuse(msg)
    return f"/vsizip/{origin.path}/{found[0]}"


def _info(origin: Origin, path: str) -> dict[str, Any]:
    """Return what GDAL says about the layer, which is the only one or the one that gcrm.toml names."""
    drivers = DRIVERS[origin.path.suffix.lower()]
    try:
        layers = [str(name) for name in pyogrio.list_layers(path)[:, 0]]
        if origin.source.layer is not None and origin.source.layer not in layers:
            msg = f"there is no layer '{origin.source.layer}'.{near(origin.source.layer, layers)}"
            raise origin.refuse(msg)
        if origin.source.layer is None and len(layers) != 1:
            msg = f"it holds {len(layers)} layers. Name one by 'layer' in gcrm.toml.{near('', layers)}"
            raise origin.refuse(msg)
        info: dict[str, Any] = pyogrio.read_info(path, layer=origin.source.layer or layers[0])
    except (DataSourceError, DataLayerError) as error:
        msg = f"it cannot be read as {' or '.join(drivers)}: it is damaged, or is something else than its ending says."
        raise origin.refuse(msg) from error
    if info["driver"] not in drivers:
        msg = (
            f"its ending means {' or '.join(drivers)}, but it holds {info['driver']}. Give it the ending of what it is."
        )
        raise origin.refuse(msg)
    return info


def _geometry_name(schema: pa.Schema) -> int | None:
    """Return the position of the geometry column; null where the layer has none."""
    marked = [i for i, f in enumerate(schema) if b"wkb" in (f.metadata or {}).get(b"ARROW:extension:name", b"")]
    return marked[0] if marked else None


def _plain(stream: pa.RecordBatchReader) -> pa.RecordBatchReader:
    """Return the stream with columns called `c<i>` and without extension types: geometry is just WKB."""
    schema = pa.schema([pa.field(f"c{i}", f.type) for i, f in enumerate(stream.schema)])

    def batches() -> Iterator[pa.RecordBatch]:
        for batch in stream:
            yield pa.RecordBatch.from_arrays(batch.columns, schema=schema)

    return pa.RecordBatchReader.from_batches(schema, batches())


def _crs(origin: Origin, info: dict[str, Any], driver: str) -> CRS | None:
    if info["crs"] is None:
        return CRS.from_epsg(4326) if driver in _WGS84_FORMATS else None
    try:
        return CRS.from_user_input(info["crs"])
    except CRSError:
        if origin.source.crs:
            return None
        msg = "the CRS in the file is not known. Name it by 'crs' in gcrm.toml."
        raise origin.refuse(msg) from None


def _geometry_type(name: str | None) -> str | None:
    """Return the layer's geometry type without its dimensions; null where it is mixed or unknown."""
    plain = (name or "Unknown").removeprefix("3D ").removeprefix("Measured ").removeprefix("3D Measured ").split(" ")[0]
    return None if plain in {"Unknown", "GeometryCollection"} else plain


def _lines_with_text(origin: Origin) -> int:
    """Count the lines of a file of GeoJSON lines that hold something: GDAL passes over those that it cannot read."""
    with origin.path.open("rb") as file:
        return sum(1 for line in file if line.strip(b" \t\r\n\x1e"))

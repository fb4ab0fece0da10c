"""Reader of GeoPackage, GeoJSON, TopoJSON, Shapefile and FlatGeobuf, through GDAL; columns keep their types."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pyproj import CRS

from gcrm import sql
from gcrm.ingest.geodata.layer import Layer, Request, convert
from gcrm.ingest.limits import drafts, guarded
from gcrm.ingest.place import stated_crs
from gcrm.ingest.reading import Column, Origin, Reading

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

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
_GEOMETRY = "geometry"
#: Characters that stand for something else where GDAL's interface reads a path.
_ODD = frozenset("!;?{}")


@contextmanager
def open_reading(con: duckdb.DuckDBPyConnection, origin: Origin) -> Iterator[Reading]:
    """Open a layer of a geodata file: a process of its own writes it as a draft.

    Parameters
    ----------
    con
        Connection that will read the rows.
    origin
        The source.

    Yields
    ------
    Reading
        The draft.

    Raises
    ------
    SourceError
        If the file is not what its ending says, is damaged, has no such layer, or goes beyond the limits.
    """
    with drafts(con) as folder:
        request = Request(
            _named_plainly(origin.path, folder),
            origin.source.layer,
            DRIVERS[origin.path.suffix.lower()],
            folder / "layer.parquet",
            origin.limits.unpacked_mb,
            origin.limits.rows,
        )
        layer: Layer = guarded(origin, convert, request)
        relation, parameters = "read_parquet($path, hive_partitioning = false)", {"path": sql.one_file(request.draft)}
        types = [str(row[1]) for row in con.execute(f"DESCRIBE SELECT * FROM {relation}", parameters).fetchall()]
        names = [_GEOMETRY if i == layer.geometry else name for i, name in enumerate(layer.columns)]
        yield Reading(
            _TITLES.get(layer.driver, layer.driver),
            tuple(Column(name, kind) for name, kind in zip(names, types, strict=True)),
            relation,
            parameters,
            row_no="file_row_number + 1",
            crs=_crs(origin, layer),
            geometry=_GEOMETRY if layer.geometry is not None else None,
            geometry_type=_geometry_type(layer.geometry_type),
            records=layer.records,
        )


def _named_plainly(path: Path, folder: Path) -> Path:
    """Return a path to the file without characters that mean something to GDAL."""
    path = path.absolute()
    if not _ODD.intersection(str(path)):
        return path
    for part in path.parent.iterdir():
        if part.stem == path.stem:
            shutil.copyfile(part, folder / f"source{part.suffix}")
    return folder / f"source{path.suffix}"


def _crs(origin: Origin, layer: Layer) -> CRS | None:
    if layer.crs is None:
        return CRS.from_epsg(4326) if layer.driver in _WGS84_FORMATS else None
    return stated_crs(origin, layer.crs)


def _geometry_type(name: str | None) -> str | None:
    """Return the layer's geometry type without its dimensions; null where it is mixed or unknown."""
    plain = (name or "Unknown").removeprefix("3D ").removeprefix("Measured ").removeprefix("3D Measured ").split(" ")[0]
    return None if plain in {"Unknown", "GeometryCollection"} else plain

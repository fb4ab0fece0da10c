"""Places as files for a GIS: GeoPackage, GeoJSON and KML, whole or not at all; texts are written as they are."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from gcrm.errors import ExportError, near
from gcrm.exports.draft import draft

if TYPE_CHECKING:
    import geopandas as gpd

#: Ending of the file -> GDAL's driver.
DRIVERS = {".gpkg": "GPKG", ".geojson": "GeoJSON", ".kml": "LIBKML"}
LAYER = "export"


def write_places(frame: gpd.GeoDataFrame, path: Path, *, layer: str = LAYER, overwrite: bool = False) -> None:
    """Write a GeoDataFrame as GeoPackage, GeoJSON or KML, as the ending of the file says.

    Parameters
    ----------
    frame
        Rows with geometry.
    path
        The file.
    layer
        Name of the layer.
    overwrite
        Replace a file that is there; otherwise it is refused.

    Raises
    ------
    ExportError
        If the file is there, cannot be written, or its format cannot hold the rows.
    """
    check_format(path)
    with draft(path, overwrite=overwrite) as made:
        put_places(frame, made, layer)


def places_to_bytes(frame: gpd.GeoDataFrame, suffix: str) -> bytes:
    """Return the content that `write_places` would write.

    Parameters
    ----------
    frame
        Rows with geometry.
    suffix
        Ending of the file: `.gpkg`, `.geojson` or `.kml`.

    Returns
    -------
    bytes
        The file's content.

    Raises
    ------
    ExportError
        If the format cannot hold the rows.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"export{suffix}"
        write_places(frame, path)
        return path.read_bytes()


def to_geopackage(frame: gpd.GeoDataFrame, path: Path, *, layer: str = LAYER, overwrite: bool = False) -> None:
    """Write a GeoDataFrame as GeoPackage: see `write_places`.

    Parameters
    ----------
    frame
        Rows with geometry.
    path
        The file; it ends in .gpkg.
    layer
        Name of the layer.
    overwrite
        Replace a file that is there; otherwise it is refused.

    Raises
    ------
    ExportError
        If the file is there, cannot be written, or is not called .gpkg.
    """
    if path.suffix.lower() != ".gpkg":
        msg = f"{path.name} is no name for a GeoPackage: let it end in .gpkg."
        raise ExportError(msg)
    write_places(frame, path, layer=layer, overwrite=overwrite)


def check_format(path: Path) -> None:
    """Refuse a file whose ending is none of those that can be written.

    Raises
    ------
    ExportError
        If it is none.
    """
    if path.suffix.lower() not in DRIVERS:
        msg = f"Places cannot be written as '{path.suffix}'.{near(path.suffix, DRIVERS)}"
        raise ExportError(msg)


def put_places(frame: gpd.GeoDataFrame, path: Path, layer: str = LAYER) -> None:
    """Write a GeoDataFrame to a draft.

    Parameters
    ----------
    frame
        Rows with geometry.
    path
        Where to write; its ending says the format.
    layer
        Name of the layer.

    Raises
    ------
    ExportError
        If the format cannot hold the rows.
    """
    import pyogrio.errors  # noqa: PLC0415 (takes long to import, and few need it)

    for name in frame.columns:
        if name != frame.geometry.name and frame[name].map(lambda v: isinstance(v, str) and "\0" in v).any():
            msg = f"The column '{name}' holds NUL characters, which a {path.suffix} file cannot. Export CSV or Parquet."
            raise ExportError(msg)
    try:
        pyogrio.write_dataframe(frame, path, layer=layer, driver=DRIVERS[path.suffix.lower()], promote_to_multi=True)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError) as error:
        msg = f"{path.name} cannot be written: {str(error).splitlines()[0]}."
        raise ExportError(msg) from error

"""Vector tiles made by DuckDB: what is too large to be sent whole."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gcrm import sql

if TYPE_CHECKING:
    import duckdb

#: Zoom levels a tile may be asked for.
MIN_ZOOM, MAX_ZOOM = 0, 17
#: Grid squares along a tile's side: at most one point in each, so that a tile stays small at every zoom.
_GRID = 512
_EXTENT = 4096
#: How far beyond its border a tile of the ground is drawn, so that thick lines do not end there; in tile coordinates.
_BUFFER = 64
#: Web Mercator ends here.
_MAX_LAT = 85.0511287798066


def address_tile(con: duckdb.DuckDBPyConnection, z: int, x: int, y: int) -> bytes:
    """Return the address points of one tile.

    Parameters
    ----------
    con
        Connection with the spatial extension and the stage `ingest` attached.
    z, x, y
        Tile in the usual scheme: zoom, column from the west, row from the north.

    Returns
    -------
    bytes
        Mapbox vector tile with one layer, `addresses`, of points without attributes; empty where there is no address
        or no such tile.
    """
    if not (MIN_ZOOM <= z <= MAX_ZOOM and 0 <= x < 2**z and 0 <= y < 2**z):
        return b""
    west, south, east, north = bounds(z, x, y)
    values = {"z": z, "x": x, "y": y, "west": west, "south": south, "east": east, "north": north}
    row = con.execute(sql.read("gcrm.maps", "address_tile"), {**values, "grid": _GRID, "extent": _EXTENT}).fetchone()
    return bytes(row[0]) if row and row[0] else b""


def ground_tile(con: duckdb.DuckDBPyConnection, z: int, x: int, y: int) -> bytes:
    """Return the base map of one tile: water, green, land by its use, buildings, railways and roads.

    Parameters
    ----------
    con
        Connection with the spatial extension and the stage `enrich` attached.
    z, x, y
        As in `address_tile`.

    Returns
    -------
    bytes
        Mapbox vector tile with one layer, `ground`, whose features say layer, kind, name and storey, the lowest first;
        empty where there is nothing, or no such tile.
    """
    if not (MIN_ZOOM <= z <= MAX_ZOOM and 0 <= x < 2**z and 0 <= y < 2**z):
        return b""
    side = 2**z
    place = {"west": x / side, "east": (x + 1) / side, "south": 1 - (y + 1) / side, "north": 1 - y / side}
    values = {**place, "z": z, "extent": _EXTENT, "buffer": _BUFFER, "margin": _BUFFER / _EXTENT / side}
    row = con.execute(sql.read("gcrm.maps", "ground_tile"), values).fetchone()
    return bytes(row[0]) if row and row[0] else b""


def bounds(z: int, x: int, y: int) -> tuple[float, float, float, float]:
    """Return the bounds of a tile.

    Parameters
    ----------
    z, x, y
        Zoom, column from the west, row from the north.

    Returns
    -------
    tuple of float
        West, south, east, north in degrees.
    """
    side = 2**z
    return x / side * 360 - 180, _lat(y + 1, side), (x + 1) / side * 360 - 180, _lat(y, side)


def _lat(row: int, side: int) -> float:
    lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / side))))
    return min(max(lat, -_MAX_LAT), _MAX_LAT)

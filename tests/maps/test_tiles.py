from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pyogrio
import pytest
import shapely

from gcrm import sql
from gcrm.enrich.ground import build_ground
from gcrm.maps import tiles

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb
    import geopandas as gpd


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with sql.connect(spatial=True) as con:
        con.execute("ATTACH ':memory:' AS ingest")
        con.execute("CREATE TABLE ingest.address_reference (lon DOUBLE, lat DOUBLE)")
        yield con


def tile_of(lon: float, lat: float, z: int) -> tuple[int, int, int]:
    """The usual formula, as on the wiki of OpenStreetMap."""
    side = 2**z
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * side
    return z, int((lon + 180) / 360 * side), int(y)


def decode(tile: bytes) -> list[tuple[int, int]]:
    """Points of a tile by the wire format of protocol buffers and the tile specification, without a library."""

    def fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
        at = 0

        def varint() -> int:
            nonlocal at
            value = shift = 0
            while True:
                byte = data[at]
                at += 1
                value |= (byte & 127) << shift
                shift += 7
                if byte < 128:
                    return value

        while at < len(data):
            key = varint()
            if key & 7 == 0:
                yield key >> 3, varint()
            else:
                size = varint()
                yield key >> 3, data[at : at + size]
                at += size

    points = []
    for number, layer in fields(tile):
        assert number == 3
        for field, feature in fields(bytes(layer)):
            if field == 2:
                geometry = next(v for f, v in fields(bytes(feature)) if f == 4)
                _, x, y = (v for _, v in fields(b"".join(b"\x08" + part for part in split_varints(bytes(geometry)))))
                points.append(((x >> 1) ^ -(x & 1), (y >> 1) ^ -(y & 1)))
    return points


def split_varints(data: bytes) -> list[bytes]:
    parts, start = [], 0
    for i, byte in enumerate(data):
        if byte < 128:
            parts.append(data[start : i + 1])
            start = i + 1
    return parts


@pytest.mark.parametrize(("lon", "lat"), [(-122.4194, 37.7749), (9.18, 48.78), (174.76, -36.85)])
@pytest.mark.parametrize("z", [11, 14, 17])
def test_a_point_lies_where_its_address_is(con: duckdb.DuckDBPyConnection, lon: float, lat: float, z: int) -> None:
    con.execute("INSERT INTO ingest.address_reference VALUES ($lon, $lat), (0, 0)", {"lon": lon, "lat": lat})
    place = tile_of(lon, lat, z)
    west, south, east, north = tiles.bounds(*place)
    ((x, y),) = decode(tiles.address_tile(con, *place))
    square = 1 / 512
    assert x / 4096 == pytest.approx((lon - west) / (east - west), abs=square)
    assert y / 4096 == pytest.approx((north - lat) / (north - south), abs=2 * square)  # Mercator bends within a tile


def test_a_crowded_tile_holds_one_point_per_square(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        "INSERT INTO ingest.address_reference SELECT -122.45 + random() / 10, 37.70 + random() / 10 FROM range(400_000)"
    )
    points = decode(tiles.address_tile(con, *tile_of(-122.40, 37.75, 10)))
    assert 100 < len(points) == len(set(points)) <= 512 * 512


@pytest.mark.parametrize("place", [(3, 8, 0), (3, -1, 0), (18, 0, 0), (-1, 0, 0), (12, 5, 5)])
def test_no_such_tile_is_empty(con: duckdb.DuckDBPyConnection, place: tuple[int, int, int]) -> None:
    con.execute("INSERT INTO ingest.address_reference VALUES (-122.4, 37.7)")
    assert tiles.address_tile(con, *place) == b""


@pytest.fixture
def ground() -> Iterator[duckdb.DuckDBPyConnection]:
    """A sea that is larger than any tile, a house, and a street over it."""
    with sql.connect(spatial=True) as con:
        con.execute("ATTACH ':memory:' AS ingest; ATTACH ':memory:' AS enrich")
        con.execute("CREATE TABLE ingest.land_use (name VARCHAR, use VARCHAR, geometry BLOB)")
        con.execute("CREATE TABLE ingest.building (name VARCHAR, geometry BLOB)")
        con.execute("CREATE TABLE ingest.barrier (name VARCHAR, barrier_class VARCHAR, geometry BLOB)")
        con.execute("CREATE TABLE ingest.road (name VARCHAR, road_class VARCHAR, storey BIGINT, geometry BLOB)")
        con.execute("INSERT INTO ingest.land_use VALUES (NULL, 'water', ?)", [shapely.box(7, 43, 8, 44).wkb])
        con.execute("INSERT INTO ingest.building VALUES (NULL, ?)", [shapely.box(*HOUSE).wkb])
        line = shapely.LineString([(7.42, 43.73), (7.4215, 43.7305)])
        con.execute("INSERT INTO ingest.road VALUES ('Elm', 'primary', 1, ?)", [line.wkb])
        build_ground(con)
        yield con


HOUSE = (7.4201, 43.7301, 7.4206, 43.7304)


def read_by_gdal(tile: bytes, folder: Path) -> gpd.GeoDataFrame:
    """Features of a tile as GDAL reads it, in tile coordinates with y to the south."""
    path = folder / "tile.pbf"
    path.write_bytes(tile)
    return pyogrio.read_dataframe(path, layer="ground")


@pytest.mark.parametrize("z", [13, 15, 16])
def test_the_ground_lies_where_it_is(ground: duckdb.DuckDBPyConnection, z: int, tmp_path: Path) -> None:
    _, x, y = tile_of(7.4203, 43.7302, z)
    found = read_by_gdal(tiles.ground_tile(ground, z, x, y), tmp_path)
    assert list(found["layer"]) == ["water", "building", "road"]  # the bridge above all others
    assert list(found["name"].dropna()) == ["Elm"]
    west, south, east, north = found.geometry[1].bounds
    side = 2**z

    def place(lon: float, lat: float) -> tuple[float, float]:
        row = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * side - y
        return (((lon + 180) / 360 * side - x) * 4096, (1 - row) * 4096)

    (left, low), (right, high) = place(*HOUSE[:2]), place(*HOUSE[2:])
    # GDAL counts rows of such a file from the south; corners are rounded, and simplified by less than a pixel.
    assert (west, south, east, north) == pytest.approx((left, low, right, high), abs=9)


def test_a_sea_fills_its_tiles_and_ends_with_them(ground: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    z, x, y = tile_of(7.7, 43.5, 14)
    (sea,) = read_by_gdal(tiles.ground_tile(ground, z, x, y), tmp_path).geometry
    assert sea.bounds == (0, 0, 4096, 4096)  # GDAL cuts off what lies beyond
    assert tiles.ground_tile(ground, *tile_of(9.0, 43.5, 14)) == b""


@pytest.mark.parametrize("place", [(-1, 0, 0), (4, 16, 0), (4, 0, 16), (25, 0, 0)])
def test_the_ground_of_no_tile_is_empty(ground: duckdb.DuckDBPyConnection, place: tuple[int, int, int]) -> None:
    assert tiles.ground_tile(ground, *place) == b""

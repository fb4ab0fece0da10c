"""The places near borders: whoever is left out surely lies on the right side, whatever the map and the latitude."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyproj
import pytest
import shapely

from gcrm import sql
from gcrm.conform.fringe import least_scale, write_fringe
from gcrm.conform.table import insert

PLACES = 21_000


def near(region: shapely.Geometry, lon: np.ndarray, lat: np.ndarray, error_m: float, crs: str) -> tuple[str, set[int]]:
    """Return the table that was named, and the places in it."""
    project = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform
    with sql.connect() as con:
        con.execute("ATTACH ':memory:' AS geocode; ATTACH ':memory:' AS conform")
        con.execute("CREATE TABLE geocode.location (location_id BIGINT, lon DOUBLE, lat DOUBLE, error_m DOUBLE)")
        rows = pa.table({"i": np.arange(len(lon)), "x": lon, "y": lat, "error_m": np.full(len(lon), error_m)})
        insert(con, "geocode.location", "SELECT * FROM arrow_rows", rows)
        con.execute(
            "CREATE TABLE conform.region AS SELECT 1 AS region_key, $wkb::BLOB AS geometry", {"wkb": region.wkb}
        )
        table = write_fringe(con, project)
        return table, {i for (i,) in con.execute(f"SELECT location_id FROM {table}").fetchall()}


@pytest.mark.parametrize(
    ("crs", "west", "south", "width"),
    [
        ("EPSG:32632", 8.0, 50.0, 0.3),
        ("EPSG:5070", -120.0, 47.0, 2.0),
        ("EPSG:3413", -45.0, 84.0, 1.0),
        ("EPSG:5041", 10.0, 89.9, 40.0),
        ("EPSG:3857", 10.0, 70.0, 0.1),
    ],
)
def test_whose_circle_reaches_a_border_is_never_left_out(crs: str, west: float, south: float, width: float) -> None:
    chance = np.random.default_rng(11)
    tall = min(width / 3, 90.0 - south)
    ring = shapely.box(west, south, west + width, south + tall)
    region = ring.difference(shapely.Point(west + width / 2, south + tall / 2).buffer(tall / 5))
    lon, lat = west + width * chance.random(PLACES), south + tall * chance.random(PLACES)
    # Half of them stand within metres of the border, on either side.
    on = shapely.line_interpolate_point(region.boundary, chance.random(PLACES // 2), normalized=True)
    lon[: len(on)], lat[: len(on)] = (
        c + chance.normal(0, 2e-4, len(on)) for c in (shapely.get_x(on), shapely.get_y(on))
    )
    lat = np.minimum(lat, 90.0)
    project = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform
    edge = shapely.segmentize(region, 0.01)
    border = shapely.transform(edge, lambda p: np.column_stack(project(p[:, 0], p[:, 1]))).boundary
    shapely.prepare(border)
    for error_m in (1.0, 40.0):
        reached = np.flatnonzero(shapely.dwithin(border, shapely.points(*project(lon, lat)), error_m))
        _, found = near(region, lon, lat, error_m, crs)
        assert set(reached.tolist()) <= found
        assert len(reached) > 50


def test_most_places_far_from_a_border_are_left_out() -> None:
    chance = np.random.default_rng(3)
    lon, lat = 8 + chance.random(PLACES), 50 + chance.random(PLACES)
    table, found = near(shapely.box(8, 50, 9, 51), lon, lat, 10.0, "EPSG:32632")
    assert table == "conform_fringe"
    assert len(found) < 0.1 * PLACES


def test_large_errors_are_all_kept_and_few_places_not_looked_through() -> None:
    lon, lat = np.full(PLACES, 8.5), np.full(PLACES, 50.5)
    region = shapely.box(8, 50, 9, 51)
    table, found = near(region, lon, lat, 2000.0, "EPSG:32632")
    assert (table, len(found)) == ("conform_fringe", PLACES)
    assert near(region, lon[:9], lat[:9], 10.0, "EPSG:32632") == ("geocode.location", set(range(9)))


def test_the_least_scale_is_that_of_a_degree_of_longitude() -> None:
    project = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:32632", always_xy=True).transform
    scale = least_scale(np.array([[9.0, 60.0], [9.5, 45.0]]), 0.01, project)
    degree = pyproj.Geod(ellps="WGS84").inv(9.0, 60.0, 9.001, 60.0)[2] * 1000
    assert scale == pytest.approx(degree, rel=2e-3)


def test_a_map_that_does_not_hold_the_border_has_no_scale() -> None:
    corners = np.array([[9.0, 50.0], [-100.0, 50.0]])
    assert least_scale(corners, 0.01, lambda lon, lat: (np.where(lon < 0, np.inf, lon), lat)) == 0.0

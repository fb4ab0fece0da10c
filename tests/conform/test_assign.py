"""Every point gets the regions that shapely's `covers` gives it: on borders, at vertices, anywhere on the globe."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gcrm.conform import assign_points, write_cells
from gcrm.errors import InternalError
from tests.conform.world import ALWAYS, assigned, covered, world

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

#: Centre of a tiling and its half width and height, in degrees.
PLACES = {
    "city": (-71.1, 42.37, 0.05, 0.04),
    "country": (10.0, 50.0, 4.0, 3.0),
    "equator": (0.0, 0.0, 2.0, 2.0),
    "far north": (25.0, 81.0, 5.0, 2.0),
    "south pole": (-120.0, -88.0, 50.0, 2.0),
    "date line": (177.0, -17.0, 3.0, 2.0),
    "beyond the date line": (-177.5, 65.5, 2.5, 1.0),
    "whole globe": (0.0, 0.0, 180.0, 90.0),
}


def tiling(rng: np.random.Generator, place: str, count: int) -> list[BaseGeometry]:
    """Tiles that share their borders, some with holes, some of several parts, some mere slivers."""
    lon, lat, wide, tall = PLACES[place]
    sites = rng.uniform([lon - wide, lat - tall], [lon + wide, lat + tall], (count, 2))
    frame = shapely.box(lon - wide, lat - tall, lon + wide, lat + tall)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(sites), extend_to=frame))
    tiles = [t for t in shapely.intersection(cells, frame) if t.area > 0]
    hole = shapely.buffer(shapely.point_on_surface(tiles[0]), min(wide, tall) / 30, quad_segs=2)
    tiles[0] = shapely.difference(tiles[0], hole)
    sliver = shapely.box(lon - wide, lat, lon + wide, lat + tall * 1e-6)
    tiles = [shapely.difference(t, sliver) for t in tiles] + [sliver]
    if len(tiles) > 4:
        tiles[1] = shapely.union(tiles[1], tiles.pop(3))
    return [t for t in tiles if t.geom_type in {"Polygon", "MultiPolygon"} and not t.is_empty]


def scatter(rng: np.random.Generator, place: str, tiles: list[BaseGeometry], count: int = 400) -> NDArray[np.float64]:
    """Points anywhere, at vertices, on edges, and a hair beside them."""
    lon, lat, wide, tall = PLACES[place]
    anywhere = rng.uniform([lon - 1.05 * wide, lat - 1.05 * tall], [lon + 1.05 * wide, lat + 1.05 * tall], (count, 2))
    vertices = rng.permutation(shapely.get_coordinates(tiles))[:count]
    lines = shapely.boundary(tiles)
    on_edges = shapely.line_interpolate_point(rng.choice(lines, count), rng.uniform(0, 1, count), normalized=True)
    edges = shapely.get_coordinates(on_edges)
    halves = (vertices[1:] + vertices[:-1]) / 2
    beside = vertices + rng.normal(0, 1e-12, vertices.shape)
    points = np.concatenate([anywhere, vertices, edges, halves, beside])
    return np.clip(points, [-180, -90], [180, 90])


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 2**32 - 1),
    place=st.sampled_from(sorted(PLACES)),
    count=st.integers(2, 25),
    fineness=st.integers(-1, 4),
    overlapping=st.booleans(),
)
def test_every_point_gets_the_regions_that_cover_it(
    seed: int, place: str, count: int, fineness: int, *, overlapping: bool
) -> None:
    rng = np.random.default_rng(seed)
    tiles = tiling(rng, place, count)
    if overlapping:
        tiles += [shapely.buffer(t, 0.3 * np.sqrt(t.area)) for t in tiles[:5]]
    points = scatter(rng, place, tiles)
    # About one cell per tile at 0, seven times as many with each step.
    width_deg = np.sqrt(sum(t.area for t in tiles) / len(tiles))
    resolution = int(np.clip(np.round(np.log(18 / width_deg) / np.log(7**0.5)) + fineness, 0, 15))
    con = world(tiles, points, resolution=resolution, overlapping=overlapping)
    assert assigned(con) == covered(tiles, points, overlapping=overlapping)


def test_a_point_on_a_border_goes_to_the_lowest_region() -> None:
    squares = [shapely.box(x, y, x + 1, y + 1) for y in (0, 1) for x in (0, 1)]
    points = np.array(
        [[0.5, 0.5], [1, 0.5], [1, 1], [0.5, 1], [1.5, 1], [1, 1.5], [1.5, 1.5], [2, 2], [0, 0], [2.1, 1]]
    )
    con = world(squares, points, resolution=5)
    assert assigned(con) == {(0, 0), (1, 0), (2, 0), (3, 0), (4, 1), (5, 2), (6, 3), (7, 3), (8, 0)}


def test_in_an_overlapping_layer_a_point_keeps_every_region() -> None:
    areas = [shapely.box(0, 0, 2, 2), shapely.box(0.5, 0.5, 1.5, 1.5), shapely.box(1, 1, 3, 3)]
    points = np.array([[0.1, 0.1], [1, 1], [1.5, 1.5], [2.5, 2.5], [3.5, 3.5]])
    con = world(areas, points, resolution=4, overlapping=True)
    assert assigned(con) == {(0, 0), (1, 0), (1, 1), (1, 2), (2, 0), (2, 1), (2, 2), (3, 2)}


Y = [date(year, 1, 1) for year in range(2000, 2010)]


def _dated(con: duckdb.DuckDBPyConnection) -> list[tuple[int, int, date | None, date | None]]:
    assign_points(con, points="geocode.location", key="location_id", layer_id=7, out="conform.location_region")
    return sorted(
        con.execute(
            "SELECT location_id, region_key - 10, valid_from, valid_to FROM conform.location_region"
        ).fetchall(),
        key=str,
    )


def test_every_version_is_assigned_with_its_dates() -> None:
    # West and east until 2005; then the border moves and a third region appears.
    regions = [
        shapely.box(0, 0, 1, 2),
        shapely.box(0, 0, 1.5, 2),
        shapely.box(1, 0, 2, 2),
        shapely.box(1.5, 0, 2, 2),
    ]
    days = [(None, Y[5]), (Y[5], None), (None, Y[5]), (Y[5], None)]
    points = np.array([[0.5, 1], [1, 1], [1.2, 1], [1.5, 1], [1.8, 1]])
    con = world(regions, points, resolution=3, days=days)
    assert _dated(con) == [
        (0, 0, None, Y[5]),
        (0, 1, Y[5], None),
        (1, 0, None, Y[5]),
        (1, 1, Y[5], None),
        (2, 1, Y[5], None),
        (2, 2, None, Y[5]),
        (3, 1, Y[5], None),
        (3, 2, None, Y[5]),
        (4, 2, None, Y[5]),
        (4, 3, Y[5], None),
    ]


def test_where_validities_overlap_in_part_each_day_goes_to_the_lowest_region_valid_then() -> None:
    regions = [shapely.box(0, 0, 1, 1), shapely.box(0, 0, 2, 1), shapely.box(1, 0, 3, 1)]
    days = [(Y[2], Y[4]), (Y[1], Y[8]), ALWAYS]
    points = np.array([[0.5, 0.5], [1.0, 0.5], [1.5, 0.5], [2.5, 0.5]])
    con = world(regions, points, resolution=4, days=days)
    assert _dated(con) == [
        (0, 0, Y[2], Y[4]),
        (0, 1, Y[1], Y[2]),
        (0, 1, Y[4], Y[8]),
        (1, 0, Y[2], Y[4]),
        (1, 1, Y[1], Y[2]),
        (1, 1, Y[4], Y[8]),
        (1, 2, None, Y[1]),
        (1, 2, Y[8], None),
        (2, 1, Y[1], Y[8]),
        (2, 2, None, Y[1]),
        (2, 2, Y[8], None),
        (3, 2, None, None),
    ]


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 2**32 - 1), resolution=st.integers(1, 5))
def test_on_every_day_a_point_is_where_shapely_says(seed: int, resolution: int) -> None:
    rng = np.random.default_rng(seed)
    regions = [shapely.box(x, y, x + w, y + h) for x, y, w, h in rng.integers(1, 6, (8, 4))]
    spans = [sorted(rng.choice(10, 2, replace=False)) for _ in regions]
    days = [(Y[a] if a else None, Y[b] if b < 9 else None) for a, b in spans]
    points = np.concatenate([rng.integers(0, 12, (40, 2)), rng.uniform(0, 12, (40, 2))])
    got = _dated(world(regions, points, resolution=resolution, days=days))
    for day in Y:
        valid = [i for i, (a, b) in enumerate(days) if (a is None or a <= day) and (b is None or day < b)]
        want = {(p, valid[r]) for p, r in covered([regions[i] for i in valid], points)}
        assert {(p, r) for p, r, a, b in got if (a is None or a <= day) and (b is None or day < b)} == want


def test_points_without_a_position_are_left_out() -> None:
    con = world([shapely.box(0, 0, 1, 1)], np.array([[0.5, 0.5], [np.nan, 0.5], [0.5, np.inf], [7, 7]]), resolution=5)
    con.execute("INSERT INTO geocode.location VALUES (4, NULL, 0.5), (5, 0.5, 0.5)")
    assert assigned(con) == {(0, 0), (5, 0)}


def test_stored_cells_are_used_and_temporary_tables_go() -> None:
    squares = [shapely.box(x, 0, x + 1, 1) for x in range(3)]
    points = np.random.default_rng(1).uniform(0, 3, (500, 2))
    con = world(squares, points, resolution=5)
    write_cells(con, points="geocode.location", key="location_id", resolutions=[4, 5], out="conform.location_cell")
    # Without a cell a place counts as not located: this shows that stored cells are read, not computed again.
    con.execute("UPDATE conform.location_cell SET h3_r5 = NULL WHERE location_id < 100")
    assert assigned(con, "conform.location_cell") == {(p, r) for p, r in covered(squares, points) if p >= 100}
    assert con.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall() == []
    assert con.execute("SELECT view_name FROM duckdb_views() WHERE temporary AND NOT internal").fetchall() == []


def test_no_points_and_no_regions() -> None:
    assert assigned(world([shapely.box(0, 0, 1, 1)], np.empty((0, 2)), resolution=5)) == set()
    assert assigned(world([], np.array([[0.5, 0.5]]), resolution=5)) == set()


def test_an_unknown_layer_is_an_error_of_ours() -> None:
    con = world([], np.empty((0, 2)), resolution=5)
    with pytest.raises(InternalError, match="layer 8"):
        assign_points(con, points="geocode.location", key="location_id", layer_id=8, out="conform.location_region")


def test_batches_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    tiles = tiling(rng, "country", 20)
    points = scatter(rng, "country", tiles, 1000)
    whole = assigned(world(tiles, points, resolution=4))
    monkeypatch.setattr("gcrm.conform.table.BATCH", 123)
    monkeypatch.setattr("gcrm.conform.atlas._CELLS", 10)
    assert assigned(world(tiles, points, resolution=4)) == whole == covered(tiles, points)


def test_the_finest_cells_stay_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    # Cells of half a metre: their ids differ in the last bits only. Small batches meet new cells again and again.
    rng = np.random.default_rng(8)
    squares = [shapely.box(8 + x * 1e-5, 50, 8 + (x + 1) * 1e-5, 50.0001) for x in range(10)]
    points = rng.uniform([8, 50], [8.0001, 50.0001], (3000, 2))
    monkeypatch.setattr("gcrm.conform.table.BATCH", 50)
    assert assigned(world(squares, points, resolution=15)) == covered(squares, points)


@pytest.mark.parametrize(
    ("file", "column", "resolution"),
    [
        ("BOUNDARY_CDDNeighborhoods", "N_HOOD", 9),
        ("BOUNDARY_Zipcodes", "ZIP_CODE", 8),
        ("ELECTIONS_WardsPrecincts", "WardPrecinct", 10),
        ("DEMOGRAPHICS_BlockGroups2010", "GEOID10", 9),
    ],
)
def test_real_regions(testdata: Path, file: str, column: str, resolution: int) -> None:
    frame = gpd.read_file(testdata / "cambridge" / f"{file}.geojson").to_crs(4326).sort_values(column)
    tiles = list(frame.geometry)
    west, south, east, north = frame.total_bounds
    rng = np.random.default_rng(9)
    points = np.concatenate(
        [rng.uniform([west, south], [east, north], (20_000, 2)), frame.get_coordinates().to_numpy()]
    )
    want = covered(tiles, points)
    assert assigned(world(tiles, points, resolution=resolution)) == want
    assert len(want) > 8_000

"""The ground: what is drawn from which zoom level on, and that outlines stay true to what they are made of."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely

from gcrm import sql
from gcrm.enrich.ground import build_ground
from gcrm.enrich.ground.outline import RANGES, drawn, project

KINDS = {
    "land_use": "name VARCHAR, use VARCHAR, geometry BLOB",
    "building": "name VARCHAR, geometry BLOB",
    "barrier": "name VARCHAR, barrier_class VARCHAR, geometry BLOB",
    "road": "name VARCHAR, road_class VARCHAR, storey BIGINT, geometry BLOB",
}
PARK = shapely.box(7.40, 43.70, 7.45, 43.75)
HOUSE = shapely.box(7.42, 43.73, 7.4203, 43.7302)
STREET = shapely.LineString([(7.42, 43.73), (7.425, 43.7301), (7.43, 43.73)])


@pytest.fixture
def con():
    with sql.connect(spatial=True) as con:
        con.execute("ATTACH ':memory:' AS ingest; ATTACH ':memory:' AS enrich")
        for kind, columns in KINDS.items():
            con.execute(f"CREATE TABLE ingest.{kind} ({columns})")
        yield con


def add(con, kind, *values):
    shown = [v.wkb if isinstance(v, shapely.Geometry) else v for v in values]
    con.execute(f"INSERT INTO ingest.{kind} VALUES ({', '.join('?' for _ in shown)})", shown)


def test_a_project_that_knows_nothing_of_its_ground_has_none(con):
    assert build_ground(con) == 0
    assert con.execute("FROM enrich.ground").fetchall() == []


def test_what_is_drawn_from_which_zoom_level_on(con):
    add(con, "land_use", "Park", "green", PARK)
    add(con, "land_use", None, "residential", PARK)  # has no colour of its own
    add(con, "building", "House", HOUSE)
    add(con, "barrier", None, "railway", STREET)
    add(con, "barrier", None, "wall", STREET)
    for road_class, storey in (("motorway_link", None), ("residential", 1), ("footway", None), ("footway", -1)):
        add(con, "road", "Elm", road_class, storey, STREET)
    add(con, "road", "Elm", "A register's own word", None, STREET)
    build_ground(con)
    rows = con.execute("SELECT layer, kind, storey, min(min_zoom), max(max_zoom) FROM enrich.ground GROUP BY ALL")
    assert sorted(rows.fetchall(), key=str) == sorted(
        [
            ("green", "green", 0, 8, 24),
            ("building", None, 0, 13, 24),
            ("rail", "railway", 0, 10, 24),
            ("road", "major", 0, 6, 24),
            ("road", "street", 1, 12, 24),
            ("road", "street", 0, 12, 24),
            ("road", "path", 0, 15, 24),
        ],
        key=str,
    )


def test_at_each_zoom_level_a_thing_is_drawn_once(con):
    add(con, "road", "Elm", "primary", None, STREET)
    add(con, "land_use", None, "water", PARK)
    build_ground(con)
    for zoom in range(8, 25):  # below, the water is smaller than what can be seen
        found = con.execute("SELECT layer FROM enrich.ground WHERE ? BETWEEN min_zoom AND max_zoom", [zoom]).fetchall()
        assert sorted(layer for (layer,) in found) == (["road", "water"] if zoom >= 9 else ["water"])


@pytest.mark.parametrize(("lon", "lat"), [(0.0, 0.0), (7.42, 43.73), (-122.4, 37.8), (151.2, -33.9), (24.9, 78.2)])
def test_places_are_projected_as_tiles_are(lon, lat):
    point = project(np.array([shapely.Point(lon, lat)], dtype=object))[0]
    # The formula of the tile scheme counts rows from the north.
    row = (1 - math.log(math.tan(math.radians(lat)) + 1 / math.cos(math.radians(lat))) / math.pi) / 2
    assert (point.x, point.y) == pytest.approx((lon / 360 + 0.5, 1 - row), abs=1e-12)


def test_outlines_stray_by_less_than_a_pixel():
    rng = np.random.default_rng(1)
    walk = np.cumsum(rng.normal(0, 1e-6, (400, 2)), axis=0) + 0.5
    shapes = np.array([shapely.LineString(walk)], dtype=object)
    corners = []
    for zooms in RANGES:
        outline, seen = drawn(shapes, zooms)
        corners.append(shapely.get_num_coordinates(outline[0]))
        assert seen.all()
        assert shapely.hausdorff_distance(shapes[0], outline[0]) <= zooms.pixel
    assert corners == sorted(corners)
    assert corners[-1] == 400


def test_an_area_that_crosses_itself_is_mended_and_goes_round_one_way():
    bow = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    ring = shapely.Polygon([(0, 0), (0, 2), (2, 2), (2, 0)], [[(0.5, 0.5), (1, 0.5), (1, 1), (0.5, 1)]])
    made = project(np.array([bow, ring], dtype=object))
    assert shapely.is_valid(made).all()
    assert shapely.area(made[0]) > 0
    assert shapely.is_ccw(made[1].exterior)
    assert not shapely.is_ccw(made[1].interiors[0])

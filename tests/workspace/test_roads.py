"""What a workspace answers about its roads, and the commands that print it, on a square town known by heart."""

from __future__ import annotations

import csv
import io
import json

import geopandas as gpd
import numpy as np
import pytest
import shapely
from typer.testing import CliRunner

import gcrm
from gcrm import cli
from gcrm.errors import QueryError
from gcrm.pipeline import build

#: Degrees of a block, 100 m at the equator; the town has 11 streets each way, and its corner at 9 E.
EAST, NORTH = 100 / 111_319.4908, 100 / 110_574.2755
TOML = """
[project]
name = "Square Town"
metric_crs = "EPSG:32632"
[hierarchies.parts]
levels = ["half"]
[sources.halves]
kind = "regions"
level = "half"
path = "halves.geojson"
[sources.customers]
kind = "customers"
path = "customers.csv"
[sources.orders]
kind = "orders"
path = "orders.csv"
[sources.stores]
kind = "stores"
path = "stores.csv"
[sources.streets]
kind = "roads"
path = "streets.geojson"
[sources.traffic]
kind = "road_conditions"
path = "traffic.csv"
[roads]
junction_s = 0
drive_kmh = 30
"""
STORES = [("west", 2, 5, ""), ("east", 8, 5, ""), ("shut", 5, 5, "2020-01-01"), ("nowhere", None, None, "")]


def at(x, y):
    """The crossing of a street and an avenue."""
    return 9 + x * EAST, y * NORTH


def _features(path, rows):
    found = [{"type": "Feature", "properties": p, "geometry": shapely.geometry.mapping(g)} for p, g in rows]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": found}), encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    home = tmp_path_factory.mktemp("square")
    (home / "gcrm.toml").write_text(TOML, encoding="utf-8")
    ends = [((x, y), to) for x in range(11) for y in range(11) for to in ((x + 1, y), (x, y + 1)) if max(to) < 11]
    streets = []
    for i, (a, b) in enumerate(ends):
        words = {"road_id": f"r{i}", "name": f"Avenue {a[0]}" if a[0] == b[0] else f"Street {a[1]}"}
        words |= {"speed_kmh": 30, "road_class": "residential"}
        streets.append((words, shapely.LineString([at(*a), at(*b)])))
    _features(home / "streets.geojson", streets)
    _features(
        home / "halves.geojson",
        [({"region_id": n}, shapely.box(*at(w, 0), *at(w + 5, 10))) for n, w in (("W", 0), ("E", 5))],
    )
    (home / "traffic.csv").write_text(
        "road_class,day_type,from_hour,to_hour,speed_share\nresidential,weekday,8,9,0.5\n", encoding="utf-8"
    )
    (home / "customers.csv").write_text("customer_id,lon,lat\nc1,{},{}\n".format(*at(1, 1)), encoding="utf-8")
    (home / "orders.csv").write_text("order_id,customer_id,ordered_on,amount\no1,c1,2024-05-01,1\n", encoding="utf-8")
    rows = [f"{n},{','.join(map(str, at(x, y)) if x else ['', ''])},{closed}" for n, x, y, closed in STORES]
    (home / "stores.csv").write_text("\n".join(["store_id,lon,lat,closed_on", *rows]), encoding="utf-8")
    build(home)
    return home


@pytest.fixture(scope="module")
def roads(folder):
    return gcrm.open(folder).roads


def test_what_there_is_of_roads(roads):
    info = roads.info()
    assert {k: info[k] for k in ("nodes", "pieces", "drive_arcs", "walk_arcs", "largest_component")} == {
        "nodes": 121,
        "pieces": 220,
        "drive_arcs": 440,
        "walk_arcs": 440,
        "largest_component": 121,
    }
    assert (info["conditions"], info["places_too_far"], info["basis"]) == (1, 0, "roads")
    assert roads.stores().set_index("store_id")["is_open"].to_dict() == {
        "west": True,
        "east": True,
        "shut": False,
        "nowhere": True,
    }


def test_times_are_those_of_blocks(roads):
    found = roads.matrix([at(0, 0), at(3, 4)], "stores")
    assert list(zip(found["origin"], found["destination"], strict=True)) == [
        (0, "east"), (0, "west"), (1, "east"), (1, "west"),
    ]  # fmt: skip
    # 30 km/h are five blocks a minute.
    assert found["minutes"].tolist() == pytest.approx([13 / 5, 7 / 5, 6 / 5, 2 / 5], rel=1e-4)
    busy = roads.matrix(at(0, 0), {"store": "east"}, hour=8)
    assert busy["minutes"].item() == pytest.approx(26 / 5, rel=1e-4)
    assert roads.matrix(at(0, 0), {"store": "shut"}, "walk")["minutes"].item() == pytest.approx(12, rel=1e-4)
    assert roads.matrix(at(0, 0), "stores", limit_min=2)["minutes"].isna().tolist() == [True, False]
    assert np.isnan(roads.matrix((9.5, 0.5), "stores")["minutes"]).all()


def test_points_are_read_as_they_come(roads):
    expected = roads.matrix([at(0, 0), at(3, 4)], "stores")["minutes"].tolist()
    points = [shapely.Point(at(0, 0)), {"lon": at(3, 4)[0], "lat": at(3, 4)[1]}]
    assert roads.matrix(points, "stores")["minutes"].tolist() == expected
    frame = gpd.GeoDataFrame(index=["a", "b"], geometry=[shapely.Point(at(0, 0)), shapely.Point(at(3, 4))], crs=4326)
    found = roads.matrix(frame.to_crs(32632), "stores")
    assert found["origin"].tolist() == ["a", "a", "b", "b"]
    assert found["minutes"].tolist() == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("point", "message"),
    [
        ((200, 0), "beyond the world"),
        ([("a", "b")], "A point is"),
        ({"store": "wst"}, "no store 'wst'.*west"),
        ({"store": "nowhere"}, "could not be located"),
        ({"lat": 3}, "A point is"),
    ],
)
def test_what_is_no_point_is_refused(roads, point, message):
    with pytest.raises(QueryError, match=message):
        roads.matrix(point, "stores")


def test_the_nearest_store_is_an_open_one(roads):
    found = roads.nearest([at(4, 5), at(6, 5), (9.5, 0.5)])
    assert found["target"].tolist()[:2] == ["west", "east"]
    assert found["target"].isna().tolist() == [False, False, True]
    assert found["minutes"].tolist()[:2] == pytest.approx([0.4, 0.4], rel=1e-4)
    assert np.isnan(found["minutes"][2])


def test_areas_of_one_place_nest_and_reach_as_far_as_the_streets(roads):
    found = roads.isochrones({"store": "west"}, [0.6, 0.4])
    assert found[["point", "minutes", "mode", "time", "basis"]].to_numpy().tolist() == [
        ["west", 0.4, "drive", "free flow", "roads"],
        ["west", 0.6, "drive", "free flow", "roads"],
    ]
    small, large = found.geometry
    assert shapely.covers(large, small)
    inside = {
        (x, y) for x in range(11) for y in range(11) if shapely.intersects_xy(small, *at(x + 1e-6 * (x < 2), y))
    }  # two blocks away are just reached: only those nearer are sure
    assert {(x, y) for x in range(11) for y in range(11) if abs(x - 2) + abs(y - 5) < 2} <= inside
    assert all(abs(x - 2) + abs(y - 5) <= 2 for x, y in inside)
    slow = roads.isochrones({"store": "west"}, 0.6, day_type="weekday", hour=8)
    assert slow["time"].item() == "weekday, 08:00"
    assert slow.geometry[0].area < 0.5 * large.area


def test_a_route_follows_streets_and_names_them(roads):
    found = roads.route(at(0, 0), at(0, 3))
    assert (found["minutes"].item(), found["metres"].item()) == pytest.approx((0.6, 300), rel=1e-4)
    assert found["streets"].item() == "Avenue 0"
    with pytest.raises(QueryError, match="no way"):
        roads.route(at(0, 0), (9.5, 0.5))
    with pytest.raises(QueryError, match="found 1 and 2 points"):
        roads.route(at(0, 0), "stores")


def test_regions_are_served_from_a_point_inside(roads):
    found = roads.accessibility("half", minutes=1).set_index("region_id")
    assert found["target"].to_dict() == {"W": "west", "E": "east"}
    assert found["within"].to_dict() == {"W": 1, "E": 1}
    assert found["minutes"].max() < 0.5
    assert "roads" in roads.note()


def test_cells_are_served_like_any_point_in_them(roads):
    found = roads.accessibility("h3_r9", minutes=1)
    inside = [(p.x, p.y) for p in found.geometry.representative_point()]
    assert len(found) > 1
    assert found["minutes"].tolist() == pytest.approx(roads.nearest(inside)["minutes"].tolist(), abs=0.3, nan_ok=True)
    assert found["name"].is_unique


def test_no_border_of_a_town_of_streets_is_cut(roads):
    assert roads.cut_borders("half").empty
    with pytest.raises(QueryError, match="no"):
        roads.cut_borders("quarter")


def run(*words):
    done = CliRunner().invoke(cli.app, [str(w) for w in words], env={"COLUMNS": "200"})
    assert done.exit_code == 0, done.output
    return done.output


def test_the_commands_print_and_write_what_the_workspace_answers(folder, roads, tmp_path):
    lon, lat = at(3, 4)
    assert "220" in run("roads", "info", "--folder", folder)
    text = run("roads", "matrix", "--from", f"{lon},{lat}", "--folder", folder, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [(r["destination"], float(r["minutes"])) for r in rows] == [("east", 1.2), ("west", 0.4)]
    assert rows[0]["origin"] == f"{lon},{lat}"
    assert "west" in run("roads", "nearest", "--from", f"{lon},{lat}", "--folder", folder)
    target = tmp_path / "areas.geojson"
    run("roads", "isochrone", "--from", "west", "--minutes", "0.5", "--mode", "cycle", "--folder", folder, "-o", target)
    written = gpd.read_file(target)
    expected = roads.isochrones({"store": "west"}, 0.5, "cycle")
    assert written["minutes"].tolist() == [0.5]
    assert shapely.area(written.geometry[0].symmetric_difference(expected.geometry[0])) < 1e-12
    assert "2.4" in run("roads", "route", "--from", "west", "--to", "east", "--hour", 8, "--folder", folder)

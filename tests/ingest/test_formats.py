"""Every format brings the same rows: what the libraries write is what ingest reads."""

from __future__ import annotations

import json
import shutil
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from shapely.geometry import MultiPolygon, Point, box

from gcrm.errors import SourceError
from gcrm.ingest import input_files
from tests.ingest.bench import Built, build, settings

if TYPE_CHECKING:
    from pathlib import Path

ZONES = gpd.GeoDataFrame(
    {
        "zone": ["007", "008", "009"],
        "title": ["Süd", None, "김포"],
        "since": [date(2020, 1, 1), None, date(2021, 6, 30)],
    },
    geometry=[
        box(-122.5, 37.7, -122.4, 37.8),
        MultiPolygon([box(-122.4, 37.7, -122.3, 37.8), box(0, 0, 1, 1)]),
        box(-122.5, 37.8, -122.4, 37.9).difference(box(-122.48, 37.82, -122.45, 37.85)),
    ],
    crs="EPSG:4326",
)
SOURCE = {
    "kind": "regions",
    "level": "zone",
    "columns": {"region_id": "zone", "name": "title", "valid_from": "since"},
}
FILES = ("zones.gpkg", "zones.geojson", "zones.geojsonl", "zones.parquet", "zones.shp", "zones.fgb", "zones.zip")


def write(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write a frame in the format that the ending of `path` names."""
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    elif path.suffix == ".zip":
        folder = path.parent / "packed"
        folder.mkdir()
        write(frame, folder / "zones.shp")
        with zipfile.ZipFile(path, "w") as archive:
            for part in folder.iterdir():
                archive.write(part, f"inner/{part.name}")
        shutil.rmtree(folder)
    else:
        more = {"ENCODING": "UTF-8"} if path.suffix == ".shp" else {}
        if path.suffix == ".fgb":
            more = {"SPATIAL_INDEX": "NO"}  # the index would put the rows into another order
        driver = {"driver": "GeoJSONSeq"} if path.suffix == ".geojsonl" else {}
        kind = {} if "geojson" in path.suffix else {"promote_to_multi": True}
        pyogrio.write_dataframe(frame, path, **driver, **kind, **more)


@pytest.mark.parametrize("name", ["roads.gpkg", "roads.geojson", "roads.parquet", "roads.shp"])
def test_lines_of_every_format_are_the_same(name: str, tmp_path: Path) -> None:
    roads = gpd.GeoDataFrame(
        {"id": ["a", "b", "c", "d"], "kind": ["primary", None, "track", None]},
        geometry=[
            shapely.LineString([(-122.5, 37.7), (-122.4, 37.8)]),
            shapely.MultiLineString([[(0, 0), (1, 1)], [(2, 2), (3, 3)]]),
            None,
            shapely.LineString([(0, 0), (1, 1), (2, 0)]),
        ],
        crs="EPSG:4326",
    )
    write(roads.to_crs("EPSG:3857"), tmp_path / name)
    columns = {"road_id": "id", "road_class": "kind"}
    built = build(tmp_path, roads={"kind": "roads", "path": name, "columns": columns})
    assert built.rows("SELECT road_id, road_class FROM ingest.road ORDER BY row_no") == [
        ("a", "primary"),
        ("b", None),
        ("d", None),
    ]
    found = shapes(built, "road")
    assert all(shapely.hausdorff_distance(a, b) < 1e-8 for a, b in zip(found, roads.geometry[[0, 1, 3]], strict=True))
    assert built.rows("SELECT row_no, reason, column_name FROM ingest.reject") == [(3, "missing_value", "geometry")]


def test_areas_are_no_roads_and_points_have_no_address(tmp_path: Path) -> None:
    write(ZONES, tmp_path / "zones.gpkg")
    with pytest.raises(SourceError, match="roads are lines: they need line strings"):
        build(tmp_path, roads={"kind": "roads", "path": "zones.gpkg", "columns": {"road_id": "zone"}})
    shops = gpd.GeoDataFrame({"id": ["s"]}, geometry=[Point(-122.5, 37.7)], crs="EPSG:4326").to_crs("EPSG:3857")
    shops.to_file(tmp_path / "shops.gpkg")
    source = {"kind": "points_of_interest", "path": "shops.gpkg", "columns": {"poi_id": "id"}}
    ((poi, lon, lat),) = build(tmp_path, shops=source).rows("SELECT poi_id, lon, lat FROM ingest.point_of_interest")
    assert (poi, round(lon, 9), round(lat, 9)) == ("s", -122.5, 37.7)


def shapes(built: Built, table: str = "region") -> list[Any]:
    return [
        shapely.from_wkb(w) if w else None
        for (w,) in built.rows(f"SELECT geometry FROM ingest.{table} ORDER BY row_no")
    ]


def same(one: Any, other: Any) -> bool:
    """Say whether two shapes are the same to a tenth of a millimetre, wherever their rings begin."""
    return bool(shapely.hausdorff_distance(one, other) < 1e-9 and abs(one.area - other.area) < 1e-12)


@pytest.mark.parametrize("name", FILES)
def test_regions(tmp_path: Path, name: str) -> None:
    write(ZONES, tmp_path / name)
    built = build(tmp_path, it={**SOURCE, "path": name})
    found = built.rows("SELECT region_id, name, valid_from, level, row_no FROM ingest.region ORDER BY row_no")
    assert found == [
        ("007", "Süd", date(2020, 1, 1), "zone", 1),
        ("008", None, None, "zone", 2),
        ("009", "김포", date(2021, 6, 30), "zone", 3),
    ]
    for read, written in zip(shapes(built), ZONES.geometry, strict=True):
        assert shapely.equals(read, written)
    assert built.rows("SELECT crs, rows_in, rows_loaded, physical_lines FROM ingest.source") == [
        ("EPSG:4326", 3, 3, None)
    ]


@pytest.mark.parametrize("name", [f for f in FILES if "geojson" not in f])
@pytest.mark.parametrize("crs", [32610, 3857, 2227])
def test_regions_in_another_crs(tmp_path: Path, name: str, crs: int) -> None:
    """Coordinates come back to where geopandas puts them, whatever the order and unit of the axes."""
    moved = ZONES.iloc[[0, 2]].to_crs(crs)
    write(moved, tmp_path / name)
    built = build(tmp_path, it={**SOURCE, "path": name})
    for read, written in zip(shapes(built), moved.to_crs(4326).geometry, strict=True):
        assert same(read, written)
    assert built.rows("SELECT crs FROM ingest.source") == [(f"EPSG:{crs}",)]


TOPOLOGY = {
    "type": "Topology",
    "transform": {"scale": [0.5, 0.25], "translate": [10, 20]},
    "arcs": [[[2, 0], [0, 4]], [[2, 4], [-2, 0], [0, -4], [2, 0]], [[2, 4], [2, 0], [0, -4], [-2, 0]]],
    "objects": {
        "zones": {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Polygon", "arcs": [[0, 1]], "properties": {"region_id": "west"}},
                {"type": "Polygon", "arcs": [[2, 0]], "properties": {"region_id": "east"}},
            ],
        }
    },
}


@pytest.mark.parametrize("name", ["zones.topojson", "zones.json"])
def test_topojson(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(json.dumps(TOPOLOGY))
    built = build(tmp_path, it={"kind": "regions", "level": "zone", "path": name})
    assert built.rows("SELECT region_id FROM ingest.region ORDER BY row_no") == [("west",), ("east",)]
    west, east = shapes(built)
    assert shapely.equals(west, box(10, 20, 11, 21))
    assert shapely.equals(east, box(11, 20, 12, 21))


POINTS = gpd.GeoDataFrame(
    {"customer_id": [7, 8, 9], "name": ["a", "b", "c"]},
    geometry=[Point(-122.45, 37.75), None, Point(-122.41, 37.79, 12.0)],
    crs="EPSG:4326",
)


@pytest.mark.parametrize("name", ["points.gpkg", "points.geojson", "points.parquet"])
def test_points_become_lon_and_lat(tmp_path: Path, name: str) -> None:
    write(POINTS, tmp_path / name) if name.endswith("parquet") else pyogrio.write_dataframe(POINTS, tmp_path / name)
    built = build(tmp_path, it={"kind": "customers", "path": name})
    found = built.rows("SELECT customer_id, lon, lat FROM ingest.customer ORDER BY row_no")
    assert found == [("7", -122.45, 37.75), ("8", None, None), ("9", -122.41, 37.79)]


def test_points_in_another_crs(tmp_path: Path) -> None:
    points = gpd.GeoSeries(gpd.points_from_xy(np.linspace(-122.5, -122.3, 50), np.linspace(37.6, 37.9, 50)), crs=4326)
    frame = gpd.GeoDataFrame({"store_id": range(50)}, geometry=points).to_crs(2227)
    frame.to_parquet(tmp_path / "a.parquet")
    built = build(tmp_path, it={"kind": "stores", "path": "a.parquet"})
    found = np.array(built.rows("SELECT lon, lat FROM ingest.store ORDER BY row_no"))
    assert np.abs(found - np.column_stack([points.x, points.y])).max() < 1e-9


def test_columns_go_before_the_geometry(tmp_path: Path) -> None:
    frame = POINTS.assign(x=[1.0, 2.0, 3.0], y=[4.0, 5.0, 6.0])
    pyogrio.write_dataframe(frame, tmp_path / "a.gpkg")
    built = build(tmp_path, it={"kind": "customers", "path": "a.gpkg", "columns": {"lon": "x", "lat": "y"}})
    assert built.rows("SELECT lon, lat FROM ingest.customer ORDER BY row_no") == [(1, 4), (2, 5), (3, 6)]


def test_x_and_y_of_another_crs(tmp_path: Path) -> None:
    moved = POINTS.iloc[[0, 2]].to_crs(32610)
    rows = [f"{i},{p.x!r},{p.y!r}\n" for i, p in enumerate(moved.geometry)]
    (tmp_path / "a.csv").write_text("customer_id,east,north\n" + "".join(rows) + "9,,\n10,5,\n11,1e300,1e300\n")
    source = {"kind": "customers", "path": "a.csv", "crs": "EPSG:32610", "columns": {"lon": "east", "lat": "north"}}
    built = build(tmp_path, it=source)
    found = built.rows("SELECT lon, lat FROM ingest.customer ORDER BY row_no")
    assert found[2] == (None, None)
    assert np.abs(np.array(found[:2]) - [[-122.45, 37.75], [-122.41, 37.79]]).max() < 1e-9
    assert built.rejects() == [(5, 4, "missing_value", "lat"), (6, 5, "out_of_range", "lon")]
    assert built.rows("SELECT crs FROM ingest.source") == [("EPSG:32610",)]


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    table = pa.table(
        {
            "order_id": pa.array([1, 2, None], pa.int64()),
            "customer_id": pa.array([7.0, 8.0, None], pa.float64()),
            "ordered_on": pa.array([datetime(2017, 1, 5, 23, 30, tzinfo=UTC)] * 3, pa.timestamp("us", "UTC")),
            "store_id": pa.array(["a", "b", "a"]).dictionary_encode(),
            "channel": pa.array(["x", "", None]),
            "amount": pa.array([Decimal("1.2300"), Decimal("1.2345"), Decimal(0)], pa.decimal128(12, 4)),
            "unused": pa.array([[1], [2], [3]]),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    built = build(tmp_path, it={"kind": "orders", "path": "a.parquet"})
    assert built.rows('SELECT * EXCLUDE (source) FROM ingest."order"') == [
        ("1", "7", date(2017, 1, 5), "a", "x", Decimal("1.23"), 1)
    ]
    assert built.rejects() == [(None, 2, "bad_number", "amount"), (None, 3, "missing_value", "order_id")]


def test_a_plain_parquet_file_may_hold_wkb(tmp_path: Path) -> None:
    table = pa.table({"region_id": ["a", "b"], "shape": [box(0, 0, 1, 1).wkb, b"junk"]})
    pq.write_table(table, tmp_path / "a.parquet")
    source = {"kind": "regions", "level": "zone", "path": "a.parquet", "columns": {"geometry": "shape"}}
    with pytest.raises(SourceError, match="in which CRS"):
        build(tmp_path, it=source)
    built = build(tmp_path, it={**source, "crs": "EPSG:4326"})
    assert shapes(built) == [box(0, 0, 1, 1)]
    assert built.rejects() == [(None, 2, "bad_geometry", "geometry")]


BAD_SHAPES = {
    "point": Point(0, 0),
    "line": shapely.LineString([(0, 0), (1, 1)]),
    "empty": shapely.Polygon(),
    "far": box(500_000, 0, 500_001, 1),
    "collection": shapely.GeometryCollection([box(0, 0, 1, 1), Point(0, 0)]),
    "infinite": shapely.from_wkt("POLYGON ((0 0, 1 0, 1 Inf, 0 0))"),
}


def test_bad_areas_are_rejected(tmp_path: Path) -> None:
    names = [*BAD_SHAPES, *(f"good {i}" for i in range(8)), "none"]
    geometry = [*BAD_SHAPES.values(), *[box(0, 0, 1, 1)] * 8, None]
    gpd.GeoDataFrame({"parcel_id": names}, geometry=geometry, crs=4326).to_parquet(tmp_path / "a.parquet")
    built = build(tmp_path, it={"kind": "parcels", "path": "a.parquet"})
    reasons = dict(built.rows("SELECT row_no, reason FROM ingest.reject"))
    assert reasons == {**dict.fromkeys(range(1, 7), "bad_geometry"), 15: "missing_value"}
    assert built.rows("SELECT count(*) FROM ingest.parcel") == [(8,)]


def test_invalid_polygons_are_left_to_conform(tmp_path: Path) -> None:
    bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    gpd.GeoDataFrame({"region_id": ["a"]}, geometry=[bow], crs=4326).to_parquet(tmp_path / "a.parquet")
    assert shapes(build(tmp_path, it={"kind": "regions", "level": "zone", "path": "a.parquet"})) == [bow]


def test_heights_and_measures_are_dropped(tmp_path: Path) -> None:
    geometry = shapely.from_wkt(
        ["POLYGON Z ((0 0 5, 1 0 5, 1 1 5, 0 0 5))", "POLYGON M ((0 0 5, 1 0 5, 1 1 5, 0 0 5))"]
    )
    wkb = shapely.to_wkb(geometry, output_dimension=4, flavor="iso")
    pq.write_table(pa.table({"region_id": ["a", "b"], "geometry": list(wkb)}), tmp_path / "a.parquet")
    built = build(tmp_path, it={"kind": "regions", "level": "zone", "path": "a.parquet", "crs": "EPSG:4326"})
    assert [shape.wkt for shape in shapes(built)] == ["POLYGON ((0 0, 1 0, 1 1, 0 0))"] * 2


def test_a_multipoint_of_one_is_a_point(tmp_path: Path) -> None:
    geometry = [shapely.MultiPoint([(1, 2)]), shapely.MultiPoint([(1, 2), (3, 4)]), Point(5, 6)]
    gpd.GeoDataFrame({"store_id": [1, 2, 3]}, geometry=geometry, crs=4326).to_parquet(tmp_path / "a.parquet")
    built = build(tmp_path, it={"kind": "stores", "path": "a.parquet"})
    assert built.rows("SELECT store_id, lon, lat FROM ingest.store ORDER BY 1") == [("1", 1, 2), ("3", 5, 6)]
    assert built.rejects() == [(None, 2, "bad_geometry", "geometry")]


def test_layers(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    pyogrio.write_dataframe(ZONES, path, layer="zones", promote_to_multi=True)
    pyogrio.write_dataframe(POINTS, path, layer="points", append=True)
    built = build(tmp_path, it={**SOURCE, "path": "a.gpkg", "layer": "zones"})
    assert built.report.rows["region"] == 3
    with pytest.raises(SourceError, match=r"holds 2 layers.*Known: points, zones"):
        build(tmp_path, it={**SOURCE, "path": "a.gpkg"})
    with pytest.raises(SourceError, match=r"no layer 'zone'. Did you mean 'zones'"):
        build(tmp_path, it={**SOURCE, "path": "a.gpkg", "layer": "zone"})


def test_a_table_in_a_geopackage(tmp_path: Path) -> None:
    frame = pd.DataFrame({"owner_id": ["01", "2"], "name": ["a", "b"]})
    pyogrio.write_dataframe(frame, tmp_path / "a.gpkg", layer="owners", driver="GPKG")
    built = build(tmp_path, it={"kind": "owners", "path": "a.gpkg"})
    assert built.rows("SELECT owner_id, name FROM ingest.owner") == [("01", "a"), ("2", "b")]
    built = build(tmp_path, it={"kind": "owners", "path": "a.gpkg", "columns": {"owner_id": "fid"}})
    assert built.rows("SELECT owner_id, name FROM ingest.owner") == [("1", "a"), ("2", "b")]


def test_geojson_text_that_looks_like_something_else_stays_text(tmp_path: Path) -> None:
    words = ["2017/01/05", "007", "true", "1e5"]
    features = [{"type": "Feature", "properties": {"owner_id": w}, "geometry": None} for w in words]
    (tmp_path / "a.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    built = build(tmp_path, it={"kind": "owners", "path": "a.geojson"})
    assert [w for (w,) in built.rows("SELECT owner_id FROM ingest.owner ORDER BY row_no")] == words


def test_a_shapefile_without_projection_needs_a_crs(tmp_path: Path) -> None:
    write(ZONES.iloc[[0]].to_crs(32610), tmp_path / "a.shp")
    (tmp_path / "a.prj").unlink()
    with pytest.raises(SourceError, match="in which CRS"):
        build(tmp_path, it={**SOURCE, "path": "a.shp"})
    (shape,) = shapes(build(tmp_path, it={**SOURCE, "path": "a.shp", "crs": "EPSG:32610"}))
    assert same(shape, ZONES.geometry[0])
    with pytest.raises(SourceError, match="1 of 1 places lie outside the world when read as WGS 84"):
        build(tmp_path, it={**SOURCE, "path": "a.shp", "crs": "EPSG:4326"})


def test_most_points_outside_the_world_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("store_id,lon,lat\n1,551000,4178000\n2,552000,4179000\n3,-122,37\n4,,\n")
    with pytest.raises(SourceError, match="2 of 3 places lie outside the world"):
        build(tmp_path, it={"kind": "stores", "path": "a.csv"})


def test_the_files_of_a_project(tmp_path: Path) -> None:
    write(ZONES, tmp_path / "zones.shp")
    (tmp_path / "a.csv").touch()
    sources = {
        "a": {"kind": "owners", "path": "a.csv"},
        "again": {"kind": "stores", "path": "a.csv"},
        "zones": {**SOURCE, "path": "zones.shp"},
    }
    names = [path.name for path in input_files(settings(**sources), tmp_path)]
    assert names == ["a.csv", "zones.shp", "zones.shx", "zones.dbf", "zones.prj", "zones.cpg"]
    (tmp_path / "zones.dbf").unlink()
    (tmp_path / "a.csv").unlink()
    with pytest.raises(SourceError) as caught:
        input_files(settings(**sources), tmp_path)
    assert [line.split(":")[0] for line in str(caught.value).splitlines()[1:]] == [
        "  sources.a",
        "  sources.again",
        "  sources.zones",
    ]
    with pytest.raises(SourceError, match=r"zones\.dbf"):
        build(tmp_path, zones=sources["zones"])


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.topojson", "a.shp", "a.zip", "a.parquet", "a.fgb"])
@pytest.mark.parametrize(
    "content", [b"", b"junk", b"{}", b'<OGRVRTDataSource><OGRVRTLayer name="x"/></OGRVRTDataSource>']
)
def test_what_is_no_geodata_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    for suffix in (".shp", ".shx", ".dbf"):
        (tmp_path / "a").with_suffix(suffix).write_bytes(content)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=r"^Source 'it' \(a\."):
        build(tmp_path, it={**SOURCE, "path": name})


def test_an_ending_that_means_something_else_is_refused(tmp_path: Path) -> None:
    write(ZONES, tmp_path / "zones.geojson")
    (tmp_path / "zones.geojson").rename(tmp_path / "zones.topojson")
    with pytest.raises(SourceError, match=r"something else than its ending says|holds GeoJSON"):
        build(tmp_path, it={**SOURCE, "path": "zones.topojson"})


def test_geojson_lines_that_cannot_be_read_are_missed(tmp_path: Path) -> None:
    write(ZONES, tmp_path / "zones.geojsonl")
    with (tmp_path / "zones.geojsonl").open("a") as file:
        file.write('{"type": "Feature", "geom\n')
    with pytest.raises(SourceError, match="should hold 4 records, but 3 can be read"):
        build(tmp_path, it={**SOURCE, "path": "zones.geojsonl"})


@pytest.mark.parametrize("cut", [0.2, 0.5, 0.9])
@pytest.mark.parametrize("name", ["zones.gpkg", "zones.geojson", "zones.parquet", "zones.fgb"])
def test_a_file_that_ends_too_early_is_refused(tmp_path: Path, name: str, cut: float) -> None:
    write(ZONES, tmp_path / name)
    content = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(content[: int(len(content) * cut)])
    with pytest.raises(SourceError):
        build(tmp_path, it={**SOURCE, "path": name})


@pytest.mark.parametrize(
    ("kind", "frame", "says"),
    [
        ("stores", ZONES.assign(store_id=ZONES.zone), "points. Store one point per record"),
        ("parcels", POINTS.assign(parcel_id=POINTS.name), "its geometry is Point, but parcels are areas"),
    ],
)
def test_the_wrong_type_of_geometry_is_refused(tmp_path: Path, kind: str, frame: gpd.GeoDataFrame, says: str) -> None:
    pyogrio.write_dataframe(frame, tmp_path / "a.gpkg")
    with pytest.raises(SourceError, match=says):
        build(tmp_path, it={"kind": kind, "path": "a.gpkg"})


def test_no_geometry_where_it_is_needed_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("parcel_id\n1\n")
    with pytest.raises(SourceError, match="no geometry, which parcels need"):
        build(tmp_path, it={"kind": "parcels", "path": "a.csv"})
    (tmp_path / "a.csv").write_text("region_id,geometry\n1,POINT (0 0)\n")
    with pytest.raises(SourceError, match="column 'geometry' is no geometry"):
        build(tmp_path, it={"kind": "regions", "level": "zone", "path": "a.csv"})


def test_a_geometry_that_is_no_wkb_is_refused(tmp_path: Path) -> None:
    write(ZONES, tmp_path / "zones.parquet")
    table = pq.read_table(tmp_path / "zones.parquet")
    geo = json.loads(table.schema.metadata[b"geo"])
    geo["columns"]["geometry"]["encoding"] = "polygon"
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), tmp_path / "zones.parquet")
    with pytest.raises(SourceError, match="stored as 'polygon'"):
        build(tmp_path, it={**SOURCE, "path": "zones.parquet"})


@pytest.mark.parametrize("crs", ["null", "absent"])
def test_geoparquet_without_a_crs(tmp_path: Path, crs: str) -> None:
    """The standard: no CRS means WGS84; a CRS of null means that it is not known."""
    write(ZONES, tmp_path / "zones.parquet")
    table = pq.read_table(tmp_path / "zones.parquet")
    geo = json.loads(table.schema.metadata[b"geo"])
    geo["columns"]["geometry"] |= {"crs": None}
    if crs == "absent":
        del geo["columns"]["geometry"]["crs"]
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), tmp_path / "zones.parquet")
    if crs == "absent":
        assert build(tmp_path, it={**SOURCE, "path": "zones.parquet"}).report.rows["region"] == 3
    else:
        with pytest.raises(SourceError, match="in which CRS"):
            build(tmp_path, it={**SOURCE, "path": "zones.parquet"})

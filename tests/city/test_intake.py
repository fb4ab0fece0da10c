"""Importing a city: its files appear whole or not at all, and a gcrm.toml that is there is never edited."""

from __future__ import annotations

import json
import sys
from datetime import date

import geopandas as gpd
import pyogrio
import pytest
import shapely
from pyproj import CRS

from gcrm import demo, settings
from gcrm.city import intake, project
from gcrm.city.intake import import_city
from gcrm.city.label import file_hash
from gcrm.errors import DependencyError, ProjectError, SourceError
from tests.city.town import extract, node, relation, ring, square, way

pytest.importorskip("osmium", reason="pyosmium is not installed: pip install 'gcrm[osm]'")

TOWN = extract(
    square(1, 24.91, 60.01, 0.02),
    square(11, 24.95, 60.01, 0.02),
    way(1, *ring(1), highway="residential"),
    way(2, *ring(11), building="house"),
    relation(1, [(1, "outer")], type="boundary", boundary="administrative", admin_level="8", name="Ham"),
    relation(2, [(2, "outer")], type="boundary", boundary="administrative", admin_level="8", name="Ley"),
    node(21, 24.92, 60.05, addr__housenumber="1", addr__street="Elm"),
)
MONACO = demo.samples("monaco") / "monaco.osm.pbf"


@pytest.fixture
def town(tmp_path):
    source = tmp_path / "old_town.osm"
    source.write_text(TOWN, encoding="utf-8")
    return source


@pytest.fixture
def here(monkeypatch):
    """Read extracts in this process: one of its own takes a second, and how they are read is not what is tested."""
    monkeypatch.setattr(intake, "guarded", lambda _origin, function, *args: function(*args))


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.usefixtures("here")
def test_a_new_project_names_what_was_found(tmp_path, town):
    made = import_city(town, tmp_path / "p")
    assert (made.written, made.changed, made.addition) == (True, True, "")
    found = settings.load(tmp_path / "p")
    assert (found.project.name, found.project.metric_crs) == ("Old Town", "EPSG:32635")
    assert found.hierarchies["administrative"].levels == ("municipality",)
    kinds = {name: (source.kind, source.level) for name, source in found.sources.items()}
    assert kinds == {
        "osm_address_references": ("address_references", None),
        "osm_buildings": ("buildings", None),
        "osm_roads": ("roads", None),
        "osm_regions_municipality": ("regions", "municipality"),
    }
    assert {source.attribution for source in found.sources.values()} == {"© OpenStreetMap contributors"}
    said = json.loads((tmp_path / "p" / "osm" / "provenance.json").read_text(encoding="utf-8"))
    assert (said["licence"], said["source_sha256"]) == ("ODbL 1.0", file_hash(town))


@pytest.mark.usefixtures("here")
def test_the_same_extract_makes_the_same_files_and_writes_nothing_twice(tmp_path, town):
    import_city(town, tmp_path / "p")
    before = contents(tmp_path / "p" / "osm")
    again = import_city(town, tmp_path / "p")
    assert (again.changed, again.written, again.addition) == (False, False, "")
    (tmp_path / "p" / "osm" / "roads.parquet").write_bytes(b"torn")
    assert import_city(town, tmp_path / "p").changed
    assert contents(tmp_path / "p" / "osm") == before


@pytest.mark.usefixtures("here")
def test_a_project_that_is_there_is_told_what_to_add(tmp_path, town):
    folder = tmp_path / "p"
    folder.mkdir()
    head = '[project]\nname = "Own"\nmetric_crs = "EPSG:3067"\n'
    own = head + '[hierarchies.administrative]\nlevels = ["municipality"]\n'
    (folder / "gcrm.toml").write_text(own, encoding="utf-8")
    made = import_city(town, folder)
    assert (folder / "gcrm.toml").read_text(encoding="utf-8") == own
    assert not made.written
    (folder / "gcrm.toml").write_text(own + made.addition, encoding="utf-8")
    found = settings.load(folder)
    assert found.hierarchies["osm_administrative"].levels == ("osm_municipality",)
    assert found.sources["osm_regions_municipality"].level == "osm_municipality"
    assert import_city(town, folder).addition == ""


def test_what_is_no_extract_is_refused_and_leaves_nothing(tmp_path, town):
    with pytest.raises(SourceError, match="There is no file"):
        import_city(tmp_path / "none.osm.pbf", tmp_path / "p")
    town.rename(town.with_suffix(".csv"))
    with pytest.raises(SourceError, match="no extract of OpenStreetMap by its name"):
        import_city(town.with_suffix(".csv"), tmp_path / "p")
    assert not (tmp_path / "p").exists()


def test_a_damaged_extract_leaves_the_files_of_the_last_one(tmp_path, town):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(intake, "guarded", lambda _origin, function, *args: function(*args))
        import_city(town, tmp_path / "p")
    before = contents(tmp_path / "p" / "osm")
    torn = tmp_path / "torn.osm.pbf"
    torn.write_bytes(MONACO.read_bytes()[:100_000])
    with pytest.raises(SourceError, match="damaged"):
        import_city(torn, tmp_path / "p")
    assert [path.name for path in (tmp_path / "p").iterdir() if path.name != "osm"] == ["gcrm.toml"]
    assert contents(tmp_path / "p" / "osm") == before


def test_a_folder_of_something_else_is_left_alone(tmp_path, town):
    (tmp_path / "p" / "osm").mkdir(parents=True)
    (tmp_path / "p" / "osm" / "own.txt").write_text("mine")
    with pytest.raises(ProjectError, match="holds no import of a city"):
        import_city(town, tmp_path / "p")


def test_without_pyosmium_the_message_says_what_to_install(tmp_path, town, monkeypatch):
    # The extract is read in a process of its own, so what is missing must be missing there.
    (tmp_path / "osmium.py").write_text("raise ModuleNotFoundError('osmium')")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    with pytest.raises(DependencyError, match=r"gcrm\[osm\]"):
        import_city(town, tmp_path / "p")


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [(24.9, 60.2, "EPSG:32635"), (7.4, 43.7, "EPSG:32632"), (151.2, -33.9, "EPSG:32756"), (180.0, 0.0, "EPSG:32660")],
)
def test_lengths_are_measured_in_the_zone_of_the_city(lon, lat, code):
    assert project.metric_crs((lon - 0.1, lat - 0.1, lon + 0.1, lat + 0.1)) == code
    area = CRS.from_user_input(code).area_of_use
    assert area.west <= lon <= area.east
    assert area.south <= lat <= area.north


@pytest.fixture(scope="module")
def monaco(tmp_path_factory):
    return import_city(MONACO, tmp_path_factory.mktemp("monaco"))


@pytest.fixture(scope="module")
def by_gdal():
    """Lines and areas of Monaco as GDAL reads them."""
    return {layer: pyogrio.read_dataframe(MONACO, layer=layer) for layer in ("lines", "multipolygons")}


def size(frame, of):
    """Lengths or areas in square degrees, summed: enough to tell whether two readers found the same."""
    return float(of(frame.geometry.to_numpy()).sum())


def test_the_buildings_of_monaco_are_those_that_gdal_finds(monaco, by_gdal):
    areas = by_gdal["multipolygons"]
    theirs = areas[areas["building"].notna() & (areas["building"] != "no")]
    names = {f"w{way}" for way in theirs["osm_way_id"].dropna()} | {f"r{rel}" for rel in theirs["osm_id"].dropna()}
    ours = gpd.read_parquet(monaco.folder / "osm" / "buildings.parquet")
    assert len(ours) == 1283
    assert set(ours["building_id"]) == names
    assert size(ours, shapely.area) == pytest.approx(size(theirs, shapely.area), rel=1e-12)


def test_the_roads_of_monaco_are_those_that_gdal_finds(monaco, by_gdal):
    lines = by_gdal["lines"]
    no_roads = {"raceway", "construction", "platform"}
    theirs = lines[lines["highway"].notna() & ~lines["highway"].isin(no_roads)]
    ours = gpd.read_parquet(monaco.folder / "osm" / "roads.parquet")
    ways = ours["road_id"].str.extract(r"^w(\d+)\.")[0]
    assert set(theirs["osm_id"]) - set(ways) == set()
    # Beside them only squares and other ways that GDAL takes for areas.
    areas = by_gdal["multipolygons"]
    assert set(ways) - set(theirs["osm_id"]) <= set(areas["osm_way_id"].dropna())
    same = ours[ways.isin(theirs["osm_id"])]
    assert size(same, shapely.length) == pytest.approx(size(theirs, shapely.length), rel=1e-12)


def test_no_road_of_monaco_passes_a_junction_and_no_piece_hangs_loose(monaco):
    ours = gpd.read_parquet(monaco.folder / "osm" / "roads.parquet")
    inner = [point for line in ours.geometry for point in line.coords[1:-1]]
    ends = {point for line in ours.geometry for point in (line.coords[0], line.coords[-1])}
    # Some nodes of different storeys share a place; of the ends, hardly any lies within another piece.
    assert sum(point in ends for point in inner) <= 20
    where = {}
    for row in ours.itertuples():
        where.setdefault(row.from_node, set()).add(row.geometry.coords[0])
        where.setdefault(row.to_node, set()).add(row.geometry.coords[-1])
    assert {len(points) for points in where.values()} == {1}


def test_monaco_lies_by_the_sea_and_has_the_quarters_that_are_whole(monaco):
    land = gpd.read_parquet(monaco.folder / "osm" / "land_uses.parquet")
    sea = land[land["land_use_id"].str.startswith("sea")]
    assert len(sea) == 1
    assert date.fromisoformat(monaco.label.date) == date(2023, 12, 26)
    regions = gpd.read_parquet(monaco.folder / "osm" / "regions_suburb.parquet")
    known = {"Fontvieille", "Monaco-Ville", "La Condamine", "La Rousse", "Larvotto", "Monte-Carlo"}
    assert set(regions["name"]) == known
    metres = regions.to_crs("EPSG:32632").area.set_axis(regions["name"])
    # As the state's statistics office publishes them, in hectares; the boundaries here reach into the harbours.
    assert 18 <= metres["Monaco-Ville"] / 10_000 <= 25

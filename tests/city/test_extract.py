"""An extract becomes rows: literal towns in, literal rows out."""

from __future__ import annotations

import pyarrow.parquet as pq
import pytest
import shapely

from gcrm.city.extract import convert
from gcrm.ingest.limits import FileError
from tests.city.town import extract, node, relation, ring, square, way

pytest.importorskip("osmium", reason="pyosmium is not installed: pip install 'gcrm[osm]'")


@pytest.fixture
def read(tmp_path):
    def convert_text(*things, **words):
        source = tmp_path / "town.osm"
        source.write_text(extract(*things, **words), encoding="utf-8")
        found = convert(source, tmp_path)
        return found, lambda table: pq.read_table(tmp_path / f"{table}.parquet").to_pylist()

    return convert_text


def pieces(rows, *names):
    return [tuple(row[name] for name in names) for row in rows]


def test_roads_are_cut_where_they_meet_and_nowhere_else(read):
    cross = [node(i, 24.90 + i / 100, 60.05) for i in range(1, 6)] + [node(6, 24.93, 60.06), node(7, 24.93, 60.04)]
    _, rows = read(
        *cross,
        way(1, 1, 2, 3, 4, 5, highway="residential", name="Long Street"),
        way(2, 6, 3, 7, highway="primary", oneway="-1", maxspeed="30 mph", lanes="2", surface="asphalt"),
        way(3, 2, 7, highway="proposed"),
        way(4, 4, 6, highway="platform"),
    )
    found = rows("roads")
    assert pieces(found, "road_id", "from_node", "to_node", "name") == [
        ("w1.1", "1", "3", "Long Street"),
        ("w1.2", "3", "5", "Long Street"),
        ("w2.1", "6", "3", None),
        ("w2.2", "3", "7", None),
    ]
    assert shapely.from_wkb(found[0]["geometry"]).wkt == "LINESTRING (24.91 60.05, 24.92 60.05, 24.93 60.05)"
    assert (
        pieces(found[2:], "road_class", "oneway", "speed_kmh", "lanes", "surface")
        == [("primary", "reverse", 48.3, 2.0, "asphalt")] * 2
    )


def test_a_bridge_crosses_a_road_without_a_junction(read):
    _, rows = read(
        *[node(1, 24.91, 60.05), node(2, 24.95, 60.05), node(3, 24.93, 60.03), node(4, 24.93, 60.07)],
        way(1, 1, 2, highway="residential"),
        way(2, 3, 4, highway="primary", bridge="yes", layer="1"),
    )
    assert pieces(rows("roads"), "road_id", "from_node", "to_node", "storey") == [
        ("w1.1", "1", "2", None),
        ("w2.1", "3", "4", 1),
    ]


def test_a_roundabout_goes_round_between_its_arms(read):
    _, rows = read(
        square(1, 24.93, 60.05, 0.01),
        *[node(5, 24.92, 60.05), node(6, 24.95, 60.06)],
        way(1, *ring(1), highway="tertiary", junction="roundabout"),
        way(2, 5, 1, highway="tertiary"),
        way(3, 3, 6, highway="tertiary"),
    )
    assert pieces(rows("roads"), "road_id", "from_node", "to_node", "oneway") == [
        ("w1.1", "1", "3", "yes"),
        ("w1.2", "3", "1", "yes"),
        ("w2.1", "5", "1", None),
        ("w3.1", "3", "6", None),
    ]


def test_a_road_that_leaves_the_extract_ends_where_the_nodes_do(read):
    _, rows = read(
        *[node(1, 24.91, 60.05), node(2, 24.92, 60.05), node(4, 24.94, 60.05), node(5, 24.95, 60.05)],
        way(1, 1, 2, 3, 4, 5, highway="residential"),
        way(2, 5, 6, highway="residential"),
    )
    assert pieces(rows("roads"), "road_id", "from_node", "to_node") == [("w1.1", "1", "2"), ("w1.2", "4", "5")]


def test_a_building_with_a_court_keeps_its_hole(read):
    _, rows = read(
        square(1, 24.91, 60.01, 0.01),
        square(11, 24.913, 60.013, 0.002),
        *[way(1, 1, 2, 3), way(2, 3, 4, 1), way(3, *ring(11))],
        relation(9, [(1, "outer"), (2, "outer"), (3, "inner")], type="multipolygon", building="apartments"),
        square(21, 24.95, 60.01, 0.01),
        way(4, *ring(21), building="house", building__levels="2", height="6 m"),
        square(31, 24.97, 60.01, 0.01),
        way(5, *ring(31), building="no"),
    )
    court, house = sorted(rows("buildings"), key=lambda row: row["building_id"])
    assert (court["building_id"], court["use"], house["building_id"], house["levels"], house["height_m"]) == (
        *("r9", "apartments", "w4", 2.0, 6.0),
    )
    assert shapely.from_wkb(court["geometry"]).area == pytest.approx(0.01**2 - 0.002**2)


def test_the_sea_lies_to_the_right_of_the_coast(read):
    found, rows = read(
        *[node(1, 24.90, 60.05), node(2, 24.95, 60.06), node(3, 25.0, 60.05)],
        square(11, 24.93, 60.02, 0.01),
        way(1, 1, 2, 3, natural="coastline"),
        way(2, *ring(11), natural="coastline"),
    )
    (sea,) = rows("land_uses")
    shape = shapely.from_wkb(sea["geometry"])
    assert (sea["land_use_id"], sea["use"]) == ("sea.1", "water")
    assert shape.contains(shapely.Point(24.91, 60.01))
    assert not shape.intersects(shapely.Point(24.935, 60.025))  # an island
    assert not shape.intersects(shapely.Point(24.95, 60.09))
    assert shape.area == pytest.approx(0.1 * 0.055 - 0.01**2)
    assert pieces(rows("barriers"), "barrier_class") == [("coastline",), ("coastline",)]
    assert found.box == (24.9, 60.0, 25.0, 60.1)


def test_an_extract_without_coast_has_no_sea(read):
    _, rows = read(square(1, 24.93, 60.02, 0.01), way(1, *ring(1), natural="water", name="Pond"))
    assert pieces(rows("land_uses"), "land_use_id", "name", "use") == [("w1", "Pond", "water")]


def boundary(number, *ways, **pairs):
    return relation(number, [(w, "outer") for w in ways], type="boundary", boundary="administrative", **pairs)


def test_regions_that_are_whole_and_those_that_the_edge_cuts(read):
    # Three suburbs side by side: the middle one is whole, the others go on beyond the extract.
    found, rows = read(
        *[node(1, 24.93, 60.0), node(2, 24.93, 60.1), node(3, 24.97, 60.1), node(4, 24.97, 60.0)],
        *[way(1, 1, 2), way(2, 2, 3), way(3, 3, 4), way(4, 4, 1)],
        boundary(1, 1, 2, 3, 4, admin_level="10", name="Middle"),
        boundary(2, 1, 90, admin_level="10", name="West"),
        boundary(3, 3, 91, admin_level="10", name="East"),
        boundary(4, 92, admin_level="8", name="Far Town"),
    )
    assert found.levels == ("suburb",)
    shapes = {row["name"]: shapely.from_wkb(row["geometry"]) for row in rows("regions_suburb")}
    assert shapes["Middle"].area == pytest.approx(0.04 * 0.1)
    assert shapes["West"].equals(shapely.box(24.9, 60.0, 24.93, 60.1))
    assert shapes["East"].equals(shapely.box(24.97, 60.0, 25.0, 60.1))


def test_a_region_that_cannot_be_closed_is_left_out(read):
    # The boundary between two suburbs breaks off in the middle of the extract.
    found, _ = read(
        *[node(1, 24.95, 60.0), node(2, 24.95, 60.05)],
        way(1, 1, 2),
        boundary(1, 1, 90, admin_level="10", name="West"),
        boundary(2, 1, 91, admin_level="10", name="East"),
    )
    assert found.levels == ()


def test_smaller_regions_have_the_larger_ones_as_parents(read):
    found, rows = read(
        *[square(1, 24.91, 60.01, 0.02), square(11, 24.95, 60.01, 0.04)],
        *[way(1, *ring(1)), way(2, *ring(11))],
        *[boundary(1, 1, admin_level="8", name="Ham"), boundary(2, 2, admin_level="8", name="Ley")],
        *[square(21, 24.95, 60.01, 0.01), square(31, 24.97, 60.01, 0.01)],
        *[way(3, *ring(21)), way(4, *ring(31))],
        *[boundary(i, way_, admin_level="10", name=n) for i, way_, n in ((3, 3, "Oak"), (4, 4, "Elm"), (5, 1, "Ash"))],
    )
    assert found.levels == ("municipality", "suburb")
    assert dict(pieces(rows("regions_suburb"), "name", "parent_id")) == {"Oak": "r2", "Elm": "r2", "Ash": "r1"}


@pytest.mark.parametrize("content", [b"", b"not an extract", b"\x00\x00\x00\x0e\n\tOSMHeader\x18\x7fgarbage"])
def test_what_is_no_extract_is_refused(tmp_path, content):
    source = tmp_path / "town.osm.pbf"
    source.write_bytes(content)
    with pytest.raises(FileError, match="extract"):
        convert(source, tmp_path)


def test_an_empty_extract_is_refused(tmp_path):
    source = tmp_path / "town.osm"
    source.write_text("<?xml version='1.0'?><osm version='0.6'></osm>", encoding="utf-8")
    with pytest.raises(FileError, match="holds no place"):
        convert(source, tmp_path)

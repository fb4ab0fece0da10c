"""Spatial filters against shapely and pyproj: every place is told apart as they do, and only once."""

from __future__ import annotations

import json
import random
from datetime import date

import numpy as np
import pytest
import shapely
from pyproj import Geod

from gcrm.access.scope import LOCAL, Scope
from gcrm.cube.area import in_words
from gcrm.cube.distance import within_distance
from gcrm.cube.overlap import overlap
from gcrm.errors import AccessError, QueryError
from tests import star
from tests.star import ask

_WEST, _SOUTH = -122.5, 37.7
_GEOD = Geod(ellps="WGS84")


def _points():
    """Points of a lattice, so that many lie on borders and corners, and points anywhere."""
    pick = random.Random(5)  # noqa: S311 - the same points every time
    lattice = [(_WEST + i / 32, _SOUTH + j / 32) for i in range(9) for j in range(9)]
    return lattice + [(_WEST + pick.random() / 4, _SOUTH + pick.random() / 4) for _ in range(70)]


POINTS = _points()
#: Four zones of a district, squares of 1/8 degree; areas X, Y, Z overlap.
ZONES = {f"z{i}{j}": shapely.box(_WEST + i / 8, _SOUTH + j / 8, _WEST + (i + 1) / 8, _SOUTH + (j + 1) / 8)
         for i in (0, 1) for j in (0, 1)}  # fmt: skip
AREAS = {
    n: shapely.Point(_WEST + x, _SOUTH + y).buffer(0.07)
    for n, x, y in [("X", 0.1, 0.1), ("Y", 0.15, 0.1), ("Z", 0.12, 0.18)]
}


def _rows():
    layers = [(0, "city", "district", 1, False), (1, "city", "zone", 2, False), (2, "trade", "area", 1, True)]
    regions = [{"region_key": 1, "layer_id": 0, "hierarchy": "city", "level": "district", "region_id": "D",
                "geometry": shapely.to_wkb(shapely.union_all(list(ZONES.values())))}]  # fmt: skip
    members = []
    for layer, level, hierarchy, shapes, parent in ((1, "zone", "city", ZONES, 1), (2, "area", "trade", AREAS, None)):
        for name, shape in shapes.items():
            key = len(regions) + 1
            regions.append({"region_key": key, "layer_id": layer, "hierarchy": hierarchy, "level": level,
                            "region_id": name, "parent_key": parent, "geometry": shapely.to_wkb(shape)})  # fmt: skip
            members += [(n, layer, key) for n, p in enumerate(POINTS) if shapely.covers(shape, shapely.Point(p))]
    taken, kept = set(), []
    for place, layer, key in sorted(members):
        if layer == 2 or (place, layer) not in taken:  # on a border: the lowest region
            taken.add((place, layer))
            kept.append((place, layer, key))
            if layer == 1:
                kept.append((place, 0, 1))
    n = range(len(POINTS))
    return {
        "conform.layer": [
            {"layer_id": i, "hierarchy": h, "level": lv, "depth": d, "overlapping": o} for i, h, lv, d, o in layers
        ],
        "conform.region": regions,
        "conform.location_region": [{"location_id": p, "layer_id": y, "region_key": k} for p, y, k in kept],
        "conform.location_cell": [{"location_id": p, "h3_r8": 613196571000000000 + p} for p in n],
        "geocode.location": [{"location_id": p, "lon": POINTS[p][0], "lat": POINTS[p][1]} for p in n],
        "geocode.record_location": [
            *({"kind": "customer", "source": "s", "row_no": p, "location_id": p} for p in n),
            {"kind": "store", "source": "s", "row_no": 0, "location_id": 100},
        ],
        "ingest.customer": [{"customer_id": f"c{p}", "source": "s", "row_no": p} for p in n]
        + [{"customer_id": "nowhere", "source": "s", "row_no": len(POINTS)}],
        "ingest.store": [{"store_id": s, "source": "s", "row_no": i} for i, s in enumerate(("S1", "S2"))],
        'ingest."order"': [
            {"order_id": f"o{p}", "customer_id": f"c{p}", "amount": p, "ordered_on": date(2017, 1, 1), "source": "s"}
            for p in n
        ],
        "ingest.zone_statistic": [
            {"region_id": z, "statistic": "households", "value": 10 + i, "hierarchy": "city", "level": "zone",
             "source": "s"}
            for i, z in enumerate(ZONES)
        ],
    }  # fmt: skip


class _Reader:
    """A snapshot as `overlap` reads it."""

    def __init__(self, con):
        self._con, self.settings = con, star.SETTINGS

    def cursor(self):
        return self._con.cursor()


@pytest.fixture(scope="module")
def con():
    return star.build(_rows())


def _figures(con, area, **words):
    filters = [in_words(area)] if isinstance(area, dict) else area
    row = ask(con, measures=["customers", "revenue"], area=tuple(filters), **words).table.to_pylist()[0]
    return row["customers"], row["revenue"] or 0


def _of(chosen):
    found = [n for n, yes in enumerate(chosen) if yes]
    return len(found), sum(found)


SHAPES = [
    shapely.box(_WEST + 1 / 32, _SOUTH + 2 / 32, _WEST + 3 / 32, _SOUTH + 5 / 32),  # its corners are points
    shapely.Point(_WEST + 0.1, _SOUTH + 0.1).buffer(0.06),
    shapely.box(_WEST, _SOUTH, _WEST + 0.2, _SOUTH + 0.2)
    - shapely.box(_WEST + 2 / 32, _SOUTH, _WEST + 0.1, _SOUTH + 0.1),
    shapely.MultiPolygon([shapely.box(_WEST, _SOUTH, _WEST + 1 / 32, _SOUTH + 1 / 32), AREAS["Z"]]),
    shapely.Polygon([(_WEST, _SOUTH), (_WEST + 0.25, _SOUTH + 0.125), (_WEST + 0.125, _SOUTH + 0.25)]),  # slanting
]


@pytest.mark.parametrize("shape", SHAPES, ids=range(len(SHAPES)))
def test_a_drawn_area_covers_what_shapely_says(con, shape):
    expected = _of(shapely.covers(shape, shapely.points(POINTS)))
    assert 0 < expected[0] < len(POINTS)
    written = shapely.to_geojson(shape)
    for words in (shape, written, json.loads(written), {"type": "Feature", "geometry": json.loads(written)}):
        assert _figures(con, {"within": words}) == expected


def test_the_areas_of_a_drawn_shape_add_up_by_zone(con):
    area = in_words({"within": SHAPES[1]})
    rows = ask(con, measures=["customers", "households"], by=["zone"], area=(area,), totals="rollup").table.to_pylist()
    inside = shapely.covers(SHAPES[1], shapely.points(POINTS))
    assert sum(r["customers"] for r in rows if r["grouping"] == 0) == inside.sum()
    assert {r["households_state"] for r in rows} == {"unknown"}


def test_statistics_are_known_where_a_drawn_shape_is_made_of_whole_zones(con):
    shape = shapely.union_all([ZONES["z00"], ZONES["z10"]])
    row = ask(con, measures=["households"], area=(in_words({"within": shape}),)).table.to_pylist()[0]
    assert row["households"] == 10 + 12
    rows = ask(con, measures=["households"], by=["zone"], area=(in_words({"within": shape}),)).table.to_pylist()
    assert {r["zone"]: r["households"] for r in rows if r["households"]} == {"z00": 10, "z10": 12}
    wider = shapely.union_all([shape, shapely.box(_WEST - 0.1, _SOUTH, _WEST, _SOUTH + 0.1)])
    assert ask(con, measures=["households"], area=(in_words({"within": wider}),)).table["households"][0].as_py() is None


@pytest.mark.parametrize("distance_m", [0.0, 1.0, 900.0, 5_432.1, 30_000.0])
def test_places_near_a_point_or_store_are_those_of_pyproj(con, distance_m):
    for target, (lon, lat) in [("POINT (-122.4 37.8)", (-122.4, 37.8)), ({"store": "S1"}, POINTS[100])]:
        meters = [_GEOD.inv(lon, lat, *p)[2] for p in POINTS]
        expected = _of([m <= distance_m for m in meters])
        assert _figures(con, {"near": target, "distance_m": distance_m}) == expected


def _brute_m(shape, lon, lat):
    """Distance to a shape by pyproj alone, two metres apart along its border."""
    if shapely.covers(shape, shapely.Point(lon, lat)):
        return 0.0
    line = shapely.segmentize(shapely.boundary(shape) if shape.area else shape, 0.00002)
    x, y = shapely.get_coordinates(line).T
    return float(np.min(_GEOD.inv(np.full_like(x, lon), np.full_like(y, lat), x, y)[2]))


def test_places_near_a_shape_are_those_of_pyproj(con):
    line = shapely.LineString([(-122.45, 37.72), (-122.40, 37.80), (-122.30, 37.81)])
    for shape in (line, shapely.box(-122.42, 37.75, -122.38, 37.79)):
        meters = np.array([_brute_m(shape, *p) for p in POINTS[70:110]])
        cut = float(np.sort(meters)[20])  # some point lies almost on the border
        for distance_m in (cut - 0.05, cut + 0.05, 2000.0):
            chosen = within_distance(shape, *np.array(POINTS[70:110]).T, distance_m=distance_m)
            assert chosen.tolist() == (meters <= distance_m).tolist()
    expected = _of(within_distance(line, *np.array(POINTS).T, distance_m=1500.0))
    assert _figures(con, {"near": line, "distance_m": 1500}) == expected


def test_travel_time_is_an_estimate_and_says_so(con):
    words = {"near": {"store": "S1"}, "travel_min": 12, "speed_kmh": 30, "circuity": 1.25}
    answer = ask(con, measures=["customers"], area=(words,))
    assert answer.table["customers"][0].as_py() == _figures(con, {"near": {"store": "S1"}, "distance_m": 4800})[0]
    assert "is an estimate" in answer.notes[0]
    assert "4800 m" in answer.notes[0]


def test_stored_regions_their_neighbours_and_those_on_a_line(con):
    def zones(*area):
        rows = ask(con, measures=["customers"], by=["zone"], area=area).table.to_pylist()
        return {r["zone"] for r in rows}

    assert zones({"within": {"level": "zone", "region": "z01"}}) == {"z01"}
    assert zones({"touching": {"level": "zone", "region": "z00"}}) == {"z01", "z10", "z11"}
    line = "LINESTRING (-122.45 37.71, -122.45 37.85)"
    assert zones({"crossed_by": line, "of": "zone"}) == {"z00", "z01"}
    both = ({"crossed_by": line, "of": "zone"}, {"touching": {"level": "zone", "region": "z00"}})
    assert zones(*both) == {"z01"}
    inside = shapely.covers(AREAS["X"], shapely.points(POINTS))
    assert _figures(con, {"within": {"level": "area", "region": "X"}}) == _of(inside)
    row = ask(con, measures=["households"], area=({"touching": {"level": "zone", "region": "z00"}},)).table.to_pylist()
    assert row[0]["households"] == 11 + 12 + 13


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({}, "name one of"),
        ({"within": "POLYGON ((0 0", "of": "zone"}, "no meaning beside"),
        ({"within": "POLYGON ((0 0"}, "is no Polygon"),
        ({"within": "POINT (1 2)"}, "is no Polygon"),
        ({"within": "GEOMETRYCOLLECTION (POLYGON ((0 0, 1 0, 1 1, 0 0)))"}, "is no Polygon"),
        ({"within": "[" * 5000}, "is no Polygon"),
        ({"within": {"type": "Polygon", "coordinates": "x"}}, "is no Polygon"),
        ({"within": '{"type": "Feature", "geometry": null}'}, "is no Polygon"),
        ({"within": "POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))"}, "not valid"),
        ({"within": "POLYGON ((0 0, 500 0, 500 1, 0 0))"}, "beyond the world"),
        ({"within": "POLYGON EMPTY"}, "without any point"),
        ({"within": {"level": "zon", "region": "z00"}}, "no level"),
        ({"within": {"level": "zone", "region": "z99"}}, "no zone 'z99'"),
        ({"near": {"store": "S3"}, "distance_m": 1}, "no store 'S3'"),
        ({"near": {"store": "S2"}, "distance_m": 1}, "could not be located"),
        ({"near": "POINT (0 0)"}, "travel_min is a number"),
        ({"near": "POINT (0 0)", "distance_m": float("nan")}, "distance_m is a number"),
        ({"near": "POINT (0 0)", "distance_m": 1, "speed_kmh": 2}, "not both"),
        ({"near": "LINESTRING (0 0, 30 0)", "distance_m": 1}, "reach beyond"),
        ({"touching": "POINT (0 0)"}, "needs a stored region"),
        ({"crossed_by": "LINESTRING (0 0, 1 1)"}, "no level"),
    ],
)
def test_what_is_no_area_is_refused(con, words, message):
    with pytest.raises(QueryError, match=message):
        ask(con, measures=["customers"], area=(words,))


PUBLIC = Scope("public")


def test_distances_need_record_rights_and_stored_areas_do_not(con):
    with pytest.raises(QueryError, match="record rights"):
        ask(con, measures=["customers"], area=({"near": {"store": "S1"}, "distance_m": 9},), scope=PUBLIC)
    area = {"within": {"level": "zone", "region": "z01"}}
    assert ask(con, measures=["customers"], area=(area,), scope=PUBLIC).table.num_rows == 1


def _half_covered(box):
    """Zones that lie by half in a box of degrees from the corner of the district, by plain arithmetic."""
    west, south, east, north = (8 * b for b in box)
    found = []
    for name in ZONES:
        x, y = int(name[1]), int(name[2])
        wide, high = min(east, x + 1) - max(west, x), min(north, y + 1) - max(south, y)
        if min(wide, high) > 0 and wide * high >= 0.5:
            found.append(name)
    return found


def test_without_record_rights_a_drawn_shape_stands_for_the_regions_it_covers(con):
    pick = random.Random(3)  # noqa: S311 - the same shapes every time
    released = ask(con, measures=["customers", "revenue"], by=["zone"], scope=PUBLIC).table.to_pylist()
    known = {r["zone"]: (r["customers"], r["revenue"]) for r in released}
    sizes = set()
    for _ in range(40):
        (west, east), (south, north) = (sorted(pick.uniform(-0.05, 0.3) for _ in range(2)) for _ in range(2))
        box = (west, south, east, north)
        zones = _half_covered(box)
        sizes.add(len(zones))
        shape = shapely.box(_WEST + box[0], _SOUTH + box[1], _WEST + box[2], _SOUTH + box[3])
        question = {"measures": ["customers", "revenue"], "area": (in_words({"within": shape}),), "scope": PUBLIC}
        if not zones:
            with pytest.raises(QueryError, match="by half at least, and none does"):
                ask(con, **question)
            continue
        parts = ask(con, by=["zone"], **question)
        assert {r["zone"]: (r["customers"], r["revenue"]) for r in parts.table.to_pylist()} == {
            z: known[z] for z in zones
        }
        assert parts.notes[0].startswith("The drawn area stands for")
        (total,) = ask(con, **question).table.to_pylist()
        withheld = any(known[z][0] is None for z in zones)  # the customer who lives nowhere takes a zone along
        assert total["customers"] == (None if withheld else sum(known[z][0] for z in zones))
        assert total["customers_state"] == ("suppressed" if withheld else "known")
    assert sizes >= {0, 1, 2, 4}


def test_a_drawn_shape_is_told_by_a_level_that_is_given_out(con):
    everything = shapely.box(_WEST, _SOUTH, _WEST + 0.25, _SOUTH + 0.25)
    left = shapely.box(_WEST, _SOUTH, _WEST + 0.125, _SOUTH + 0.25)

    def told(*shapes, **words):
        filters = tuple(in_words({"within": shape}) for shape in shapes)
        return ask(con, measures=["customers"], area=filters, scope=PUBLIC, **words)

    found = told(everything, by=["district"])
    assert [r["district"] for r in found.table.to_pylist()] == ["D"]
    assert "1 region of level district" in found.notes[0]
    assert "100% of the ground" in found.notes[0]
    assert [r["zone"] for r in told(everything, left, by=["zone"]).table.to_pylist()] == ["z00", "z01"]
    assert [r["zone"] for r in told(left, by=["zone"], where={"zone": ["z01", "z11"]}).table.to_pylist()] == ["z01"]
    with pytest.raises(QueryError, match="none has customers by segment, zone"):
        told(left, by=["segment"])


def test_overlapping_areas_are_told_apart_by_a_count_of_every_place(con):
    table = overlap(_Reader(con), "area", ["X", "Y", "Z"], ["customers", "buyers", "revenue"], scope=LOCAL)
    inside = {n: set(np.flatnonzero(shapely.covers(s, shapely.points(POINTS))).tolist()) for n, s in AREAS.items()}
    expected = {("union", None, None): inside["X"] | inside["Y"] | inside["Z"]}
    for n, own in inside.items():
        expected["exclusive", n, None] = own - set().union(*(s for m, s in inside.items() if m != n))
    for one, other in (("X", "Y"), ("X", "Z"), ("Y", "Z")):
        expected["overlap", one, other] = inside[one] & inside[other]
    found = {
        (r["part"], r["first"], r["second"]): (r["customers"], r["buyers"], r["revenue"]) for r in table.to_pylist()
    }
    assert all(expected.values())
    assert found == {part: (len(s), len(s), sum(s)) for part, s in expected.items()}


def test_what_cannot_be_compared_is_refused(con):
    reader = _Reader(con)
    with pytest.raises(AccessError):
        overlap(reader, "area", ["X"], ["customers"], scope=Scope("public"))
    with pytest.raises(QueryError, match="do not overlap"):
        overlap(reader, "zone", ["z00"], ["customers"], scope=LOCAL)
    with pytest.raises(QueryError, match="name 1 to 20"):
        overlap(reader, "area", [], ["customers"], scope=LOCAL)
    for formula in ("share_of_total(revenue)", "2 * rank(revenue)", "location_quotient(revenue, customers)"):
        with pytest.raises(QueryError, match="against others"):
            overlap(reader, "area", ["X", "Y"], [formula], scope=LOCAL)
    with pytest.raises(QueryError, match="no area 'W'"):
        overlap(reader, "area", ["W"], ["customers"], scope=LOCAL)

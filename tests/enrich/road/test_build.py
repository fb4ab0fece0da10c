"""Lines become junctions, pieces and arcs: where they are cut, who may go where, and what is only an estimate."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely
from pyproj import Geod

from gcrm.enrich.road.piece import cut
from tests.enrich.road.town import LAT_M, LON_M, rebuild, road, rows, town


def ways(con, mode="drive"):
    """(from, to) of each arc that a mode may use, junctions named by their place in metres."""
    text = f"""
        SELECT (round(a.lon * {LON_M})::INT, round(a.lat * {LAT_M})::INT),
            (round(b.lon * {LON_M})::INT, round(b.lat * {LAT_M})::INT)
        FROM enrich.road_arc AS w JOIN enrich.road_node AS a ON a.node_id = w.from_node
        JOIN enrich.road_node AS b ON b.node_id = w.to_node WHERE {mode}_min IS NOT NULL"""
    return sorted((tuple(a), tuple(b)) for a, b in rows(con, text))


def test_a_line_is_cut_where_another_ends_and_only_there():
    con, _ = town(
        [
            road("main", (0, 0), (100, 0), (200, 0), (300, 0)),
            road("side", (100, 0), (100, 80)),
            road("bridge", (200, -50), (200, 0), (200, 50), storey=1),
        ]
    )
    found = rows(con, "SELECT road_id, round(length_m)::INT FROM enrich.road_piece ORDER BY piece_id")
    assert found == [("bridge", 100), ("main", 100), ("main", 200), ("side", 80)]
    assert rows(con, "SELECT nodes, pieces, drive_arcs FROM enrich.road_network") == [(6, 4, 8)]


def test_named_junctions_count_and_an_end_without_a_name_takes_that_of_its_point():
    con, net = town(
        [
            road("a", (0, 0), (100, 0), from_node="1", to_node="2"),
            road("b", (100.5, 0), (200, 0), from_node="2", to_node="3"),
            road("c", (200, 0), (300, 0), to_node="4"),
            road("over", (100, 0), (100, 90), from_node="7", to_node="8"),
            road("over2", (100, -90), (100, 0), from_node="9", to_node="7"),
            road("typo", (300, 0), (300, 90), from_node="44", to_node="10"),
        ]
    )
    at = dict(zip(net.road, zip(net.start, net.end, strict=True), strict=True))
    assert (at["a"][1], at["b"][1], at["c"][1]) == (at["b"][0], at["c"][0], at["typo"][0])
    assert at["over"][0] == at["over2"][1] != at["a"][1]
    assert rows(con, "SELECT count(*) FROM enrich.road_node") == [(8,)]


def test_an_end_far_from_the_junction_it_names_counts_where_it_is_drawn():
    roads = [road(f"r{i}", (i * 100, 0), (i * 100 + 100, 0), from_node=str(i), to_node=str(i + 1)) for i in range(5)]
    roads.append(road("first", (-100, 0), (0, 0), from_node="-1", to_node="0"))
    roads.append(road("side", (500, 0), (500, 90), from_node="5", to_node="6"))
    roads.append(road("side2", (400, 0), (400, 90), from_node="4", to_node="7"))
    swapped = road("swapped", (400, 0), (450, 9), (500, 0), from_node="5", to_node="4")
    leap = road("leap", (500, 0), (600, 0), from_node="5", to_node="0")
    con, _ = town([*roads, swapped, leap])
    assert rows(con, "SELECT nodes FROM enrich.road_network") == [(10,)]
    every = [*roads, swapped, leap]
    lines = np.array([shapely.from_wkb(r["geometry"]) for r in every])
    found = cut(lines, *([r[k] for r in every] for k in ("from_node", "to_node")))
    assert [every[i]["road_id"] for i in found.astray] == ["swapped", "leap"]


def test_the_length_is_that_of_the_ellipsoid():
    con, _ = town([road("a", (0, 0), (3000, 4000), (3000, 9000))])
    geod = Geod(ellps="WGS84")
    lon, lat = [0, 3000 / LON_M, 3000 / LON_M], [0, 4000 / LAT_M, 9000 / LAT_M]
    assert rows(con, "SELECT length_m FROM enrich.road_piece")[0][0] == pytest.approx(
        geod.line_length(lon, lat), abs=1e-6
    )


@pytest.mark.parametrize(
    ("word", "along", "against"),
    [("yes", 1, 0), ("1", 1, 0), ("-1", 0, 1), ("reverse", 0, 1), ("no", 1, 1), ("0", 1, 1), (None, 1, 1)],
)
def test_one_way_is_for_vehicles_and_walkers_go_both_ways(word, along, against):
    con, _ = town([road("a", (0, 0), (100, 0), oneway=word)])
    there, back = ((0, 0), (100, 0)), ((100, 0), (0, 0))
    for mode in ("drive", "cycle"):
        assert ways(con, mode) == sorted([there] * along + [back] * against)
    assert ways(con, "walk") == [there, back]


def test_a_motorway_is_one_way_and_for_cars_only_and_a_footway_for_walkers():
    con, _ = town(
        [
            road("m", (0, 0), (100, 0), road_class="motorway"),
            road("f", (0, 100), (100, 100), road_class="footway"),
            road("s", (0, 200), (100, 200), road_class="steps"),
            road("c", (0, 300), (100, 300), road_class="cycleway"),
        ]
    )
    assert ways(con) == [((0, 0), (100, 0))]
    assert {a[1] for a, _ in ways(con, "walk")} == {100, 200, 300}
    assert {a[1] for a, _ in ways(con, "cycle")} == {300}
    minutes = dict(
        rows(con, "SELECT road_id, any_value(walk_min) FROM enrich.road_arc WHERE road_id <> 'm' GROUP BY 1")
    )
    assert minutes == pytest.approx({"f": 1.2, "s": 2.4, "c": 1.2}, rel=1e-4)


@pytest.mark.parametrize(
    ("access", "modes"),
    [
        (None, {"drive", "cycle", "walk"}),
        ("destination", {"drive", "cycle", "walk"}),
        ("private", set()),
        ("no", set()),
        ("foot", {"walk"}),
        ("bicycle", {"cycle", "walk"}),
        ("motor_vehicle", {"drive"}),
    ],
)
def test_access_says_who_may_go(access, modes):
    con, _ = town([road("a", (0, 0), (100, 0), access=access)])
    assert {m for m in ("drive", "cycle", "walk") if ways(con, m)} == modes


def test_speed_is_the_roads_own_then_the_projects_then_that_of_the_class():
    roads = [
        road("own", (0, 0), (1000, 0), road_class="primary", speed_kmh=30),
        road("project", (0, 100), (1000, 100), road_class="Arterial"),
        road("class", (0, 200), (1000, 200), road_class="tertiary"),
        road("word", (0, 300), (1000, 300), road_class="boulevard"),
    ]
    con, _ = town(roads, classes={"Arterial": "secondary"}, speeds_kmh={"secondary": 50})
    found = rows(
        con, "SELECT road_id, road_class, any_value(0.06 * length_m / drive_min) FROM enrich.road_arc GROUP BY ALL"
    )
    assert {r: (c, round(s, 6)) for r, c, s in found} == {
        "own": ("primary", 30),
        "project": ("secondary", 50),
        "class": ("tertiary", 40),
        "word": ("unclassified", 25),
    }


def test_a_junction_of_three_costs_time_and_a_bend_does_not():
    con, _ = town(
        [
            road("a", (0, 0), (100, 0)),
            road("b", (100, 0), (200, 0)),
            road("c", (200, 0), (300, 0)),
            road("d", (200, 0), (200, 9)),
        ],
        junction_s=6,
    )
    text = f"""SELECT round(lon * {LON_M})::INT, round(lat * {LAT_M})::INT, max(junction_min)
        FROM enrich.road_arc JOIN enrich.road_node ON node_id = to_node GROUP BY ALL ORDER BY ALL"""
    assert rows(con, text) == [(0, 0, 0), (100, 0, 0), (200, 0, 0.1), (200, 9, 0), (300, 0, 0)]


def test_an_island_and_a_dead_end_of_one_way_streets_are_components_of_their_own():
    con, _ = town(
        [
            *[road(f"r{i}", (i * 100, 0), (i * 100 + 100, 0)) for i in range(3)],
            road("out", (300, 0), (400, 0), oneway="yes"),
            road("island", (0, 900), (100, 900)),
        ]
    )
    found = rows(
        con, "SELECT component, any_value(component_nodes), count(*) FROM enrich.road_node GROUP BY 1 ORDER BY 1"
    )
    assert found == [(1, 4, 4), (2, 2, 2), (3, 1, 1)]


def test_a_word_that_nobody_knows_is_told_and_the_road_stays_open():
    con, _ = town([road("a", (0, 0), (100, 0), oneway="sometimes")])
    con.execute("DROP TABLE enrich.road_node; DROP TABLE enrich.road_piece; DROP TABLE enrich.road_arc")
    con.execute("DROP TABLE enrich.road_condition; DROP TABLE enrich.road_network; DROP TABLE enrich.location_road")
    (finding,) = rebuild(con).findings
    assert (finding.kind, finding.subject, finding.count) == ("unknown_word", "roads", 1)
    assert len(ways(con)) == 2


def test_without_roads_the_tables_are_empty_and_the_rules_stand():
    con, net = town([])
    assert not net.is_there
    assert [rows(con, f"SELECT count(*) FROM enrich.{t}") for t in ("road_node", "road_arc", "location_road")] == [
        [(0,)]
    ] * 3
    assert json.loads(rows(con, "SELECT rules FROM enrich.road_network")[0][0])["circuity"] == 1.3

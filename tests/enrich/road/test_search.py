"""Travel times are the shortest there are: against igraph, on grids with known answers, and where there is no way."""

from __future__ import annotations

import igraph
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.enrich.road.condition import When, when
from gcrm.enrich.road.estimate import estimated_between, estimated_nearest
from gcrm.enrich.road.network import graph
from gcrm.enrich.road.place import write_places
from gcrm.enrich.road.search import minutes_between, nearest, search
from gcrm.enrich.road.snap import Snap, snap
from gcrm.settings.roads import Roads
from tests.enrich.road.town import at_nodes, grid, points, road, rows, town

FREE = When()
#: Minutes per metre at 25 km/h and at 5 km/h.
DRIVE, WALK = 0.06 / 25, 0.06 / 5


def peer(ways):
    """The same graph in igraph."""
    net = ways.network
    found = igraph.Graph(n=net.nodes, directed=True)
    arcs, weights = [], []
    for p in range(len(net.start)):
        for a, b, minutes, lost in (
            (net.start[p], net.end[p], ways.forward_min[p], ways.forward_end_min[p]),
            (net.end[p], net.start[p], ways.backward_min[p], ways.backward_end_min[p]),
        ):
            if np.isfinite(minutes):
                arcs.append((a, b))
                weights.append(minutes + lost)
    found.add_edges(arcs)
    found.es["weight"] = weights
    return found


def random_roads(seed, count, size_m=4000):
    """Streets at random between random crossings, some of them twice, one way, closed to cars or to everybody."""
    rng = np.random.default_rng(seed)
    nodes = rng.uniform(0, size_m, (count, 2)).round(1)
    found = []
    for i in range(count * 2):
        a, b = rng.integers(0, count, 2)
        if a == b:
            continue
        words = {
            "oneway": rng.choice(["no", "yes", "-1"], p=[0.6, 0.2, 0.2]),
            "road_class": rng.choice(["residential", "primary", "footway", "motorway"], p=[0.7, 0.2, 0.05, 0.05]),
            "access": rng.choice(["yes", "private"], p=[0.97, 0.03]),
        }
        found.append(road(f"r{i}", tuple(nodes[a]), tuple(nodes[b]), **{k: str(v) for k, v in words.items()}))
    return found


@pytest.fixture(scope="module")
def city():
    return town(random_roads(1, 900), junction_s=4)[1]


@pytest.mark.parametrize("mode", ["drive", "walk"])
def test_two_hundred_by_two_hundred_pairs_are_equal_to_igraph(city, mode):
    ways = graph(city, mode, FREE)
    rng = np.random.default_rng(2)
    a, b = (rng.choice(city.nodes, 200, replace=False) for _ in range(2))
    start = np.column_stack([a, a])
    found = search(ways.matrix, start, np.column_stack([np.full(200, 1e-12), np.full(200, np.inf)]))[:, b]
    expected = np.array(peer(ways).distances(a.tolist(), b.tolist(), weights="weight"))
    assert np.array_equal(np.isinf(found), np.isinf(expected))
    assert np.isfinite(expected).mean() > 0.3
    there = np.isfinite(expected)
    assert np.abs(found[there] - expected[there]).max() < 1e-9


def test_places_between_junctions_are_equal_to_igraph_with_the_places_as_junctions(city):
    ways = graph(city, "drive", FREE)
    rng = np.random.default_rng(3)
    piece = rng.choice(ways.open_pieces, 200)
    piece[100:110] = piece[:10]  # some share a street
    both = Snap(piece, rng.uniform(0, 1, 200), np.zeros(200))
    origins, destinations = both.part(slice(0, 100)), both.part(slice(100, 200))
    found = minutes_between(ways, origins, destinations)
    other = peer(ways)
    other.add_vertices(200)
    arcs, weights = [], []
    for i, (p, s) in enumerate(zip(both.piece, both.share, strict=True)):
        own = city.nodes + i
        for a, b, taken, lost, part in (
            (city.start[p], city.end[p], ways.forward_min[p], ways.forward_end_min[p], s),
            (city.end[p], city.start[p], ways.backward_min[p], ways.backward_end_min[p], 1 - s),
        ):
            if np.isfinite(taken) and i < 100:
                arcs.append((own, b))
                weights.append((1 - part) * taken + lost)
            elif np.isfinite(taken):
                arcs.append((a, own))
                weights.append(part * taken)
        for j in range(100, 200) if i < 100 else ():
            if both.piece[j] == p:
                along = (
                    (both.share[j] - s) * ways.forward_min[p]
                    if both.share[j] > s
                    else (s - both.share[j]) * ways.backward_min[p]
                )
                if np.isfinite(along):
                    arcs.append((own, city.nodes + j))
                    weights.append(along)
    other.add_edges(arcs)
    other.es["weight"] = [*other.es["weight"][: len(other.es) - len(arcs)], *weights]
    expected = np.array(
        other.distances(
            range(city.nodes, city.nodes + 100), range(city.nodes + 100, city.nodes + 200), weights="weight"
        )
    )
    assert np.array_equal(np.isnan(found), np.isinf(expected))
    assert np.nanmax(np.abs(found - np.where(np.isinf(expected), np.nan, expected))) < 1e-9
    assert np.array_equal(found[:3], minutes_between(ways, origins.part(slice(0, 3)), destinations), equal_nan=True)
    turned = minutes_between(ways, both.part(slice(0, 120)), destinations.part(slice(0, 5)))
    assert turned[:100] == pytest.approx(found[:, :5], abs=1e-9, nan_ok=True)


@pytest.mark.parametrize(("blocks", "reached"), [(1, 5), (2, 13), (5, 61), (10, 221)])
def test_a_square_town_has_as_many_crossings_within_reach_as_the_formula_says(blocks, reached):
    net = square()
    ways = graph(net, "drive", FREE)
    middle = next(p for p in range(len(net.start)) if net.road[p] == "e12-12")
    found = search(ways.matrix, net.start[[[middle, middle]]], np.array([[1e-12, np.inf]]))
    assert (found <= blocks * 100 * DRIVE * 1.0001).sum() == reached == 2 * blocks**2 + 2 * blocks + 1


_SQUARE = []


def square():
    if not _SQUARE:
        _SQUARE.append(town(grid(25))[1])
    return _SQUARE[0]


def test_a_limit_leaves_out_what_is_farther():
    net = square()
    ways = graph(net, "drive", FREE)
    both = snap(ways, *points((0, 0), (300, 0), (900, 900)))
    free, limited = minutes_between(ways, both, both), minutes_between(ways, both, both, limit_min=1)
    assert np.array_equal(limited, np.where(free <= 1, free, np.nan), equal_nan=True)
    assert np.isnan(limited).sum() == 4


def test_of_two_arcs_between_two_junctions_the_shorter_counts_and_never_their_sum():
    _, net = town(
        [
            road("short", (0, 0), (500, 0)),
            road("same", (0, 0), (500, 0), speed_kmh=50),
            road("long", (0, 0), (250, 400), (500, 0)),
        ]
    )
    ways = graph(net, "drive", FREE)
    assert ways.matrix.nnz == 2
    found = minutes_between(ways, at_nodes(net, [0], ways), at_nodes(net, [1], ways))
    assert found[0, 0] == pytest.approx(500 / 50 * 0.06, rel=1e-4)


def test_there_and_back_differ_on_a_one_way_street():
    _, net = town(
        [road("there", (0, 0), (100, 0), oneway="yes"), road("round", (100, 0), (100, 100), (0, 100), (0, 0))]
    )
    ways = graph(net, "drive", FREE)
    both = snap(ways, *points((20, 0), (80, 0)))
    found = minutes_between(ways, both, both)
    assert found == pytest.approx(np.array([[0, 60], [340, 0]]) * DRIVE, rel=1e-4)
    on_foot = graph(net, "walk", FREE)
    assert minutes_between(on_foot, both, both) == pytest.approx(np.array([[0, 60], [60, 0]]) * WALK, rel=1e-4)


def test_what_cannot_be_reached_is_unknown_and_not_zero():
    _, net = town([road("a", (0, 0), (100, 0)), road("island", (0, 5000), (100, 5000))])
    ways = graph(net, "drive", FREE)
    both = snap(ways, *points((0, 0), (50, 5000), (0, 2000), (np.nan, np.nan)))
    assert both.piece.tolist() == [0, 1, -1, -1]
    found = minutes_between(ways, both, both)
    assert np.isnan(found).tolist() == [[False, True, True, True], [True, False, True, True], [True] * 4, [True] * 4]
    minutes, which = nearest(ways, both, both.part(slice(0, 1)))
    assert which.tolist() == [0, -1, -1, -1]
    assert np.isnan(minutes).tolist() == [False, True, True, True]


def test_a_place_reaches_the_nearest_point_of_the_nearest_road_that_may_be_used():
    _, net = town(
        [
            road("a", (0, 0), (200, 0)),
            road("path", (0, 40), (200, 40), road_class="footway"),
            road("b", (0, 90), (200, 90)),
        ],
        reach_m=50,
    )
    drive, walk = graph(net, "drive", FREE), graph(net, "walk", FREE)
    at = points((50, 30), (50, 10), (50, 140.5), (-30, 0), (50, 139))
    by_car, on_foot = snap(drive, *at), snap(walk, *at)
    assert net.road[by_car.piece[[0, 1, 3, 4]]].tolist() == ["a", "a", "a", "b"]
    assert net.road[on_foot.piece[[0, 1, 3]]].tolist() == ["path", "a", "a"]
    assert by_car.piece[2] == -1
    assert by_car.share.round(3).tolist() == [0.25, 0.25, 0, 0, 0.25]
    assert by_car.access_m[[0, 1, 3, 4]] == pytest.approx([30, 10, 30, 49], rel=0.01)
    # 50 m along, after 30 m on foot.
    found = minutes_between(drive, by_car.part(slice(0, 1)), snap(drive, *points((0, 0))))
    assert found[0, 0] == pytest.approx(50 * DRIVE + 30 * WALK, rel=0.01)


def test_a_closed_road_is_gone_round_and_a_place_on_it_uses_the_next_one():
    roads = [road("short", (0, 0), (100, 0)), road("round", (0, 0), (0, 50), (100, 50), (100, 0))]
    _, net = town(roads, [{"road_id": "short", "closed": True, "day_type": "weekday", "from_hour": 8, "to_hour": 10}])
    for time, metres in ((FREE, 100), (when(hour=7), 100), (when(hour=8), 200), (when("sunday", 8), 100)):
        ways = graph(net, "walk", time)
        found = minutes_between(ways, snap(ways, *points((0, 0))), snap(ways, *points((100, 0))))
        assert found[0, 0] == pytest.approx(metres * WALK, rel=1e-4)
    ways = graph(net, "drive", when(hour=9))
    assert net.road[snap(ways, *points((50, 5))).piece].tolist() == ["round"]


def test_the_nearest_target_is_the_least_of_the_matrix(city):
    for mode in ("drive", "walk"):
        ways = graph(city, mode, FREE)
        rng = np.random.default_rng(5)
        at, to = (snap(ways, *points(*rng.uniform(0, 4000, (n, 2)))) for n in (150, 7))
        for towards in (True, False):
            minutes, which = nearest(ways, at, to, towards=towards)
            every = minutes_between(ways, at, to) if towards else minutes_between(ways, to, at).T
            least = np.where(np.isnan(every), np.inf, every)
            assert minutes == pytest.approx(
                np.where(np.isinf(least.min(axis=1)), np.nan, least.min(axis=1)), abs=1e-9, nan_ok=True
            )
            there = which >= 0
            assert every[there, which[there]] == pytest.approx(minutes[there], abs=1e-9)


@given(st.integers(0, 10_000))
def test_no_way_is_shorter_than_by_way_of_a_third_place(seed):
    net = square()
    ways = graph(net, "drive", FREE)
    rng = np.random.default_rng(seed)
    three = snap(ways, *points(*rng.uniform(0, 2400, (3, 2))))
    found = minutes_between(ways, three, three)
    there = three.access_m * WALK
    assert found[0, 2] <= found[0, 1] + found[1, 2] - 2 * there[1] + 1e-9
    assert (np.diag(found) >= 0).all()


def test_without_roads_the_nearest_target_is_the_least_of_the_geodesics():
    rng, rules = np.random.default_rng(4), Roads()
    places, targets = (np.column_stack([rng.uniform(-104, -92, n), rng.uniform(35, 43, n)]) for n in (5000, 40))
    targets[7] = targets[3]  # two at one point: the first one
    minutes, which = estimated_nearest(places, targets, rules, "drive")
    every = estimated_between(places, targets, rules, "drive")
    assert which.tolist() == every.argmin(axis=1).tolist()
    assert minutes == pytest.approx(every.min(axis=1))
    places[0], targets[which[1]] = np.nan, np.nan
    minutes, which = estimated_nearest(places[:2], targets, rules, "drive")
    assert which.tolist() == [-1, np.argsort(every[1])[1]]
    assert np.isnan(minutes).tolist() == [True, False]
    assert estimated_nearest(places, targets[:0], rules, "drive")[1].tolist() == [-1] * 5000


def test_places_of_a_build_know_their_road_and_the_nearest_open_store():
    con, _ = town(
        [road("main", (0, 0), (3000, 0), road_class="primary"), road("path", (0, 60), (3000, 60), road_class="footway")]
    )
    con.execute("INSERT INTO ingest.order VALUES ('2020-06-30')")
    for i, (store, x, closed) in enumerate((("s1", 0, None), ("s2", 1000, "2020-06-30"), ("s3", 3000, "2020-07-01"))):
        con.execute(
            "INSERT INTO ingest.store (store_id, closed_on, source, row_no) VALUES ($s, $c, 'stores', $i)",
            {"s": store, "c": closed, "i": i},
        )
        con.execute("INSERT INTO geocode.record_location VALUES ('store', 'stores', $i, $i)", {"i": i})
        con.execute("INSERT INTO geocode.location VALUES ($i, $x, 0)", {"i": i, "x": points((x, 0))[0][0]})
    lon, lat = points((900, 0), (1800, 50), (1800, 900))
    for i, (x, y) in enumerate(zip(lon, lat, strict=True)):
        con.execute("INSERT INTO geocode.location VALUES ($i, $x, $y)", {"i": 10 + i, "x": x, "y": y})
    con.execute("DROP TABLE enrich.location_road")
    write_places(con)
    found = rows(
        con,
        "SELECT road_access, store_id, drive_min_store, drive_basis FROM enrich.location_road WHERE location_id >= 10",
    )
    assert [(a, s, b) for a, s, _, b in found] == [
        ("primary", "s1", "roads"),
        ("footway", "s3", "roads"),
        ("too far", None, "roads"),
    ]
    minutes = 0.06 / 65
    assert [m for *_, m, _ in found][:2] == pytest.approx([900 * minutes, 1200 * minutes + 50 * WALK], rel=0.01)

"""Trading areas by every method, on towns small enough to know the answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from pyproj import Geod
from scipy.spatial import cKDTree

from gcrm.enrich.road.condition import When
from gcrm.enrich.road.travel import Travel
from gcrm.enrich.trading_area.company import Company, Shoppers
from gcrm.enrich.trading_area.customers import densest
from gcrm.enrich.trading_area.method import METHODS, areas
from gcrm.enrich.trading_area.reach import threshold_km
from gcrm.enrich.trading_area.share import met
from gcrm.settings.trading import TradingArea
from tests.enrich.road.town import LAT_M, LON_M, road, town

CRS = "EPSG:32631"
GEOD = Geod(ellps="WGS84")


def at(points):
    """Metres east and north of 0, 0 as lon and lat."""
    return np.array([[x / LON_M, y / LAT_M] for x, y in points], float).reshape(-1, 2)


def company(stores, homes=(), store=None, sales=None, roads=()):
    """A company of stores and homes in metres; homes belong to the first store where nothing is said."""
    _, net = town(roads)
    many = len(homes)
    whose = np.zeros(many, np.int64) if store is None else np.asarray(store, np.int64)
    spent = np.ones(many) if sales is None else np.asarray(sales, float)
    names = tuple(f"S{i + 1}" for i in range(len(stores)))
    return Company(
        names,
        names,
        at(stores),
        Shoppers(at(homes), whose, np.ones(many), spent, np.ones(many)),
        CRS,
        lambda mode, _day, _hour: Travel(net, mode, When()),
    )


def inside(area, points):
    return shapely.covers(area, shapely.points(at(points))).tolist()


def test_a_ring_is_a_geodesic_circle():
    found = areas(company([(0, 0), (5000, 0)]), TradingArea(method="ring", km=2))
    rim = shapely.get_coordinates(found[0])
    away = GEOD.inv(*np.broadcast_to([[0.0], [0.0]], (2, len(rim))), *rim.T)[2]
    assert away == pytest.approx(np.full(len(rim), 2000))
    assert abs(GEOD.geometry_area_perimeter(found[0])[0]) == pytest.approx(np.pi * 2000**2, rel=3e-4)
    assert inside(found[1], [(5000, 0), (3100, 0), (2900, 0)]) == [True, True, False]


def test_a_store_without_a_place_has_no_area():
    lost = company([(0, 0), (np.nan, np.nan)], [(i, i) for i in range(12)], store=[1] * 12)
    for rule in (
        TradingArea(method="ring", km=1),
        TradingArea(method="isochrone", minutes=5),
        TradingArea(method="thiessen"),
        TradingArea(method="threshold_ring", share=0.8),
        TradingArea(method="threshold_drive", share=0.8),
        TradingArea(method="nearest_share", share=0.8),
    ):
        assert areas(lost, rule)[1] is None


def test_thiessen_areas_without_roads_part_the_ground_by_the_nearer_store():
    stores = [(0, 0), (4000, 0), (0, 3000), (4000, 0)]
    found = areas(company(stores, [(500, 500), (3500, 2500)]), TradingArea(method="thiessen", km=2))
    assert found[3] is None or found[1] is None  # two stores at one point share no area
    spots = np.random.default_rng(1).uniform(-1000, 4500, (400, 2))
    nearest = cKDTree(np.array(stores[:3], float)).query(spots)[1]
    held = np.array([inside(found[k] if found[k] is not None else found[3], spots) for k in range(3)])
    extent = held.any(axis=0)
    assert extent.sum() > 300
    assert held.argmax(axis=0)[extent].tolist() == nearest[extent].tolist()
    assert (held.sum(axis=0) <= 1).all()


def test_thiessen_areas_of_a_country_are_true_where_its_plane_is_not():
    # On this equal-area plane a metre is longer one way than the other: by Voronoi's polygons on it, 36 of 4,000 homes
    # were given to a store that is not the nearest.
    rng = np.random.default_rng(5)
    stores, homes = (np.column_stack([rng.uniform(-104, -92, n), rng.uniform(35, 43, n)]) for n in (30, 4000))
    made = company([(0, 0)] * 30, [(0, 0)] * 4000)
    made = replace(made, at=stores, metric_crs="EPSG:5070", shoppers=replace(made.shoppers, at=homes))
    drawn = areas(made, TradingArea(method="thiessen"))
    held = np.array([shapely.contains_xy(area, *homes.T) for area in drawn])
    assert held.sum(axis=0).tolist() == [1] * 4000
    far = np.array([GEOD.inv(*np.broadcast_to(s[:, None], (2, 4000)), *homes.T)[2] for s in stores])
    assert (held.argmax(axis=0) != far.argmin(axis=0)).mean() < 1e-3


def test_thiessen_areas_on_roads_follow_time_and_not_distance():
    # A fast road leads to the far store; the near one is beyond a slow way round.
    roads = [
        road("fast", (0, 0), (3000, 0), road_class="motorway", speed_kmh=100),
        road("slow", (0, 0), (-1000, 0), road_class="residential", speed_kmh=10),
    ]
    made = company([(-1000, 0), (3000, 0)], [(0, 0)], roads=roads)
    slow, fast = areas(made, TradingArea(method="thiessen", km=0.2))
    assert inside(fast, [(0, 10), (2900, 10)]) == [True, True]
    assert inside(slow, [(0, 10), (-950, 10)]) == [False, True]


def test_an_isochrone_grows_with_its_minutes_and_is_a_circle_by_estimate():
    one = company([(0, 0)])
    short, long = (areas(one, TradingArea(method="isochrone", minutes=m, mode="walk"))[0] for m in (5, 10))
    assert shapely.covers(long, short)
    # 10 minutes at 5 km/h, with ways 1.3 times the straight line.
    assert np.sqrt(abs(GEOD.geometry_area_perimeter(long)[0]) / np.pi) == pytest.approx(5000 / 6 / 1.3, rel=1e-3)


def test_the_least_way_within_which_a_share_lies():
    ways = np.array([3.0, 1, 2, np.nan, 4])
    assert met(ways, np.ones(5), 0.6) == 3
    assert met(ways, np.ones(5), 0.2) == 1
    assert np.isnan(met(ways, np.ones(5), 1.0))
    assert met(ways, np.array([1.0, 7, 1, 0, 1]), 0.7) == 1
    assert np.isnan(met(np.array([]), np.array([]), 0.5))


def test_a_ring_grows_until_a_share_of_customers_or_of_sales_is_inside():
    homes = [(100 * (i + 1) - 3, 0) for i in range(20)]
    spent = [1.0] * 19 + [81.0]
    made = company([(0, 0)], homes, sales=spent)
    by_count = TradingArea(method="threshold_ring", share=0.8)
    by_sales = TradingArea(method="threshold_ring", share=0.8, weight="sales")
    assert threshold_km(made, by_count) == pytest.approx([1.6])
    assert threshold_km(made, by_sales) == pytest.approx([2.0])
    assert sum(inside(areas(made, by_count)[0], homes)) == 16
    drive = areas(made, TradingArea(method="threshold_drive", share=0.5))[0]
    assert sum(inside(drive, homes)) == 10


def test_hulls_hold_the_nearest_share_and_no_corner_is_a_home():
    rng = np.random.default_rng(2)
    homes = rng.normal(0, 1500, (300, 2))
    made = company([(0, 0)], homes)
    far = np.hypot(*homes.T)
    order = far.argsort()
    for share in (0.6, 0.8):
        area = areas(made, TradingArea(method="nearest_share", share=share))[0]
        held = np.array(inside(area, homes))
        assert held[order[: int(300 * share)]].all()
        assert held.mean() < share + 0.1
        corners = at(homes)[:, None] - shapely.get_coordinates(area)[None]
        assert np.abs(corners).sum(axis=2).min() > 0
    every = areas(made, TradingArea(method="hull"))[0]
    assert all(inside(every, homes))


def test_the_densest_area_holds_its_share_of_homes_and_what_is_outside_is_less_dense():
    rng = np.random.default_rng(4)
    xy = np.concatenate([rng.normal([0, 0], 500, (150, 2)), rng.normal([4000, 1000], 300, (50, 2))])
    area = densest(xy, np.ones(200), 250.0, 0.7)
    x, y = np.meshgrid(np.linspace(-2500, 6000, 300), np.linspace(-2500, 3500, 300))
    theirs = sum(np.exp(-((x - a) ** 2 + (y - b) ** 2) / (2 * 250.0**2)) for a, b in xy)
    held = shapely.contains_xy(area, x.ravel(), y.ravel()).reshape(x.shape)
    assert shapely.contains_xy(area, *xy.T).mean() == pytest.approx(0.7, abs=0.01)
    assert theirs[held].min() == pytest.approx(theirs[~held].max(), rel=0.1)


def test_visits_are_drawn_where_trips_to_the_store_begin():
    rng = np.random.default_rng(5)
    begin = at(rng.normal([2000, 2000], 300, (40, 2)))
    near, far = at([(300, 0)]), at([(900, 0)])
    trips = [np.column_stack([begin, np.repeat(near, 40, axis=0), np.full(40, 25.0)])]
    trips += [
        np.column_stack([at(rng.normal([-4000, 0], 100, (40, 2))), np.repeat(far, 40, axis=0), np.full(40, 900.0)])
    ]
    made = replace(company([(0, 0), (9000, 9000)]), trips=np.concatenate(trips))
    first, second = areas(made, TradingArea(method="visits", share=0.8))
    assert inside(first, [(2000, 2000), (-4000, 0), (0, 0)]) == [True, False, False]
    assert second is None
    wide = areas(made, TradingArea(method="visits", share=0.9, km=1))[0]
    assert inside(wide, [(-4000, 0)]) == [True]


def test_few_customers_draw_nothing():
    few = company([(0, 0)], [(i * 100, 0) for i in range(9)])
    for method in ("nearest_share", "density", "threshold_ring", "threshold_drive"):
        assert areas(few, TradingArea(method=method, share=0.8)).tolist() == [None]


def test_every_method_of_the_settings_is_there():
    assert set(METHODS) == set(TradingArea.model_fields["method"].annotation.__args__)

"""Overlaps and gaps, by area in square metres."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from gcrm.conform.partition import gaps, overlaps
from gcrm.conform.region import Region

if TYPE_CHECKING:
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

UTM = "EPSG:32632"
_BACK = Transformer.from_crs(UTM, "EPSG:4326", always_xy=True)


def region(name: str, flat: BaseGeometry, since: date | None = None, until: date | None = None) -> Region:
    """Make a region from a polygon in metres."""
    geometry = shapely.transform(flat, lambda xy: np.column_stack(_BACK.transform(xy[:, 0], xy[:, 1])))
    return Region(name, name, None, since, until, geometry, geometry)


def box(west: float, south: float, east: float, north: float) -> BaseGeometry:
    """Make a box in metres near the middle of the CRS."""
    return shapely.box(500_000 + west, 5_500_000 + south, 500_000 + east, 5_500_000 + north)


def test_a_tiling_has_neither() -> None:
    regions = [region(str(i), box(100 * i, 0, 100 * i + 100, 100)) for i in range(5)]
    assert overlaps(regions, UTM) == []
    assert gaps(regions, UTM) == []


def test_overlaps_are_pairs_with_their_area() -> None:
    regions = [
        region("a", box(0, 0, 100, 100)),
        region("b", box(90, 0, 200, 100)),
        region("c", box(200, 0, 300, 100)),
        region("inside c", box(220, 20, 230, 30)),
        region("a again", box(0, 0, 100, 100)),
        region("rounding", box(300 - 0.005, 0, 400, 100)),
    ]
    found = [(o.first, o.second, round(o.area_m2)) for o in overlaps(regions, UTM)]
    assert found == [(0, 1, 1000), (0, 4, 10000), (1, 4, 1000), (2, 3, 100)]


def test_regions_of_different_times_do_not_overlap() -> None:
    y = date(2010, 1, 1)
    old, new = region("a", box(0, 0, 9, 9), None, y), region("a", box(0, 0, 9, 9), y, None)
    always = region("b", box(5, 0, 9, 9))
    assert overlaps([old, new], UTM) == []
    assert [(o.first, o.second) for o in overlaps([old, new, always], UTM)] == [(0, 2), (1, 2)]


def test_a_hole_is_a_gap_and_an_island_in_it_is_not() -> None:
    ring = shapely.difference(box(0, 0, 100, 100), box(20, 20, 60, 60))
    found = gaps([region("ring", ring), region("island", box(30, 30, 40, 40))], UTM)
    assert [(round(g.area_m2), g.sides) for g in found] == [(1500, None)]
    assert gaps([region("ring", ring), region("lake", box(20, 20, 60, 60))], UTM) == []


def test_a_hole_between_regions_is_a_gap_with_its_place() -> None:
    regions = [
        region("south", box(0, 0, 100, 40)),
        region("north", box(0, 60, 100, 100)),
        region("west", box(0, 40, 40, 60)),
        region("east", box(50, 40, 100, 60)),
    ]
    (gap,) = gaps(regions, UTM)
    assert gap.area_m2 == pytest.approx(200, rel=1e-3)
    where = region("gap", box(40, 40, 50, 60)).geometry
    assert shapely.contains_xy(where, gap.lon, gap.lat)


def test_a_narrow_gap_between_neighbours_is_found_though_it_is_open() -> None:
    near = [region("a", box(0, 0, 100, 100)), region("b", box(102, 0, 200, 100))]
    (gap,) = gaps(near, UTM)
    assert gap.area_m2 == pytest.approx(200, rel=0.01)
    assert gap.sides == (0, 1)
    assert gaps([near[0], region("b", box(110, 0, 200, 100))], UTM) == []


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(*[st.integers(0, 12)] * 2, *[st.integers(1, 6)] * 2), min_size=2, max_size=9))
def test_overlaps_and_holes_are_those_of_brute_force(boxes: list[tuple[int, int, int, int]]) -> None:
    flat = [box(10 * x, 10 * y, 10 * (x + w), 10 * (y + h)) for x, y, w, h in boxes]
    regions = [region(str(i), f) for i, f in enumerate(flat)]
    want = {(i, j): a for j in range(len(flat)) for i in range(j) if (a := flat[i].intersection(flat[j]).area) >= 1}
    assert {(o.first, o.second): o.area_m2 for o in overlaps(regions, UTM)} == pytest.approx(want, rel=1e-3)
    whole = shapely.union_all(flat)
    solid = shapely.union_all(shapely.polygons(shapely.get_exterior_ring(shapely.get_parts(whole))))
    found = sum(g.area_m2 for g in gaps(regions, UTM) if g.sides is None)
    assert found == pytest.approx(shapely.difference(solid, whole).area, rel=1e-3, abs=1)


def test_real_zip_areas_overlap_where_brute_force_says(testdata: Path) -> None:
    frame = gpd.read_file(testdata / "cambridge" / "BOUNDARY_Zipcodes.geojson").to_crs(4326).sort_values("ZIP_CODE")
    geometry = frame.geometry.to_numpy()
    regions = [Region(z, z, None, None, None, g, g) for z, g in zip(frame["ZIP_CODE"], geometry, strict=True)]
    pairs = [(i, j) for j in range(len(geometry)) for i in range(j)]
    cut = gpd.GeoSeries([geometry[i].intersection(geometry[j]) for i, j in pairs], crs=4326).to_crs(26986).area
    want = {pair: area for pair, area in zip(pairs, cut, strict=True) if area >= 1}
    assert {(o.first, o.second): o.area_m2 for o in overlaps(regions, "EPSG:26986")} == pytest.approx(want)
    assert len(want) == 2

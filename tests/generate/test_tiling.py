"""Tilings are real partitions with winding borders, and scattered points lie where they are said to lie."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gcrm.generate import scatter, tiling


@settings(max_examples=25, deadline=None)
@given(count=st.integers(3, 60), seed=st.integers(0, 2**31))
def test_polygons_tile_without_gap_or_overlap(count: int, seed: int) -> None:
    zones = tiling(count, seed)
    shapes = zones.geometry.to_numpy()
    assert len(zones) == zones["zone_id"].nunique() == count
    assert shapely.is_valid(shapes).all()
    # Valid as a coverage: no overlaps, and neighbours share every vertex of their border.
    assert shapely.coverage_is_valid(shapes)
    whole = shapely.coverage_union_all(shapes)
    assert whole.geom_type == "Polygon"
    assert not whole.interiors
    assert whole.area == pytest.approx(shapely.area(shapes).sum(), rel=1e-12)


def test_three_thousand_polygons_are_realistic() -> None:
    zones = tiling(3000, 5)
    shapes = zones.geometry.to_numpy()
    vertices = shapely.get_num_coordinates(shapes)
    assert shapely.coverage_is_valid(shapes)
    assert 150 <= np.median(vertices) <= 250
    assert np.mean((vertices >= 100) & (vertices <= 300)) > 0.9
    # Borders wind: they are clearly longer than those of the convex hulls.
    assert np.median(shapely.length(shapes) / shapely.length(shapely.convex_hull(shapes))) > 1.05
    sizes = zones["district"].value_counts()
    assert len(sizes) == 150
    assert sizes.sum() == 3000


def test_coordinates_survive_seven_decimals() -> None:
    points = shapely.get_coordinates(tiling(40, 2).geometry.to_numpy())
    assert (points == np.round(points, 7)).all()


def test_the_area_is_where_it_is_asked_for() -> None:
    zones = tiling(60, 0, bounds=(126.7, 37.4, 127.2, 37.7))
    west, south, east, north = zones.total_bounds
    assert zones.crs == "EPSG:4326"
    assert np.abs(np.array([west, south, east, north]) - [126.7, 37.4, 127.2, 37.7]).max() < 0.05
    assert shapely.area(zones.geometry.to_numpy()).sum() == pytest.approx(0.5 * 0.3, rel=0.03)


def test_seeds_repeat_and_differ() -> None:
    assert tiling(30, 1).equals(tiling(30, 1))
    assert not tiling(30, 1).equals(tiling(30, 2))


def test_two_polygons_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 3"):
        tiling(2)


def test_points_lie_inside_their_zone_and_nowhere_else() -> None:
    zones = tiling(80, 3)
    lon, lat, zone = scatter(zones, 20_000, 4)
    points = gpd.GeoDataFrame({"zone": zone}, geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326")
    joined = gpd.sjoin(points, zones[["geometry"]], predicate="intersects", how="left")
    assert len(joined) == len(points)
    assert (joined["index_right"] == joined["zone"]).all()


def test_points_follow_the_weights() -> None:
    zones = tiling(10, 0)
    weights = np.array([0.0, 1, 2, 3, 4, 5, 6, 7, 8, 64])
    _, _, zone = scatter(zones, 50_000, 1, weights=weights)
    counts = np.bincount(zone, minlength=10)
    assert counts[0] == 0
    assert np.abs(counts - 500 * weights).max() < 5 * np.sqrt(50_000 * 0.64 * 0.36)


def test_points_repeat_with_their_seed() -> None:
    zones = tiling(10, 0)
    first, again, other = (scatter(zones, 1000, seed) for seed in (1, 1, 2))
    assert all((a == b).all() for a, b in zip(first, again, strict=True))
    assert (first[0] != other[0]).any()

"""The area that polygons share is that of their intersections by GEOS, whatever their borders have in common."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gcrm.conform.crosswalk import overlap
from gcrm.conform.crosswalk.overlap import shared_area

RING = shapely.Polygon(shapely.box(0, 0, 4, 4).exterior.coords, [shapely.box(1, 1, 3, 3).exterior.coords])


def shared(one, two):
    return shared_area(np.array([one], object), np.array([two], object), np.array([0]), np.array([0]))[0]


def every_pair(sources, targets):
    source, target = (side.ravel() for side in np.mgrid[: len(sources), : len(targets)])
    return shared_area(sources, targets, source, target), shapely.area(
        shapely.intersection(sources[source], targets[target])
    )


@pytest.mark.parametrize(
    ("one", "two", "area"),
    [
        (shapely.box(0, 0, 1, 1), shapely.box(0, 0, 1, 1), 1),
        (shapely.box(0, 0, 1, 1), shapely.box(0, 0, 1, 1).reverse(), 1),
        (shapely.box(0, 0, 2, 2), shapely.box(1, 1, 3, 3), 1),
        (shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1), 0),
        (shapely.box(0, 0, 1, 1), shapely.box(0, 1, 1, 2), 0),
        (shapely.box(0, 0, 1, 1), shapely.box(5, 5, 6, 6), 0),
        (RING, shapely.box(1, 1, 3, 3), 0),
        (RING, shapely.box(0, 0, 2, 4), 6),
        (RING, RING, 12),
        (shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(2, 0, 3, 1)]), shapely.box(0.5, 0, 2.5, 1), 1),
        (shapely.Polygon([(0, 0), (4, 0), (0, 4)]), shapely.Polygon([(0, 0), (4, 0), (4, 4)]), 4),
        (shapely.GeometryCollection([RING, shapely.LineString([(0, 0), (9, 9)])]), shapely.box(0, 0, 9, 1), 4),
        (shapely.LineString([(0, 0), (9, 9)]), shapely.box(0, 0, 9, 9), 0),
        (shapely.Polygon(), shapely.box(0, 0, 9, 9), 0),
    ],
)
def test_two_polygons_share(one, two, area):
    assert shared(one, two) == pytest.approx(area, abs=1e-12)
    assert shared(two, one) == pytest.approx(area, abs=1e-12)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([1.0, 0.25, 1e-9]))
def test_it_is_the_area_of_the_intersection(seed, grid):
    """Coordinates on a coarse grid make borders that are shared in part, cross at corners and touch."""
    draw = np.random.default_rng(seed)

    def blobs(count):
        points = shapely.multipoints(draw.uniform(0, 12, (count, 9, 2)))
        hulls = shapely.set_precision(shapely.concave_hull(points, draw.uniform(0.1, 1)), grid)
        holes = shapely.set_precision(shapely.buffer(shapely.centroid(hulls), 0.7, quad_segs=2), grid)
        shapes = shapely.difference(hulls, holes)
        shapes[1] = shapely.make_valid(shapely.union(shapes[0], shapes[1]))
        return shapely.transform(shapes, lambda at: at + np.array([230_000, 900_000]))

    found, exact = every_pair(blobs(6), blobs(7))
    assert found == pytest.approx(exact, rel=1e-9, abs=1e-7)


def test_zones_far_from_the_origin_that_touch_share_nothing_at_all():
    far = np.array([230_000.1, 900_000.1])
    corners = np.array([(0, 0), (3.3, 0.7), (3.7, 4.1), (0.2, 3.9)]) * 100 + far
    middle = corners.mean(axis=0)
    parts = np.array([shapely.Polygon([*corners[[n, (n + 1) % 4]], middle]) for n in range(4)])
    found, exact = every_pair(parts, parts)
    assert (found > 0).tolist() == np.eye(4, dtype=bool).ravel().tolist()
    assert found == pytest.approx(exact, rel=1e-9, abs=1e-6)


def test_pieces_of_the_work_add_up(monkeypatch):
    draw = np.random.default_rng(3)
    cells = [
        shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(draw.uniform(0, 9, (40, 2))))) for _ in range(2)
    ]
    whole, exact = every_pair(*cells)
    monkeypatch.setattr(overlap, "_AT_ONCE", 37)
    monkeypatch.setattr(overlap, "_LEAST", 5)
    pieces, _ = every_pair(*cells)
    assert pieces.tolist() == whole.tolist()
    assert whole == pytest.approx(exact, rel=1e-9, abs=1e-7)

"""The hull of a cell holds every point that H3 places in the cell."""

from __future__ import annotations

import h3.api.numpy_int as h3
import numpy as np
import pytest
import shapely

from gcrm.conform.hull import hulls
from gcrm.conform.lattice import asked


def _arcs(cell: int, steps: int = 9) -> np.ndarray:
    """Points along the great-circle arcs between the vertices of a cell, as lon and lat in degrees."""
    lat, lon = np.radians(np.array(h3.cell_to_boundary(cell))).T
    corner = np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    share = np.linspace(0, 1, steps)[:, None, None]
    arc = (corner * (1 - share) + np.roll(corner, -1, axis=0) * share).reshape(-1, 3)
    x, y, z = (arc / np.linalg.norm(arc, axis=1, keepdims=True)).T
    return np.degrees(np.column_stack([np.arctan2(y, x), np.arcsin(z)]))


def _somewhere(rng: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Points spread evenly over the globe, and a few near the poles and the 180th meridian."""
    lon, lat = rng.uniform(-180, 180, count), np.degrees(np.arcsin(rng.uniform(-1, 1, count)))
    lon[:20] = 180 - rng.exponential(0.01, 20)
    lat[20:40] = 90 - rng.exponential(0.1, 20)
    lat[40:50] = -lat[20:30]
    return lon, lat


@pytest.mark.parametrize("resolution", range(16))
def test_hulls_hold_the_edges_of_their_cells(resolution: int) -> None:
    lon, lat = _somewhere(np.random.default_rng(resolution), 300)
    near_pentagons = np.concatenate([h3.grid_disk(p, 2) for p in h3.get_pentagons(resolution)[:4]])
    cells = np.unique(np.concatenate([asked(lon, lat, resolution), near_pentagons.astype(np.uint64)]))
    hull = hulls(cells, resolution)
    assert shapely.is_valid(hull).all()
    for cell, polygon in zip(cells, hull, strict=True):
        assert shapely.contains_properly(polygon, shapely.points(_arcs(int(cell)))).all(), h3.int_to_str(int(cell))


@pytest.mark.parametrize("resolution", [0, 1, 2, 3, 5, 8, 12, 15])
def test_hulls_hold_the_points_of_their_cells(resolution: int) -> None:
    rng = np.random.default_rng(100 + resolution)
    lon, lat = _somewhere(rng, 4000)
    # Points on and beside the edges of cells, where rounding decides.
    edges = np.concatenate([_arcs(int(c)) for c in np.unique(asked(lon[:200], lat[:200], resolution))])
    points = np.concatenate([np.column_stack([lon, lat]), edges, edges + rng.normal(0, 1e-9, edges.shape)])
    points[:, 1] = points[:, 1].clip(-90, 90)
    cells = asked(points[:, 0], points[:, 1], resolution)
    distinct, which = np.unique(cells, return_inverse=True)
    hull = hulls(distinct, resolution)
    assert shapely.covers(hull[which], shapely.points(points)).all()


def test_hulls_are_tight_where_it_counts() -> None:
    lon, lat = np.random.default_rng(1).uniform([[-120.0], [30.0]], [[-70.0], [60.0]], (2, 2000))
    cells = np.unique(asked(lon, lat, 7))
    bare = np.array([shapely.Polygon([(x, y) for y, x in h3.cell_to_boundary(int(c))]) for c in cells[:50]])
    growth = shapely.area(hulls(cells[:50], 7)) / shapely.area(bare)
    assert (growth > 1.03).all()
    assert np.median(growth) < 1.06


def test_no_cells_have_no_hulls() -> None:
    assert hulls(np.empty(0, np.uint64), 5).tolist() == []

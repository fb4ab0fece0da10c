"""Cells found by the lattice are the library's own, point for point."""

from __future__ import annotations

import h3.api.basic_int as h3
import numpy as np
import pytest

from gcrm.conform import lattice
from gcrm.conform.lattice import Lattice, asked, positions

Points = tuple[np.ndarray, np.ndarray]


def _globe(rng: np.random.Generator, count: int) -> Points:
    return rng.uniform(-180, 180, count), np.degrees(np.arcsin(rng.uniform(-1, 1, count)))


def _around(rng: np.random.Generator, cells: list[int], spread_deg: float, count: int) -> Points:
    lat, lon = np.array([h3.cell_to_latlng(c) for c in rng.choice(cells, count)]).T
    lon = lon + rng.normal(0, spread_deg, count) / np.cos(np.radians(lat))
    return (lon + 180) % 360 - 180, np.clip(lat + rng.normal(0, spread_deg, count), -90, 90)


def _corners(rng: np.random.Generator, resolution: int, count: int) -> Points:
    """Corners of cells, where three meet, and points a hair beside them."""
    lon, lat = _globe(rng, count // 6)
    corners = [corner for cell in asked(lon, lat, resolution) for corner in h3.cell_to_boundary(int(cell))]
    lat, lon = (np.array(corners) + rng.choice([0, 1e-13, 1e-11], (len(corners), 1))).T
    return lon, np.clip(lat, -90, 90)


@pytest.mark.parametrize("resolution", range(11))
def test_points_of_one_position_share_their_cell(resolution: int) -> None:
    rng = np.random.default_rng(resolution)
    pentagons = sorted(h3.get_pentagons(resolution))
    spread_deg = 80 / 7 ** (resolution / 2)
    faces = [
        h3.latlng_to_cell(lat, lon, resolution) for lat, lon in (h3.cell_to_latlng(c) for c in h3.get_res0_cells())
    ]
    parts = [
        _globe(rng, 30_000),
        _around(rng, pentagons, spread_deg, 10_000),
        _around(rng, faces, spread_deg, 10_000),
        _corners(rng, resolution, 3_000),
        (np.array([0.0, 180, -180, 90, 0, 0]), np.array([0.0, 0, 0, 0, 90, -90])),
    ]
    lon, lat = (np.concatenate([part[n] for part in parts]) for n in (0, 1))
    key, cell = positions(lon, lat, resolution), asked(lon, lat, resolution)
    sure = key >= 0
    assert sure[:30_000].mean() > 0.999
    distinct = np.unique(np.column_stack([key[sure], cell[sure].astype(np.int64)]), axis=0)
    assert len(np.unique(distinct[:, 0])) == len(distinct)


@pytest.mark.parametrize("resolution", [0, 3, 6, 8, 10, 11])
def test_cells_are_those_of_the_library(resolution: int) -> None:
    rng = np.random.default_rng(20 + resolution)
    found = Lattice(resolution)
    width_deg = 900 / 7 ** (resolution / 2)
    for lon0, lat0 in ((10, 50), (10.1, 50), (-58.3, 11.2), (179.9, -40), (0, 89.9)):
        lon = (rng.uniform(lon0, lon0 + min(width_deg, 350), 30_000) + 180) % 360 - 180
        lat = np.clip(rng.uniform(lat0, lat0 + width_deg, 30_000), -90, 90)
        assert (found.cells(lon, lat).each == asked(lon, lat, resolution)).all()


def test_most_points_of_a_country_are_found_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(4)
    lon, lat = rng.uniform([[5.0], [47.0]], [[15.0], [55.0]], (2, 100_000))
    want, count = asked(lon, lat, 5), []

    def counted(lon: np.ndarray, lat: np.ndarray, resolution: int) -> np.ndarray:
        count.append(len(lon))
        return asked(lon, lat, resolution)

    monkeypatch.setattr(lattice, "asked", counted)
    found = Lattice(5)
    for _ in range(3):
        assert (found.cells(lon, lat).each == want).all()
    # Once each distinct cell, and each time the few that lie on an edge.
    assert sum(count) < 2 * len(np.unique(want)) + 3 * 100


def test_few_or_scattered_points_are_left_to_the_library() -> None:
    lon, lat = _globe(np.random.default_rng(5), 40_000)
    for count in (0, 1, 500, 40_000):
        assert (Lattice(9).cells(lon[:count], lat[:count]).each == asked(lon[:count], lat[:count], 9)).all()

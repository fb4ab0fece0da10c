"""The resolution of a layer grows with the number of points, and keeps to cells that exist anyway where it can."""

from __future__ import annotations

from gcrm.conform.resolution import best_resolution

COUNTIES = [2.5e9] * 3000


def test_counties_are_joined_on_middling_cells() -> None:
    assert best_resolution(COUNTIES, 10_000_000) in {6, 7}


def test_smaller_regions_take_finer_cells() -> None:
    chosen = [best_resolution([area_m2] * 3000, 10_000_000) for area_m2 in (1e11, 1e9, 1e7, 1e5)]
    assert chosen == sorted(chosen)
    assert chosen[-1] - chosen[0] >= 4


def test_more_points_never_take_coarser_cells() -> None:
    chosen = [best_resolution(COUNTIES, points) for points in (10**4, 10**5, 10**6, 10**7, 10**8)]
    assert chosen == sorted(chosen)


def test_a_resolution_at_hand_is_preferred_to_a_slightly_better_one() -> None:
    best = best_resolution(COUNTIES, 30_000_000)
    assert best_resolution(COUNTIES, 30_000_000, [best + 1]) == best + 1
    assert best_resolution(COUNTIES, 30_000_000, [0, best + 4]) == best


def test_a_layer_without_any_area_takes_what_there_is() -> None:
    assert best_resolution([], 1000, [8, 9]) == 8

"""What zones share: ground, points that stand for addresses or dwellings, or a mass that is counted elsewhere."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gcrm.conform.crosswalk.crosswalk import Crosswalk, assembled
from gcrm.conform.crosswalk.overlap import shared_area

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Shapes = NDArray[Any]
    Ids = NDArray[Any]

#: Share from which on a source counts as wholly covered.
WHOLE_FROM = 0.999


def by_area(sources: tuple[Ids, Shapes], targets: tuple[Ids, Shapes], *, whole_from: float = WHOLE_FROM) -> Crosswalk:
    """Weight by the area that zones share.

    Parameters
    ----------
    sources, targets
        Identifiers and valid polygons, in the same metric system.
    whole_from
        As in `gcrm.conform.crosswalk.crosswalk.assembled`.

    Returns
    -------
    Crosswalk
        The shares; `mass` is in square units.
    """
    source, target = shapely.STRtree(targets[1]).query(sources[1])  # boxes that meet: the rest shares nothing
    shared = shared_area(sources[1], targets[1], source, target)
    masses = shapely.area(sources[1]), shapely.area(targets[1])
    return assembled((sources[0], targets[0]), (source, target, shared), masses, basis="area", whole_from=whole_from)


def by_points(
    sources: tuple[Ids, Shapes],
    targets: tuple[Ids, Shapes],
    points: tuple[Floats, Floats, Floats],
    *,
    basis: str = "points",
    whole_from: float = WHOLE_FROM,
) -> Crosswalk:
    """Weight by the mass of points that lie in both zones; a source in which there is none is divided by area.

    Parameters
    ----------
    sources, targets
        Identifiers and polygons, in the same system as the points.
    points
        x, y and mass of each point; points without a positive mass do not count.
    basis
        What the mass is.
    whole_from
        As in `by_area`.

    Returns
    -------
    Crosswalk
        The shares.
    """
    x, y, mass = points
    kept = np.isfinite(x) & np.isfinite(y) & (mass > 0)
    where, mass = shapely.points(x[kept], y[kept]), mass[kept]
    held_by, in_source = _within(sources[1], where)
    held_too, in_target = _within(targets[1], where)
    # Pairs of regions of one point: each of its sources with each of its targets.
    first = np.searchsorted(held_too, held_by, "left")
    count = np.searchsorted(held_too, held_by, "right") - first
    row = np.repeat(np.arange(len(held_by)), count)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    pair = in_source[row] * len(targets[0]) + in_target[first[row] + nth]
    distinct, position = np.unique(pair, return_inverse=True)
    shared = np.bincount(position, mass[held_by[row]], len(distinct)).astype(float)
    masses = (
        np.bincount(in_source, mass[held_by], len(sources[0])).astype(float),
        np.bincount(in_target, mass[held_too], len(targets[0])).astype(float),
    )
    pairs = distinct // len(targets[0]), distinct % len(targets[0]), shared
    return by_mass(sources, targets, pairs, masses, basis=basis, whole_from=whole_from)


def _within(zones: Shapes, points: Shapes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the positions of points and of the zones that cover each, in the order of the points."""
    point, zone = shapely.STRtree(zones).query(points, predicate="covered_by")
    order = np.lexsort((zone, point))
    return point[order], zone[order]


def by_mass(
    sources: tuple[Ids, Shapes],
    targets: tuple[Ids, Shapes],
    pairs: tuple[NDArray[np.int64], NDArray[np.int64], Floats],
    masses: tuple[Floats, Floats],
    *,
    basis: str,
    whole_from: float = WHOLE_FROM,
) -> Crosswalk:
    """Weight by a mass that was counted for pairs of zones; a source that has none is divided by area.

    Parameters
    ----------
    sources, targets
        Identifiers and polygons.
    pairs, masses, basis, whole_from
        As in `gcrm.conform.crosswalk.crosswalk.assembled`.

    Returns
    -------
    Crosswalk
        The shares. Of sources divided by area, `mass` is 0: they add nothing to a mean.
    """
    ids = sources[0], targets[0]
    found = assembled(ids, pairs, masses, basis=basis, whole_from=whole_from)
    empty = masses[0] <= 0
    if not empty.any():
        return found
    rest = by_area((sources[0][empty], sources[1][empty]), targets, whole_from=whole_from)
    source = np.concatenate([found.source, np.flatnonzero(empty)[rest.source]])
    target = np.concatenate([found.target, rest.target])
    share = np.concatenate([found.share, rest.share])
    mass = np.concatenate([found.mass, np.zeros(len(rest.mass))])
    order = np.lexsort((target, source))
    return replace(
        found,
        source=source[order],
        target=target[order],
        share=share[order],
        mass=mass[order],
        by_area=empty,
    )

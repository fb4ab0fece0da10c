"""Where the regions of a level fail to be a partition: overlaps and gaps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gcrm.conform.family import union
from gcrm.conform.region import area_m2, degrees, metric

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from gcrm.conform.region import Region

#: Overlaps and gaps of a smaller area are rounding of coordinates, not findings.
LEAST_M2 = 1.0
#: Neighbours that come this close without touching leave a gap, even one that is open at its ends.
GAP_WIDTH_M = 5.0
#: Borders this close to each other count as touching when holes are sought.
SLIT_M = 0.001


@dataclass(frozen=True)
class Overlap:
    """Ground that two regions claim at the same time.

    Attributes
    ----------
    first, second
        Positions of the regions, in order.
    area_m2
        Area in square metres.
    """

    first: int
    second: int
    area_m2: float


@dataclass(frozen=True)
class Gap:
    """Ground that no region claims although regions surround it, or lie on either side of it.

    Attributes
    ----------
    area_m2
        Area in square metres.
    lon, lat
        A point within.
    sides
        Positions of the two regions beside a narrow gap; null for a hole.
    """

    area_m2: float
    lon: float
    lat: float
    sides: tuple[int, int] | None = None


def moments(regions: Sequence[Region]) -> list[NDArray[np.int64]]:
    """Return the different sets of regions with a geometry that are valid together, in order of time."""
    days = sorted({r.since for r in regions})
    sets: dict[tuple[int, ...], None] = {}
    for day in days:
        valid = tuple(i for i, r in enumerate(regions) if r.geometry is not None and r.since <= day < r.until)
        if valid:
            sets[valid] = None
    return [np.array(valid) for valid in sets]


def overlaps(regions: Sequence[Region], crs: str) -> list[Overlap]:
    """Find the pairs of regions that overlap while both are valid.

    Parameters
    ----------
    regions
        The regions of one level of a partition.
    crs
        Metric CRS in which areas are measured.

    Returns
    -------
    list of Overlap
        In the order of the regions; overlaps below `LEAST_M2` are left out.
    """
    pairs: set[tuple[int, int]] = set()
    for valid in moments(regions):
        geometry = _geometry(regions, valid)
        faulty = ~shapely.is_empty(shapely.coverage_invalid_edges(geometry))
        one, other = shapely.STRtree(geometry).query(geometry[faulty], predicate="intersects")
        one = np.flatnonzero(faulty)[one]
        found = zip(valid[np.minimum(one, other)].tolist(), valid[np.maximum(one, other)].tolist(), strict=True)
        pairs.update((a, b) for a, b in found if a != b)
    ordered = sorted(pairs)
    everything = _geometry(regions, np.arange(len(regions)))
    first, second = (everything[[pair[n] for pair in ordered]] for n in (0, 1))
    area = area_m2(shapely.intersection(first, second), crs)
    return [Overlap(a, b, m2) for (a, b), m2 in zip(ordered, area.tolist(), strict=True) if m2 >= LEAST_M2]


def gaps(regions: Sequence[Region], crs: str) -> list[Gap]:
    """Find the holes that no region fills, and the narrow gaps between neighbours.

    Parameters
    ----------
    regions
        The regions of one level of a partition.
    crs
        Metric CRS in which areas and widths are measured.

    Returns
    -------
    list of Gap
        Each once, whenever it was there; gaps below `LEAST_M2` are left out.
    """
    found: dict[tuple[float, float], Gap] = {}
    for together in moments(regions):
        flat = metric(_geometry(regions, together), crs)
        within_crs = np.isfinite(shapely.bounds(flat)).all(axis=1)
        flat, valid = flat[within_crs], together[within_crs]
        if not len(flat):
            continue
        holes, solid = _filled(flat)
        for gap in [*_gaps(holes, crs), *_narrow(flat, solid, crs)]:
            sides = (int(valid[gap.sides[0]]), int(valid[gap.sides[1]])) if gap.sides else None
            found.setdefault((gap.lon, gap.lat), replace(gap, sides=sides))
    return list(found.values())


def _geometry(regions: Sequence[Region], which: NDArray[np.int64]) -> NDArray[np.object_]:
    out = np.empty(len(which), object)
    out[:] = [regions[i].geometry for i in which]
    return out


def _filled(flat: NDArray[np.object_]) -> tuple[NDArray[np.object_], BaseGeometry]:
    """Return what regions surround without holding it, and regions and holes in one; all in metres."""
    # Borders that lack each other's vertices leave slits, through which a hole would be open to the outside.
    closed = shapely.buffer(union(list(flat)), SLIT_M, join_style="mitre")
    parts = shapely.get_parts(np.array([closed], object))
    rings, owner = shapely.get_rings(parts, return_index=True)
    inner = np.diff(owner, prepend=-1) == 0
    holes: NDArray[np.object_] = shapely.polygons(rings[inner])
    # An island within a hole is no gap.
    hole, island = shapely.STRtree(parts).query(holes, predicate="contains")
    for h, i in zip(hole, island, strict=True):
        holes[h] = shapely.difference(holes[h], parts[i])
    grown: NDArray[np.object_] = shapely.buffer(holes, SLIT_M, join_style="mitre")
    solid = shapely.union_all(shapely.polygons(rings[~inner]))
    return grown, shapely.buffer(solid, -SLIT_M, join_style="mitre")


def _narrow(flat: NDArray[np.object_], solid: BaseGeometry, crs: str) -> list[Gap]:
    """Return gaps between neighbours narrower than `GAP_WIDTH_M` that are no holes."""
    if shapely.coverage_is_valid(flat, gap_width=GAP_WIDTH_M):
        return []
    grown = shapely.buffer(solid, GAP_WIDTH_M / 2, join_style="mitre")
    filled = shapely.difference(shapely.buffer(grown, -GAP_WIDTH_M / 2, join_style="mitre"), solid)
    pieces = shapely.get_parts(filled)
    pieces = pieces[shapely.area(pieces) >= LEAST_M2]
    piece, side = shapely.STRtree(flat).query(pieces, predicate="dwithin", distance=SLIT_M)
    found: list[Gap] = []
    for number in range(len(pieces)):
        sides = np.sort(side[piece == number])
        # An inlet of a single region is its shape, not a gap.
        if len(sides) > 1:
            found += _gaps(pieces[number : number + 1], crs, (int(sides[0]), int(sides[1])))
    return found


def _gaps(pieces: NDArray[np.object_], crs: str, sides: tuple[int, int] | None = None) -> list[Gap]:
    """Return the pieces that are large enough."""
    large = pieces[shapely.area(pieces) >= LEAST_M2]
    where = (degrees(point, crs) for point in shapely.point_on_surface(large))
    return [Gap(float(m2), lon, lat, sides) for m2, (lon, lat) in zip(shapely.area(large), where, strict=True)]

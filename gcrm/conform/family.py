"""How the regions of a hierarchy belong together: unions of children, links to parents."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gcrm.conform.region import Region, repaired

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry.base import BaseGeometry


def dissolve(levels: Sequence[Sequence[Region]]) -> list[list[Region]]:
    """Give each region without a geometry the union of the regions of the next level that name it as their parent.

    Parameters
    ----------
    levels
        The regions of one hierarchy, level by level, largest first.

    Returns
    -------
    list of list of Region
        The same regions; still without a geometry where no child valid at the same time has one.
    """
    done: list[list[Region]] = []
    below: Sequence[Region] = ()
    for level in reversed(levels):
        children = defaultdict(list)
        for child in below:
            if child.geometry is not None:
                children[child.parent_id].append(child)
        below = [
            r
            if r.original is not None
            else replace(r, geometry=union([c.geometry for c in children[r.region_id] if c.meets(r)]))
            for r in level
        ]
        done.append(list(below))
    return done[::-1]


def union(geometries: Sequence[BaseGeometry | None]) -> BaseGeometry | None:
    """Return the union of polygons; null where there is nothing to unite."""
    parts = np.empty(len(geometries), object)
    parts[:] = geometries
    if not len(parts):
        return None
    whole = shapely.coverage_union_all(parts) if shapely.coverage_is_valid(parts) else shapely.union_all(parts)
    return whole if shapely.is_valid(whole) and whole.area > 0 else repaired(whole)


def parents(regions: Sequence[Region], above: Sequence[Region]) -> list[int | None]:
    """Find the parent of each region: the one it names, else the one that covers its inner point.

    Parameters
    ----------
    regions
        The regions of one level.
    above
        The regions of the next level up.

    Returns
    -------
    list of int
        Position in `above` of the region's parent. Of several versions valid at some time with the region, the latest
        counts. Null where there is none that was valid at the same time.
    """
    versions = defaultdict(list)
    for position, region in enumerate(above):
        versions[region.region_id].append(position)
    around = _around(regions, above)
    found: list[int | None] = []
    for number, region in enumerate(regions):
        named = around[number] if region.parent_id is None else versions[region.parent_id]
        at = [p for p in named if above[p].meets(region)]
        found.append(max(at, key=lambda p: above[p].since) if at else None)
    return found


def _around(regions: Sequence[Region], above: Sequence[Region]) -> dict[int, list[int]]:
    """Return the positions in `above` of the regions around the inner point of each region that names no parent."""
    inner = np.empty(len(regions), object)
    inner[:] = [
        None if r.geometry is None or r.parent_id is not None else r.geometry.point_on_surface() for r in regions
    ]
    areas = np.empty(len(above), object)
    areas[:] = [r.geometry for r in above]
    found: dict[int, list[int]] = defaultdict(list)
    for number, position in sorted(shapely.STRtree(areas).query(inner, predicate="intersects").T.tolist()):
        found[number].append(position)
    return found

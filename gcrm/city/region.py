"""Administrative regions: those that an extract holds whole, and of those that its edge cuts the part that it holds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import shapely

from gcrm.city.edge import faces

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

#: `admin_level` -> what regions of it are called. Countries use them differently; the names can be changed.
LEVELS = {
    2: "country",
    3: "country_part",
    4: "state",
    5: "province",
    6: "county",
    7: "subcounty",
    8: "municipality",
    9: "district",
    10: "suburb",
    11: "neighbourhood",
}
#: Length of a face's border that must run along a boundary, or they only touch, in degrees (about a decimetre).
_TOUCH = 1e-6
#: Share of a region's boundary that must bound the shape that is taken for it.
_MOST = 0.99


@dataclass(frozen=True)
class Region:
    """A region of an extract.

    Attributes
    ----------
    id
        `r` and the number of its relation.
    level
        Its `admin_level`.
    name
        Its name; null where it has none.
    ways
        Ways that bound it.
    shape
        Its area; null while it is not known.
    parent
        Region of the level above that it lies in; null where there is none.
    """

    id: str
    level: int
    name: str | None
    ways: frozenset[int]
    shape: shapely.Geometry | None = None
    parent: str | None = None


@dataclass(frozen=True)
class Ground:
    """What an extract holds besides the regions themselves.

    Attributes
    ----------
    box
        Extent of the extract.
    lines
        Way -> its line.
    named
        Name -> points of the places that have it.
    cut
        Ends of lines beyond which nodes are missing.
    """

    box: shapely.Polygon
    lines: Mapping[int, shapely.LineString]
    named: Mapping[str, Sequence[shapely.Point]]
    cut: frozenset[tuple[float, ...]] = frozenset()


def settle(regions: Iterable[Region], ground: Ground) -> list[tuple[int, list[Region]]]:
    """Give regions their areas and parents, and choose the levels that part the extract.

    A level is kept where it has more regions than the level kept above it, and two at least.

    Parameters
    ----------
    regions
        The regions; those that are whole have their shape.
    ground
        What else the extract holds.

    Returns
    -------
    list of tuple
        Level and its regions, largest first.
    """
    levels: dict[int, list[Region]] = {}
    for region in regions:
        levels.setdefault(region.level, []).append(region)
    kept: list[tuple[int, list[Region]]] = []
    for level in sorted(set(levels) & set(LEVELS)):
        found = _complete(levels[level], ground)
        if len(found) > (len(kept[-1][1]) if kept else 1):
            kept.append((level, _below(found, kept[-1][1] if kept else [], ground.box)))
    return kept


def _complete(regions: Sequence[Region], ground: Ground) -> list[Region]:
    """Return the regions of a level that are whole, and the others with the faces that can only be theirs."""
    whole = [region for region in regions if region.shape is not None]
    cut = sorted((region for region in regions if region.shape is None), key=lambda region: region.id)
    if not cut:
        return whole
    ways = {way: ground.lines[way] for region in regions for way in region.ways if way in ground.lines}
    parts = faces(ways.values(), ground.box, ground.cut)
    sides = [_touching(part, ways) for part in parts]
    owners = {way: frozenset(region.id for region in regions if way in region.ways) for way in ways}
    sure = {}
    for i, part in enumerate(parts):
        inside = part.representative_point()
        holds = next((region.id for region in whole if region.shape is not None and region.shape.covers(inside)), None)
        seeds = {r.id for r in cut if any(part.covers(point) for point in ground.named.get(r.name or "", ()))}
        if holds is not None or len(seeds) == 1:
            sure[i] = holds or next(iter(seeds))
    claimed = _claim(sides, owners, sure)
    found = []
    for region in cut:
        shape = shapely.unary_union([parts[i] for i, owner in claimed.items() if owner == region.id])
        if not shape.is_empty and _bounded(shape, [ways[w] for w in region.ways if w in ways], ground.box):
            found.append(replace(region, shape=shape))
    return whole + found


def _bounded(shape: shapely.Geometry, ways: Sequence[shapely.LineString], box: shapely.Polygon) -> bool:
    """Tell whether all that bounds a region within the extract bounds a shape: else it is but a part of the region."""
    known = shapely.unary_union(ways).intersection(box)
    return bool(shape.boundary.intersection(known).length >= _MOST * known.length)


def _claim(
    sides: Sequence[frozenset[int]], owners: Mapping[int, frozenset[str]], sure: Mapping[int, str]
) -> dict[int, str]:
    """Say whose each face is.

    A boundary between two regions has one of them on either side; one of a single region has it on one side and no
    region of the level on the other. So a face belongs to one of those that all its boundaries have in common, and a
    face across the boundary of a known one to the other. What stays open, or comes out twice, belongs to none.
    """
    none = ""
    open_ = {
        i: frozenset.intersection(*(owners[w] | ({none} if len(owners[w]) == 1 else set()) for w in ways))
        for i, ways in enumerate(sides)
        if ways and i not in sure
    }
    claimed = dict(sure)
    while True:
        taken = {i: {claimed[j] for j in claimed if claimed[j] != none and sides[i] & sides[j]} for i in open_}
        open_ = {i: who - taken[i] for i, who in open_.items()}
        fresh = {i: next(iter(who)) for i, who in open_.items() if len(who) == 1}
        if not fresh:
            break
        claimed |= fresh
        open_ = {i: who for i, who in open_.items() if i not in fresh}
    return {i: owner for i, owner in claimed.items() if owner != none and (i in sure or not _twice(i, claimed, sides))}


def _twice(face: int, claimed: Mapping[int, str], sides: Sequence[frozenset[int]]) -> bool:
    """Tell whether a face across a boundary is claimed for the same region."""
    return any(j != face and claimed[j] == claimed[face] and sides[face] & sides[j] for j in claimed)


def _touching(part: shapely.Polygon, ways: Mapping[int, shapely.LineString]) -> frozenset[int]:
    """Return the ways that run along a face."""
    border = part.boundary
    return frozenset(way for way, line in ways.items() if border.intersection(line).length > _TOUCH)


def _below(found: list[Region], above: Sequence[Region], box: shapely.Polygon) -> list[Region]:
    """Give regions the region of the level above that they lie in."""
    made = []
    for region in found:
        shape: shapely.Geometry = region.shape
        seen = shape.intersection(box)
        point = (shape if seen.is_empty else seen).representative_point()
        parent = next((r.id for r in above if r.shape is not None and r.shape.covers(point)), None)
        made.append(replace(region, parent=parent))
    return made

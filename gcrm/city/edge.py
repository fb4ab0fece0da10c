"""The edge of an extract: lines that it cuts, closed along it, and the faces that lie between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely
from shapely.ops import nearest_points, polygonize_full

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

#: How far from the edge, as a share of the extract's diagonal, an end may lie that was cut there, and any other one.
_REACH, _CLOSE = 0.15, 0.03
#: What lies as near to the border of a face is not within it, in degrees (about a centimetre).
_NEAR = 1e-7


def faces(
    lines: Iterable[shapely.LineString], box: shapely.Polygon, cut: Collection[tuple[float, ...]] | None = None
) -> list[shapely.Polygon]:
    """Part an extract along lines.

    Where an extract leaves out the nodes beyond its edge, lines end a little before it; such ends are drawn on to the
    nearest point of the edge. A face in which a line ends all the same is torn: how it goes on is not known.

    Parameters
    ----------
    lines
        Lines in lon/lat; what lies beyond the edge does not count.
    box
        Extent of the extract.
    cut
        Ends beyond which nodes are missing; every end where null. Others reach the edge only where it is very near.

    Returns
    -------
    list of shapely.Polygon
        The faces that are not torn; without any line, the extent itself.
    """
    inside = [part for line in lines for part in _lines(line.intersection(box))]
    whole = _lines(shapely.line_merge(shapely.unary_union(inside)))
    ends = _reach(whole, box, cut)
    found, bridges, loose, _ = polygonize_full(shapely.unary_union([box.exterior, *whole, *ends]))
    torn = shapely.unary_union([bridges, loose])
    return [face for face in found.geoms if not (face.intersects(torn) and _inside(face, torn))]


def _inside(face: shapely.Polygon, torn: shapely.Geometry) -> bool:
    """Tell whether part of a line that ends nowhere lies within a face."""
    return bool(torn.intersection(face.buffer(-_NEAR)).length > 0)


def _reach(
    lines: list[shapely.LineString], box: shapely.Polygon, cut: Collection[tuple[float, ...]] | None
) -> list[shapely.LineString]:
    """Return the ways from ends that nothing goes on from to the edge, where it is near enough."""
    side = shapely.LineString([box.exterior.coords[0], box.exterior.coords[2]]).length
    ends = [end for line in lines if not line.is_closed for end in (line.coords[0], line.coords[-1])]
    found = []
    for end in (end for end in ends if ends.count(end) == 1):
        way = shapely.LineString([end, nearest_points(shapely.Point(end), box.exterior)[1]])
        if 0 < way.length <= side * (_REACH if cut is None or end in cut else _CLOSE):
            found.append(way)
    return found


def _lines(shape: shapely.Geometry) -> list[shapely.LineString]:
    return [part for part in shapely.get_parts(shape) if part.geom_type == "LineString" and part.length > 0]

"""Outlines for tiles: geometry in Web Mercator, with no more corners than a range of zoom levels can show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Shapes = NDArray[np.object_]

#: Web Mercator ends here, in degrees.
_MOST_LAT = 85.0511287798066
#: Side of a tile on the screen, in pixels.
_TILE_PX = 512
#: How far a simplified outline may stray from the true one, and how large an area must be, in pixels.
_STRAY_PX = 0.6
_LEAST_PX = 2.0


@dataclass(frozen=True)
class Range:
    """Zoom levels that share outlines.

    Attributes
    ----------
    first, last
        First and last of them.
    plain
        True where outlines are simplified; the last range keeps every corner.
    """

    first: int
    last: int
    plain: bool = True

    @property
    def pixel(self) -> float:
        """Width of a pixel at the last level, as a share of the world's width."""
        return 1 / (_TILE_PX * 2.0**self.last)


#: Every zoom level lies in one of them.
RANGES = (Range(0, 7), Range(8, 10), Range(11, 12), Range(13, 14), Range(15, 24, plain=False))


def project(shapes: Shapes) -> Shapes:
    """Turn geometry in lon/lat into Web Mercator.

    Parameters
    ----------
    shapes
        Geometry in degrees.

    Returns
    -------
    numpy.ndarray
        Geometry whose unit is the width of the world; its origin is the south-west corner. Areas do not cross
        themselves, and go round counter-clockwise.
    """
    flat = np.asarray(shapely.transform(shapes, _mercator), dtype=object)
    torn = ~shapely.is_valid(flat)
    flat[torn] = [_areas(shape) if shapely.get_dimensions(shape) == 2 else shape for shape in flat[torn]]
    return np.asarray(shapely.orient_polygons(flat), dtype=object)


def _areas(shape: shapely.Geometry) -> shapely.Geometry:
    """Mend an area that crosses itself: what cannot be cut at the border of a tile would be drawn nowhere."""
    parts = shapely.get_parts(shapely.make_valid(shape))
    return shapely.MultiPolygon([p for part in parts for p in shapely.get_parts(part) if p.geom_type == "Polygon"])


def _mercator(places: NDArray[np.float64]) -> NDArray[np.float64]:
    lat = np.radians(np.clip(places[:, 1], -_MOST_LAT, _MOST_LAT))
    return np.column_stack([places[:, 0] / 360 + 0.5, np.arcsinh(np.tan(lat)) / (2 * np.pi) + 0.5])


def drawn(shapes: Shapes, zooms: Range) -> tuple[Shapes, NDArray[np.bool_]]:
    """Return outlines for a range of zoom levels, and which of them can be seen there.

    Parameters
    ----------
    shapes
        Geometry of `project`.
    zooms
        The range.

    Returns
    -------
    tuple
        Outlines, and whether each is to be drawn: lines always are, areas where they are two pixels wide or high.
    """
    if not zooms.plain:
        return shapes, ~shapely.is_empty(shapes)
    simple: Any = shapely.simplify(shapes, _STRAY_PX * zooms.pixel, preserve_topology=True)
    west, south, east, north = shapely.bounds(simple).T
    large = np.maximum(east - west, north - south) >= _LEAST_PX * zooms.pixel
    return simple, ~shapely.is_empty(simple) & (large | (shapely.get_dimensions(simple) == 1))

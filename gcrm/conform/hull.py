"""A polygon in lon/lat that surely contains every point of an H3 cell.

The edges of a cell are great-circle arcs: they bulge beyond the straight lon/lat lines between its vertices. What is
concluded from a cell about its points must therefore be concluded from something larger. Grown about its centre by the
factor `1 + margin`, each edge of a hexagon moves outwards by `margin` times its distance from the centre, which is at
least 0.6 edge lengths. A great-circle arc of `e` radians leaves the straight line by at most `e ** 2 * tan(lat) / 8`,
so `margin = e * tan(lat)` alone is several times what is needed; 2 % on top covers rounding. The tests check it
against sampled arcs on the whole globe.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import shapely
from h3ronpy.vector import cells_to_wkb_polygons

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Mean length of a cell's edge at resolution 0, in radians; each resolution divides it by the square root of 7.
_EDGE_RAD = 0.2011
#: Bytes of a WKB polygon of seven points: a hexagon without extra vertices.
_HEXAGON_BYTES = 125
_HEADER_BYTES = 13
#: Beyond this margin the lon/lat plane says too little about the sphere.
_MAX_MARGIN = 0.25
#: Cells wider than this lie at a pole or across the 180th meridian.
_MAX_WIDTH_DEG = 90.0


def edge_deg(resolution: int) -> float:
    """Return the mean length of a cell's edge, in degrees of a great circle."""
    return float(np.degrees(_EDGE_RAD / 7 ** (resolution / 2)))


def hulls(cells: NDArray[np.uint64], resolution: int) -> NDArray[np.object_]:
    """Return for each cell a convex polygon that contains every point which H3 places in the cell.

    Most are hexagons some 2 % larger than the cell. Cells with extra vertices (on the edges of H3's icosahedron) get a
    box; pentagons, cells near a pole and cells across the 180th meridian get their whole band of latitudes.

    Parameters
    ----------
    cells
        Cell ids, all of `resolution`.
    resolution
        H3 resolution of the cells.

    Returns
    -------
    numpy.ndarray
        One shapely polygon per cell, in lon/lat degrees.
    """
    wkb = pa.array(cells_to_wkb_polygons(cells))
    ends = np.frombuffer(wkb.buffers()[1], np.int64, len(wkb) + 1, wkb.offset * 8)
    plain = np.diff(ends) == _HEXAGON_BYTES
    out = np.empty(len(cells), object)
    if plain.all():
        raw = np.frombuffer(wkb.buffers()[2], np.uint8)[ends[0] : ends[-1]].reshape(-1, _HEXAGON_BYTES)
        rings = np.ascontiguousarray(raw[:, _HEADER_BYTES:]).view("<f8").reshape(-1, 7, 2)
        out[:] = _grown(rings, resolution)
        return out
    if plain.any():
        out[plain] = hulls(cells[plain], resolution)
    extra = shapely.from_wkb(wkb.filter(pa.array(~plain)).to_numpy(zero_copy_only=False))
    out[~plain] = _boxes(shapely.bounds(extra), shapely.get_num_coordinates(extra), resolution)
    return out


def _margins(low: NDArray[np.float64], high: NDArray[np.float64], resolution: int) -> NDArray[np.float64]:
    """Return the share by which cells between the latitudes `low` and `high` are grown; infinite: not at all sure."""
    furthest = np.radians(np.minimum(np.maximum(np.abs(low), np.abs(high)), 89.99))
    margin = 0.02 + np.radians(edge_deg(resolution)) * np.tan(furthest)
    return np.where(margin > _MAX_MARGIN, np.inf, margin)


def _grown(rings: NDArray[np.float64], resolution: int) -> NDArray[np.object_]:
    """Return hexagons (n, 7 points, lon and lat) grown about their centres, and bands for those that cannot be."""
    lon, lat = np.ascontiguousarray(rings.transpose(2, 1, 0))  # numpy is quickest along the longest axis
    low, high = lat.min(axis=0), lat.max(axis=0)
    margin = _margins(low, high, resolution)
    odd = np.isinf(margin) | (lon.max(axis=0) - lon.min(axis=0) > _MAX_WIDTH_DEG)
    factor = np.where(odd, 1.0, 1.0 + margin)
    grown = np.empty_like(rings)
    for axis, value in enumerate((lon, lat)):
        centre = value[:6].mean(axis=0)
        grown[:, :, axis] = (centre + (value - centre) * factor).T
    out: NDArray[np.object_] = shapely.polygons(grown)
    if odd.any():
        out[odd] = _bands(low[odd], high[odd], resolution)
    return out


def _boxes(bounds: NDArray[np.float64], points: NDArray[np.int32], resolution: int) -> NDArray[np.object_]:
    """Return boxes around cells with extra vertices; bands for pentagons, which have ten or five vertices."""
    west, south, east, north = bounds.T
    margin = _margins(south, north, resolution)
    odd = np.isinf(margin) | (east - west > _MAX_WIDTH_DEG) | (points > 9) | (points < 7)
    grow = np.where(odd, 0.0, margin)
    wide, tall = (east - west) * grow, (north - south) * grow
    out: NDArray[np.object_] = shapely.box(west - wide, south - tall, east + wide, north + tall)
    if odd.any():
        out[odd] = _bands(south[odd], north[odd], resolution)
    return out


def _bands(low: NDArray[np.float64], high: NDArray[np.float64], resolution: int) -> NDArray[np.object_]:
    """Return bands around the globe that reach more than a cell's diameter beyond the vertices, and so over a pole."""
    beyond = 3 * edge_deg(resolution)
    bands: NDArray[np.object_] = shapely.box(-181.0, low - beyond, 181.0, high + beyond)
    return bands

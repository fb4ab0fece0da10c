"""The distance from points to a shape on the ellipsoid, in metres."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from pyproj import Transformer

from gcrm.errors import QueryError

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Points whose distance from the shape's middle is farther than this are not told apart well enough by one plane.
_REACH_M = 1_000_000.0
#: A plane centred on the shape errs by less than this share within `_REACH_M`.
_MARGIN = 0.01
#: Length of the pieces that a shape's edges, straight in lon/lat, are cut into, in degrees: 0.02 mm off at most.
_PIECE = 0.0005


def within_distance(
    shape: shapely.Geometry, lon: NDArray[np.float64], lat: NDArray[np.float64], distance_m: float
) -> NDArray[np.bool_]:
    """Say which points lie within a distance of a shape, measured along the ellipsoid.

    In an azimuthal equidistant plane (Snyder 1987, p. 191) every distance from its centre is a geodesic's length. One
    plane, centred on the shape, settles what is clearly near or far; each point between is the centre of its own.

    Parameters
    ----------
    shape
        Points, lines or polygons in WGS84 lon/lat; its edges are straight in lon/lat.
    lon, lat
        The points, in degrees.
    distance_m
        Most distance in metres; a point that the shape covers has none.

    Returns
    -------
    numpy.ndarray
        True where the point is near enough.

    Raises
    ------
    QueryError
        If the shape is too large for its distances to be told.
    """
    west, south, east, north = shapely.bounds(shape).tolist()
    plane = _plane((west + east) / 2, (south + north) / 2)
    corners = np.hypot(*plane.transform([west, west, east, east], [south, north, south, north]))
    if not np.isfinite(corners).all() or corners.max() + distance_m > _REACH_M:
        msg = f"area: the shape and the distance reach beyond {_REACH_M / 1000:.0f} km; ask for a smaller one."
        raise QueryError(msg)
    fine = shapely.segmentize(shape, max(_PIECE, _coarse(shape)))
    flat = shapely.transform(fine, lambda xy: np.column_stack(plane.transform(xy[:, 0], xy[:, 1])))
    shapely.prepare(flat)
    rough = shapely.distance(flat, shapely.points(*plane.transform(lon, lat)))
    shapely.prepare(shape)
    near = (rough <= distance_m * (1 - _MARGIN)) | shapely.covers(shape, shapely.points(lon, lat))
    for i in np.flatnonzero(~near & (rough <= distance_m * (1 + _MARGIN) + 1)):
        near[i] = _exact(fine, float(lon[i]), float(lat[i]), distance_m) <= distance_m
    settled: NDArray[np.bool_] = near
    return settled


def _coarse(shape: shapely.Geometry) -> float:
    """Return the piece by which a long shape has no more than some 200,000 of them."""
    return float(shapely.length(shape)) / 200_000


def _exact(fine: shapely.Geometry, lon: float, lat: float, distance_m: float) -> float:
    """Return the distance of one point in metres; infinite where it is farther than asked for."""
    plane = _plane(lon, lat)
    reach = distance_m * 1.1 + 10
    (_, _), (south, north) = plane.transform([0, 0], [-reach, reach], direction="INVERSE")
    widest = max(abs(south), abs(north))
    half = 180.0 if widest > 89 else np.degrees(reach / (6_356_000 * np.cos(np.radians(widest)))) * 1.01
    near = shapely.intersection(
        shapely.boundary(fine) if fine.area else fine, shapely.box(lon - half, south, lon + half, north)
    )
    if shapely.is_empty(near):
        return float("inf")
    flat = shapely.transform(near, lambda xy: np.column_stack(plane.transform(xy[:, 0], xy[:, 1])))
    return float(shapely.distance(flat, shapely.Point(0, 0)))


def _plane(lon: float, lat: float) -> Transformer:
    """Return the transformation from WGS84 lon/lat to an azimuthal equidistant plane around a point."""
    return Transformer.from_crs(
        "EPSG:4326", f"+proj=aeqd +lat_0={lat!r} +lon_0={lon!r} +datum=WGS84 +units=m", always_xy=True
    )

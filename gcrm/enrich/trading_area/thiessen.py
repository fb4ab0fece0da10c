"""Thiessen areas on the network: each place belongs to the store that is nearest to it in time.

With roads, a grid of squares is asked for the nearest store; borders are exact to the width of a square. Without them,
time is proportional to distance, and the areas are Voronoi's polygons. They are drawn on a stereographic plane about
the middle of the ground, where a metre is as long in one direction as in another; on the metric plane it may not be:
an equal-area one stretches one way what it shrinks the other, which tilts every border.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from pyproj import Transformer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gcrm.enrich.road.travel import Travel
    from gcrm.enrich.trading_area.company import Company
    from gcrm.settings.trading import TradingArea

    Floats = NDArray[np.float64]

#: Most squares of the grid, and the least width of one in metres.
_SQUARES, _LEAST_M = 20_000, 50.0
#: How far beyond customers and stores areas reach, in kilometres, where nothing is said.
_BEYOND_KM = 1.0
#: Longest straight piece of a border in metres: long ones are curves in longitude and latitude.
_STRAIGHT_M = 5000.0


def thiessen(company: Company, rule: TradingArea) -> NDArray[np.object_]:
    """Return the places that are nearest to every store, up to `km` beyond customers and stores."""
    found = np.full(len(company.ids), None, object)
    there = np.flatnonzero(np.isfinite(company.at).all(axis=1))
    if not len(there):
        return found
    at = company.at[there]
    beyond = (rule.km or _BEYOND_KM) * 1000
    every = np.concatenate([at, company.shoppers.at])
    travel = company.traveller(rule.mode, rule.day_type, rule.hour)
    drawn = _by_time(company, travel, at, every, beyond) if travel.net.is_there else _by_distance(at, every, beyond)
    for i, part in zip(there.tolist(), drawn, strict=True):
        found[i] = None if part.is_empty else part
    return found


def _around(xy: Floats, beyond: float) -> shapely.Geometry:
    """Return the ground of points on a plane."""
    return shapely.buffer(shapely.convex_hull(shapely.multipoints(xy)), beyond)


def _by_distance(at: Floats, every: Floats, beyond: float) -> list[shapely.Geometry]:
    """Return Voronoi's polygons in WGS84, in the order of the points; equal points share none."""
    lon, lat = np.degrees(np.angle(np.exp(1j * np.radians(every[:, 0])).sum())), every[:, 1].mean()
    plane = Transformer.from_crs("EPSG:4326", f"+proj=stere +lat_0={lat} +lon_0={lon} +datum=WGS84", always_xy=True)
    sites, ground = (np.column_stack(plane.transform(p[:, 0], p[:, 1])) for p in (at, every))
    cells = shapely.segmentize(_cells(sites, _around(ground, beyond)), _STRAIGHT_M)

    def world(xy: Floats) -> Floats:
        return np.column_stack(plane.transform(xy[:, 0], xy[:, 1], direction="INVERSE"))

    return list(shapely.transform(cells, world))


def _cells(xy: Floats, extent: shapely.Geometry) -> list[shapely.Geometry]:
    """Return Voronoi's polygons on a plane within an extent."""
    unique, which = np.unique(xy, axis=0, return_inverse=True)
    if len(unique) == 1:
        cells = np.array([extent], object)
    else:
        drawn = shapely.voronoi_polygons(shapely.multipoints(unique), extend_to=extent, ordered=True)
        cells = shapely.intersection(shapely.get_parts(drawn), extent)
    first = np.unique(which.reshape(-1), return_index=True)[1]
    mine = np.zeros(len(xy), bool)
    mine[first] = True
    return [cells[k] if own else shapely.Polygon() for k, own in zip(which.reshape(-1), mine, strict=True)]


def _by_time(company: Company, travel: Travel, at: Floats, every: Floats, beyond: float) -> list[shapely.Geometry]:
    """Return the squares of a grid on the metric plane whose middles are nearest to each store, in WGS84."""
    extent = _around(company.plane(every), beyond)
    west, south, east, north = shapely.bounds(extent)
    step = max(_LEAST_M, float(np.sqrt((east - west) * (north - south) / _SQUARES)))
    x, y = np.meshgrid(np.arange(west, east + step, step), np.arange(south, north + step, step))
    low = np.column_stack([x.ravel(), y.ravel()])
    _, which = travel.nearest(company.world(low + step / 2), at)
    parts = []
    for i in range(len(at)):
        own = low[which == i]
        squares = shapely.box(*own.T, *(own + step).T)
        parts.append(_areal(shapely.intersection(shapely.union_all(squares), extent)))
    return [shapely.transform(part, company.world) for part in parts]


def _areal(part: shapely.Geometry) -> shapely.Geometry:
    """Return what has an area."""
    pieces = [p for p in shapely.get_parts(part) if p.geom_type in {"Polygon", "MultiPolygon"}]
    return shapely.union_all(pieces) if pieces else shapely.Polygon()

"""Areas drawn from where customers live: around the nearest share of them, around all, or where they live densest.

Homes are put on a grid first and its squares are drawn, so that no corner of an area is somebody's home. Where people
come from may also be told by trips to the store's surroundings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from gcrm.enrich.road.contour import below
from gcrm.enrich.trading_area.reach import minutes_to_store
from gcrm.enrich.trading_area.share import LEAST, met

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from gcrm.enrich.trading_area.company import Company
    from gcrm.settings.trading import TradingArea

    Floats = NDArray[np.float64]
    #: The customers of a store -> those that its area is drawn around.
    Chosen = Callable[[NDArray[np.int64]], NDArray[np.int64]]

#: Width in metres of the squares that homes are put on.
GRID_M = 200.0
#: How closely a hull follows its points: 1 is the convex hull (shapely's ratio).
_RATIO = 0.5
#: How near to a store a trip must end, where nothing is said.
_TRIP_KM = 0.5
#: Points of the grid of a density along its longer side, and how many spreads it reaches beyond the customers.
_CELLS, _BEYOND = 128, 4.0


def nearest_share(company: Company, rule: TradingArea) -> NDArray[np.object_]:
    """Return the hull of the customers nearest to every store in time that make up `share` of it."""
    minutes, weights = minutes_to_store(company, rule), company.weights(rule.weight)

    def chosen(own: NDArray[np.int64]) -> NDArray[np.int64]:
        return own[minutes[own] <= met(minutes[own], weights[own], rule.share or 1.0)]

    return _hulls(company, chosen)


def hull(company: Company, rule: TradingArea) -> NDArray[np.object_]:
    """Return the hull of every store's customers, or of the `share` of them nearest to their middle (medians)."""
    weights, xy = company.weights(rule.weight), company.plane(company.shoppers.at)

    def chosen(own: NDArray[np.int64]) -> NDArray[np.int64]:
        gap = xy[own] - np.median(xy[own], axis=0)
        far = np.hypot(gap[:, 0], gap[:, 1])
        return own[far <= met(far, weights[own], rule.share or 1.0)]

    return _hulls(company, chosen)


def density(company: Company, rule: TradingArea) -> NDArray[np.object_]:
    """Return where every store's customers live densest, with `share` of them.

    The density is that of a normal distribution around each home, with the spread given, or the one by their scatter:
    n^(-1/6) times the mean standard deviation (Scott 1992, Multivariate density estimation).
    """
    weights, xy = company.weights(rule.weight), company.plane(company.shoppers.at)
    found = np.full(len(company.ids), None, object)
    for i in range(len(company.ids)):
        own = np.flatnonzero((company.shoppers.store == i) & (weights > 0))
        if len(own) >= LEAST:
            spread = (rule.km or 0) * 1000 or scott_m(xy[own])
            area = densest(xy[own], weights[own], max(spread, GRID_M / 2), rule.share or 1.0)
            found[i] = shapely.transform(area, company.world)
    return found


def visits(company: Company, rule: TradingArea) -> NDArray[np.object_]:
    """Return where trips that end within `km` of every store begin densest, with `share` of them."""
    found, reach = np.full(len(company.ids), None, object), (rule.km or _TRIP_KM) * 1000
    begin, end = company.plane(company.trips[:, :2]), company.plane(company.trips[:, 2:4])
    for i, (x, y) in enumerate(company.plane(company.at).tolist()):
        near = np.hypot(end[:, 0] - x, end[:, 1] - y) <= reach
        if near.sum() >= LEAST:
            spread = max(scott_m(begin[near]), GRID_M / 2)
            area = densest(begin[near], company.trips[near, 4], spread, rule.share or 1.0)
            found[i] = shapely.transform(area, company.world)
    return found


def scott_m(xy: Floats) -> float:
    """Return Scott's spread of points on a plane, in their unit."""
    return float(len(xy) ** (-1 / 6) * np.sqrt(xy.var(axis=0, ddof=1).mean()))


def densest(xy: Floats, weights: Floats, spread: float, share: float) -> shapely.MultiPolygon:
    """Return where the weight spread out around points is densest, so far that a share of the points is inside.

    Parameters
    ----------
    xy
        Points on a plane, one row each.
    weights
        What each counts.
    spread
        Standard deviation of the normal distribution around each, in the unit of the points.
    share
        Share of the weight, above 0 and up to 1.

    Returns
    -------
    shapely.MultiPolygon
        The area on the same plane, drawn on a grid: points at its very border may be on either side.
    """
    low, high = xy.min(axis=0) - _BEYOND * spread, xy.max(axis=0) + _BEYOND * spread
    step = float(max((high - low).max() / _CELLS, spread / 4))
    x, y = (np.arange(a, b + 2 * step, step) for a, b in zip(low, high, strict=True))
    # A normal distribution on a plane is the product of those along its axes.
    along, up = (np.exp(-0.5 * ((axis[:, None] - own) / spread) ** 2) for axis, own in ((x, xy[:, 0]), (y, xy[:, 1])))
    field = (up * weights) @ along.T
    level = -met(-_between(field, (xy - low) / step), weights, share)
    rim = np.full((len(y) + 2, len(x) + 2), np.inf)
    rim[1:-1, 1:-1] = -field
    area = below(rim, -level)
    return shapely.transform(area, lambda at: at * step + (low - step))


def _between(field: Floats, at: Floats) -> Floats:
    """Return values of a grid at points between its own, linear along either axis; in steps of it from its first."""
    column, row = (
        np.clip(np.floor(axis).astype(np.int64), 0, most - 2)
        for axis, most in zip(at.T, reversed(field.shape), strict=True)
    )
    right, up = at[:, 0] - column, at[:, 1] - row
    lower = field[row, column] * (1 - right) + field[row, column + 1] * right
    upper = field[row + 1, column] * (1 - right) + field[row + 1, column + 1] * right
    return np.asarray(lower * (1 - up) + upper * up)


def _hulls(company: Company, chosen: Chosen) -> NDArray[np.object_]:
    xy, found = company.plane(company.shoppers.at), np.full(len(company.ids), None, object)
    for i in range(len(company.ids)):
        own = np.flatnonzero(company.shoppers.store == i)
        if len(own) < LEAST:
            continue
        kept = chosen(own)
        if len(kept):
            squares = np.unique(np.floor(xy[kept] / GRID_M), axis=0) * GRID_M
            boxes = shapely.box(*squares.T, *(squares + GRID_M).T)
            area = shapely.concave_hull(shapely.union_all(boxes), ratio=_RATIO)
            found[i] = shapely.transform(area, company.world)
    return found

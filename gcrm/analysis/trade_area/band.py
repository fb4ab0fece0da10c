"""Bands around trading areas that are drawn from customers: what another sample of them would have drawn.

The bootstrap draws as many customers of each store as there are, with replacement, and draws the area again. The band
of 90 % lies between what at least 95 and what at least 5 of 100 such areas cover. Source: Efron 1979, Annals of
Statistics 7.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gcrm.enrich.road.contour import below
from gcrm.enrich.trading_area.method import areas
from gcrm.enrich.trading_area.share import met

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gcrm.enrich.trading_area.company import Company, Shoppers
    from gcrm.settings.trading import TradingArea

    Floats = NDArray[np.float64]

#: Squares along the longer side of the grid on which areas are laid over each other.
_CELLS = 160


@dataclass(frozen=True, eq=False)
class Band:
    """The band of one store's area.

    Attributes
    ----------
    inner
        What nearly all areas cover; null without any.
    outer
        What more than a few of them cover; null without any.
    """

    inner: shapely.Geometry | None
    outer: shapely.Geometry | None


def bands(company: Company, rule: TradingArea, *, level: float = 0.9, rounds: int = 100, seed: int = 0) -> list[Band]:
    """Draw the band of every store's area.

    Parameters
    ----------
    company
        Stores and customers.
    rule
        The method, and its numbers. Areas that do not come from customers have a band without width.
    level
        Share of areas that the band is to hold, 0 to 1.
    rounds
        How often customers are drawn again.
    seed
        Seed of the draws.

    Returns
    -------
    list of Band
        One per store; what is drawn is exact to a hundredth of the outer area's width.
    """
    rng = np.random.default_rng(seed)
    drawn = [areas(company.with_shoppers(resampled(company, rng)), rule) for _ in range(rounds)]
    return [_band([one[i] for one in drawn if one[i] is not None], level) for i in range(len(company.ids))]


def resampled(company: Company, rng: np.random.Generator) -> Shoppers:
    """Return as many customers of each store, drawn with replacement."""
    store = company.shoppers.store
    order = np.argsort(store, kind="stable")
    size = np.bincount(store, minlength=len(company.ids))
    first = np.repeat(np.cumsum(size) - size, size)
    own = np.repeat(size, size)
    return company.shoppers.take(order[first + (rng.random(len(store)) * own).astype(np.int64)])


def way_band(
    ways: Floats, weights: Floats, share: float, *, level: float = 0.9, rounds: int = 400, seed: int = 0
) -> tuple[float, float]:
    """Return the interval of the least way within which a share of customers lies.

    Parameters
    ----------
    ways, weights, share
        As in `share.met`.
    level
        Confidence, 0 to 1.
    rounds, seed
        As in `bands`.

    Returns
    -------
    tuple of float
        Lower and upper end, by percentiles; NaN without customers.
    """
    if not len(ways):
        return float("nan"), float("nan")
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(rounds):
        rows = rng.integers(0, len(ways), len(ways))
        found.append(met(ways[rows], weights[rows], share))
    low, high = np.nanquantile(found, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _band(drawn: list[shapely.Geometry], level: float) -> Band:
    """Lay areas over each other on a grid, and draw where enough of them cover it."""
    if not drawn:
        return Band(None, None)
    west, south, east, north = shapely.total_bounds(drawn)
    step = max(east - west, north - south) / _CELLS or 1e-6
    x, y = np.arange(west - step, east + 2 * step, step), np.arange(south - step, north + 2 * step, step)
    lon, lat = np.meshgrid(x, y)
    count = np.zeros(lon.shape)
    for area in drawn:
        shapely.prepare(area)
        count += shapely.contains_xy(area, lon, lat)
    shape = [_at_least(count, len(drawn) * part) for part in ((1 + level) / 2, (1 - level) / 2)]
    inner, outer = (shapely.transform(s, lambda at: at * step + [x[0], y[0]]) for s in shape)
    return Band(None if inner.is_empty else inner, None if outer.is_empty else outer)


def _at_least(count: Floats, least: float) -> shapely.MultiPolygon:
    """Return where a grid of counts is at least so many, drawn halfway between whole numbers of them."""
    return below(np.where(count > 0, -count, np.inf), -(np.ceil(max(least, 1)) - 0.5))

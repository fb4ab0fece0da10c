"""Areas by how far it is to the store: rings, isochrones, and both grown until a share of its customers is inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from pyproj import Geod

from gcrm.enrich.trading_area.share import LEAST, met

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gcrm.enrich.trading_area.company import Company
    from gcrm.settings.trading import TradingArea

    Floats = NDArray[np.float64]

_GEOD = Geod(ellps="WGS84")
#: Corners of a circle: it is nowhere off by more than 0.02 % of its radius.
_CORNERS = 180
#: Grown circles and times are rounded up to these steps, so that they tell of no single customer.
_STEP_KM, _STEP_MIN = 0.01, 0.1


def _circle(lon: float, lat: float, km: float) -> shapely.Polygon:
    """Return a geodesic circle in WGS84."""
    turns = np.linspace(0, 360, _CORNERS, endpoint=False)
    x, y, _ = _GEOD.fwd(np.full(_CORNERS, lon), np.full(_CORNERS, lat), turns, np.full(_CORNERS, km * 1000))
    return shapely.Polygon(np.column_stack([x, y])[::-1])


def ring(company: Company, rule: TradingArea) -> NDArray[np.object_]:
    """Return the circle of `km` around every store."""
    return _circles(company, np.full(len(company.ids), rule.km or np.nan))


def threshold_ring(company: Company, rule: TradingArea) -> NDArray[np.object_]:
    """Return the least circle around every store that has `share` of its customers, by their weight."""
    return _circles(company, threshold_km(company, rule))


def threshold_km(company: Company, rule: TradingArea) -> Floats:
    """Return the radius of `threshold_ring` per store; NaN with fewer customers than `LEAST`."""
    return _thresholds(company, rule, company.distances_km(), _STEP_KM)


def isochrone(company: Company, rule: TradingArea) -> NDArray[np.object_]:
    """Return the places from which every store is reached in `minutes`."""
    return _isochrones(company, rule, np.full(len(company.ids), rule.minutes or np.nan))


def threshold_drive(company: Company, rule: TradingArea) -> NDArray[np.object_]:
    """Return the places from which every store is reached in the time that `share` of its customers need at most."""
    return _isochrones(company, rule, threshold_min(company, rule))


def threshold_min(company: Company, rule: TradingArea) -> Floats:
    """Return the minutes of `threshold_drive` per store; NaN where the share is not met."""
    return _thresholds(company, rule, minutes_to_store(company, rule), _STEP_MIN)


def minutes_to_store(company: Company, rule: TradingArea) -> Floats:
    """Return the travel time of each row of customers to its store; NaN where there is no way."""
    travel = company.traveller(rule.mode, rule.day_type, rule.hour)
    found = np.full(len(company.shoppers), np.nan)
    for i in range(len(company.ids)):
        own = np.flatnonzero(company.shoppers.store == i)
        if len(own) and np.isfinite(company.at[i]).all():
            found[own] = travel.between(company.shoppers.at[own], company.at[i : i + 1])[:, 0]
    return found


def _thresholds(company: Company, rule: TradingArea, ways: Floats, step: float) -> Floats:
    weights, found = company.weights(rule.weight), np.full(len(company.ids), np.nan)
    for i in range(len(company.ids)):
        own = company.shoppers.store == i
        if own.sum() >= LEAST:
            found[i] = np.ceil(round(met(ways[own], weights[own], rule.share or 1.0) / step, 6)) * step
    return found


def _circles(company: Company, km: Floats) -> NDArray[np.object_]:
    found = np.full(len(company.ids), None, object)
    for i, ((lon, lat), radius) in enumerate(zip(company.at.tolist(), km.tolist(), strict=True)):
        if np.isfinite([lon, lat, radius]).all() and radius > 0:
            found[i] = _circle(lon, lat, radius)
    return found


def _isochrones(company: Company, rule: TradingArea, minutes: Floats) -> NDArray[np.object_]:
    travel = company.traveller(rule.mode, rule.day_type, rule.hour)
    found = np.full(len(company.ids), None, object)
    for i in np.flatnonzero(np.isfinite(company.at).all(axis=1) & (minutes > 0)).tolist():
        area = travel.areas(company.at[i : i + 1], [float(minutes[i])], towards=True)[0][0]
        found[i] = None if area.is_empty else area
    return found

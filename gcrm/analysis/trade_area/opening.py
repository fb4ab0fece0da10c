"""What a new store's area takes from those of the others: ground, customers and sales."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gcrm.analysis.trade_area.sensitivity import inside
from gcrm.conform.region import area_m2
from gcrm.enrich.trading_area.method import areas
from gcrm.errors import QueryError

if TYPE_CHECKING:
    from gcrm.enrich.trading_area.company import Company
    from gcrm.settings.trading import TradingArea

#: Methods that draw an area of a store that has no customers yet.
METHODS = ("ring", "isochrone", "thiessen")


def opening(
    company: Company, rule: TradingArea, lon: float, lat: float
) -> tuple[shapely.Geometry, list[dict[str, Any]]]:
    """Draw the area of a new store, and measure what it has in common with the areas that stores have now.

    Parameters
    ----------
    company
        Stores and customers.
    rule
        The method, one of `METHODS`, and its numbers.
    lon, lat
        Where the store is to open, in degrees.

    Returns
    -------
    tuple
        The area in EPSG:4326, and one row per store: store_id, name, km2 and ground (what it loses of its area, and as
        a share of it; null without an area), customers and their share of all its own, and sales, of its customers who
        live in the new area.

    Raises
    ------
    QueryError
        If the method draws areas from customers, or the new store has no area.
    """
    if rule.method not in METHODS:
        msg = f"A store without customers has no area by '{rule.method}'; use {', '.join(METHODS)}."
        raise QueryError(msg)
    place = np.array([[lon, lat]])
    wider = replace(company, ids=(*company.ids, ""), names=(*company.names, ""), at=np.concatenate([company.at, place]))
    now, new = areas(company, rule), areas(wider, rule)[-1]
    if new is None:
        msg = "A store at this point has no area: it lies too far from any road, or another store stands there."
        raise QueryError(msg)
    shoppers, held = company.shoppers, inside(new, company.shoppers.at)
    rows = []
    for i, (store, name) in enumerate(zip(company.ids, company.names, strict=True)):
        own = shoppers.store == i
        both = own & held
        row: dict[str, Any] = {"store_id": store, "name": name, "km2": None, "ground": None}
        if now[i] is not None:
            whole, lost = area_m2(np.array([now[i], shapely.intersection(now[i], new)], object), company.metric_crs)
            row |= {"km2": float(lost) / 1e6, "ground": float(lost / whole)}
        row["customers"] = int(both.sum())
        row["share"] = float(both.sum() / own.sum()) if own.any() else None
        row["sales"] = float(np.nansum(shoppers.sales[both]))
        rows.append(row)
    return new, rows

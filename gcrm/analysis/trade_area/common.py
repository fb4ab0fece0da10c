"""What the trading area of one store has in common with those of the others: ground, customers, sales and demand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gcrm.analysis.trade_area.sensitivity import inside
from gcrm.conform.region import area_m2
from gcrm.enrich.trading_area.method import areas
from gcrm.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gcrm.enrich.trading_area.company import Company
    from gcrm.settings.trading import TradingArea

    Floats = NDArray[np.float64]

#: Methods that draw an area of a store that has no customers yet.
METHODS = ("ring", "isochrone", "thiessen")
#: What is measured of every store.
FIGURES = ("km2", "ground", "customers", "share", "sales", "demand", "geometry")


@dataclass(frozen=True, eq=False)
class Drawn:
    """Areas before or after a change, in EPSG:4326.

    Attributes
    ----------
    one
        Of the store that opens, closes or is resized; null where it has none.
    others
        Of the company's stores, in their order; null where one has none, and for a store that closes.
    """

    one: shapely.Geometry | None
    others: Sequence[shapely.Geometry | None]


def drawn(company: Company, rule: TradingArea, store: int | tuple[float, float], *, closes: bool = False) -> Drawn:
    """Draw the area of one store, and those that it is compared with.

    Parameters
    ----------
    company
        Stores and customers.
    rule
        The method, one of `METHODS`, and its numbers.
    store
        Number of the store, or longitude and latitude of one that opens.
    closes
        Whether the others are as they would be without it.

    Returns
    -------
    Drawn
        The areas.

    Raises
    ------
    QueryError
        If the method draws areas from customers, or a store that opens has no area.
    """
    if rule.method not in METHODS:
        msg = f"What stores have in common is not told by '{rule.method}'; use {', '.join(METHODS)}."
        raise QueryError(msg)
    now = areas(company, rule)
    if isinstance(store, tuple):
        at = np.concatenate([company.at, np.array([store])])
        wider = replace(company, ids=(*company.ids, ""), names=(*company.names, ""), at=at)
        new = areas(wider, rule)[-1]
        if new is None:
            msg = "A store at this point has no area: it lies too far from any road, or another store stands there."
            raise QueryError(msg)
        return Drawn(new, list(now))
    others = list(now)
    if closes:
        left = [i for i in range(len(company.ids)) if i != store]
        for i, area in zip(left, areas(company.only([company.ids[i] for i in left]), rule), strict=True):
            others[i] = area
    others[store] = None
    return Drawn(now[store], others)


def common(company: Company, found: Drawn, giver: int | None, demand: tuple[Floats, Floats]) -> list[dict[str, Any]]:
    """Measure what areas have in common with the area of one store.

    Parameters
    ----------
    company
        Stores and customers.
    found
        The areas.
    giver
        The store whose customers are counted where it gives them up; null where every other one gives its own.
    demand
        Points (lon, lat) of where people start from, and how many choose a store there.

    Returns
    -------
    list of dict
        One row per store: km2 in common; ground, as a share of the giver's area; customers of the giver who live in the
        taker's area, share of all its own, and their sales; demand on the common ground; geometry (EPSG:4326), that
        ground. Null without an area.
    """
    shoppers, rows = company.shoppers, []
    at, many = demand
    for i, area in enumerate(found.others):
        if area is None or found.one is None:
            rows.append(dict.fromkeys(FIGURES))
            continue
        both = shapely.intersection(area, found.one)
        whole, shared = area_m2(np.array([area if giver is None else found.one, both], object), company.metric_crs)
        own = shoppers.store == (i if giver is None else giver)
        live = own & inside(found.one if giver is None else area, shoppers.at)
        rows.append(
            {
                "km2": float(shared) / 1e6,
                "ground": float(shared / whole),
                "customers": int(live.sum()),
                "share": float(live.sum() / own.sum()) if own.any() else None,
                "sales": float(np.nansum(shoppers.sales[live])),
                "demand": float(many[inside(both, at)].sum()),
                "geometry": both,
            }
        )
    return rows

"""How much trading areas hang on a number: the same method with one number after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import shapely

from gcrm.conform.region import area_m2
from gcrm.enrich.trading_area.method import areas

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gcrm.enrich.trading_area.company import Company
    from gcrm.settings.trading import TradingArea


def sensitivity(company: Company, rule: TradingArea, key: str, values: Sequence[Any]) -> pa.Table:
    """Draw areas with one number after the other.

    Parameters
    ----------
    company
        Stores and customers.
    rule
        The method, and its other numbers.
    key
        The number that changes: km, minutes or share.
    values
        What it is to be.

    Returns
    -------
    pa.Table
        One row per store and value: store_id, value, area_km2, customers (of the store, inside), own_share (of all of
        its customers), others (customers of other stores, inside, once per store), alike (common ground by joint ground
        with the area of the middle value, 0 to 1). Null where there is no area.
    """
    every = [areas(company, rule.model_copy(update={key: value})) for value in values]
    middle = every[(len(every) - 1) // 2] if every else np.empty(0, object)
    rows = [
        {"store_id": company.ids[i], "value": float(value), **facts(company, i, drawn[i]), "alike": _alike(*pair)}
        for value, drawn in zip(values, every, strict=True)
        for i, pair in enumerate(zip(drawn, middle, strict=True))
    ]
    kinds = {"store_id": pa.string(), "customers": pa.int64(), "others": pa.int64()}
    names = ("store_id", "value", "area_km2", "customers", "own_share", "others", "alike")
    return pa.Table.from_pylist(rows, pa.schema({name: kinds.get(name, pa.float64()) for name in names}))


def facts(company: Company, store: int, area: shapely.Geometry | None) -> dict[str, Any]:
    """Measure one area.

    Parameters
    ----------
    company
        Stores and customers.
    store
        Number of the store.
    area
        Its area; null where there is none.

    Returns
    -------
    dict
        area_km2, customers, own_share and others as of `sensitivity`.
    """
    if area is None:
        return dict.fromkeys(("area_km2", "customers", "own_share", "others"))
    held = inside(area, company.shoppers.at)
    own = company.shoppers.store == store
    size = area_m2(np.array([area], object), company.metric_crs)[0] / 1e6
    share = float(held[own].mean()) if own.any() else None
    return {
        "area_km2": float(size),
        "customers": int(held[own].sum()),
        "own_share": share,
        "others": int(held[~own].sum()),
    }


def inside(area: shapely.Geometry, at: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say of points whether an area covers them."""
    shapely.prepare(area)
    return np.asarray(shapely.intersects_xy(area, at[:, 0], at[:, 1]))


def _alike(area: shapely.Geometry | None, other: shapely.Geometry | None) -> float | None:
    if area is None or other is None:
        return None
    return float(shapely.area(shapely.intersection(area, other)) / shapely.area(shapely.union(area, other)))

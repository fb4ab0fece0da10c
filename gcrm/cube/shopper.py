"""Who bought at which store, from a snapshot: what trading areas and the choice of a store are told from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gcrm.cube.records import POINTS, choose
from gcrm.enrich.road.travel import travel
from gcrm.enrich.trading_area.company import Company, Shoppers, points, read_trips

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from gcrm.access.scope import Scope
    from gcrm.cube.question import PeriodWord
    from gcrm.warehouse.reader import Reader

_STORES = """
    SELECT s.store_id, coalesce(s.name, s.store_id) AS name, l.lon::DOUBLE AS lon, l.lat::DOUBLE AS lat
    FROM warehouse.dim_store AS s
    LEFT JOIN warehouse.dim_location AS l ON l.location_id = s.location_id
    WHERE s.store_id IS NOT NULL AND coalesce(s.opened_on <= $last, TRUE) AND coalesce($first < s.closed_on, TRUE)
    ORDER BY s.store_id
"""
_COMPETITORS = _STORES.replace("store_id", "competitor_id").replace("dim_store", "dim_competitor")
_BOUGHT = """
    SELECT o.store_id, l.lon::DOUBLE AS lon, l.lat::DOUBLE AS lat, count(*)::DOUBLE AS orders,
        sum(o.amount)::DOUBLE AS sales,
        count(*) / (sum(count(*)) OVER (PARTITION BY f.customer_key))::DOUBLE AS part
    FROM {source}
    INNER JOIN warehouse.fact_order AS o ON o.customer_key = f.customer_key
    WHERE {condition} AND o.ordered_on BETWEEN $since AND $until AND list_contains($points, l.precision)
        AND o.store_id IN (SELECT store_id FROM warehouse.dim_store)
    GROUP BY o.store_id, f.customer_key, l.lon, l.lat
    ORDER BY o.store_id, f.customer_key
"""


def read_company(
    reader: Reader,
    *,
    scope: Scope,
    where: Mapping[str, str | Sequence[str | None] | None] | None = None,
    period: PeriodWord = None,
) -> Company:
    """Read stores, and the customers who bought there and live at a known address.

    Parameters
    ----------
    reader
        The snapshot.
    scope
        Who asks; it needs record rights.
    where
        Which customers count, as in `records.choose`.
    period
        When they bought; all orders where null. Stores are those that were open on one of its days.

    Returns
    -------
    Company
        Stores in the order of their identifiers.

    Raises
    ------
    AccessError
        If the scope has no record rights.
    QueryError
        If a word is not known.
    """
    chosen = choose(reader, scope=scope, kind="customers", where=where, period=period, active=False)
    con, (first, last) = chosen.con, (chosen.days.first, chosen.days.last)
    stores = con.execute(_STORES, {"first": first, "last": last}).to_arrow_table()
    text = _BOUGHT.format(source=chosen.source, condition=chosen.condition)
    values = chosen.values | {"since": first, "until": last, "points": list(POINTS)}
    bought = con.execute(text, values).to_arrow_table()
    ids = tuple(stores["store_id"].to_pylist())
    number = {name: i for i, name in enumerate(ids)}
    own = np.array([number.get(name, -1) for name in bought["store_id"].to_pylist()], np.int64)
    shoppers = Shoppers(
        points(bought), own, *(bought[name].to_numpy().astype(float) for name in ("orders", "sales", "part"))
    )
    crs, names = reader.settings.project.metric_crs, tuple(stores["name"].to_pylist())
    traveller = reader.cursor()
    # Trips are of everybody: who sees some regions only is not told where others come from.
    trips = np.empty((0, 5)) if scope.regions else read_trips(traveller)
    how = lambda *when: travel(traveller, *when)  # noqa: E731
    return Company(ids, names, points(stores), shoppers.take(own >= 0), crs, how, trips)


@dataclass(frozen=True, eq=False)
class Competitors:
    """Stores of somebody else.

    Attributes
    ----------
    ids, names
        Identifier and name of each.
    at
        Longitude and latitude, one row each; NaN where it could not be located.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    at: NDArray[np.float64]


def read_competitors(reader: Reader, *, scope: Scope, period: PeriodWord = None) -> Competitors:
    """Read the competitors' stores that were open on a day of a period.

    Parameters
    ----------
    reader
        The snapshot.
    scope
        Who asks; it needs record rights.
    period
        The period; all orders where null.

    Returns
    -------
    Competitors
        In the order of their identifiers.

    Raises
    ------
    AccessError
        If the scope has no record rights.
    QueryError
        If the period is not known.
    """
    chosen = choose(reader, scope=scope, kind="customers", period=period, active=False)
    days = {"first": chosen.days.first, "last": chosen.days.last}
    table = chosen.con.execute(_COMPETITORS, days).to_arrow_table()
    ids, names = (tuple(table[name].to_pylist()) for name in ("competitor_id", "name"))
    return Competitors(ids, names, points(table))

"""A company as trading areas see it: where its stores are, where their customers live, and how people travel."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from pyproj import Geod, Transformer

from gcrm import sql
from gcrm.enrich.road.travel import travel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import duckdb
    import pyarrow as pa
    from numpy.typing import NDArray

    from gcrm.enrich.road.travel import Travel

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    #: How, on which day and at which hour -> travel.
    Traveller = Callable[[str, str | None, int | None], Travel]

_GEOD = Geod(ellps="WGS84")


@dataclass(frozen=True, eq=False)
class Shoppers:
    """Customers of stores who are known to the address; one row per store and customer who bought there.

    Attributes
    ----------
    at
        Longitude and latitude, one row each.
    store
        Number of the store.
    orders, sales
        Orders there, and what they amount to; NaN where that is not known.
    part
        Share of all of the customer's orders at stores that were there: the rows of a customer add up to 1.
    """

    at: Floats
    store: Ints
    orders: Floats
    sales: Floats
    part: Floats

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self.store)

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> Shoppers:
        """Return some of the rows, or rows more than once."""
        return Shoppers(self.at[rows], self.store[rows], self.orders[rows], self.sales[rows], self.part[rows])


@dataclass(frozen=True, eq=False)
class Company:
    """Stores, their customers, and travel.

    Attributes
    ----------
    ids, names
        Identifier and name of each store.
    at
        Longitude and latitude of each store, one row each; NaN where it could not be located.
    shoppers
        Its customers.
    metric_crs
        CRS in which areas are drawn.
    traveller
        Gives travel by mode, day and hour.
    trips
        Trips between places: longitude and latitude of either end, and how many, one row each; none where the project
        has no movement.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    at: Floats
    shoppers: Shoppers
    metric_crs: str
    traveller: Traveller
    trips: Floats = field(default_factory=lambda: np.empty((0, 5)))

    def with_shoppers(self, shoppers: Shoppers) -> Company:
        """Return the same company with other customers."""
        return replace(self, shoppers=shoppers)

    def only(self, ids: Sequence[str]) -> Company:
        """Return the company with some of its stores only, in the order given, and their customers."""
        old = {name: i for i, name in enumerate(self.ids)}
        kept = np.array([old[i] for i in ids], np.int64)
        new = np.full(len(self.ids), -1, np.int64)
        new[kept] = np.arange(len(kept))
        mine = self.shoppers.take(new[self.shoppers.store] >= 0)
        names = tuple(self.names[i] for i in kept.tolist())
        shoppers = replace(mine, store=new[mine.store])
        return replace(self, ids=tuple(ids), names=names, at=self.at[kept], shoppers=shoppers)

    def weights(self, word: str) -> Floats:
        """Return what each row of customers counts: 1, or its sales (0 where these are not known, or below 0)."""
        if word == "sales":
            return np.maximum(np.nan_to_num(self.shoppers.sales), 0.0)
        return np.ones(len(self.shoppers))

    def distances_km(self) -> Floats:
        """Return the geodesic distance of each row of customers from its store; NaN where that was not located."""
        to, at = self.at[self.shoppers.store], self.shoppers.at
        metres = _GEOD.inv(at[:, 0], at[:, 1], to[:, 0], to[:, 1])[2]
        return np.asarray(metres, float) / 1000

    def plane(self, at: Floats) -> Floats:
        """Return points in the metric CRS."""
        return np.column_stack(_move(self.metric_crs).transform(at[:, 0], at[:, 1]))

    def world(self, xy: Floats) -> Floats:
        """Return points of the metric CRS in longitude and latitude."""
        return np.column_stack(_move(self.metric_crs).transform(xy[:, 0], xy[:, 1], direction="INVERSE"))


def read_company(con: duckdb.DuckDBPyConnection, metric_crs: str) -> Company:
    """Read the stores of a project, and who bought there, from what ingest and geocode found.

    Parameters
    ----------
    con
        Connection with ingest and geocode attached, and `enrich` with the graph of roads.
    metric_crs
        The project's metric CRS.

    Returns
    -------
    Company
        Stores in the order of their identifiers.
    """
    stores = con.execute(sql.read("gcrm.enrich.trading_area", "store")).to_arrow_table()
    bought = con.execute(sql.read("gcrm.enrich.trading_area", "shopper")).to_arrow_table()
    ids = tuple(stores["store_id"].to_pylist())
    number = {name: i for i, name in enumerate(ids)}
    shoppers = Shoppers(
        points(bought),
        np.array([number[name] for name in bought["store_id"].to_pylist()], np.int64),
        *(bought[name].to_numpy().astype(float) for name in ("orders", "sales", "part")),
    )
    names = tuple(stores["name"].to_pylist())
    how = lambda *when: travel(con, *when)  # noqa: E731
    return Company(ids, names, points(stores), shoppers, metric_crs, how, read_trips(con))


def read_trips(con: duckdb.DuckDBPyConnection) -> Floats:
    """Return trips between places, as of `Company.trips`; those whose number or places are not known are left out."""
    found = con.execute(sql.read("gcrm.enrich.trading_area", "trip")).to_arrow_table()
    return np.column_stack([column.to_numpy().astype(float) for column in found.columns]).reshape(-1, 5)


def points(table: pa.Table) -> Floats:
    """Return the columns lon and lat of an Arrow table, one row each; NaN is not known."""
    columns = [table[name].to_numpy().astype(float) for name in ("lon", "lat")]
    return np.column_stack(columns).reshape(-1, 2)


def _move(crs: str) -> Transformer:
    return Transformer.from_crs("EPSG:4326", crs, always_xy=True)

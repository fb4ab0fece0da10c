"""A market: who lives where, which stores each could go to, and what draws them there. Sparse: only pairs in reach."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.spatial import cKDTree

from gcrm.errors import QueryError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Pairs:
    """Every origin with every store in reach, ordered by origin, then by store.

    Attributes
    ----------
    origin, store
        Numbers of the origin and of the store.
    cost
        Minutes or kilometres of the way.
    origins, stores
        How many there are of each, those without a pair included.
    """

    origin: Ints
    store: Ints
    cost: Floats
    origins: int
    stores: int

    def __len__(self) -> int:
        """Return how many pairs there are."""
        return len(self.origin)

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """Number of the first pair of each origin, and of all pairs at the end."""
        return np.searchsorted(self.origin, np.arange(self.origins + 1)).astype(np.int64)

    def sums(self, values: Floats) -> Floats:
        """Sum values of pairs by origin."""
        return np.asarray(np.bincount(self.origin, values, self.origins), float)

    def peaks(self, values: Floats) -> Floats:
        """Return the largest value of each origin's pairs; -inf without pairs."""
        found = np.full(self.origins, -np.inf)
        some = np.flatnonzero(np.diff(self.starts))
        if len(some):
            found[some] = np.maximum.reduceat(values, self.starts[some])
        return found

    def by_store(self, values: Floats) -> Floats:
        """Sum values of pairs by store."""
        return np.asarray(np.bincount(self.store, values, self.stores), float)

    def matrix(self, values: Floats) -> sparse.csr_array:
        """Return values of pairs as a matrix of origins by stores."""
        return sparse.csr_array((values, self.store, self.starts), shape=(self.origins, self.stores))

    def of(self, origins: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Say of each pair whether its origin is among those marked."""
        return np.asarray(origins[self.origin])

    def only(self, origins: NDArray[np.bool_]) -> Pairs:
        """Return the pairs of some origins, which keep their numbers."""
        kept = self.of(origins)
        return replace(self, origin=self.origin[kept], store=self.store[kept], cost=self.cost[kept])


def dense(cost: ArrayLike, limit: float = np.inf) -> Pairs:
    """Make pairs of a whole matrix.

    Parameters
    ----------
    cost
        One row per origin, one column per store; NaN where there is no way.
    limit
        Longer ways are left out.

    Returns
    -------
    Pairs
        The pairs with a way within the limit.

    Raises
    ------
    QueryError
        If a cost is negative.
    """
    matrix = np.asarray(cost, float).reshape(len(np.asarray(cost)), -1)
    if (matrix < 0).any():
        msg = "Ways cannot be shorter than nothing: found a negative cost."
        raise QueryError(msg)
    origin, store = np.nonzero(matrix <= limit)
    return Pairs(origin.astype(np.int32), store.astype(np.int32), matrix[origin, store], *matrix.shape)


def within(places: ArrayLike, stores: ArrayLike, radius: float) -> Pairs:
    """Make pairs of points on a plane that lie within a distance of one another.

    Parameters
    ----------
    places, stores
        One row of x and y each.
    radius
        Longest way, in the unit of the points.

    Returns
    -------
    Pairs
        Straight-line distances.
    """
    at, to = np.asarray(places, float).reshape(-1, 2), np.asarray(stores, float).reshape(-1, 2)
    found = [np.sort(np.asarray(f, np.int32)) for f in cKDTree(to).query_ball_point(at, radius)]
    size = np.array([len(f) for f in found], np.int64)
    store = np.concatenate([np.empty(0, np.int32), *found]).astype(np.int32)
    origin = np.repeat(np.arange(len(at), dtype=np.int32), size)
    gap = at[origin] - to[store]
    return Pairs(origin, store, np.hypot(gap[:, 0], gap[:, 1]), len(at), len(to))


@dataclass(frozen=True, eq=False)
class Market:
    """Stores with what draws people to them, and the pairs in reach.

    Attributes
    ----------
    pairs
        Origins and stores.
    size
        One row per store, one column per attraction, such as floor area; all above 0. A store whose first attraction
        is 0 is closed: nobody goes there.
    names
        Name of each attraction.
    seen
        True where the customers of a store are known; those of competitors are not. Null: of all.
    nearness
        Store by store, how near they are to each other (1 / way), for competing destinations; null where these do not
        count.
    """

    pairs: Pairs
    size: Floats
    names: tuple[str, ...] = ("size",)
    seen: NDArray[np.bool_] | None = None
    nearness: sparse.csr_array | None = None

    def __post_init__(self) -> None:
        """Refuse attractions that are no numbers above 0."""
        if self.size.shape != (self.pairs.stores, len(self.names)):
            msg = f"Attractions are {self.pairs.stores} stores by {len(self.names)} names; found {self.size.shape}."
            raise QueryError(msg)
        if not np.isfinite(self.size).all() or (self.size < 0).any() or (self.size[:, 1:] <= 0).any():
            msg = "Attractions are numbers above 0, the first one 0 where a store is closed; found others."
            raise QueryError(msg)

    @property
    def is_open(self) -> NDArray[np.bool_]:
        """Say of each store whether anybody can go there."""
        return np.asarray(self.size[:, 0] > 0)

    @cached_property
    def log_size(self) -> Floats:
        """Logarithms of the attractions, and of the competition of other stores last where that counts."""
        with np.errstate(divide="ignore"):
            logs = np.log(self.size)
            if self.nearness is None:
                return logs
            around = np.log(self.nearness @ self.size[:, 0])
        # A store that stands alone has no competition to speak of: as little as the least of the others.
        least = around[np.isfinite(around)].min(initial=0.0)
        return np.column_stack([logs, np.where(np.isfinite(around), around, least)])

    @property
    def all_names(self) -> tuple[str, ...]:
        """Names of the columns of `log_size`."""
        return self.names if self.nearness is None else (*self.names, "competition")

    def resized(self, size: Floats) -> Market:
        """Return the same market with other attractions."""
        return replace(self, size=size)


def nearness(between: ArrayLike, floor: float, limit: float = np.inf) -> sparse.csr_array:
    """Return how near stores are to each other, for competing destinations (Fotheringham 1983).

    Parameters
    ----------
    between
        Minutes or kilometres between stores; NaN where there is no way.
    floor
        Least cost of a way.
    limit
        Stores farther apart are no competition to each other.

    Returns
    -------
    scipy.sparse.csr_array
        1 / way, 0 for a store and itself.
    """
    way = np.array(between, float)
    np.fill_diagonal(way, np.nan)
    with np.errstate(invalid="ignore"):
        return sparse.csr_array(np.where(way <= limit, 1 / np.maximum(way, floor), 0.0))

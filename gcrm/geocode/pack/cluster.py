"""Heaps of near points: one street of a name is one heap, the same name in the next town another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from gcrm import sql

if TYPE_CHECKING:
    import duckdb
    from numpy.typing import NDArray

#: Points of one name in cells that touch are one street, in degrees of latitude: cells of about 1.1 km.
CELL = 0.01
_NEIGHBOURS = ((0, 1), (1, -1), (1, 0), (1, 1))


def write_clusters(con: duckdb.DuckDBPyConnection) -> None:
    """Write the temporary table `cluster`: which heap each point of `named` belongs to.

    Parameters
    ----------
    con
        Connection with the temporary table `named`.
    """
    sql.run(con, __package__, "cluster")
    rows = con.execute("SELECT dense_rank() OVER (ORDER BY key) AS name, lon, lat FROM named ORDER BY number")
    table = rows.to_arrow_table()
    name, lon, lat = (table.column(n).to_numpy() for n in ("name", "lon", "lat"))
    found = pa.table({"number": np.arange(len(name)), "heap": heaps(name, lon=lon, lat=lat)})
    con.register("cluster_batch", found)
    try:
        con.execute("INSERT INTO cluster FROM cluster_batch")
    finally:
        con.unregister("cluster_batch")


def heaps(name: NDArray[np.int64], *, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int64]:
    """Give a number to each heap of points that have one name and lie in cells that touch.

    Parameters
    ----------
    name
        Number of the name of each point.
    lon, lat
        Where it lies, in degrees.

    Returns
    -------
    numpy.ndarray
        The number of each point's heap.
    """
    if not name.size:
        return np.empty(0, np.int64)
    row = np.floor(lat / CELL).astype(np.int64)
    # Cells are about as wide as high: the width follows the latitude in steps, so that rows of one band agree.
    width = CELL / np.maximum(np.cos(np.radians(np.round(lat))), 0.05)
    column = np.floor(lon / width).astype(np.int64)
    cells, place = np.unique(np.column_stack([name, row, column]), axis=0, return_inverse=True)
    parent = list(range(len(cells)))
    index = {tuple(cell): i for i, cell in enumerate(cells.tolist())}
    for (number, i, j), own in index.items():
        for down, right in _NEIGHBOURS:
            other = index.get((number, i + down, j + right))
            if other is not None:
                _join(parent, own, other)
    roots = np.array([_root(parent, i) for i in range(len(cells))])
    return np.asarray(roots[place.reshape(-1)], np.int64)


def _root(parent: list[int], i: int) -> int:
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


def _join(parent: list[int], a: int, b: int) -> None:
    first, second = sorted((_root(parent, a), _root(parent, b)))
    parent[second] = first

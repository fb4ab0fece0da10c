"""Ten million customers whose cells are stored, assigned to a layer that has changed, against geopandas.

The conform stage stores a customer's cells once. A layer whose borders have moved needs no more than those, and a test
of the points near the new borders. The peer has nothing to keep: it makes its points and joins them with `sjoin` again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from _counties import attach, join, load_peer, make, same, save_ours, save_peer, store_cells
from _harness import Side, run

from gcrm.conform import assign_points

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb


def make_located(folder: Path, rows: int) -> None:
    """Write points with stored cells, and regions that these were never compared with."""
    make(folder, rows, seed=2)
    store_cells(folder)


def reassign(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    assign_points(con, points="geocode.location_cell", key="location_id", layer_id=1, out="conform.location_region")
    return con


if __name__ == "__main__":
    run(
        "reassign_cells",
        make_located,
        {"ours": Side(attach, reassign, save_ours), "peer": Side(load_peer, join, save_peer)},
        same,
        size=10_000_000,
        least=8,
    )

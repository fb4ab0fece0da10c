"""Ten million points to 3,000 regions: the conform stage's assignment against geopandas.

Ours reads a table of DuckDB, computes the H3 cells, and writes a table of DuckDB into a file. The peer starts from
arrays in memory, makes its points and joins them with `sjoin`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from _counties import attach, join, load_peer, make, same, save_ours, save_peer
from _harness import Side, run

from gcrm.conform import assign_points

if TYPE_CHECKING:
    import duckdb


def assign(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    assign_points(con, points="geocode.location", key="location_id", layer_id=1, out="conform.location_region")
    return con


if __name__ == "__main__":
    ours = Side(attach, assign, save_ours)
    run(
        "conform_vs_geopandas",
        make,
        {"ours": ours, "peer": Side(load_peer, join, save_peer)},
        same,
        size=10_000_000,
        least=5,
    )

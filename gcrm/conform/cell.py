"""The H3 cells of points, computed from each point itself, for whole columns and in bounded memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from gcrm.conform.lattice import Lattice
from gcrm.conform.table import insert, qualified, row_numbers, write
from gcrm.sql import identifier

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

#: Points read, placed and written at a time: some 50 MB.
BATCH = 1_000_000
#: Temporary table with the cells of a table that has none.
CELLED = "temp.conform_celled"


def column(resolution: int) -> str:
    """Return the name of the column that holds cells of `resolution`."""
    return f"h3_r{resolution}"


def write_cells(con: duckdb.DuckDBPyConnection, *, points: str, key: str, resolutions: Sequence[int], out: str) -> int:
    """Write the cells of a table of points.

    Parameters
    ----------
    con
        Connection with the tables' catalogs attached.
    points
        Table with the columns `key`, `lon` and `lat`; points without both are left out.
    key
        Column that identifies a point.
    resolutions
        H3 resolutions to compute.
    out
        Table to make: `key`, `lon`, `lat` and a column `h3_rN` per resolution. One row per point.

    Returns
    -------
    int
        Rows written.
    """
    source, name = qualified(points), identifier(key)
    con.execute(f"CREATE OR REPLACE TEMP TABLE conform_celled AS SELECT {name}, lon, lat FROM {source} LIMIT 0")
    for r in resolutions:
        con.execute(f"ALTER TABLE conform_celled ADD COLUMN {column(r)} UBIGINT")
    lattices = [Lattice(r) for r in resolutions]
    for start in range(0, row_numbers(con, points), BATCH):
        batch = con.execute(
            f"SELECT {name}, lon, lat FROM {source} "
            "WHERE rowid >= $start AND rowid < $stop AND isfinite(lon) AND isfinite(lat)",
            {"start": start, "stop": start + BATCH},
        ).to_arrow_table()
        lon, lat = (batch.column(c).to_numpy() for c in ("lon", "lat"))
        for r, lattice in zip(resolutions, lattices, strict=True):
            batch = batch.append_column(column(r), pa.array(lattice.cells(lon, lat)))
        insert(con, "conform_celled", "SELECT * FROM arrow_rows", batch)
    if out == CELLED:
        return row_numbers(con, CELLED)
    # One statement writes a file faster than many: it compresses in parallel and needs no log.
    written = write(con, f"CREATE OR REPLACE TABLE {qualified(out)} AS FROM conform_celled")
    con.execute("DROP TABLE conform_celled")
    return written

"""The H3 cells of points, computed from each point itself, for whole columns and in bounded memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from gcrm.conform.lattice import Lattice
from gcrm.conform.table import batches, insert, qualified, write
from gcrm.sql import identifier

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb


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
    made = "".join(f", 0::UBIGINT AS {column(r)}" for r in resolutions)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE conform_celled AS "
        f"SELECT {identifier(key)}, lon, lat{made} FROM {qualified(points)} LIMIT 0"
    )
    lattices = {column(r): Lattice(r) for r in resolutions}
    for batch in batches(con, points, [key, "lon", "lat"]):
        lon, lat = (batch.column(c).to_numpy() for c in ("lon", "lat"))
        celled = batch
        for name, lattice in lattices.items():
            celled = celled.append_column(name, pa.array(lattice.cells(lon, lat).each))
        insert(con, "conform_celled", "SELECT * FROM arrow_rows", celled)
    # One statement writes a file faster than many: it compresses in parallel and needs no log.
    written = write(con, f"CREATE OR REPLACE TABLE {qualified(out)} AS FROM conform_celled")
    con.execute("DROP TABLE conform_celled")
    return written

"""Small help with DuckDB tables whose names are given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from gcrm.sql import identifier, number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import duckdb

#: Points read, assigned and written at a time: some 50 MB.
BATCH = 1_000_000
#: Rows that DuckDB stores and reads together.
_ROW_GROUP = 122_880


def qualified(table: str) -> str:
    """Return a table name such as `conform.location_region`, each part quoted."""
    return ".".join(identifier(part) for part in table.split("."))


def write(con: duckdb.DuckDBPyConnection, statement: str) -> int:
    """Run a statement that writes rows; return their number."""
    return number(con, statement)


def insert(con: duckdb.DuckDBPyConnection, target: str, query: str, rows: pa.Table) -> int:
    """Insert the result of a query over Arrow rows into a table.

    Parameters
    ----------
    con
        Connection with the table's catalog attached.
    target
        Table, quoted.
    query
        Query that reads `rows` under the name `arrow_rows`.
    rows
        What to read.

    Returns
    -------
    int
        Rows inserted.
    """
    # DuckDB reads the batches of a table in parallel.
    con.register("arrow_rows", pa.Table.from_batches(rows.to_batches(max_chunksize=_ROW_GROUP), rows.schema))
    try:
        return write(con, f"INSERT INTO {target} {query}")
    finally:
        con.unregister("arrow_rows")


def columns(con: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    """Return the names of a table's columns, in order."""
    return [row[0] for row in con.execute(f"SELECT column_name FROM (DESCRIBE {qualified(table)})").fetchall()]


def batches(con: duckdb.DuckDBPyConnection, table: str, wanted: Sequence[str]) -> Iterator[pa.Table]:
    """Read the points of a table batch by batch.

    Parameters
    ----------
    con
        Connection with the table's catalog attached; it may be used for other statements between two batches.
    table
        Table (not a view) with columns `lon` and `lat`.
    wanted
        Columns to read. Rows in which one of them is null, or `lon` or `lat` is not finite, are left out.

    Yields
    ------
    pyarrow.Table
        At most `BATCH` rows.
    """
    names = [identifier(c) for c in wanted]
    known = " AND ".join(f"{c} IS NOT NULL" for c in names)
    query = (
        f"SELECT {', '.join(names)} FROM {qualified(table)} "
        f"WHERE rowid >= $start AND rowid < $stop AND {known} AND isfinite(lon) AND isfinite(lat)"
    )
    for start in range(0, row_numbers(con, table), BATCH):
        yield con.execute(query, {"start": start, "stop": start + BATCH}).to_arrow_table()


def row_numbers(con: duckdb.DuckDBPyConnection, table: str) -> int:
    """Return one more than the last row number of a table: 0 for an empty one."""
    return number(con, f"SELECT coalesce(max(rowid) + 1, 0) FROM {qualified(table)}")

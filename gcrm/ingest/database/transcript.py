"""Reader of what was fetched from a database: Parquet files of gcrm's own, with geometry as GeoParquet has it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from gcrm.ingest.table import parquet

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

    from gcrm.ingest.reading import Origin, Reading


@contextmanager
def open_reading(con: duckdb.DuckDBPyConnection, origin: Origin) -> Iterator[Reading]:
    """Open rows that were fetched from a database.

    Parameters
    ----------
    con
        Connection that will read the rows.
    origin
        The source.

    Yields
    ------
    Reading
        The opened rows.

    Raises
    ------
    SourceError
        If the file that was fetched is damaged.
    """
    with parquet.open_reading(con, origin) as reading:
        yield replace(reading, format="PostgreSQL", may_hold_nul=False)

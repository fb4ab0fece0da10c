"""The probe of a Parquet file: everything in it is read once, in a process of its own, and nothing is kept.

A text can stand once in the file and a million times in the table. DuckDB takes room for each, two thousand rows at a
time, and its limit of memory does not count that.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import duckdb

from gcrm import sql
from gcrm.ingest.limits import FileError

if TYPE_CHECKING:
    import pyarrow.parquet as pq

#: Rows that DuckDB handles at a time.
_VECTOR = 2048
_NESTED = re.compile(r".*\[\d*\]|(STRUCT|MAP|UNION)\(.*", re.DOTALL)


def may_swell(metadata: pq.FileMetaData, memory_mb: float) -> bool:
    """Say whether so many rows at a time could take more than some memory, by what the footer says.

    Parameters
    ----------
    metadata
        Footer of the file.
    memory_mb
        Mebibytes.

    Returns
    -------
    bool
        False where no column has values long enough, even if each were the longest that there can be.
    """
    groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
    chunks = ((group.num_rows, group.column(i)) for group in groups for i in range(group.num_columns))
    # No text is longer than all of its column. A list counts as one row, but has as many values as it has.
    sizes = (
        min(max(rows, chunk.num_values), _VECTOR) * chunk.total_uncompressed_size
        for rows, chunk in chunks
        if "BYTE_ARRAY" in chunk.physical_type
    )
    return bool(max(sizes, default=0) > memory_mb * (1 << 20))


def probe(path: str) -> None:
    """Read every value of a Parquet file; made to be run by `gcrm.process`.

    Parameters
    ----------
    path
        The file, as DuckDB's readers take it.

    Raises
    ------
    FileError
        If it cannot be read.
    """
    # With a parameter DuckDB would import pandas, if it is there, which takes longer than all the rest.
    relation = f"read_parquet({sql.literal(path)}, hive_partitioning = false)"
    try:
        with duckdb.connect() as con:
            con.execute("SET enable_geoparquet_conversion = false")
            described = con.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
            names = ", ".join(f"c{i}" for i in range(len(described)))
            plain = [f"max(c{i})" for i, column in enumerate(described) if not _NESTED.fullmatch(column[1])]
            con.execute(f"SELECT {', '.join(plain) or 'count(*)'} FROM {relation} AS f({names})")
            con.fetchall()
    except duckdb.Error as error:
        msg = f"its rows cannot be read ({type(error).__name__}): the file is damaged. Write it anew."
        raise FileError(msg) from None

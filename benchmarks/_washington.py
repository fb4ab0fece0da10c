"""Washington for benchmarks of geocoding: its addresses as a reference, and the errors they are asked for with."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from gcrm import columns, sql

if TYPE_CHECKING:
    import duckdb

CITY = Path(os.environ.get("GCRM_TESTDATA", "../shared/data")) / "addresses" / "us_washington_dc.parquet"
#: Every third street has two letters swapped.
MISSPELT = (
    "CASE WHEN n % 3 = 0 THEN left(street, 2) || substr(street, 4, 1) || substr(street, 3, 1) || substr(street, 5) "
    "ELSE street END"
)


def hold(con: duckdb.DuckDBPyConnection) -> None:
    """Attach an empty `ingest` whose reference is the city; the temporary table `held` numbers its addresses by `n`."""
    con.execute("ATTACH ':memory:' AS ingest")
    for kind in columns.KINDS.values():
        fields = ", ".join(f"{sql.identifier(f.name)} {f.sql_type}" for f in kind.fields)
        con.execute(f"CREATE TABLE ingest.{sql.identifier(kind.table)} ({fields}, source VARCHAR, row_no BIGINT)")
    con.execute(
        "CREATE TEMP TABLE held AS SELECT *, row_number() OVER () AS n FROM read_parquet($file)", {"file": str(CITY)}
    )
    con.execute(
        "INSERT INTO ingest.address_reference (house_number, street, postcode, lon, lat, source, row_no) "
        "SELECT house_number, street, postcode, lon, lat, 'reference', n FROM held"
    )

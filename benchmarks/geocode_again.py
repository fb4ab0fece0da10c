"""A build after one in a hundred customers is new, against a build that looks for every address.

The peer is the same stage without what the build before left: both run on the same data, and must find the same.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from _washington import CITY, MISSPELT, hold

from gcrm import sql
from gcrm.geocode import build_geocode
from gcrm.geocode.memory import Memory
from gcrm.settings import Settings

if TYPE_CHECKING:
    import duckdb

_SETTINGS = Settings.model_validate({"project": {"name": "Again", "metric_crs": "EPSG:32618"}})


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description="Benchmark geocode_again.")
    parser.add_argument("--rows", type=int, default=50_000)
    asked = parser.parse_args()
    if not CITY.is_file():
        sys.stdout.write("geocode_again: skipped, the address file of Washington is not there\n")
        return
    with tempfile.TemporaryDirectory() as name, sql.connect() as con:
        folder = Path(name)
        hold(con)
        con.execute(
            "CREATE TEMP TABLE asked AS SELECT n::VARCHAR AS customer_id, 'c' AS source, n AS row_no, "
            f"house_number || ' ' || {MISSPELT} || ', ' || postcode AS address FROM held ORDER BY n LIMIT $rows",
            {"rows": asked.rows},
        )
        insert = "INSERT INTO ingest.customer (customer_id, source, row_no, address) FROM asked WHERE row_no % 100"
        con.execute(f"{insert} <> 0")
        first, _ = _build(con, folder / "first.duckdb", None)
        con.execute(f"{insert} = 0")
        again, found = _build(con, folder / "again.duckdb", folder / "first.duckdb")
        whole, expected = _build(con, folder / "whole.duckdb", None)
    same = "the same" if found == expected else "NOT THE SAME"
    sys.stdout.write(
        f"BENCH geocode_again ours={again:.2f} peer={whole:.2f} ratio={whole / again:.1f} unit=s rows={asked.rows}\n"
        f"  {found[1]:,} places, {same}; the build before took {first:.1f} s\n"
    )
    if found != expected:
        sys.exit(1)


def _build(con: duckdb.DuckDBPyConnection, target: Path, earlier: Path | None) -> tuple[float, tuple[str, int]]:
    """Build into a file of its own; return the seconds, and a hash over every place with their number."""
    con.execute(f"ATTACH {sql.literal(str(target))} AS geocode")
    if earlier is not None:
        con.execute(f"ATTACH {sql.literal(str(earlier))} AS earlier (READ_ONLY)")
    started = time.perf_counter()
    memory = Memory("benchmark", "earlier" if earlier else None)
    build_geocode(con, settings=_SETTINGS, earlier=memory)
    seconds = time.perf_counter() - started
    row = con.execute(
        "SELECT to_hex(bit_xor(md5_number_lower(l::VARCHAR))), count(*) FROM geocode.location AS l"
    ).fetchone()
    for name in ("geocode", *(["earlier"] if earlier else [])):
        con.execute(f"DETACH {name}")
    return seconds, (str(row[0]), int(row[1])) if row else ("", 0)


if __name__ == "__main__":
    main()

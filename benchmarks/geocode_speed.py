"""Ten thousand addresses per second: a city's reference understood, and each of its addresses written with an error.

There is no peer here: the line compares what is promised (10,000 addresses per second) with what was measured.
"""

from __future__ import annotations

import argparse
import sys
import time

from _washington import CITY, MISSPELT, hold

from gcrm import sql
from gcrm.geocode import build_geocode
from gcrm.settings import Settings

PROMISED = 10_000


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description="Benchmark geocode_speed.")
    parser.add_argument("--rows", type=int, default=200_000)
    asked = parser.parse_args()
    if not CITY.is_file():
        sys.stdout.write("geocode_speed: skipped, the address file of Washington is not there\n")
        return
    settings = Settings.model_validate({"project": {"name": "Speed", "metric_crs": "EPSG:32618"}})
    with sql.connect() as con:
        hold(con)
        con.execute("ATTACH ':memory:' AS geocode")
        started, computed = time.perf_counter(), time.process_time()
        build_geocode(con, settings=settings)
        base, base_cpu = time.perf_counter() - started, time.process_time() - computed
        con.execute(
            "INSERT INTO ingest.customer (customer_id, source, row_no, address) "
            "SELECT k || '-' || n, 'c', k * 1000000 + n, "
            f"house_number || ' ' || {MISSPELT} || CASE k WHEN 0 THEN ', ' ELSE ', Unit ' || k || ', ' END || postcode "
            "FROM held, range(10) AS t (k) ORDER BY k, n LIMIT $rows",
            {"rows": asked.rows},
        )
        started, computed = time.perf_counter(), time.process_time()
        build_geocode(con, settings=settings)
        seconds, cpu = time.perf_counter() - started - base, time.process_time() - computed - base_cpu
        found = con.execute(
            "SELECT avg((match_level = 'exact')::INT) FROM geocode.record_location "
            "JOIN geocode.location USING (location_id) "
            "WHERE kind = 'customer'"
        ).fetchone()
    speed = asked.rows / seconds
    sys.stdout.write(
        f"BENCH geocode_speed ours={seconds:.2f} peer={asked.rows / PROMISED:.2f} ratio={speed / PROMISED:.2f} unit=s "
        f"cpu={cpu:.2f} rows={asked.rows}\n  {speed:,.0f} addresses/s, {asked.rows / cpu:,.0f} per CPU-second; "
        f"{found[0] if found else 0:.2%} at their address; the reference alone took {base:.1f} s\n"
    )


if __name__ == "__main__":
    main()

"""A reference pack of 300,000 address points from a CSV file.

There is no peer that makes the same. What is promised is a time, and that every point is in the pack.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
from _harness import peak_mb

from gcrm import sql
from gcrm.geocode.pack.build import Origins, build_pack

ROWS = 300_000
MOST_S = 20.0
#: Streets of a hundred numbers in towns of fifty streets, each town with its postcode.
POINTS = """
COPY (
    SELECT
        (1 + i % 100)::VARCHAR || CASE WHEN hash(i) % 50 = 0 THEN 'A' ELSE '' END AS house_number,
        'Street of ' || chr(65 + (hash(i // 100) % 26)::INTEGER) || (hash(i // 100) % 9000)::VARCHAR AS street,
        (10000 + i // 5000)::VARCHAR AS postcode,
        'Town ' || (i // 5000)::VARCHAR AS city,
        round(-120 + (i // 5000) % 20 * 0.5 + (i // 100) % 7 * 0.01 + i % 100 * 0.0002, 6) AS lon,
        round(35 + (i // 5000) // 20 * 0.5 + (i // 700) % 8 * 0.01 + hash(i) % 10 * 0.0001, 6) AS lat
    FROM range($rows) AS t (i)
    ORDER BY hash(i, 1)
) TO '{path}' (FORMAT csv, HEADER)
"""


def main() -> None:
    """Make the file, then the pack in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.folder:
        measure(asked.folder)
        return
    with tempfile.TemporaryDirectory(prefix="gcrm-bench-") as name:
        source = Path(name) / "points.csv"
        with duckdb.connect() as con:
            con.execute(POINTS.replace("'{path}'", sql.literal(str(source))), {"rows": asked.rows})
            (distinct,) = con.execute(
                "SELECT count(*) FROM (SELECT DISTINCT * FROM read_csv($p))", {"p": str(source)}
            ).fetchall()
        command = [sys.executable, sys.argv[0], "--folder", name]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        found = json.loads(done.stdout.splitlines()[-1])
    print(
        f"BENCH reference_build ours={found['seconds']:.2f} unit=s cpu={found['cpu']:.2f} rss_mb={found['rss_mb']:.0f} "
        f"rows={asked.rows}",
        flush=True,
    )
    if found["points"] != distinct[0]:
        sys.exit(f"reference_build: {found['points']} of {distinct[0]} distinct points are in the pack")
    print(f"  every one of {found['points']:,} points, {found['mb']:.1f} MB", flush=True)
    if found["seconds"] > MOST_S and asked.rows <= ROWS:
        sys.exit(f"reference_build: {found['seconds']:.1f} s are more than the {MOST_S:.0f} s that are promised")


def measure(folder: Path) -> None:
    """Make the pack and print what it took."""
    started, computed = time.perf_counter(), time.process_time()
    made = build_pack([folder / "points.csv"], folder / "bench.pack", Origins(country="US"))
    seconds, cpu = time.perf_counter() - started, time.process_time() - computed
    size = sum(path.stat().st_size for path in made.folder.iterdir()) / 1e6
    values = {"seconds": seconds, "cpu": cpu, "rss_mb": peak_mb(), "points": made.rows["point"], "mb": size}
    print(json.dumps(values))


if __name__ == "__main__":
    main()

"""The cube of ten million customers and fifty million order lines, built without cuboids and with them.

Both are built from the same star, each in a process of its own; the second knows what the project was asked before, as
in `cube_vs_facts.py`. Told are the time, the processor's time and the peak memory of either, what the cuboids take on
disk, and beside them the records that are kept with their regions. What is promised is ten minutes.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import _cube
from _harness import peak_mb
from cube_vs_facts import SPACE_MB

from gcrm import sql

PROMISED = 600.0
_CUBE = {"facts": "space_mb = 0", "ready": f"space_mb = {SPACE_MB}\ncuboids_from = 0"}


def main() -> None:
    """Build both, and report."""
    parser = argparse.ArgumentParser(description="Benchmark cube_build.")
    parser.add_argument("--customers", type=int, default=_cube.CUSTOMERS)
    parser.add_argument("--lines", type=int, default=0, help="order lines; five per customer where absent")
    parser.add_argument("--side", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.side:
        _build(asked.side[0], Path(asked.side[1]), Path(asked.side[2]))
        return
    star = _cube.star(asked.customers, asked.lines or asked.customers * 5)
    _cube.project(star, "facts", _CUBE["facts"])  # both sides find it
    told = {}
    for side in _CUBE:
        with tempfile.TemporaryDirectory(dir=_cube.OUT) as held:
            command = [sys.executable, sys.argv[0], "--side", side, held, str(star)]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        told[side] = json.loads(done.stdout.splitlines()[-1])
    facts, ready = told["facts"], told["ready"]
    seconds = ready["seconds"] - facts["seconds"]
    print(f"  {asked.customers:,} customers; {ready['tables']:,} tables with {ready['rows']:,} rows")
    print(f"  without cuboids {facts['seconds']:.0f} s, {facts['file_mb']:.0f} MB on disk, {facts['rss_mb']:.0f} MB")
    print(
        f"BENCH cube_build ours={seconds:.1f} peer={PROMISED:.0f} ratio={PROMISED / seconds:.2f} unit=s "
        f"cpu={ready['cpu'] - facts['cpu']:.1f} disk_mb={ready['file_mb'] - facts['file_mb']:.0f} "
        f"rss_mb={ready['rss_mb']:.0f}",
        flush=True,
    )
    if seconds > PROMISED:
        sys.exit(f"cube_build: more than the {PROMISED:.0f} s that are promised")


def _build(side: str, held: Path, star: Path) -> None:
    """Build one side in this process; the last line that it prints says what that took."""
    heard = _cube.heard(_cube.project(star, "facts", _CUBE["facts"])) if side == "ready" else None
    started, worked = time.perf_counter(), time.process_time()
    made = _cube.project(star, side, _CUBE[side], heard=heard, out=held)
    took = {"seconds": time.perf_counter() - started, "cpu": time.process_time() - worked}
    path = made / "snapshots" / "cube.duckdb"
    with sql.connect() as con:
        con.execute(f"ATTACH {sql.literal(str(path))} AS cube (READ_ONLY)")
        tables, rows = con.execute("SELECT count(*), sum(rows) FROM cube.cuboid").fetchone() or (0, 0)
    took |= {"file_mb": path.stat().st_size / 1e6, "rss_mb": peak_mb()}
    print(json.dumps({**took, "tables": tables, "rows": int(rows or 0)}))


if __name__ == "__main__":
    main()

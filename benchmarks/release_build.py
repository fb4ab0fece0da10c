"""What readers without record rights may see, decided for 3,000 zones by year and quarter, at three sizes.

Zones, districts, states and the total are given out for the whole range of days, by year and by quarter: tables in
which at 20,000 customers nearly every cell is small, and at a million hardly any. Told is the whole build of the cube
in a process of its own; what is promised is three minutes of its processor for each.
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

from gcrm.warehouse.reader import open_newest

SIZES = (20_000, 100_000, 1_000_000)
PROMISED = 180.0
RELEASES = """\
[releases.public]
measures = ["customers", "buyers", "orders", "revenue"]
tables = [
    [], ["state"], ["district"], ["zone"],
    ["year"], ["state", "year"], ["district", "year"], ["zone", "year"],
    ["quarter"], ["state", "quarter"], ["district", "quarter"], ["zone", "quarter"],
]
"""


def main() -> None:
    """Build the cube of each size, and report."""
    parser = argparse.ArgumentParser(description="Benchmark release_build.")
    parser.add_argument("--customers", type=int, nargs="*", default=SIZES)
    parser.add_argument("--side", nargs=2, type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.side:
        _build(*asked.side)
        return
    slow = []
    for customers in asked.customers:
        star = _cube.star(customers, customers * 5)
        with tempfile.TemporaryDirectory(dir=_cube.OUT) as held:
            command = [sys.executable, sys.argv[0], "--side", held, str(star)]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        told = json.loads(done.stdout.splitlines()[-1])
        print(
            f"BENCH release_build customers={customers} ours={told['seconds']:.1f} cpu={told['cpu']:.1f} unit=s "
            f"rss_mb={told['rss_mb']:.0f} cells={told['cells']} withheld={told['withheld']}",
            flush=True,
        )
        slow += [customers] if told["cpu"] > PROMISED else []
    if slow:
        sys.exit(f"release_build: more than {PROMISED:.0f} s of a processor for {slow}")


def _build(folder: Path, star: Path) -> None:
    """Build the cube of a star with the tables above; print what it took."""
    started, computed = time.perf_counter(), time.process_time()
    made = _cube.project(star, folder.name, releases=RELEASES, out=folder)
    seconds, cpu = time.perf_counter() - started, time.process_time() - computed
    reader = open_newest(made)
    text = "SELECT sum(cells)::BIGINT, sum(withheld)::BIGINT FROM cube.release_table"
    cells, withheld = reader.cursor().execute(text).fetchone() or (0, 0)
    reader.close()
    told = {"seconds": seconds, "cpu": cpu, "rss_mb": peak_mb(), "cells": cells, "withheld": withheld}
    print(json.dumps(told))


if __name__ == "__main__":
    main()

"""What benchmarks share: each side runs in a process of its own, and one line says how they compare.

A benchmark is a module that hands `run` its name, a function that makes the data, the two sides and a check. Every
side is timed from the moment its data is loaded, and its peak memory is that of its process.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Side:
    """One way to do the job.

    Attributes
    ----------
    load
        Gets the folder with the data; returns what `work` needs. Not timed.
    work
        The job. Timed.
    save
        Gets the folder and what `work` returned; writes it where the check finds it. Not timed.
    """

    load: Callable[[Path], Any]
    work: Callable[[Any], Any]
    save: Callable[[Path, Any], None]


def run(
    name: str,
    make: Callable[[Path, int], None],
    sides: dict[str, Side],
    check: Callable[[Path], str],
    *,
    size: int,
    least: float,
    memory: float | None = None,
) -> None:
    """Run a benchmark from the command line and print its line.

    Parameters
    ----------
    name
        Name of the benchmark.
    make
        Writes the data of the given size into a folder.
    sides
        The sides `ours` and `peer`.
    check
        Compares what the sides saved in the folder; returns what it found in a few words, or raises ValueError.
    size
        Number of rows where the command line names none.
    least
        The ratio that is promised; a smaller one ends with an error.
    memory
        The largest share of the peer's peak memory that is promised; null where nothing is.
    """
    parser = argparse.ArgumentParser(description=f"Benchmark {name}.")
    parser.add_argument("--rows", type=int, default=size)
    parser.add_argument("--side", choices=sorted(sides), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.side:
        _one_side(sides[asked.side], asked.folder)
        return
    with tempfile.TemporaryDirectory(prefix="gcrm-bench-") as folder:
        make(Path(folder), asked.rows)
        ours, peer = (_measure(side, folder, asked.rows) for side in ("ours", "peer"))
        verdict = check(Path(folder))
    ratio = peer["seconds"] / ours["seconds"]
    print(
        f"BENCH {name} ours={ours['seconds']:.2f} peer={peer['seconds']:.2f} ratio={ratio:.2f} unit=s "
        f"rss_mb={ours['rss_mb']:.0f} peer_rss_mb={peer['rss_mb']:.0f} "
        f"cpu={ours['cpu']:.2f} peer_cpu={peer['cpu']:.2f} rows={asked.rows}",
        flush=True,
    )
    print(f"  {verdict}", flush=True)
    if ratio < least and asked.rows >= size:
        sys.exit(f"{name}: {ratio:.2f} is less than the {least} that is promised")
    share = ours["rss_mb"] / peer["rss_mb"]
    if memory is not None and share > memory and asked.rows >= size:
        sys.exit(f"{name}: {share:.2f} of the peer's memory is more than the {memory:.2f} that is promised")


def _measure(side: str, folder: str, rows: int) -> dict[str, float]:
    """Run one side in a process of its own; return its seconds, the processors' seconds and its peak memory."""
    command = [sys.executable, sys.argv[0], "--side", side, "--folder", folder, "--rows", str(rows)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _one_side(side: Side, folder: Path) -> None:
    given = side.load(folder)
    started, computed = time.perf_counter(), time.process_time()
    result = side.work(given)
    seconds, cpu = time.perf_counter() - started, time.process_time() - computed
    rss_mb = peak_mb()
    side.save(folder, result)
    print(json.dumps({"seconds": seconds, "cpu": cpu, "rss_mb": rss_mb}))


def peak_mb() -> float:
    """Peak memory of this process.

    On Linux `ru_maxrss` would not do: it keeps what the parent held when it started this process.
    """
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text(encoding="ascii").partition("VmHWM:")[2].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

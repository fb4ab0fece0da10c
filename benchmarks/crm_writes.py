"""Twenty processes that write to the operational store at once, on SQLite and on PostgreSQL.

Each reads one of a thousand records, changes it and tries again where another was faster. There is no peer to run
beside: the target is 200 writes a second, 95 of 100 within 250 ms, the waiting for others included. PostgreSQL runs as
it does for users, with every commit written through to the disk; SQLite does so too.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from gcrm import crm
from gcrm.errors import ConflictError
from gcrm.settings import Settings
from tests.postgres import programs, serve

if TYPE_CHECKING:
    from multiprocessing.synchronize import Barrier

PROCESSES, RECORDS = 20, 1000
LEAST_PER_S, MOST_P95_MS = 200, 250
SUBJECT = crm.Subject("customer", "C1")
_everyone: Barrier | None = None
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


def settings(url: str) -> Settings:
    return Settings.model_validate({"project": {"name": "b", "metric_crs": "EPSG:32610"}, "crm": {"url": url}})


def meet(barrier: Barrier) -> None:
    """Keep what all processes wait at until everyone is there: starting is not what is measured."""
    global _everyone  # noqa: PLW0603
    _everyone = barrier


def write(folder: Path, url: str, seconds: float, seed: int) -> tuple[list[float], int]:
    """Write for so many seconds; return how long each write took in seconds, and how often another was faster."""
    chance, took, conflicts = random.Random(seed), [], 0  # noqa: S311
    with crm.open_store(folder, settings(url)) as store:
        store.get(crm.Note, 1)
        assert _everyone is not None  # noqa: S101
        _everyone.wait()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            begun, number = time.perf_counter(), chance.randrange(RECORDS) + 1
            while not _change(store, number):
                conflicts += 1
            took.append(time.perf_counter() - begun)
    return took, conflicts


def _change(store: crm.Store, number: int) -> bool:
    note = store.get(crm.Note, number)
    assert note is not None  # noqa: S101
    try:
        with store.write(actor="bench") as unit:
            unit.change(note, text=str(int(note.text) + 1))
    except ConflictError:
        return False
    return True


def measure(name: str, folder: Path, url: str, seconds: float) -> bool:
    """Run all writers against one database, print the line, and say whether the target is met."""
    with crm.open_store(folder, settings(url)) as store, store.write(actor="bench") as unit:
        for _ in range(RECORDS):
            unit.add(crm.Note(SUBJECT, "0"))
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["gcrm.crm.store", "gcrm.settings", "psycopg"])
    with context.Pool(PROCESSES, meet, (context.Barrier(PROCESSES),)) as pool:
        tasks = [(folder, url, seconds, seed) for seed in range(PROCESSES)]
        results = pool.starmap(write, tasks, chunksize=1)
    took = np.concatenate([t for t, _ in results])
    with crm.open_store(folder, settings(url)) as store:
        counted = sum(int(n.text) for n in store.find(crm.Note))
        numbers = [c.number for c in store.changes()]
    if counted != len(took) or numbers != list(range(1, RECORDS + counted + 1)):
        sys.exit(f"crm_writes: {len(took)} writes were made, but {counted} are there")
    rate, p95_ms = len(took) / seconds, float(np.quantile(took, 0.95)) * 1000
    print(
        f"BENCH crm_writes ours={rate:.0f} peer={LEAST_PER_S} ratio={rate / LEAST_PER_S:.2f} unit=writes/s "
        f"p95_ms={p95_ms:.0f} target_p95_ms={MOST_P95_MS} database={name} processes={PROCESSES} seconds={seconds:g}",
        flush=True,
    )
    print(f"  {counted:,} writes, none lost; {sum(c for _, c in results)} met another and were repeated", flush=True)
    return rate >= LEAST_PER_S and p95_ms <= MOST_P95_MS


def main() -> None:
    parser = argparse.ArgumentParser(description="Benchmark crm_writes.")
    parser.add_argument("--seconds", type=float, default=10)
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory(prefix="gcrm-bench-") as folder, ExitStack() as stack:
        good = [measure("sqlite", Path(folder), "", seconds)]
        found = programs()
        if found is None:
            print("  no PostgreSQL server here: Debian's 'postgresql' has one")
        else:
            server = stack.enter_context(serve(found, **DURABLE))
            good.append(measure("postgresql", Path(folder), server.url(server.database()), seconds))
    if not all(good):
        sys.exit(f"crm_writes: less than {LEAST_PER_S} writes/s, or more than {MOST_P95_MS} ms for 95 of 100")


if __name__ == "__main__":
    main()

"""Builds and writes that are killed at any moment: what was published or committed stays whole, the next one mends."""

from __future__ import annotations

import multiprocessing
import random
import sqlite3
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from gcrm import crm, settings
from gcrm.pipeline import build
from gcrm.warehouse import snapshot
from tests import project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = [pytest.mark.soak, pytest.mark.skipif(sys.platform == "win32", reason="there are no forks on Windows")]
#: Of 2,000 killed in `make soak`: builds, and processes that write to the operational store.
BUILDS, WRITERS = 1400, 600
LANES = 2
_STARTS = threading.Lock()


@pytest.fixture(scope="module")
def context() -> Any:
    """Starts processes as forks of one that has imported everything, so that one costs milliseconds."""
    found = multiprocessing.get_context("forkserver")
    heavy = ["pytest", "pandas", "pyarrow.dataset", "pyarrow.csv", "gcrm.crm.store", "tests.project"]
    found.set_forkserver_preload(heavy)
    warm = found.Process(target=int)
    warm.start()
    warm.join()
    return found


def begin(process: Any) -> None:
    """Start a process; the start of another lane's would look after this one too, and may take its exit code."""
    with _STARTS:
        process.start()
        multiprocessing.process._children.discard(process)


def kill_after(process: Any, seconds: float) -> bool:
    """Kill a process so many seconds after it began; False when it was done before."""
    begin(process)
    process.join(seconds)
    process.kill()
    process.join()
    return process.exitcode != 0


def killed_builds(context: Any, folder: Path, rounds: int, seed: int) -> tuple[int, int]:
    """Kill builds at random moments; returns how many were killed, and how many of them after publication."""
    moments = random.Random(seed)  # noqa: S311
    project.write(folder, customers=1)
    build(folder)
    started = time.perf_counter()
    project.write(folder, customers=2)
    process = context.Process(target=build, args=(folder,))
    begin(process)
    process.join()
    seconds = time.perf_counter() - started
    assert process.exitcode == 0
    kills, late, stands = 0, 0, 2
    for customers in range(3, 3 + rounds):
        project.write(folder, customers=customers)
        killed = kill_after(context.Process(target=build, args=(folder,)), moments.uniform(0, 1.1 * seconds))
        found = project.published(folder)
        assert found in {stands, customers}
        assert killed or found == customers
        kills += killed
        late += killed and found == customers
        stands = found
    project.write(folder, customers=1000)
    project.check_mended(folder, 1000)
    return kills, late


def test_a_killed_build_changes_nothing(tmp_path: Path, context: Any, soak: Callable[..., int]) -> None:
    rounds = soak(BUILDS) // LANES
    with ThreadPoolExecutor(LANES) as lanes:
        found = list(lanes.map(lambda lane: killed_builds(context, tmp_path / f"p{lane}", rounds, lane), range(LANES)))
    kills = sum(k for k, _ in found)
    print(f"\n{rounds * LANES} builds, {kills} killed, {sum(late for _, late in found)} of them after publication")  # noqa: T201 - pytest -s shows it
    assert kills > rounds * LANES // 2


def check_store(folder: Path, journal: Path) -> int:
    """Every committed note is there, every unit of work is there whole or not at all, and the log has no hole."""
    with crm.open_store(folder, settings.load(folder)) as store:
        notes = {note.id for note in store.find(crm.Note)}
        tasks = {task.id: task.state for task in store.find(crm.Task)}
        log = store.changes()
    committed = [tuple(map(int, line.split())) for line in journal.read_text().splitlines()]
    assert {first for first, _ in committed} <= notes
    assert {tasks[second] for _, second in committed} <= {"done"}
    assert len(notes) == len(tasks)
    assert [change.number for change in log] == list(range(1, len(log) + 1))
    made = [(change.entity, change.entity_id) for change in log if change.action == log[0].action]
    assert sorted(made) == sorted([(log[0].entity, n) for n in notes] + [(log[1].entity, t) for t in tasks])
    done = [change.entity_id for change in log if change.action != log[0].action]
    assert sorted(done) == sorted(number for number, state in tasks.items() if state == "done")
    with sqlite3.connect(folder / "crm.sqlite") as plain:
        assert plain.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    plain.close()
    return len(committed)


def test_a_killed_writer_loses_nothing_that_was_committed(
    tmp_path: Path, context: Any, soak: Callable[..., int]
) -> None:
    """Two processes write at a time; the first kills fall into the making of the store."""
    moments = random.Random(2)  # noqa: S311
    folder, journal = tmp_path / "p", tmp_path / "journal"
    project.write(folder)
    journal.touch()
    kills, committed, opening = 0, False, seconds_to_commit(context, tmp_path / "first")
    for turn in range(0, soak(WRITERS, 12), LANES):
        if turn % 40 == 0:  # a store of its own from time to time: its making is killed too, and the log stays short
            folder, journal = tmp_path / f"p{turn}", tmp_path / f"journal{turn}"
            project.write(folder)
            journal.touch()
        both = [context.Process(target=project.write_notes, args=(folder, journal)) for _ in range(LANES)]
        for process in both:
            process.start()
        for process in both:
            kills += kill_after_start(process, moments.uniform(0, 1.5 * opening if turn % 40 == 0 else opening))
        if (folder / "crm.sqlite").exists():
            committed |= check_store(folder, journal) > 0
    print(f"\n{kills} writers killed")  # noqa: T201 - pytest -s shows it
    assert kills == soak(WRITERS, 12)
    assert committed


def seconds_to_commit(context: Any, folder: Path) -> float:
    """Return how long a writer takes here until a store is made and its first note is committed."""
    project.write(folder)
    journal = folder / "journal"
    journal.touch()
    process = context.Process(target=project.write_notes, args=(folder, journal))
    started = time.perf_counter()
    process.start()
    while not journal.read_text() and process.is_alive():
        time.sleep(0.01)
    seconds = time.perf_counter() - started
    assert kill_after_start(process, 0)
    return seconds


def kill_after_start(process: Any, seconds: float) -> bool:
    """Kill a process that has been started; it never ends by itself."""
    process.join(seconds)
    process.kill()
    process.join()
    return process.exitcode == -9


def test_a_build_reads_the_store_of_killed_writers(tmp_path: Path, context: Any) -> None:
    project.write(tmp_path / "p")
    journal = tmp_path / "journal"
    journal.touch()
    process = context.Process(target=project.write_notes, args=(tmp_path / "p", journal))
    process.start()
    while not journal.read_text() and process.is_alive():
        time.sleep(0.01)
    assert kill_after_start(process, 0.05)
    build(tmp_path / "p")
    assert snapshot.newest(tmp_path / "p") is not None
    assert project.published(tmp_path / "p") == 3

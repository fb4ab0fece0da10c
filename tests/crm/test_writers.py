"""Many writers at once: nothing is lost, nobody is refused, and whoever is killed leaves the store whole."""

from __future__ import annotations

import os
import random
import signal
import time
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from gcrm import crm
from gcrm.errors import ConflictError
from tests.crm.place import ANA, PROCESSES, Place

if TYPE_CHECKING:
    from collections.abc import Callable

WRITERS = 20
COUNTERS = 5


def count_up(at: Place, seconds: float, seed: int) -> tuple[int, int]:
    """Add one to some counter, again and again; return how often that worked, and how often somebody was faster."""
    chance = random.Random(seed)  # noqa: S311
    done = lost = 0
    with at.open() as store:
        end = time.monotonic() + seconds
        while time.monotonic() < end or not done:  # everybody has a turn in the end
            id_ = chance.randrange(COUNTERS) + 1
            seen = store.get(crm.Note, id_)
            try:
                with store.write(actor=f"writer {seed}") as unit:
                    unit.change(seen, text=str(int(seen.text) + 1))
                done += 1
            except ConflictError:
                lost += 1
    return done, lost


@pytest.mark.soak
def test_no_update_is_lost_among_twenty_writers(at: Place, soak: Callable[..., int]) -> None:
    with at.open() as store, store.write(actor="ana") as unit:
        for _ in range(COUNTERS):
            unit.add(crm.Note(ANA, "0"))
    seconds = soak(60, 4)
    with PROCESSES.Pool(WRITERS) as pool:
        results = pool.starmap(count_up, [(at, seconds, i) for i in range(WRITERS)], chunksize=1)
    done, lost = (sum(r[i] for r in results) for i in range(2))
    assert lost, "the writers never met"
    with at.open() as store:
        notes = store.find(crm.Note)
        changes = store.changes()
    assert sum(int(n.text) for n in notes) == done
    # The log is whole and in order: numbers without gaps, versions one by one, each value upon the one before.
    assert [c.number for c in changes] == list(range(1, COUNTERS + done + 1))
    for note in notes:
        own = [c for c in changes if c.entity_id == note.id]
        assert [c.version for c in own] == list(range(1, note.version + 1))
        assert [int(c.after["text"]) for c in own] == list(range(note.version))
    assert [sum(c.actor == f"writer {i}" for c in changes) for i in range(WRITERS)] == [r[0] for r in results]


def write_pairs(at: Place, ready: object) -> None:
    """Write two notes per transaction, over and over, and say which pairs are committed."""
    with at.open() as store:
        for i in range(10**6):
            with store.write(actor=str(os.getpid())) as unit:
                unit.add(crm.Note(ANA, f"{os.getpid()} {i} left"))
                unit.add(crm.Note(ANA, f"{os.getpid()} {i} right"))
            ready.send((os.getpid(), i))


@pytest.mark.soak
def test_killed_writers_leave_whole_transactions_and_lose_none(at: Place, soak: Callable[..., int]) -> None:
    chance = random.Random(7)  # noqa: S311
    committed: set[tuple[int, int]] = set()
    at.open().close()
    for _ in range(soak(50)):
        pairs = []
        for _ in range(4):
            mine, theirs = PROCESSES.Pipe(duplex=False)
            process = PROCESSES.Process(target=write_pairs, args=(at, theirs))
            process.start()
            theirs.close()
            pairs.append((process, mine))
        pairs[0][1].poll(30)
        time.sleep(chance.uniform(0, 0.2))
        for process, _ in pairs:
            os.kill(process.pid, signal.SIGKILL)
        for process, mine in pairs:
            process.join()
            try:
                while True:
                    committed.add(mine.recv())
            except EOFError:
                mine.close()
    with at.open() as store:
        if not at.url:
            with store._door.engine.connect() as con:
                assert con.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        notes, changes = store.find(crm.Note), store.changes()
        with store.write(actor="ana") as unit:  # nobody's lock is left behind
            unit.add(crm.Note(ANA, "after"))
    halves: dict[tuple[int, int], list[str]] = {}
    for note in notes:
        pid, i, half = note.text.split()
        halves.setdefault((int(pid), int(i)), []).append(half)
    assert committed
    assert committed <= set(halves)
    assert all(found == ["left", "right"] for found in halves.values())
    assert [c.number for c in changes] == list(range(1, len(notes) + 1))
    assert [c.entity_id for c in changes] == [n.id for n in notes]


def test_a_writer_that_dawdles_keeps_others_waiting_not_failing(at: Place) -> None:
    with at.open() as store, PROCESSES.Pool(1) as pool:
        with store.write(actor="slow") as unit:
            unit.add(crm.Note(ANA, "first"))
            other = pool.apply_async(count_one, (at,))
            time.sleep(0.5)
            assert not other.ready()
        other.get(timeout=30)
        assert [n.text for n in store.find(crm.Note)] == ["first", "second"]


def count_one(at: Place) -> None:
    with at.open() as store, store.write(actor="quick") as unit:
        unit.add(crm.Note(ANA, "second"))


def test_who_waits_too_long_is_told(at: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gcrm.crm.engine.WAIT_S", 0.3)
    late = pytest.raises(crm.StoreError, match="kept busy by others")
    with at.open() as one, at.open() as two, one.write(actor="slow") as slow:
        slow.add(crm.Note(ANA, "x"))
        with late, two.write(actor="late") as unit:
            unit.add(crm.Note(ANA, "y"))

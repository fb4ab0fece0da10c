"""Several processes: one rate and one day for all of them, no question twice, and nothing lost when one is killed."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
import time
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from gcrm.errors import RemoteError
from gcrm.geocode.remote.key import make_folder, make_key, read_key
from gcrm.geocode.remote.provider import service
from gcrm.geocode.remote.store import open_store
from tests.geocode.remote.desk import Desk
from tests.geocode.remote.station import Reply, houses, serve

if TYPE_CHECKING:
    from pathlib import Path

    from tests.geocode.remote.station import Seen


def start(repository: Path, *args: object) -> subprocess.Popen[str]:
    worker = subprocess.Popen(
        [sys.executable, "-m", "tests.geocode.remote.worker", *map(str, args)],
        cwd=repository,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == "ready\n"
    return worker


def go(worker: subprocess.Popen[str]) -> None:
    assert worker.stdin is not None
    worker.stdin.write("go\n")
    worker.stdin.flush()


def kept(desk: Desk) -> int:
    with open_store(desk.folder, service(desk.settings.geocode.remote)) as store:
        return len(store.answers())


def test_two_processes_share_the_rate_and_the_questions(tmp_path, repository):
    rate, count = 10.0, 12
    both = threading.Event()

    def reply(number: int, seen: Seen) -> Reply:
        """Let the first request wait for a second one, which comes from the other process."""
        if number:
            both.set()
        else:
            assert both.wait(30)
        return houses(number, seen)

    with serve(reply) as station:
        workers = [start(repository, tmp_path, station.url, rate, count) for _ in range(2)]
        for worker in workers:
            go(worker)
        told = [worker.communicate(timeout=60)[0].split() for worker in workers]
    requests, found, elsewhere = (sum(int(row[i]) for row in told) for i in range(3))
    assert (requests, found, elsewhere) == (count, count, count)
    assert sorted(station.texts) == sorted(set(station.texts))
    # A turn is taken at least 1 / rate after the last one; on its way to the server a request may lose a little time.
    moments = sorted(seen.at for seen in station.seen)
    assert moments[-1] - moments[0] >= (count - 1) / rate - 0.15
    assert sum(b - a < 0.5 / rate for a, b in pairwise(moments)) <= 1
    assert all(int(row[0]) for row in told)


@pytest.mark.soak
def test_a_killed_run_keeps_every_answer_but_the_one_under_way(tmp_path, repository, soak):
    random.seed(4)
    for number in range(soak(20)):
        with serve(lambda n, seen: Reply(**{**houses(n, seen).__dict__, "wait_s": 0.01})) as station:
            folder = tmp_path / str(number)
            worker = start(repository, folder, station.url, 50, 40)
            go(worker)
            while len(station.seen) < 3:
                time.sleep(0.005)
            time.sleep(random.random() * 0.4)  # noqa: S311 - a moment, not a secret
            worker.kill()
            worker.communicate()
            desk = Desk(folder, station.url, unknown=40)
            time.sleep(0.05)
            answered, before = station.answered, kept(desk)
            assert answered - 1 <= before <= answered
            line = desk.batches()[-1]
            assert (line.ended_at, line.answers) == (None, before)
            assert line.requests - line.answers <= 1
            # What was under way is free again at the latest when its time is over.
            sent = desk.send()
            assert kept(desk) + sent.elsewhere == 40
            assert sent.elsewhere <= 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_who_is_told_to_stop_waits_for_the_answer(tmp_path, repository, number):
    with serve(lambda n, seen: Reply(**{**houses(n, seen).__dict__, "wait_s": 0.3})) as station:
        worker = start(repository, tmp_path, station.url, 50, 5)
        go(worker)
        while not station.seen:
            time.sleep(0.005)
        worker.send_signal(number)
        told, _ = worker.communicate(timeout=30)
        assert told == "1 1 0 it was told to stop\n"
        assert kept(Desk(tmp_path, station.url)) == 1


def test_a_clock_that_was_put_back_stops_nothing(tmp_path):
    with serve(houses) as station:
        desk = Desk(tmp_path, station.url)
        desk.send(limit=1)
        remote = desk.settings.geocode.remote
        with open_store(desk.folder, service(remote)) as store:
            store._con.execute("UPDATE meter SET next_at = next_at + 86400")
        assert desk.send().states == {"found": 2}


def test_two_that_begin_together_have_one_key(tmp_path):
    make_folder(tmp_path / "k")
    first = make_key(tmp_path / "k")
    assert make_key(tmp_path / "k") == first == read_key(tmp_path / "k")
    assert [path.name for path in (tmp_path / "k").iterdir()] == ["hash.key"]
    (tmp_path / "k" / "hash.key").write_text("abc")
    with pytest.raises(RemoteError, match="missing or damaged"):
        make_key(tmp_path / "k")


def test_a_damaged_file_is_said(tmp_path):
    with serve(houses) as station:
        desk = Desk(tmp_path, station.url)
        desk.send()
        for path in desk.folder.glob("answers.sqlite*"):
            path.write_bytes(b"no database at all" * 500)
        with pytest.raises(RemoteError, match="cannot be used"):
            desk.plan()

"""A process of its own: results and errors come back, limits hold, a death stays there."""

from __future__ import annotations

import ctypes
import os
import sys
import time
from pathlib import Path

import pytest

from gcrm import nursery
from gcrm.errors import SourceError
from gcrm.process import Limits, ProcessStoppedError, run

LIMITS = Limits(memory_mb=400, seconds=20)


@pytest.fixture(params=["forked", "started"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """As a child of a nursery, which this module has because of `warm`, and as a process of its own."""
    if request.param == "started":
        monkeypatch.setattr(nursery, "child", lambda _module: None)
    elif sys.platform != "linux":
        pytest.skip("only Linux has nurseries")
    return request.param


def warm() -> None:
    """Nothing more is needed than this module."""


def add(a: int, b: int) -> int:
    os.write(1, b"not an answer")
    return a + b


def process() -> tuple[int, int, str, str]:
    return os.getpid(), os.getppid(), str(Path.cwd()), os.environ["GCRM_MARK"]


def fail() -> None:
    msg = "line 3 is wrong"
    raise SourceError(msg)


def swallow() -> None:
    held = []
    while True:
        held.append(bytearray(os.urandom(1 << 20)) * 20)


def grab() -> int:
    return len(bytearray(8 << 30))


def wait() -> None:
    time.sleep(60)


def crash() -> None:
    ctypes.string_at(0)


def deep(depth: int) -> int:
    return depth if depth == 0 else deep(depth - 1)


def test_the_answer_comes_from_another_process() -> None:
    assert run(add, 2, 3, limits=LIMITS) == 5


def test_it_works_where_the_asker_works(way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for mark in ("one", "two"):
        folder = tmp_path / mark
        folder.mkdir()
        monkeypatch.chdir(folder)
        monkeypatch.setenv("GCRM_MARK", mark)
        found.append(run(process, limits=LIMITS))
    assert [(folder, mark) for _, _, folder, mark in found] == [(str(tmp_path / m), m) for m in ("one", "two")]
    assert len({os.getpid(), *(child for child, *_ in found)}) == 3
    assert len({parent for _, parent, *_ in found}) == 1
    assert (found[0][1] == os.getpid()) == (way == "started")


def test_an_error_comes_back_as_it_was() -> None:
    with pytest.raises(SourceError, match="line 3 is wrong"):
        run(fail, limits=LIMITS)
    with pytest.raises(RecursionError):
        run(deep, 100_000, limits=LIMITS)


@pytest.mark.parametrize(
    ("function", "limits", "why"),
    [
        (swallow, LIMITS, "memory"),
        (grab, LIMITS, "memory"),
        (wait, Limits(400, 1), "time"),
        (crash, LIMITS, "died"),
    ],
)
def test_a_limit_or_a_death_is_an_error(function, limits: Limits, why: str) -> None:
    with pytest.raises(ProcessStoppedError) as caught:
        run(function, limits=limits)
    assert caught.value.why == why

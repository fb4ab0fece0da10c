"""A process of its own: results and errors come back, limits hold, a death stays there."""

from __future__ import annotations

import ctypes
import os
import time

import pytest

from gcrm.errors import SourceError
from gcrm.process import Limits, ProcessStoppedError, run

LIMITS = Limits(memory_mb=400, seconds=20)


def add(a: int, b: int) -> int:
    os.write(1, b"not an answer")
    return a + b


def process() -> int:
    return os.getpid()


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
    assert run(process, limits=LIMITS) != os.getpid()


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

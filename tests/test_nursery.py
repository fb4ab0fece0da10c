"""A nursery: kept between tasks, replaced when it is gone, and never shared with a fork of the asker."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import warnings

import pytest

from gcrm.process import Limits, run

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has nurseries")
LIMITS = Limits(memory_mb=400, seconds=20)


def warm() -> None:
    """Nothing more is needed than this module."""


def nursery() -> int:
    return os.getppid()


def test_a_nursery_that_was_killed_is_replaced() -> None:
    before = run(nursery, limits=LIMITS)
    os.kill(before, signal.SIGKILL)
    assert run(nursery, limits=LIMITS) not in {before, os.getpid()}


def test_a_fork_of_the_asker_has_a_nursery_of_its_own() -> None:
    ours = run(nursery, limits=LIMITS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # this process may have threads of libraries; the fork does not meet them
        pool = multiprocessing.get_context("fork").Pool(1)
    with pool:
        theirs = pool.apply(of_a_fork)
    assert ours != theirs
    assert run(nursery, limits=LIMITS) == ours


def of_a_fork() -> int:
    return run(nursery, limits=LIMITS)

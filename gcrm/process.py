"""A process of its own for what may hurt: a function runs there under limits of memory and time, and may die alone.

Damaged or hostile files can take all memory, never end, or bring the interpreter down; none of that may reach the
process that serves people. The function and its arguments travel by pickle from us to us, so nothing of the file does.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

import psutil

from gcrm.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable

Why = Literal["memory", "time", "died"]

_MB = 1 << 20
_POLL_S = 0.02
_ORPHAN_S = 0.5
#: What a process may map beyond its limit before the kernel refuses more; what it holds is watched from outside.
_SLACK_MB = 1024


@dataclass(frozen=True)
class Limits:
    """What a process may take.

    Attributes
    ----------
    memory_mb
        Most memory that it may hold, in mebibytes.
    seconds
        Longest time that it may run.
    """

    memory_mb: int
    seconds: float


class ProcessStoppedError(UserError):
    """A process of its own was stopped at a limit, or died.

    Attributes
    ----------
    why
        What stopped it.
    """

    def __init__(self, why: Why, limits: Limits) -> None:
        words = {
            "memory": f"it took more than {limits.memory_mb} MB of memory and was stopped.",
            "time": f"it took longer than {limits.seconds:g} s and was stopped.",
            "died": "its process ended by itself: what it read is damaged, or made to do harm.",
        }
        super().__init__(words[why])
        self.why, self._limits = why, limits

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel by pickle with what it was made of."""
        return type(self), (self.why, self._limits)


def run(function: Callable[..., Any], *args: Any, limits: Limits) -> Any:
    """Run a function in a process of its own and return what it returns.

    Parameters
    ----------
    function
        A function at the top of a module; it and its arguments must travel by pickle.
    *args
        Its arguments.
    limits
        What it may take.

    Returns
    -------
    Any
        What the function returns; it must travel by pickle, so keep it small and leave big results in a file.

    Raises
    ------
    ProcessStoppedError
        If it was stopped at a limit, or died.
    Exception
        What the function itself raised.
    """
    task = pickle.dumps((function.__module__, function.__qualname__, args, limits))
    child = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell, arguments by pipe
        [sys.executable, "-c", f"import {__name__} as p; p.serve()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    )
    stopped: list[Why] = []
    watch = threading.Thread(target=_watch, args=(child, limits, stopped), daemon=True)
    watch.start()
    try:
        answer, _ = child.communicate(task)
    except BaseException:  # Ctrl+C, or whatever else ends the wait: the child must not go on alone
        child.kill()
        child.wait()
        raise
    watch.join()
    if stopped or child.returncode or not answer:
        raise ProcessStoppedError(stopped[0] if stopped else "died", limits)
    good, value = pickle.loads(answer)  # noqa: S301 - written by ourselves, see serve
    if not good:
        raise value
    return value


def _watch(child: subprocess.Popen[bytes], limits: Limits, stopped: list[Why]) -> None:
    """Kill the child when it goes beyond a limit, and say which."""
    end = time.monotonic() + limits.seconds
    try:
        seen = psutil.Process(child.pid)
        while child.poll() is None:
            why: Why | None = "memory" if _held_mb(seen) > limits.memory_mb else None
            why = "time" if time.monotonic() > end else why
            if why:
                stopped.append(why)
                child.kill()
                return
            time.sleep(_POLL_S)
    except psutil.Error:
        return  # it ended meanwhile


def _held_mb(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / _MB


def serve() -> None:
    """Be the child: read the task from standard input, answer on standard output."""
    threading.Thread(target=_leave_with, args=(os.getppid(),), daemon=True).start()
    task = sys.stdin.buffer.read()
    answer = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever else is printed must not mix with the answer
    module, name, args, limits = pickle.loads(task)  # noqa: S301 - written by ourselves, see run
    _bound(limits)
    try:
        result = True, getattr(import_module(module), name)(*args)
    except MemoryError:
        result = False, ProcessStoppedError("memory", limits)
    except Exception as error:  # noqa: BLE001 - it is raised again on the other side
        result = False, error
    with answer:
        pickle.dump(result, answer)


def _leave_with(parent: int) -> None:
    """End when the parent is gone: nobody would hold the limits any more."""
    while os.getppid() == parent:
        time.sleep(_ORPHAN_S)
    os._exit(1)


def _bound(limits: Limits) -> None:
    """Let the kernel refuse what is far beyond the limit, where it can."""
    try:
        import resource  # noqa: PLC0415 - there is none on Windows
    except ImportError:
        return
    most = (limits.memory_mb + _SLACK_MB) * _MB
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

"""A process of its own for what may hurt: a function runs there under limits of memory and time, and may die alone.

Damaged or hostile files can take all memory, never end, or bring the interpreter down; none of that may reach the
process that serves people. The function and its arguments travel by pickle from us to us, so nothing of the file does.
"""

from __future__ import annotations

import os
import pickle
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import psutil

from gcrm import nursery
from gcrm.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable

Why = Literal["memory", "time", "died"]

_MB = 1 << 20
_POLL_S = 0.02
_ORPHAN_S = 0.5
_SIZE_BYTES = 8
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
    here = Path.cwd(), dict(os.environ)
    task = pickle.dumps((function.__module__, function.__qualname__, args, limits, here))
    born = nursery.child(function.__module__)
    child = _Forked(*born) if born else _Started()
    stopped: list[Why] = []
    watch = threading.Thread(target=_watch, args=(child, limits, stopped), daemon=True)
    watch.start()
    try:
        answer = child.ask(task)
    except BaseException:  # Ctrl+C, or whatever else ends the wait: the child must not go on alone
        child.end()
        raise
    watch.join()
    if stopped or not _whole(answer):
        raise ProcessStoppedError(stopped[0] if stopped else "died", limits)
    good, value = pickle.loads(answer[_SIZE_BYTES:])  # noqa: S301 - written by ourselves, see _answer
    if not good:
        raise value
    return value


class _Started:
    """A child that is a new process."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell, arguments by pipe
            [sys.executable, "-c", f"import {__name__} as p; p.serve()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=nursery.environment(),
        )
        self.id = self._process.pid
        self.done = threading.Event()

    def ask(self, task: bytes) -> bytes:
        """Give it its task, and return what it answers until it ends."""
        answer, _ = self._process.communicate(task)
        self.done.set()
        return b"" if self._process.returncode else answer

    def end(self) -> None:
        """Kill it."""
        self._process.kill()
        self._process.wait()
        self.done.set()


class _Forked:
    """A child of a nursery."""

    def __init__(self, number: int, talk: socket.socket) -> None:
        self.id, self._talk = number, talk
        self.done = threading.Event()

    def ask(self, task: bytes) -> bytes:
        """Give it its task, and return what it answers until it ends."""
        parts = []
        with self._talk as talk, suppress(ConnectionError):
            talk.sendall(task)
            talk.shutdown(socket.SHUT_WR)
            while part := talk.recv(_MB):
                parts.append(part)
        self.done.set()
        return b"".join(parts)

    def end(self) -> None:
        """Kill it."""
        with suppress(psutil.Error):
            psutil.Process(self.id).kill()
        self.done.set()


def _watch(child: _Started | _Forked, limits: Limits, stopped: list[Why]) -> None:
    """Kill the child when it goes beyond a limit, and say which."""
    end = time.monotonic() + limits.seconds
    try:
        seen = psutil.Process(child.id)
        while not child.done.wait(_POLL_S):
            why: Why | None = "memory" if _held_mb(seen) > limits.memory_mb else None
            why = "time" if time.monotonic() > end else why
            if why:
                stopped.append(why)
                seen.kill()
                return
    except psutil.Error:
        return  # it ended meanwhile


def _held_mb(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / _MB


def _whole(answer: bytes) -> bool:
    return len(answer) > _SIZE_BYTES and len(answer) - _SIZE_BYTES == int.from_bytes(answer[:_SIZE_BYTES], "big")


def serve() -> None:
    """Be a child that is a new process: read the task from standard input, answer on standard output."""
    threading.Thread(target=_leave_with, args=(os.getppid(),), daemon=True).start()
    task = sys.stdin.buffer.read()
    answer = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever else is printed must not mix with the answer
    with answer:
        answer.write(_answer(task))


def serve_on(talk: int) -> None:
    """Be a child of a nursery, and end with the answer.

    Parameters
    ----------
    talk
        Descriptor of the socket to tell one's process id, read the task and answer.
    """
    try:
        threading.Thread(target=_leave_with, args=(os.getppid(),), daemon=True).start()
        with socket.socket(fileno=talk) as ours:
            ours.sendall(os.getpid().to_bytes(8, "big"))
            with ours.makefile("rb") as file:
                task = file.read()
            ours.sendall(_answer(task))
    finally:
        os._exit(0)


def _answer(task: bytes) -> bytes:
    """Do a task; return the size of the answer and the answer, which is its result or what it raised."""
    module, name, args, limits, (folder, environment) = pickle.loads(task)  # noqa: S301 - by ourselves, see run
    os.chdir(folder)
    os.environ.update(environment)
    _bound(limits)
    try:
        result = True, getattr(import_module(module), name)(*args)
    except MemoryError:
        result = False, ProcessStoppedError("memory", limits)
    except Exception as error:  # noqa: BLE001 - it is raised again on the other side
        result = False, error
    answer = pickle.dumps(result)
    return len(answer).to_bytes(_SIZE_BYTES, "big") + answer


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

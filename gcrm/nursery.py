"""A nursery: a process that has imported what the tasks of a module need, and forks a child for each of them.

To start an interpreter and to import what reads a file takes longer than to read most files. A nursery sees neither
tasks nor files, and has one thread only, so its forks are as clean as a new process. It ends with the process that
asked for it, or when nobody asks for a while. Only Linux has it: elsewhere not every library bears to be forked.
"""

from __future__ import annotations

import atexit
import gc
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from importlib import import_module
from pathlib import Path

#: A nursery that nobody asks for so long ends, and gives its memory back.
_IDLE_S = 20.0
_ID_BYTES = 8
_THREADS = Path("/proc/self/task")


#: Libraries whose threads begin when they are imported.
_ALONE = {"OPENBLAS_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}


def environment() -> dict[str, str]:
    """Return the environment of a process of ours: it imports what we import, and has no threads of libraries."""
    return os.environ | _ALONE | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}


class Nursery:
    """A running nursery."""

    def __init__(self, module: str) -> None:
        self._ours, theirs = socket.socketpair()
        with theirs:
            code = f"import {__name__} as n; n.keep({theirs.fileno()}, {module!r})"
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, no shell
                [sys.executable, "-c", code],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env=environment(),
            )

    def bear(self) -> tuple[int, socket.socket] | None:
        """Fork a child; return its process id and the socket on which it waits, or null where the nursery has ended."""
        ours, theirs = socket.socketpair()
        told = b""
        try:
            with theirs:
                socket.send_fds(self._ours, [b"f"], [theirs.fileno()])
            told = ours.recv(_ID_BYTES, socket.MSG_WAITALL)
        except OSError:
            return None
        finally:
            if len(told) < _ID_BYTES:
                ours.close()
        return (int.from_bytes(told, "big"), ours) if len(told) == _ID_BYTES else None

    def close(self) -> None:
        """End it; a child that still works goes with it."""
        self._ours.close()
        self._process.wait()

    def leave(self) -> None:
        """Let go of it in a fork of the process that started it: it stays with that one."""
        self._ours.close()
        self._process.returncode = 0


_lock = threading.Lock()
_kept: dict[str, Nursery] = {}
_unfit: set[str] = set()


def child(module: str) -> tuple[int, socket.socket] | None:
    """Fork a child for a task of a module.

    Parameters
    ----------
    module
        The module, which the child has imported. Only one with a function `warm` has a nursery; what that imports is
        there, too, and neither it nor the module may start a thread.

    Returns
    -------
    tuple of int and socket.socket, or None
        The child's process id, and the socket on which it waits for its task; null where there is none to be had, and
        a new process must do.
    """
    if sys.platform != "linux" or not hasattr(sys.modules[module], "warm"):
        return None
    with _lock:
        while module not in _unfit:
            fresh = module not in _kept
            if fresh:
                _kept[module] = Nursery(module)
            born = _kept[module].bear()
            if born is not None:
                return born
            _kept.pop(module).close()
            if fresh:
                _unfit.add(module)
    return None


def keep(channel: int, module: str) -> None:
    """Be the nursery.

    Parameters
    ----------
    channel
        Descriptor of the socket on which children are asked for; each comes with a socket for the child.
    module
        Module of their tasks.
    """
    from gcrm import process  # noqa: PLC0415 - which imports us

    import_module(module).warm()
    if sum(1 for _ in _THREADS.iterdir()) > 1:
        return  # a fork would have locks that nobody opens any more
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for children: who asked for one sees its socket close
    with socket.socket(fileno=channel) as asked:
        while select.select([asked], [], [], _IDLE_S)[0]:
            message, talks, *_ = socket.recv_fds(asked, 1, 1)
            if not message:
                return
            if os.fork() == 0:
                asked.close()
                process.serve_on(talks[0])
            os.close(talks[0])


def _end() -> None:
    for nursery in _kept.values():
        nursery.close()
    _kept.clear()


def _forked() -> None:
    """Begin anew in a fork: nurseries are those of the process that it was forked from."""
    global _lock  # noqa: PLW0603
    _lock = threading.Lock()
    for nursery in _kept.values():
        nursery.leave()
    _kept.clear()


atexit.register(_end)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)

"""The lock of a project's snapshots: one process writes at a time. The system lets go of it when its holder dies."""

from __future__ import annotations

import os
import socket
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING

from gcrm.errors import ProjectError
from gcrm.warehouse import snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FILE = "lock"
#: What is locked lies behind everything that stands in the file: Windows lets nobody read what is locked.
_PLACE = 1 << 30


@contextmanager
def writing(folder: Path, what: str) -> Iterator[None]:
    """Be the only one that writes to the snapshots of a project, in any process.

    Parameters
    ----------
    folder
        The project's folder.
    what
        What is done, for the message that another one gets: `build`, `prune`.

    Yields
    ------
    None
        While the lock is held.

    Raises
    ------
    ProjectError
        If another process holds it, or the folder cannot be written.
    """
    root = folder / snapshot.FOLDER
    try:
        root.mkdir(exist_ok=True)
        file = (root / _FILE).open("a+b")
    except OSError as error:
        raise unwritable(root, error) from error
    with file:
        if not _lock(file):
            msg = f"Another {_holder(file)} of {folder} is running. Try again when it is done."
            raise ProjectError(msg)
        _note(file, what, root)
        yield


def unwritable(root: Path, error: OSError) -> ProjectError:
    """Return the error that says that a folder of snapshots cannot be written."""
    msg = f"{root} cannot be written: {error.strerror}. This needs free space and the right to write there."
    return ProjectError(msg)


def _note(file: IO[bytes], what: str, root: Path) -> None:
    """Write down who holds the lock."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    try:
        file.truncate(0)
        file.write(f"{what} (process {os.getpid()} on {socket.gethostname()}, since {now})".encode())
        file.flush()
    except OSError as error:
        raise unwritable(root, error) from error


def _holder(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read(500).decode(errors="replace") or "build"


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> bool:
        file.seek(_PLACE)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        file.seek(0)
        return True

else:
    import fcntl

    def _lock(file: IO[bytes]) -> bool:
        """Take the lock if it is free; a file system that knows no locks gives it to everyone."""
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return True
        return True

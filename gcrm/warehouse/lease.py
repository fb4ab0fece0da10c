"""Leases: a reader says which snapshot it reads, so that nobody deletes the files under it.

A lease is a small file of its own under snapshots/leases. It counts while its holder lives: on the same machine the
process is looked up; on another one, as on a network folder, the holder must have renewed it lately.
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
import threading
import uuid
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterable

FOLDER = "leases"
#: Seconds between two renewals, and seconds without one after which a holder on another machine counts as gone.
_RENEW_S = 60.0
_GONE_S = 15 * 60.0
#: Seconds by which clocks may disagree on when a process began.
_SLACK_S = 5.0

_held: set[Path] = set()
_guard = threading.Lock()
_beat: threading.Thread | None = None


@dataclass(frozen=True)
class Lease:
    """One reader's claim on a snapshot.

    Attributes
    ----------
    sequence
        Number of the snapshot's manifest.
    files
        Its stage files: they stay, even where the manifest has gone already.
    host, home, pid
        Machine of the holder by name, machine and process table by hash, and number of the process.
    taken
        When, ISO 8601 in UTC.
    """

    sequence: int
    files: tuple[str, ...]
    host: str
    home: str
    pid: int
    taken: str

    @property
    def holder(self) -> str:
        """Who holds it, for messages."""
        return f"process {self.pid} on {self.host}, since {self.taken}"


def take(root: Path, sequence: int, files: Iterable[str]) -> Path | None:
    """Claim a snapshot for this process.

    Parameters
    ----------
    root
        The folder of the snapshots.
    sequence
        Number of the manifest.
    files
        Its stage files.

    Returns
    -------
    Path or None
        The lease, for `release`; null where the folder cannot be written: one reads without it then, as
        from a read-only disk.
    """
    path = root / FOLDER / f"{sequence:08d}-{uuid.uuid4().hex}.json"
    now = datetime.now(UTC).isoformat(timespec="seconds")
    lease = Lease(sequence, tuple(files), socket.gethostname(), _home(), os.getpid(), now)
    try:
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(asdict(lease)), encoding="utf-8")
    except OSError:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        return None
    with _guard:
        _held.add(path)
        _keep_renewing()
    return path


def release(path: Path | None) -> None:
    """Give back what `take` returned."""
    if path is None:
        return
    with _guard:
        _held.discard(path)
    with suppress(OSError):
        path.unlink(missing_ok=True)


def held(root: Path) -> list[Lease]:
    """Return the leases whose holders live, in order.

    Parameters
    ----------
    root
        The folder of the snapshots.

    Returns
    -------
    list of Lease
        One per reader; one that is only half written counts as taken now, on a snapshot without known files.
    """
    return [lease for path in _paths(root) if (lease := _living(path)) is not None]


def clear(root: Path) -> list[str]:
    """Delete the leases whose holders are gone; return their names."""
    gone = []
    for path in _paths(root):
        if _living(path) is None:
            with suppress(OSError):
                path.unlink()
                gone.append(path.name)
    return gone


def _paths(root: Path) -> list[Path]:
    return sorted((root / FOLDER).glob("*.json"))


def _living(path: Path) -> Lease | None:
    """Read a lease; null where its holder is gone, or it has just been given back."""
    try:
        renewed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        lease = _decode(path)
    except OSError:
        return None
    if lease is not None and lease.home == _home():
        return lease if _runs(lease) else None
    fresh = _now(path.parent) - renewed < timedelta(seconds=_GONE_S)
    if lease is None:
        lease = Lease(int(path.name[:8]), (), "unknown", "", 0, renewed.isoformat(timespec="seconds"))
    return lease if fresh else None


def _decode(path: Path) -> Lease | None:
    """Read what a lease says; null while it is being written."""
    try:
        body: dict[str, Any] = json.loads(path.read_bytes())
        return Lease(**body | {"files": tuple(body["files"])})
    except (ValueError, TypeError, KeyError):
        return None


def _runs(lease: Lease) -> bool:
    """Say whether the process that took the lease still runs, and not a later one of the same number."""
    try:
        began = psutil.Process(lease.pid).create_time()
    except psutil.NoSuchProcess:
        return False
    except psutil.Error:
        return True
    return began <= datetime.fromisoformat(lease.taken).timestamp() + _SLACK_S


def _now(folder: Path) -> datetime:
    """Return the time by the clock that also stamps the leases: on a network folder that of the server."""
    probe = folder / f".clock-{uuid.uuid4().hex}"
    try:
        probe.touch()
        stamp = probe.stat().st_mtime
        probe.unlink()
    except OSError:
        return datetime.now(UTC)
    return datetime.fromtimestamp(stamp, UTC)


@cache
def _home() -> str:
    """Return a hash of this machine and its process table: within it a process number means one process."""
    table = ""
    with suppress(OSError):
        table = Path("/proc/self/ns/pid").readlink().as_posix()
    return hashlib.sha256(f"{socket.gethostname()} {uuid.getnode()} {table}".encode()).hexdigest()[:16]


def _keep_renewing() -> None:
    """Start the thread that renews the leases of this process."""
    global _beat  # noqa: PLW0603 - one thread for the whole process
    if _beat is None or not _beat.is_alive():
        _beat = threading.Thread(target=_renew, name="gcrm-leases", daemon=True)
        _beat.start()


def _renew() -> None:
    wait = threading.Event()
    while not wait.wait(_RENEW_S):
        with _guard:
            paths = list(_held)
        for path in paths:
            with suppress(OSError):
                os.utime(path)


def _forked() -> None:
    """Forget in a fork what its parent holds: the parent gives it back itself."""
    global _guard, _beat  # noqa: PLW0603
    _guard = threading.Lock()
    _beat = None
    _held.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)

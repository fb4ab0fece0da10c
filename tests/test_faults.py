"""Faults of the disk at any moment: the published snapshot stays whole, the message is clear, the next build mends."""

from __future__ import annotations

import collections
import os
import random
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from gcrm.pipeline import build
from gcrm.warehouse import snapshot
from tests import project
from tests.terminal import gcrm

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CALLS = "write,pwrite64,fsync,fdatasync,rename,renameat2,link,linkat,mkdir,ftruncate,fallocate,unlink,rmdir"
BUILD = [sys.executable, "-B", "-m", "gcrm.cli", "build"]
LINE = re.compile(r"^(\d+) +(\w+)\(")


@dataclass(frozen=True)
class Point:
    """The n-th call of its name in a thread fails so; with a `+` every later one too, as on a disk that is full."""

    call: str
    when: str
    error: str


def traced(folder: Path, *options: str) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """Build under strace; the lines that it wrote are the calls in question."""
    log = folder.parent / "strace.log"
    command = ["strace", "-f", "--seccomp-bpf", "-qq", "-y", "-o", str(log), "-e", f"trace={CALLS}", *options, *BUILD]
    env = {**os.environ, "COLUMNS": "500", "NO_COLOR": "1"}
    found = subprocess.run([*command, str(folder)], capture_output=True, text=True, env=env, check=False)
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    log.unlink(missing_ok=True)
    return found, lines


def points(lines: list[str], folder: Path) -> list[Point]:
    """Every call of a build that touches the project, by its number in its thread, failing in two ways."""
    seen: collections.Counter[tuple[str, str]] = collections.Counter()
    found: set[tuple[str, int]] = set()
    for line in lines:
        if match := LINE.match(line):
            seen[match.groups()] += 1
            if str(folder) in line:
                found.add((match[2], seen[match.groups()]))
    full = [Point(call, f"{n}+" if call != "write" else str(n), "ENOSPC") for call, n in sorted(found)]
    return full + [Point(call, str(n), "EIO") for call, n in sorted(found)]


def check_stopped(found: subprocess.CompletedProcess[str], stands: int, wanted: int, now: int) -> None:
    """A build that failed says so in a sentence and leaves what stood; one that did not fail has published."""
    assert "Traceback" not in found.stderr, found.stderr
    assert found.returncode in {0, 1}, found.stderr
    assert now in ({wanted} if found.returncode == 0 else {stands, wanted})
    if found.returncode:
        assert re.search(r"cannot be|stopped", found.stderr), found.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "p"
    project.write(found, customers=1)
    build(found)
    return found


@pytest.mark.soak
def test_a_disk_that_fails_at_any_call_changes_nothing(folder: Path, soak: Callable[..., int]) -> None:
    if shutil.which("strace") is None:
        pytest.skip("no strace to inject faults with; install Debian's 'strace'")
    project.write(folder, customers=2)
    clean, lines = traced(folder)
    if clean.returncode:
        pytest.skip(f"strace cannot trace here: {clean.stderr.strip()[:200]}")
    chosen = points(lines, folder)
    random.Random(3).shuffle(chosen)  # noqa: S311
    wanted, injected, failed = 2, 0, 0
    for point in chosen:
        if injected == soak(100, 2):
            break
        stands, wanted = wanted, wanted + 1
        project.write(folder, customers=wanted)
        found, lines = traced(folder, "-e", f"inject={point.call}:error={point.error}:when={point.when}")
        injected += any("(INJECTED)" in line for line in lines)
        failed += found.returncode != 0
        check_stopped(found, stands, wanted, project.published(folder))
        project.check_mended(folder, wanted)
    print(f"\n{injected} faults injected, {failed} builds stopped by them")  # noqa: T201 - pytest -s shows it
    assert injected == soak(100, 2)  # a call that another thread made this time is not met again
    assert failed


@pytest.mark.soak
def test_a_file_that_cannot_grow_changes_nothing(folder: Path, soak: Callable[..., int]) -> None:
    """The limit of the system on the size of files, at every size up to that of the largest stage."""
    resource = pytest.importorskip("resource")
    largest = max(p.stat().st_size for p in (folder / snapshot.FOLDER).iterdir())
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    wanted, failed = 1, 0
    for limit in range(0, largest, largest // soak(20, 2)):
        stands, wanted = wanted, wanted + 1
        project.write(folder, customers=wanted)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
        try:
            found = gcrm("build", folder, columns=500)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        failed += found.returncode != 0
        check_stopped(found, stands, wanted, project.published(folder))
        project.check_mended(folder, wanted)
    assert failed


@pytest.mark.soak
def test_a_disk_that_is_full_changes_nothing(folder: Path, tmp_path: Path, soak: Callable[..., int]) -> None:
    """A small file system of its own, with more and more space."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=32m", "none", disk], capture_output=True, check=False
    ).returncode:
        pytest.skip("no right to mount a small file system")
    try:
        small = shutil.copytree(folder, disk / "p")
        need = sum(p.stat().st_size for p in (folder / snapshot.FOLDER).iterdir())
        filler = disk / "filler"
        wanted, failed = 1, 0
        for space in range(0, need, need // soak(20, 2)):
            stands, wanted = wanted, wanted + 1
            project.write(small, customers=wanted)
            usage = shutil.disk_usage(disk)
            with filler.open("wb") as file:
                file.write(b"\0" * max(0, usage.free - space))
            found = gcrm("build", small, columns=500)
            failed += found.returncode != 0
            check_stopped(found, stands, wanted, project.published(small))
            filler.unlink()
            project.check_mended(small, wanted)
        assert failed
    finally:
        subprocess.run(["umount", "-l", disk], capture_output=True, check=False)

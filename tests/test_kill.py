"""Builds that are killed at any moment: the published snapshot stays whole, and the next build mends everything."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

import gcrm
from gcrm.pipeline import build
from gcrm.warehouse import snapshot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TOML = """
[project]
name = "Killed"
metric_crs = "EPSG:32610"

[sources.customers]
kind = "customers"
path = "customers.csv"
"""
BUILD = "import sys; from pathlib import Path; from gcrm.pipeline import build; build(Path(sys.argv[1]))"


def write(folder: Path, customers: int) -> None:
    rows = "".join(f"{i},-122.4,{37.7 + i / 10_000}\n" for i in range(customers))
    (folder / "customers.csv").write_text("customer_id,lon,lat\n" + rows, encoding="utf-8")


def published(folder: Path) -> int:
    """Customers of the newest snapshot, read as any reader would."""
    return gcrm.open(folder).query(["customers"]).table["customers"].to_pylist()[0]


def killed(folder: Path, after: float) -> bool:
    """Start a build, and kill it so many seconds after it began to write; False when it was done before."""
    process = subprocess.Popen([sys.executable, "-c", BUILD, str(folder)])
    while process.poll() is None and not any((folder / snapshot.FOLDER).glob("build-*/*")):
        time.sleep(0.005)
    time.sleep(after)
    process.kill()
    return process.wait() != 0


@pytest.mark.soak
def test_a_killed_build_changes_nothing(tmp_path: Path, soak: Callable[[int], int]) -> None:
    moments = random.Random(1)  # noqa: S311
    (tmp_path / "gcrm.toml").write_text(TOML, encoding="utf-8")
    write(tmp_path, 1)
    started = time.perf_counter()
    build(tmp_path)
    seconds = time.perf_counter() - started
    kills, stands = 0, 1
    for customers in range(2, 2 + soak(40)):
        write(tmp_path, customers)
        kills += killed(tmp_path, moments.uniform(0, seconds) if kills else 0)
        found = published(tmp_path)
        assert found in {stands, customers}
        stands = found
    assert kills
    write(tmp_path, 1000)
    build(tmp_path)
    assert published(tmp_path) == 1000
    assert list((tmp_path / snapshot.FOLDER).glob("build-*")) == []
    assert list((tmp_path / snapshot.FOLDER).glob(".*")) == []

"""Starting the dashboard where nobody ever started Streamlit before, and nobody sits at the keyboard."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

SECONDS = 90


@pytest.fixture
def port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_the_dashboard_answers_without_asking_anything(demo_project: Path, tmp_path: Path, port: int) -> None:
    env = {**os.environ, "HOME": str(tmp_path), "BROWSER": "true"}  # `true` opens no window
    command = [sys.executable, "-m", "gcrm.cli", "app", str(demo_project), "--port", str(port)]
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(
            command, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
        try:
            assert answer(server, f"http://127.0.0.1:{port}/_stcore/health") == "ok"
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(SECONDS)
    printed = (tmp_path / "log").read_text(encoding="utf-8")
    assert f"http://localhost:{port}" in printed
    assert "mail" not in printed
    assert "runtime" not in printed, "a cache was made before there was a server to keep it"


def answer(server: subprocess.Popen[bytes], url: str) -> str:
    """What the server says once it answers; empty when it ends before."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310 (our own server)
                return response.read().decode()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.3)
    return ""

"""A real PostgreSQL server for tests: a folder of its own, this machine only, an unprivileged user, gone at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSWORD = "correct horse"  # noqa: S105 - of a server that lives as long as the tests
_USERS = ("postgres", "nobody")
_PATIENCE_S = 60


@dataclass
class Server:
    """A running server. Over its socket it trusts everybody; over 127.0.0.1 it wants `PASSWORD`.

    The superuser is called `gcrm`.
    """

    folder: Path
    port: int
    _names: Iterator[int] = field(default_factory=count)

    def url(self, database: str = "postgres", *, user: str = "gcrm") -> str:
        """URL of a database over the socket."""
        return f"postgresql://{user}@/{database}?host={self.folder}&port={self.port}"

    def tcp_url(self, database: str = "postgres", *, user: str = "gcrm") -> str:
        """URL of a database over the loopback network, where a password is asked for."""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def database(self) -> str:
        """Make an empty database; return its name."""
        name = f"test_{next(self._names)}"
        self.execute(f"CREATE DATABASE {name}")
        return name

    def execute(self, statement: str, database: str = "postgres") -> list[Any]:
        """Run a statement as superuser; return its rows."""
        with psycopg.connect(self.url(database), autocommit=True) as con:
            cursor = con.execute(statement)
            return cursor.fetchall() if cursor.description else []


def programs() -> Path | None:
    """Folder of the server's programs: those on the path, else the newest that Debian installed."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    return folders[-1].parent if folders else None


def unprivileged() -> dict[str, Any]:
    """How to start a process that is not root: PostgreSQL refuses to run as root."""
    if os.geteuid():
        return {}
    user = next(entry for name in _USERS for entry in pwd.getpwall() if entry.pw_name == name)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@contextmanager
def serve(binaries: Path, **settings: object) -> Iterator[Server]:
    """Start a server in a folder of its own, with further settings, and take both away at the end."""
    who = unprivileged()
    # Not below pytest's folder, where only we may go; and short, because a socket's path has about a hundred letters.
    folder = Path(tempfile.mkdtemp(prefix="gcrm-pg-"))
    if who:
        os.chown(folder, who["user"], who["group"])
    try:
        _initialise(binaries, folder, who)
        with _running(binaries, folder, who, settings) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _initialise(binaries: Path, folder: Path, who: dict[str, Any]) -> None:
    secret = folder / "password"
    secret.write_text(PASSWORD)
    secret.chmod(0o644)
    command = [binaries / "initdb", "-D", folder / "data", "-U", "gcrm", "-E", "UTF8", "--locale=C", "--no-sync"]
    access = ["--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={secret}"]
    made = subprocess.run([*command, *access], cwd=folder, capture_output=True, text=True, check=False, **who)
    assert made.returncode == 0, made.stderr


@contextmanager
def _running(binaries: Path, folder: Path, who: dict[str, Any], more: dict[str, object]) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": folder,
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "max_connections": 60,
        "shared_buffers": "32MB",
    } | more
    arguments = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    leash = ["setpriv", "--pdeathsig", "INT"] if shutil.which("setpriv") else []  # it goes when we are killed
    command = [*leash, binaries / "postgres", "-D", folder / "data", *arguments]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, **who)
    server = Server(folder, port)
    try:
        _wait(server, process, folder / "log")
        yield server
    finally:
        process.send_signal(signal.SIGQUIT)  # at once: nothing of it is kept
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _PATIENCE_S
    while True:
        assert process.poll() is None, log.read_text()
        try:
            server.execute("SELECT 1")
        except psycopg.OperationalError:
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.05)
        else:
            return

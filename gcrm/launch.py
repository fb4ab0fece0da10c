"""Starting the dashboard: Streamlit in a process of its own, on this machine only."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import resources
from importlib.util import find_spec
from pathlib import Path

from gcrm.errors import DependencyError

#: Environment variable that tells the dashboard which project to open.
PROJECT = "GCRM_PROJECT"


def app_root() -> Path:
    """Return the folder that holds the package `app`: the checkout, or the bundle inside an installed wheel."""
    package = Path(str(resources.files("gcrm")))
    bundle = package / "_bundle"
    return bundle if bundle.is_dir() else package.parent


def command(port: int, *, browser: bool) -> list[str]:
    """Return the command line that serves the dashboard on the loopback address.

    Parameters
    ----------
    port
        TCP port.
    browser
        Whether Streamlit opens a browser window.

    Returns
    -------
    list of str
        The program and its arguments.
    """
    options = {
        "server.port": str(port),
        "server.address": "127.0.0.1",
        "server.headless": str(not browser).lower(),
        "browser.gatherUsageStats": "false",
        "server.showEmailPrompt": "false",  # it would wait for an answer in the terminal
        "logger.hideWelcomeMessage": "true",  # with it goes a pop-up for programmers, on every page
        "server.fileWatcherType": "none",
        "client.toolbarMode": "minimal",
    }
    flags = [f"--{name}={value}" for name, value in options.items()]
    return [sys.executable, "-m", "streamlit", "run", str(app_root() / "app" / "main.py"), *flags]


def serve(folder: Path, port: int, *, browser: bool = True) -> int:
    """Serve the dashboard of a project until it is stopped.

    Parameters
    ----------
    folder
        The project's folder.
    port
        TCP port on the loopback address.
    browser
        Whether to open a browser window.

    Returns
    -------
    int
        Exit code of the server.

    Raises
    ------
    DependencyError
        If Streamlit is not installed.
    """
    if find_spec("streamlit") is None:
        msg = "The dashboard needs Streamlit: pip install 'gcrm[app]'"
        raise DependencyError(msg)
    root = app_root()
    env = {**os.environ, PROJECT: str(folder.resolve())}
    env["PYTHONPATH"] = os.pathsep.join(p for p in (str(root), os.environ.get("PYTHONPATH", "")) if p)
    # Streamlit looks for .streamlit/config.toml (the theme) in the folder it is started from.
    try:
        return subprocess.run(command(port, browser=browser), env=env, cwd=root / "app", check=False).returncode  # noqa: S603
    except KeyboardInterrupt:
        return 0

"""What the dashboard's tests share: a small project, a server over it, and pages of a browser without network."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.request
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

import gcrm
from gcrm import launch
from gcrm.pipeline import build
from tests.app import shop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gcrm.workspace import Workspace


@pytest.fixture(scope="session")
def shop_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the small company, built: read it, never write to it."""
    folder = tmp_path_factory.mktemp("shop")
    shop.write(folder)
    build(folder)
    return folder


@pytest.fixture(scope="session")
def workspace(shop_project: Path) -> Workspace:
    """The small company, opened."""
    return gcrm.open(shop_project)


@pytest.fixture(scope="session")
def server(shop_project: Path) -> Iterator[str]:
    """Address of a dashboard over the small company."""
    yield from serve(shop_project)


def serve(folder: Path) -> Iterator[str]:
    """Start a dashboard as `gcrm app` starts it, yield its address, and end it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    root = launch.app_root()
    env = {**os.environ, launch.PROJECT: str(folder), "PYTHONPATH": str(root)}
    process = subprocess.Popen(
        launch.command(port, browser=False), env=env, cwd=root / "app", stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            if process.poll() is not None:
                pytest.fail(f"the dashboard did not start: {process.stdout.read().decode() if process.stdout else ''}")
            try:
                with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):  # noqa: S310
                    break
            except OSError:
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.communicate(timeout=20)


@dataclass
class Desk:
    """A browser page on the dashboard, and everything it asked for or stumbled over."""

    page: Any
    address: str
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def open(self, query: str = "", path: str = "/") -> None:
        """Open a page and wait until the map is drawn."""
        self.page.goto(f"{self.address}{path}{query}")
        if path == "/":
            self.drawn()

    def drawn(self) -> None:
        """Wait until the map shows what the address line says, and the page is whole."""
        self.page.wait_for_function(
            """() => {
                const frame = [...document.querySelectorAll("[data-testid=stBidiComponentIsolated]")]
                    .map((host) => host.shadowRoot?.querySelector(".frame[data-drawn]")).find(Boolean);
                const line = new URL(location.href).searchParams;
                line.delete("view");
                if (!frame) return false;
                const drawn = Object.entries(JSON.parse(frame.dataset.drawn)).filter(([name]) => name !== "view");
                const same = ([name, values]) => JSON.stringify(line.getAll(name)) === JSON.stringify(values);
                return drawn.length === new Set(line.keys()).size && drawn.every(same);
            }""",
            timeout=60_000,
        )
        self.whole()  # what stands below the map comes after it

    def whole(self) -> None:
        """Wait until the page's script has come to its end."""
        self.page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=60_000)

    def drawn_like(self, word: str) -> None:
        """Wait until the map was drawn with a word of the address line."""
        self.page.wait_for_function(
            """(word) => [...document.querySelectorAll("[data-testid=stBidiComponentIsolated]")].some((host) =>
                (host.shadowRoot?.querySelector(".frame[data-drawn]")?.dataset.drawn ?? "").includes(word))""",
            arg=word,
            timeout=60_000,
        )

    def js(self, expression: str) -> Any:
        """Evaluate JavaScript that knows the map component's `state`."""
        return self.page.evaluate(
            """(expression) => {
                const state = [...document.querySelectorAll("[data-testid=stBidiComponentIsolated]")]
                    .map((host) => host.shadowRoot?.gcrm).find((found) => found && "map" in found);
                return new Function("state", "return " + expression)(state);
            }""",
            expression,
        )

    def spot(self, lon: float, lat: float) -> tuple[float, float]:
        """Where a place lies in the window."""
        x, y, left, top = self.js(
            f"(() => {{ const p = state.map.project([{lon}, {lat}]), box = state.page.canvas.getBoundingClientRect();"
            " return [p.x, p.y, box.left, box.top]; })()"
        )
        return left + x, top + y

    def click(self, lon: float, lat: float) -> None:
        """Click the map at a place."""
        x, y = self.spot(lon, lat)
        self.page.mouse.move(x, y)
        self.page.mouse.click(x, y)


@pytest.fixture(scope="session")
def context(browser: Any) -> Iterator[Any]:
    """Pages of one profile share what they have fetched from the server."""
    found = browser.new_context(reduced_motion="reduce")
    yield found
    found.close()


@pytest.fixture(scope="session")
def tab(context: Any) -> Any:
    """The one page of a worker: a new one for each test would read the dashboard's program anew."""
    return context.new_page()


@pytest.fixture
def desk(tab: Any, server: str) -> Iterator[Desk]:
    """The page, empty, at 1440 x 900; it must have asked nobody but the server, and met no error."""
    tab.set_viewport_size({"width": 1440, "height": 900})
    made = Desk(tab, server)
    watched = {
        "request": lambda request: made.requests.append(request.url),
        "pageerror": lambda error: made.errors.append(str(error)),
        "console": lambda m: made.errors.append(m.text) if m.type == "error" else None,
        "websocket": lambda socket: made.requests.append(socket.url),
    }
    for event, note in watched.items():
        tab.on(event, note)
    yield made
    for event, note in watched.items():
        tab.remove_listener(event, note)
    tab.goto("about:blank")
    own = (f"{server}/", f"ws://{server.removeprefix('http://')}/", "data:", "blob:")
    assert {u for u in made.requests if not u.startswith(own)} == set()
    assert made.errors == []

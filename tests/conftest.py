"""What tests share: the test data, a browser, the built demo project, and the size of long campaigns."""

from __future__ import annotations

import fcntl
import gc
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from hypothesis import settings

from gcrm import processors
from tests.threads import all_processors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.postgres import Server

ROOT = Path(__file__).parent.parent
# Workers side by side share the processors; two threads of each would wait for one another.
if "PYTEST_XDIST_WORKER" in os.environ:
    _SHARE = (os.cpu_count() or 1) // int(os.environ["PYTEST_XDIST_WORKER_COUNT"])
    os.environ.setdefault(processors.THREADS, str(max(1, _SHARE)))
# A machine that does other things as well says nothing about a test; `make soak` tries more examples.
settings.register_profile("patient", deadline=None, max_examples=100 if os.environ.get("GCRM_SOAK") == "1" else 25)
settings.load_profile("patient")
_CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def _in_ci() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true"}


def _skip_unless_ci(reason: str) -> NoReturn:
    """Skip on a person's machine; fail in CI, where whatever is missing should have been installed."""
    if _in_ci():
        pytest.fail(f"CI must have it: {reason}", pytrace=False)
    pytest.skip(reason)


def pytest_collection_finish() -> None:
    """Leave what is there by now out of the collection of garbage: thousands of tests, and what they import."""
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files of the long campaigns, so that no worker is left alone with one at the end."""
    long = {item.path for item in items if item.get_closest_marker("soak")}
    items.sort(key=lambda item: item.path not in long)


@pytest.fixture(scope="session")
def repository() -> Path:
    """Root of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def testdata() -> Path:
    """Folder with real data that is not part of the project: `GCRM_TESTDATA`, else ../shared/data."""
    named = os.environ.get("GCRM_TESTDATA")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no test data: {folder} is not a folder; name one in GCRM_TESTDATA")
    return folder.resolve()


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Executable of a Chromium that playwright can drive: `GCRM_CHROMIUM`, else the first one on the path."""
    named = os.environ.get("GCRM_CHROMIUM")
    found = named or next((path for name in _CHROMIUM_NAMES if (path := shutil.which(name))), None)
    if found is None or not Path(found).is_file():
        _skip_unless_ci("no Chromium; install Debian's 'chromium' or name an executable in GCRM_CHROMIUM")
    return Path(found)


@pytest.fixture(scope="session")
def browser(chromium: Path) -> Iterator[Any]:
    """A browser with a fresh profile that can reach this machine only; whoever wants a page makes a context."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 (browser tests only)

    flags = [
        "--no-sandbox",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
        "--use-angle=swiftshader",
        "--enable-unsafe-swiftshader",
        # Without a graphics card only the map, which asks for one, is drawn as if there were one.
        "--disable-gpu-rasterization",
        "--disable-gpu-compositing",
    ]
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=str(chromium), args=flags)
        yield found
        found.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A running PostgreSQL server of Debian's package; one per worker."""
    from tests.postgres import programs, serve  # noqa: PLC0415 (few tests need a server)

    found = programs()
    if found is None:
        _skip_unless_ci("no PostgreSQL server; install Debian's 'postgresql' or put initdb on the path")
    with serve(found) as server:
        yield server


@pytest.fixture(scope="session")
def soak() -> Callable[..., int]:
    """Size of a long campaign: all of it under `make soak`, a hundredth or the least that proves anything otherwise."""
    full = os.environ.get("GCRM_SOAK") == "1"

    def size(rounds: int, least: int = 1) -> int:
        return rounds if full else max(least, rounds // 100)

    return size


@pytest.fixture(scope="session")
def demo_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the demo project, built once per test run and shared by all workers: read it, never write to it."""
    from gcrm.demo import create  # noqa: PLC0415 (most tests need no build)
    from gcrm.pipeline import build  # noqa: PLC0415

    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, ready = shared / "demo", shared / "demo.ready"
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            if folder.exists():
                pytest.fail("the demo project could not be built; another worker tells why", pytrace=False)
            create(folder)
            with all_processors():
                build(folder)
            ready.touch()
    return folder

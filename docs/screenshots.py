"""Take the pictures of the dashboard again: `python docs/screenshots.py demo` (a built project)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

from gcrm import launch

IMAGES = Path(__file__).parent / "images"
PORT = 8597
#: Name -> page, and the place to point at (in the window's pixels).
SHOTS: dict[str, tuple[str, tuple[int, int] | None]] = {
    "territory": ("/?level=zone&measure=revenue", (400, 480)),
    "district": ("/?at=district:2&measure=penetration", None),
    "cells": ("/?at=district:2/zone:67&measure=revenue", (420, 560)),
    "customers": ("/customers?at=district:2&record=customers:1453", None),
    "campaign": ("/campaign?level=zone&measure=prospects", None),
    "planning": ("/planning?level=zone&person=P03", (400, 480)),
    "data": ("/intake", None),
}
FLAGS = ("--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1", "--enable-unsafe-swiftshader")


def wait_for(address: str) -> None:
    """Wait until the server answers."""
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):  # noqa: S310
                return
        except OSError:
            time.sleep(0.1)
    sys.exit("The dashboard did not start.")


def shoot(page: Any, address: str) -> None:
    """Take every picture, in few colours to keep the files small."""
    for name, (path, at) in SHOTS.items():
        page.goto(address + path)
        if path.startswith("/?"):
            page.locator("section.frame[data-drawn]").wait_for()
        page.wait_for_timeout(2500)
        if at:
            page.mouse.move(*at)
            page.wait_for_timeout(800)
        file = IMAGES / f"{name}.png"
        page.screenshot(path=str(file))
        Image.open(file).convert("RGB").quantize(192).save(file, optimize=True)


def main() -> None:
    """Serve the project named on the command line, without a network, and take the pictures."""
    IMAGES.mkdir(exist_ok=True)
    root = launch.app_root()
    env = {**os.environ, launch.PROJECT: str(Path(sys.argv[1]).resolve()), "PYTHONPATH": str(root)}
    server = subprocess.Popen(launch.command(PORT, browser=False), env=env, cwd=root / "app")  # noqa: S603
    try:
        wait_for(f"http://127.0.0.1:{PORT}")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=os.environ.get("GCRM_CHROMIUM") or shutil.which("chromium"), args=list(FLAGS)
            )
            shoot(browser.new_page(viewport={"width": 1440, "height": 900}), f"http://127.0.0.1:{PORT}")
            browser.close()
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()

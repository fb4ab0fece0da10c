"""Take the pictures of the dashboard again: `python docs/screenshots.py demo` (a built project)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

import gcrm
from gcrm import demo, launch, pipeline

IMAGES = Path(__file__).parent / "images"
PORT = 8597
#: How long the map has to draw itself; more on a machine that is busy.
PATIENCE_MS = int(os.environ.get("GCRM_PATIENCE_MS", "2500"))
#: Name -> page, and the place to point at (in the window's pixels).
SHOTS: dict[str, tuple[str, tuple[int, int] | None]] = {
    "territory": ("/?level=zone&measure=revenue", (400, 480)),
    "district": ("/?at=district:2&measure=penetration", None),
    "cells": ("/?at=district:2/zone:67&measure=revenue", (420, 560)),
    "explorer": ("/explorer?show=revenue&rows=zone&columns=quarter&totals=cube&at=district:2", (400, 480)),
    "hot-spots": ("/explorer?show=penetration&show=revenue&rows=zone&spots=yes", (400, 560)),
    "places": ("/places", None),
    "places-busy": ("/places?day=weekday&hour=8", None),
    "customers": ("/customers?at=district:2&record=customers:1453", None),
    "campaign": ("/campaign?level=zone&measure=prospects", None),
    "planning": ("/planning?level=zone&person=P03", (400, 480)),
    "crowd": ("/places?section=crowd&day=weekday&hour=12", None),
    "contrast": ("/places?section=crowd&index=day_night", None),
    "stream": ("/places?section=stream&store=S10", None),
    "trading": ("/places?section=trading&store=S10&trade=density", None),
    "opening": ("/places?section=trading&pin=37.76,-122.43", None),
    "scenarios": ("/scenarios?scenario=Spring+plan&territory=Team+2&against=Six+teams", (400, 480)),
    "review": ("/review", (1010, 450)),
    "data": ("/intake", None),
}
#: Pictures of an imported city: its footprints, and its base map alone.
CITY = {
    "buildings": ("/buildings?view=43.7385,7.4245,15.2", None),
    "residences": ("/buildings?colour=residence_type&view=43.7385,7.4245,15.2", None),
    "base": ("/buildings?view=43.7375,7.4255,15", None),
}
BARE = {"base"}
#: Pictures that show what a click does.
CLICKED = {"review"}
#: A project whose files hold people and a company more than once: Marble Otter's customers are all different.
TWICE = {
    "gcrm.toml": """
[project]
name = "Twice"
metric_crs = "EPSG:32610"

[linkage]

[sources.customers]
kind = "customers"
path = "customers.csv"
""",
    "customers.csv": """customer_id,name,email,phone,born_on,house_number,street,postcode,city
C1,Ana Maria Example,ana@mail.example,+1 555 010 0001,1980-02-01,12,Alpha Street,94110,San Francisco
C2,"Example, Ana",,+1 555 010 0001,,12,Alpha St,94110,San Francisco
C3,Alpha Bakery Ltd,orders@alpha.example,,,7,Beta Avenue,94112,San Francisco
C4,Alpha Bakery Inc,orders@alpha.example,,,7,Beta Ave,94112,San Francisco
C5,Ben Sample,ben@mail.example,,1975-05-05,3,Gamma Road,94114,San Francisco
C6,Benn Sampel,ben@mail.example,,,3,Gamma Rd,94114,San Francisco
C7,Cleo Invented,cleo@mail.example,,2001-07-09,9,Delta Way,94115,San Francisco
C8,Dora Invented,dora@mail.example,,2001-07-09,9,Delta Way,94115,San Francisco
""",
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


def shoot(page: Any, address: str, shots: dict[str, tuple[str, tuple[int, int] | None]]) -> None:
    """Take every picture, in few colours to keep the files small."""
    for name, (path, at) in shots.items():
        page.goto(address + path)
        page.locator(".gcrm-title").wait_for(timeout=60_000)
        if path.startswith(("/?", "/buildings", "/places")):
            page.locator("section.frame[data-drawn]").wait_for(timeout=120_000)
        page.wait_for_timeout(PATIENCE_MS)
        if name in BARE:
            for button in ("Colours", "Names"):
                page.get_by_role("button", name=button).click()
            page.wait_for_timeout(1500)
        if at:
            page.mouse.move(*at)
            page.wait_for_timeout(800)
        if name in CLICKED:
            page.mouse.click(*at)
            page.wait_for_timeout(2500)
        file = IMAGES / f"{name}.png"
        page.screenshot(path=str(file))
        Image.open(file).convert("RGB").quantize(192, Image.Quantize.MAXCOVERAGE).save(file, optimize=True)


def picture(folder: Path, shots: dict[str, tuple[str, tuple[int, int] | None]]) -> None:
    """Serve a project without a network, and take pictures of it."""
    root = launch.app_root()
    env = {**os.environ, launch.PROJECT: str(folder.resolve()), "PYTHONPATH": str(root)}
    server = subprocess.Popen(launch.command(PORT, browser=False), env=env, cwd=root / "app")  # noqa: S603
    try:
        wait_for(f"http://127.0.0.1:{PORT}")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=os.environ.get("GCRM_CHROMIUM") or shutil.which("chromium"), args=list(FLAGS)
            )
            shoot(browser.new_page(viewport={"width": 1440, "height": 900}), f"http://127.0.0.1:{PORT}", shots)
            browser.close()
    finally:
        server.terminate()
        server.wait()


def draft(folder: Path) -> None:
    """Draft two scenarios, where the project has none yet."""
    ws = gcrm.open(folder)
    if ws.scenarios.list():
        return
    found = ws.territories.design("zone", 6, ["customers"], tolerance=0.15, seconds=10)
    names = {t: f"Team {i}" for i, t in enumerate(sorted(set(found.territory.values())), start=1)}
    units = {u: names[t] for u, t in found.territory.items()}
    owners = {name: f"P{i:02}" for i, name in enumerate(names.values(), start=1)}
    ws.scenarios.create("Six teams", "zone", units=units, owners=owners, actor="Ana")
    ws.scenarios.create("Spring plan", based_on="Six teams", actor="Ana")
    beside = [(a, b) for a, b in ws.scenarios.units("zone").borders if units[a] == "Team 2" != units[b]]
    ws.scenarios.move("Spring plan", {b: "Team 2" for _, b in beside[:4]}, comment="nearer", actor="Ana")
    ws.close()


def main() -> None:
    """Take the pictures of the project named on the command line, of a city, and of a project with duplicates."""
    IMAGES.mkdir(exist_ok=True)
    draft(Path(sys.argv[1]))
    picture(Path(sys.argv[1]), SHOTS)
    with tempfile.TemporaryDirectory() as name:
        city = demo.create(Path(name) / "monaco", "monaco")
        pipeline.build(city)
        picture(city, CITY)
    with tempfile.TemporaryDirectory() as name:
        for file, text in TWICE.items():
            (Path(name) / file).write_text(text, encoding="utf-8")
        pipeline.build(Path(name))
        picture(Path(name), {"duplicates": ("/duplicates", None)})


if __name__ == "__main__":
    main()

"""The places page: a pin or a store, what is within reach of it, and the address line that says so."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from pyproj import Geod
from streamlit.testing.v1 import AppTest

from app import data
from tests.app import shop

if TYPE_CHECKING:
    from pathlib import Path

    from gcrm.workspace import Workspace
    from tests.app.conftest import Desk

_GEOD = Geod(ellps="WGS84")


@pytest.fixture
def page(repository: Path, shop_project: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv(data.PROJECT, str(shop_project))
    return AppTest.from_file(str(repository / "app" / "entry" / "navigation.py"), default_timeout=60)


def test_a_project_without_stores_asks_for_a_pin(page: AppTest) -> None:
    page.run()
    page.switch_page("../pages/places.py").run()
    assert not page.exception
    assert "Click the map" in page.info[0].value


def test_a_pin_counts_who_is_within_reach_and_says_that_it_is_an_estimate(page: AppTest, workspace: Workspace) -> None:
    lon, lat = shop.middle("z1")
    page.run()
    page.query_params["pin"] = f"{lat:.5f},{lon:.5f}"
    page.query_params["mode"] = "walk"
    page.query_params["day"] = "saturday"
    page.query_params["period"] = "all"
    page.switch_page("../pages/places.py").run()
    assert not page.exception
    assert {box.label: box.value for box in page.selectbox} == {
        "Store": "",
        "Travelled": "walk",
        "When": "saturday",
        "Hour": 8,
        "Period": "all",
    }
    found = page.dataframe[0].value
    located = workspace.points("customers", period=None).table.to_pylist()
    pin = (round(lon, 5), round(lat, 5))
    metres = [_GEOD.inv(*pin, row["lon"], row["lat"])[2] for row in located]
    # 5 km/h on ways 1.3 times as long as the straight line; a circle of 72 corners is a little smaller than it.
    rules = workspace.settings.roads
    reach = [m / 60 * rules.walk_kmh * 1000 / rules.circuity for m in (5, 10, 15)]
    assert all(abs(m - r) > 0.01 * r for m in metres for r in reach)
    assert [int(n) for n in found["customers"]] == [sum(m <= r for m in metres) for r in reach]
    assert "estimate" in page.caption[0].value


def test_what_the_address_line_does_not_know_falls_back(page: AppTest) -> None:
    page.run()
    for name, word in (("pin", "here"), ("store", "none"), ("mode", "fly"), ("day", "monday"), ("hour", "99")):
        page.query_params[name] = word
    page.switch_page("../pages/places.py").run()
    assert not page.exception
    assert [box.value for box in page.selectbox][:4] == ["", "drive", "", 0]


@pytest.mark.browser
def test_a_click_on_the_map_sets_the_pin_and_draws_what_is_within_reach(desk: Desk) -> None:
    desk.open()
    desk.page.get_by_role("link", name="Places").click()
    desk.page.get_by_text("Click the map to set a pin").wait_for()
    desk.drawn()
    desk.click(*shop.middle("z1"))
    desk.page.wait_for_url("**pin=*", timeout=10_000)
    desk.drawn()
    assert [row["id"] for row in desk.js("state.data.areas.rows")] == ["5 min", "10 min", "15 min"]
    assert desk.page.locator(".legend li").all_inner_texts() == ["within 5 min", "within 10 min", "within 15 min"]
    there = [float(part) for part in parse_qs(urlsplit(desk.page.url).query)["pin"][0].split(",")]
    assert math.dist(there, reversed(shop.middle("z1"))) < 2e-3

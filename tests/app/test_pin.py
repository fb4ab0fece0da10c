"""The review page in a real browser: a click on the map sets the pin, another one moves it, and a button decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import gcrm
from gcrm import crm
from gcrm.pipeline import build
from tests.app.conftest import Desk, serve
from tests.cube.test_review import CUSTOMERS, ORDERS, STREETS, TOML

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.browser
STREET = "99 Elm Street, 94112"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project of the queue's tests; what is known to its street only has the largest orders here."""
    folder = tmp_path_factory.mktemp("pin")
    orders = ORDERS.replace("o4,c5,2020-01-04,1.00", "o4,c5,2020-01-04,500.00")
    files = {"gcrm.toml": TOML, "streets.csv": STREETS, "customers.csv": CUSTOMERS, "orders.csv": orders}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    build(folder)
    return folder


@pytest.fixture(scope="module")
def server(project: Path) -> Iterator[str]:
    yield from serve(project)


def test_the_pin_is_set_moved_and_kept_as_a_decision(desk: Desk, project: Path) -> None:
    ws = gcrm.open(project)
    try:
        (row,) = (r for r in ws.review.queue().table.to_pylist() if r["address"] == STREET)
        desk.page.goto(desk.address)
        desk.page.get_by_role("link", name="Review").click()
        desk.drawn_like(str(row["location_id"]))
        assert "street only" in desk.page.locator(".gcrm-card").inner_text()
        assert desk.js("state.data.areas.features.features.length") == 1, "the circle in which it lies"
        button = desk.page.get_by_role("button", name="Move to the pin")
        assert button.is_disabled()
        desk.click(row["lon"] + 0.0004, row["lat"])
        desk.drawn_like(f'{row["location_id"]}", [')
        desk.page.wait_for_function("(b) => !b.disabled", arg=button.element_handle())
        first = desk.js("state.data.points.features.features.find(f => f.properties.id === 'pin').geometry.coordinates")
        assert first == pytest.approx([row["lon"] + 0.0004, row["lat"]], abs=5e-5)
        said = desk.page.get_by_text("The pin is at ").inner_text()
        desk.click(row["lon"] - 0.0004, row["lat"] + 0.0003)  # the point that was found is between the two
        desk.page.get_by_text(said).wait_for(state="detached")
        desk.page.get_by_text(f"The pin is at {row['lat'] + 0.0003:.3f}").wait_for()
        desk.page.get_by_placeholder("Why (optional)").fill("met them there")
        button.click()
        desk.page.get_by_text("showing 2 of 2 that wait").wait_for()
        (decision,) = ws.crm.find(crm.Decision)
        assert (decision.action, decision.location_id, decision.note) == ("move", row["location_id"], "met them there")
        assert (decision.lon, decision.lat) == pytest.approx((row["lon"] - 0.0004, row["lat"] + 0.0003), abs=5e-5)
    finally:
        ws.close()

"""A job from its beginning to its end, in a real browser: the manager's, the marketer's and the planner's."""

from __future__ import annotations

import hashlib
import shutil
from datetime import date
from typing import TYPE_CHECKING

import geopandas
import pytest
from playwright.sync_api import TimeoutError  # noqa: A004 (the one that playwright raises)

import gcrm
from gcrm import crm, exports
from gcrm.crm import drafting
from tests.app import shop
from tests.app.conftest import Desk, serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def project(shop_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the small company, to write to."""
    return shutil.copytree(shop_project, tmp_path_factory.mktemp("jobs") / "shop")


@pytest.fixture(scope="module")
def store(project: Path) -> crm.Store:
    return gcrm.open(project).crm


@pytest.fixture(scope="module")
def server(project: Path) -> Iterator[str]:
    """A dashboard over the copy."""
    yield from serve(project)


def test_the_manager_opens_a_card_from_the_map_and_writes(desk: Desk, store: crm.Store) -> None:
    desk.open("?at=district:n/zone:z1")
    desk.click(*shop.middle("z1", 2))
    desk.page.wait_for_url("**/customers?**record=customers**")
    desk.page.get_by_role("heading", name="Customer z1c2").wait_for()
    desk.page.get_by_label("New task").fill("Call back")
    desk.page.get_by_role("button", name="Add").first.click()
    desk.page.get_by_text("Call back").wait_for()
    desk.whole()
    desk.page.get_by_label("New note").first.fill("Prefers mornings.")
    desk.page.get_by_role("button", name="Add").nth(1).click()
    desk.page.get_by_text("Prefers mornings.").wait_for()
    subject = crm.Subject("customer", "z1c2")
    assert [t.title for t in store.find(crm.Task, subject=subject)] == ["Call back"]
    assert [n.text for n in store.find(crm.Note, subject=subject)] == ["Prefers mornings."]
    desk.page.get_by_role("tab", name="Orders").click()
    desk.page.get_by_text("Latest orders: showing 2 of 2").wait_for()
    desk.page.get_by_role("tab", name="Surroundings").click()
    desk.page.get_by_test_id("stTabs").get_by_text("Zone One").wait_for()


def test_a_card_opens_from_the_list(desk: Desk) -> None:
    desk.open("?at=district:n")
    desk.page.get_by_role("link", name="List customers").click()
    desk.page.wait_for_url("**/customers?**at=district**")
    desk.page.get_by_text("Customers: showing 9 of 9").wait_for()
    desk.page.get_by_label("Find").fill("z1c3")
    desk.page.get_by_label("Find").press("Enter")
    desk.page.wait_for_url("**find=z1c3**")
    desk.page.get_by_text("Customers: showing 1 of 1").wait_for()
    desk.whole()
    grid = desk.page.get_by_test_id("stDataFrame").first
    _pick_first_row(desk, grid)
    desk.page.get_by_role("heading", name="Customer z1c3").wait_for()
    grid.hover()
    desk.page.get_by_role("button", name="Fullscreen").first.wait_for()
    assert not desk.page.get_by_role("button", name="Download as CSV").first.is_visible()


def test_the_marketer_takes_a_list_of_those_who_agreed(desk: Desk, store: crm.Store, tmp_path: Path) -> None:
    with store.write(actor="ben") as unit:
        for key, granted in (("z1c0", True), ("z1c1", True), ("z1c4", False)):
            who = crm.Subject("customer", key)
            made = {"channel": "email", "purpose": "campaign", "granted": granted, "given_on": date(2024, 1, 1)}
            unit.add(crm.Contact(subject=who, email=f"{key}@shop.example"))
            unit.add(crm.Consent(subject=who, **made))
    desk.open()
    desk.page.get_by_role("link", name="Campaign").click()
    desk.page.wait_for_url("**/campaign**")
    _choose(desk.page, "Shown inside", "Zone")
    desk.page.get_by_text("in 1 chosen area ").wait_for()
    desk.whole()  # a click on a button that is drawn anew meanwhile is lost
    with desk.page.expect_download() as download:
        desk.page.get_by_role("button", name="Export CSV").click()
    file = tmp_path / "campaign.csv"
    download.value.save_as(file)
    rows = exports.read_table(file).to_pylist()
    assert [(row["id"], row["email"]) for row in rows] == [
        ("z1c0", "z1c0@shop.example"),
        ("z1c1", "z1c1@shop.example"),
    ]
    (entry,) = store.find(crm.Export)
    assert (entry.what, entry.rows) == ("audience", 2)
    assert entry.receipt["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()


def test_the_planner_gives_zones_on_the_map_and_takes_them_along(desk: Desk, store: crm.Store, tmp_path: Path) -> None:
    with store.write(actor="ben") as unit:
        unit.add(crm.Owner(owner_id="p1", name="Ana Alder"))
    desk.open()
    desk.page.get_by_role("link", name="Planning").click()
    desk.page.wait_for_url("**/planning**")
    _choose(desk.page, "Planned", "Zone")
    _choose(desk.page, "A click gives to", "Ana Alder")
    desk.drawn_like("person")
    for zone in ("z1", "z3"):
        desk.click(*shop.middle(zone))
        desk.page.wait_for_timeout(1500)
    desk.page.get_by_role("button", name="Save 2 changes").click()
    desk.page.get_by_text("Assignments saved.").wait_for()
    desk.page.get_by_role("button", name="Nothing to save").wait_for()
    found = store.find(crm.Assignment)
    assert {(a.subject.id, a.subject.level, a.owner_id) for a in found} == {("z1", "zone", "p1"), ("z3", "zone", "p1")}
    with desk.page.expect_download() as download:
        desk.page.get_by_role("button", name="GeoPackage").click()
    download.value.save_as(tmp_path / "plan.gpkg")
    plan = geopandas.read_file(tmp_path / "plan.gpkg")
    assert dict(zip(plan["subject_id"], plan["owner_name"].fillna("nobody"), strict=True)) == {
        "z1": "Ana Alder",
        "z2": "nobody",
        "z3": "Ana Alder",
        "z4": "nobody",
    }


def _choose(page: Any, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=option).click()


def _pick_first_row(desk: Desk, grid: Any) -> None:
    """Click the first row of a table; one that is still being laid out does not hear it and is clicked again."""
    for _ in range(5):
        box = grid.bounding_box()
        desk.page.mouse.click(box["x"] + 150, box["y"] + 50)
        try:
            desk.page.wait_for_url("**record=customers**z1c3**", timeout=8_000)
        except TimeoutError:
            continue
        return
    pytest.fail("no click on the first row opened its card")


def test_the_planner_drafts_a_scenario_by_clicks(desk: Desk, store: crm.Store) -> None:
    with store.write(actor="ben") as unit:
        scenario = crm.Scenario("Two teams", "district", "zone")
        drafting.begin(unit, scenario, {"z1": "North", "z2": None, "z3": None, "z4": None}, {"North": None})
    desk.open()
    desk.page.get_by_role("link", name="Scenarios").click()
    desk.page.wait_for_url("**/scenarios**")
    _choose(desk.page, "A click gives to", "North")
    desk.drawn_like("territory")
    desk.click(*shop.middle("z3"))
    shown = "[state.rows.get('z3').key, state.data.legend.entries.find((e) => e.key === 'of North').count]"
    assert desk.js(shown) == ["of North", 2]  # before the page has heard of it
    assert desk.js("state.map.getFeatureState({ source: 'areas', id: 'z3' }).given").startswith("#")
    desk.page.get_by_text("step 2 of 2").wait_for()
    assert drafting.layout(store, drafting.named(store, "Two teams")).units["z3"] == "North"
    assert desk.js(shown) == ["of North", 2]
    assert desk.js("state.waiting.size") == 0
    desk.page.get_by_role("button", name="Undo").click()
    desk.page.get_by_text("step 1 of 2").wait_for()
    assert drafting.layout(store, drafting.named(store, "Two teams")).units["z3"] is None

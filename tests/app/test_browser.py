"""The dashboard in a real browser, with the network cut: every test also fails if a request leaves the machine."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.app import shop

if TYPE_CHECKING:
    from tests.app.conftest import Desk

pytestmark = pytest.mark.browser


def line(desk: Desk) -> dict[str, list[str]]:
    """Parameters of the address line, without the position."""
    found = parse_qs(urlsplit(desk.page.url).query)
    found.pop("view", None)
    return found


def names(desk: Desk) -> list[str]:
    """Names in the ranked table, in order."""
    return [text.strip() for text in desk.page.locator("td.name").all_inner_texts()]


def test_clicks_on_the_map_lead_from_district_to_zone_to_cells(desk: Desk) -> None:
    desk.open()
    assert names(desk) == ["North", shop.HOSTILE_DISTRICT]
    desk.click(*shop.middle("z1", 7))
    desk.page.wait_for_url("**at=district*")
    desk.drawn()
    assert line(desk) == {"at": ["district:n"]}
    assert names(desk) == ["Zone One", shop.HOSTILE_ZONE]
    assert desk.page.locator(".path li").all_inner_texts() == ["Little Shop", "North"]
    desk.click(*shop.middle("z1", 7))
    desk.page.wait_for_url("**zone*")
    desk.drawn()
    assert line(desk) == {"at": ["district:n/zone:z1"]}
    assert desk.js("state.data.cells") is True
    assert desk.page.locator(".gcrm-kpis dd.value").first.inner_text() == "6"
    desk.page.get_by_role("button", name="Little Shop").click()
    desk.page.wait_for_url(lambda url: "at=" not in url)
    desk.drawn()
    assert names(desk) == ["North", shop.HOSTILE_DISTRICT]


def test_a_row_chosen_by_keyboard_looks_inside(desk: Desk) -> None:
    desk.open("?level=zone")
    rows = desk.page.locator("tbody tr")
    assert names(desk) == ["Zone One", shop.HOSTILE_ZONE, "Zone Three", "Zone Four"]
    rows.nth(0).focus()
    desk.page.keyboard.press("ArrowDown")
    desk.page.keyboard.press("ArrowDown")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_url("**zone%3Az3*")
    desk.drawn()
    assert line(desk) == {"at": ["district:s/zone:z3"]}


def test_table_and_map_point_at_each_other(desk: Desk) -> None:
    desk.open("?level=zone")
    desk.page.locator("tr[data-id=z3]").hover()
    assert desk.js("state.map.getFeatureState({source: 'areas', id: 'z3'}).hover") is True
    x, y = desk.spot(*shop.middle("z2", 5))
    desk.page.mouse.move(x, y)
    desk.page.wait_for_function("() => true")
    desk.page.locator("tr.hover[data-id=z2]").wait_for()
    assert desk.js("state.map.getFeatureState({source: 'areas', id: 'z3'}).hover") is False
    desk.page.mouse.move(x, y - 200)


def test_pan_and_zoom_survive_reruns_and_panning_makes_none(desk: Desk) -> None:
    desk.open("?level=zone")
    desk.js("state.map.jumpTo({center: [-122.4712, 37.7534], zoom: 13.25})")
    desk.page.wait_for_url("**view=37.75340,-122.47120,13.25")
    desk.js("(window.same = state.map, 0)")
    runs = desk.js("state.page.frame.dataset.drawn")
    desk.page.wait_for_timeout(1000)
    assert desk.js("state.page.frame.dataset.drawn") == runs
    desk.page.get_by_role("combobox", name="Measure").click()
    desk.page.get_by_role("option", name="Revenue").click()
    desk.page.wait_for_url("**measure=revenue*")
    desk.drawn()
    assert desk.js("state.map === window.same")
    assert desk.js("[state.map.getCenter().lng, state.map.getCenter().lat, state.map.getZoom()]") == pytest.approx(
        [-122.4712, 37.7534, 13.25]
    )
    assert "view=37.75340,-122.47120,13.25" in desk.page.url
    assert desk.js("state.data.title") == "Revenue"


def test_the_address_line_restores_the_view(desk: Desk) -> None:
    desk.open(
        "?at=district:n&cells=9&measure=revenue&period=2024-Q2&segment=single&classes=equal&view=37.76,-122.48,12.5"
    )
    assert desk.js("[state.map.getCenter().lng, state.map.getCenter().lat, state.map.getZoom()]") == pytest.approx(
        [-122.48, 37.76, 12.5]
    )
    assert desk.js("state.data.title + state.data.legend.method + state.data.areas.title") == (
        "RevenueEqual intervalsCells (H3 9)"
    )
    assert desk.page.locator(".gcrm-title h1").inner_text() == "North"
    # Three of z1's customers and two of z2's are single; each spent 20 euros in the quarter.
    assert desk.page.locator(".gcrm-kpis .on dd.value").inner_text() == "€100.00"
    for label, text in (("Measure", "Revenue"), ("Period", "2024-Q2"), ("Classes", "Equal intervals")):
        assert desk.page.get_by_role("combobox", name=label).input_value() == text


def test_going_back_restores_region_and_position(desk: Desk) -> None:
    desk.open("?level=zone")
    desk.js("state.map.jumpTo({center: [-122.47, 37.75], zoom: 12.4})")
    desk.page.wait_for_url("**view=37.75000,-122.47000,12.40")
    desk.click(*shop.middle("z1", 7))
    desk.page.wait_for_url("**at=district*")
    desk.drawn()
    assert desk.js("state.map.getZoom()") != pytest.approx(12.4, abs=0.01)
    desk.page.go_back()
    desk.page.wait_for_url(lambda url: "at=" not in url)
    desk.drawn()
    desk.page.wait_for_timeout(500)
    assert desk.js("state.map.getZoom()") == pytest.approx(12.4, abs=0.01)


def test_hostile_names_are_shown_and_never_run(desk: Desk) -> None:
    desk.open("?level=zone")
    x, y = desk.spot(*shop.middle("z2", 5))
    desk.page.mouse.move(x, y)
    desk.page.locator(".tooltip").wait_for()
    assert shop.HOSTILE_ZONE in desk.page.locator(".tooltip").inner_text()
    x, y = desk.spot(*shop.middle("z1"))
    desk.page.mouse.move(x, y)
    desk.page.locator(".tooltip", has_text="Segment").wait_for()
    assert shop.HOSTILE_CUSTOMER in desk.page.locator(".tooltip").inner_text()
    desk.open("?at=district:s&segment=single")
    assert desk.page.locator(".gcrm-title h1").inner_text() == shop.HOSTILE_DISTRICT
    assert shop.HOSTILE_DISTRICT in desk.page.locator(".path").inner_text()
    desk.page.get_by_role("combobox", name="Segments").click()
    desk.page.get_by_role("option").filter(has_text="family").wait_for()
    assert desk.page.evaluate("window.ran") is None


def test_unknown_and_zero_are_drawn_apart_and_said(desk: Desk) -> None:
    desk.open("?level=zone&measure=households")
    entries = desk.page.locator(".legend li").all_inner_texts()
    assert [re.sub(r"\s+", " ", e).strip() for e in entries] == ["40 (1)", "50 (1)", "100 (1)", "unknown (1)"]
    assert (
        desk.js("state.map.querySourceFeatures('areas').find(f => f.properties.id === 'z4').properties.pattern")
        == "hatch"
    )
    desk.open("?level=zone")
    assert desk.js("state.data.areas.rows.find(r => r.id === 'z4').key") == "zero"
    says = desk.page.locator(".says").first.inner_text()
    assert "Zone: showing 4 of 4; customers without zone: 1" in says
    assert "Customers: showing 10 of 11; 1 not located to their address" in says


def test_streets_are_drawn_from_addresses(desk: Desk) -> None:
    desk.open("?view=37.745,-122.47,14")
    assert desk.js("state.map.querySourceFeatures('addresses', {sourceLayer: 'addresses'}).length") > 0
    desk.page.get_by_role("button", name="Addresses").click()
    assert desk.js("state.map.getLayoutProperty('addresses', 'visibility')") == "none"


def test_other_regions_and_the_data_page_are_a_click_away(desk: Desk) -> None:
    desk.open()
    desk.page.get_by_role("combobox", name="Regions").click()
    desk.page.get_by_role("option", name="Halves").click()
    desk.page.wait_for_url("**regions=halves*")
    desk.drawn()
    assert names(desk) == ["West"]
    desk.page.get_by_role("link", name="Data").click()
    desk.page.get_by_role("heading", name="Data").wait_for()
    assert "Little Shop" in desk.page.locator(".gcrm-title").inner_text()


def test_the_explorer_leads_inside_to_records_and_back_up(desk: Desk) -> None:
    desk.open()
    desk.page.get_by_role("link", name="Explorer").click()
    pivot = desk.page.locator("tbody tr")
    pivot.filter(has_text="Total").wait_for()
    desk.drawn()
    desk.page.get_by_role("button", name="North").click()
    desk.page.wait_for_url("**at=district*")
    desk.drawn()
    assert pivot.locator("th").all_inner_texts() == [shop.HOSTILE_ZONE, "Zone One", "Total"]
    # Nine customers spent 10 euros in the first quarter and 20 in the second.
    assert pivot.last.locator("td").all_inner_texts() == ["€90.00", "€180.00", "€270.00"]
    pivot.filter(has_text="Zone One").get_by_role("button", name="€120.00").click()
    desk.page.get_by_role("dialog").get_by_text("Showing 6 of 6").wait_for()
    desk.page.keyboard.press("Escape")
    desk.page.wait_for_url(lambda url: "behind" not in url)
    desk.drawn()
    desk.page.get_by_role("button", name="Little Shop").click()
    desk.page.wait_for_url(lambda url: "at=" not in url)
    desk.drawn()
    desk.click(*shop.middle("z3", 7))
    desk.page.wait_for_url("**at=district%3As*")
    desk.drawn()
    assert pivot.locator("th").all_inner_texts() == ["Zone Four", "Zone Three", "Total"]
    assert desk.page.evaluate("window.ran") is None


def test_the_page_stays_usable_on_a_small_screen(desk: Desk) -> None:
    desk.page.set_viewport_size({"width": 1024, "height": 768})
    desk.open("?level=zone")
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= 1024
    box = desk.page.locator(".stage").bounding_box()
    assert box["width"] > 500
    assert box["height"] > 250

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from shapely.geometry import Point, box

from gcrm.maps.choropleth import describe
from gcrm.maps.description import Layer, MapDescription, Place
from gcrm.maps.render_folium import to_folium

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOSTILE = (
    "${window.ran=1}",
    "`${window.ran=2}`",
    "</script><script>window.ran=3</script>",
    "<img src=x onerror='window.ran=4'>",
    "{{ 7 * 191 }}",
    "{% raw %}{% include 'x' %}",
    "';window.ran=5;'",
    '"};window.ran=6;{"',
    "\\u003cscript>window.ran=7</script>",
    "<!--",
)


def hostile_map() -> MapDescription:
    """A map whose every text is hostile."""
    everything = " ".join(HOSTILE)
    figures = [
        (name, name, box(i, 0, i + 1, 1), float(i) if i % 4 else None, "known" if i % 4 else "unknown")
        for i, name in enumerate(HOSTILE)
    ]
    areas = describe(figures, title=HOSTILE[0], noun=everything, note=HOSTILE[2])
    point = Place("p", everything, Point(0.5, 0.5), text=HOSTILE[3], facts=((HOSTILE[1], HOSTILE[5]),))
    outline = Layer("outlines", HOSTILE[9], (Place("o", everything, box(0, 0, 9, 1)),), 1)
    return MapDescription(
        everything, (*areas.layers, outline, Layer("points", everything, (point,), 1)), areas.legend, HOSTILE[1]
    )


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page of a browser that can reach no network."""
    found = browser.new_page()
    yield found
    found.close()


def tooltip(page: Any, shape: Any, name: str) -> str:
    """What is said about a shape; the pointer comes back until it is `name`: the map may still be finding its place."""
    said = ""
    for _ in range(50):
        page.mouse.move(0, 0)
        shape.hover(force=True, position={"x": 3, "y": 3})
        said = "".join(page.locator(".leaflet-tooltip").all_inner_texts())
        if name in said:
            break
        page.wait_for_timeout(200)
    return said


def test_the_file_names_no_other_file(tmp_path: Path) -> None:
    to_folium(hostile_map()).save(str(tmp_path / "map.html"))
    text = (tmp_path / "map.html").read_text()
    assert re.findall(r"<(?:script|link|img|iframe)[^>]*(?:src|href)=[^>]*>", text) == []
    assert "@import" not in text
    assert {u[:5] for u in re.findall(r"url\(([^)]*)\)", text)} <= {"data:", "#gcrm", "#defa"}


def test_no_hostile_text_stands_in_the_file(tmp_path: Path) -> None:
    to_folium(hostile_map()).save(str(tmp_path / "map.html"))
    text = (tmp_path / "map.html").read_text()
    assert [word for word in (*HOSTILE, "window.ran", "1337") if word in text] == []


@pytest.mark.browser
def test_hostile_names_are_inert_and_legible(page: Any, tmp_path: Path) -> None:
    to_folium(hostile_map()).save(str(tmp_path / "map.html"))
    requests: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto((tmp_path / "map.html").as_uri())
    shapes = page.locator("path.leaflet-interactive")
    assert shapes.count() == len(HOSTILE) + 1
    for i, name in enumerate(HOSTILE):
        assert name in tooltip(page, shapes.nth(i), name)
    assert page.title() == " ".join(HOSTILE)[:199] + "…"
    assert HOSTILE[2] in page.locator("#gcrm-legend").inner_text()
    assert page.evaluate("window.ran") is None
    assert errors == []
    assert {url for url in requests if not url.startswith(("file:", "data:"))} == set()


@pytest.mark.browser
def test_zero_unknown_and_suppressed_look_different(page: Any, tmp_path: Path) -> None:
    states = [(0.0, "known"), (None, "unknown"), (None, "suppressed"), (4.0, "known"), (9.0, "known")]
    figures = [(str(i), str(i), box(i, 0, i + 1, 1), v, s) for i, (v, s) in enumerate(states)]
    to_folium(describe(figures, title="Customers", noun="Zones")).save(str(tmp_path / "map.html"))
    page.goto((tmp_path / "map.html").as_uri())
    fills = page.locator("path.leaflet-interactive").evaluate_all("shapes => shapes.map(s => s.getAttribute('fill'))")
    assert len(set(fills)) == 5
    swatches = page.locator("#gcrm-legend rect").evaluate_all("all => all.map(r => r.getAttribute('fill'))")
    assert sorted(swatches) == sorted(fills)


def test_an_empty_map_can_be_saved(tmp_path: Path) -> None:
    to_folium(MapDescription("Empty", ())).save(str(tmp_path / "map.html"))
    assert "Empty" in (tmp_path / "map.html").read_text()

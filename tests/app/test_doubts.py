"""The review page without a browser: the queue, decisions at once, and taking them back."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import pytest
from streamlit.testing.v1 import AppTest

import gcrm
from app import data
from gcrm import crm
from gcrm.pipeline import build
from tests.cube.test_review import CUSTOMERS, ORDERS, STREETS, TOML

if TYPE_CHECKING:
    from pathlib import Path

    from gcrm.workspace import Workspace


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("doubts")
    files = {"gcrm.toml": TOML, "streets.csv": STREETS, "customers.csv": CUSTOMERS, "orders.csv": ORDERS}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    build(folder)
    return folder


@pytest.fixture
def page(repository: Path, published: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv(data.PROJECT, str(published))
    app = AppTest.from_file(str(repository / "app" / "entry" / "navigation.py"), default_timeout=60).run()
    return app.switch_page("../pages/review.py").run()


def said(page: AppTest) -> str:
    return html.unescape("".join(part.proto.body for part in page.get("html")))


def test_the_most_valuable_is_looked_at_and_what_is_decided_leaves_the_queue(page: AppTest, published: Path) -> None:
    assert not page.exception
    assert "showing 3 of 3 that wait" in page.caption[0].value
    assert "9 Void Road, 10000" in said(page)
    labels = [button.label for button in page.button]
    assert labels == ["Move to the pin", "Not found"]
    assert page.button[0].disabled
    page.text_input[0].input("no such road").run()
    page.button[1].click().run()
    assert not page.exception
    assert "showing 2 of 2 that wait" in page.caption[0].value
    ws: Workspace = gcrm.open(published)
    try:
        (decision,) = ws.crm.find(crm.Decision)
        assert (decision.action, decision.note, decision.changed_by) == ("not_found", "no such road", crm.local_actor())
    finally:
        ws.close()
    assert "5 OAK AVE" in said(page), "the next one is looked at"
    assert [b.label.partition(":")[0] for b in page.button] == [
        *("Undo", "Accept 1", "Accept 2", "Move to the pin", "Not found")
    ]
    assert "1 change since the last build" in said(page)
    page.button[0].click().run()
    assert "showing 3 of 3 that wait" in page.caption[0].value


def test_a_pin_that_was_set_can_be_used(page: AppTest, published: Path) -> None:
    ws = gcrm.open(published)
    place = ws.review.queue().table["location_id"][0].as_py()
    page.session_state["review pin"] = (place, -122.43, 37.74)
    page.run()
    assert not page.exception
    (move,) = [b for b in page.button if b.label == "Move to the pin"]
    assert not move.disabled
    move.click().run()
    try:
        (decision,) = ws.crm.find(crm.Decision)
        assert (decision.action, decision.lon, decision.lat) == ("move", -122.43, 37.74)
        ws.review.undo(place)
    finally:
        ws.close()

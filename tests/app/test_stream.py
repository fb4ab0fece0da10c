"""Where people go where no trips are counted: orders from homes to stores, which add up to those of the cube."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streamlit.testing.v1 import AppTest

import gcrm
from app import data, streamed
from gcrm.access.scope import Scope

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

ASKED = {"lon": -122.43, "lat": 37.76, "level": "", "day_type": None, "hour": None, "where": {}, "period": "2017"}


def test_orders_lead_from_homes_to_stores(demo_project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streamed, "DRAWN", 10_000)
    ws = gcrm.open(demo_project)
    found = streamed.stream(ws, {**ASKED, "store": "S04"})
    every = streamed.stream(ws, {**ASKED, "store": "", "level": "district"})
    orders = ws.query(["orders"], where={"store": "S04", "zone": found.drawn["origin"].tolist()}, period="2017")
    ws.close()
    guest = gcrm.open(demo_project, scope=Scope("guest"))
    refused = streamed.stream(guest, {**ASKED, "store": ""})
    guest.close()
    assert (found.title, found.level) == ("Orders", "zone")
    assert set(found.drawn["destination"]) == {"S04"}
    assert found.drawn["trips"].sum() == orders.table["orders"][0].as_py()
    assert found.drawn["trips"].is_monotonic_decreasing
    assert set(every.here["origin"]) == {"3"}  # the district around the pin
    assert len(every.drawn) == every.total
    assert refused.title == ""
    assert "right to single records" in refused.note


def test_the_section_is_drawn(demo_project: Path, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(data.PROJECT, str(demo_project))
    page = AppTest.from_file(str(repository / "app" / "entry" / "navigation.py"), default_timeout=120).run()
    page.query_params["section"] = "stream"
    page.query_params["flow"] = "district"
    page.switch_page("../pages/places.py").run()
    assert not page.exception
    assert "Orders at stores" in page.caption[0].value
    assert page.dataframe[0].value["destination_name"].str.startswith("Marble Otter").all()

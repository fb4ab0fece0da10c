"""The section that shows who is around: modelled and labelled so in the demo, and silent where nothing is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from streamlit.testing.v1 import AppTest

import gcrm
from app import crowded, data
from gcrm.access.scope import Scope

if TYPE_CHECKING:
    from pathlib import Path

    from gcrm.workspace import Workspace

#: In the financial district of San Francisco.
ASKED = {"lon": -122.3995, "lat": 37.7925, "day_type": "weekday", "mode": "drive"}


def test_the_demo_models_its_people_and_says_so(demo_project: Path) -> None:
    ws = gcrm.open(demo_project)
    found = crowded.crowd(ws, ASKED)
    ws.close()
    guest = gcrm.open(demo_project, scope=Scope("guest"))
    refused = crowded.crowd(guest, ASKED)
    guest.close()
    assert found.level == "zone"
    assert "modelled from residents and jobs of each zone (assumed profile)" in found.note
    assert found.here[12] > 3 * found.here[2]  # offices
    assert found.drawn.sum().to_numpy() == pytest.approx([1] * 24)
    assert refused.level == ""
    assert "every region" in refused.note


def test_a_project_without_counts_and_statistics_says_what_is_lacking(workspace: Workspace) -> None:
    found = crowded.crowd(workspace, ASKED)
    assert found.level == ""
    assert "residents and jobs" in found.note


def test_the_section_is_drawn_for_the_hour_of_the_address_line(
    demo_project: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(data.PROJECT, str(demo_project))
    page = AppTest.from_file(str(repository / "app" / "entry" / "navigation.py"), default_timeout=120).run()
    page.query_params["section"] = "crowd"
    page.query_params["day"] = "weekday"
    page.query_params["hour"] = "9"
    page.switch_page("../pages/places.py").run()
    assert not page.exception
    assert page.slider[0].value == 9
    assert any("modelled" in caption.value for caption in page.caption)


def test_an_index_is_mapped_and_its_strongest_places_are_named(
    demo_project: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(data.PROJECT, str(demo_project))
    page = AppTest.from_file(str(repository / "app" / "entry" / "navigation.py"), default_timeout=120).run()
    page.query_params["section"] = "crowd"
    page.query_params["index"] = "day_night"
    page.switch_page("../pages/places.py").run()
    assert not page.exception
    day, night = (frame.value for frame in page.dataframe)
    assert len(day) == len(night) == 5
    assert (day["first"].str.replace(",", "").astype(float) > day["second"].str.replace(",", "").astype(float)).all()
    assert "modelled" in page.caption[0].value
    page.selectbox(key="filter Shown").select("visitor_resident").run()
    assert not page.exception
    assert "No source counts" in page.info[0].value

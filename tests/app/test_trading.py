"""The trading areas of the places page: a store by several methods, and a new store at the pin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from streamlit.testing.v1 import AppTest

from app import data

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def page(repository: Path, demo_project: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv(data.PROJECT, str(demo_project))
    found = AppTest.from_file(str(repository / "app" / "entry" / "navigation.py"), default_timeout=120)
    found.query_params["section"] = "trading"
    return found


def test_a_store_by_several_methods(page: AppTest) -> None:
    page.query_params["trade"] = "density"
    page.switch_page("../pages/places.py").run()
    assert not page.exception
    assert not page.error
    table = page.dataframe[0].value
    assert len(table) == 6  # five of the page, and the one that the project declares
    assert table["method"].iloc[-1] == "Primary trading areas"
    assert (table["customers"] != "").all()
    assert "other samples" in page.caption[0].value
    assert page.dataframe[1].value["what"].tolist() == ["residents", "households", "jobs"]


def test_what_a_new_store_would_take(page: AppTest) -> None:
    page.query_params["pin"] = "37.76,-122.43"
    page.switch_page("../pages/places.py").run()
    assert not page.exception
    assert not page.error
    table = page.dataframe[0].value
    total = float(page.markdown[-1].value.split("about ")[1].split(" ")[0].replace(",", ""))
    assert sum(float(n.replace(",", "")) for n in table["taken"]) == pytest.approx(total, abs=1)
    assert "Huff" in page.caption[0].value

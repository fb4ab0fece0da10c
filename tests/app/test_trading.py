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


def number(text: str) -> float:
    return float(text.replace(",", ""))


def test_what_a_new_store_would_take(page: AppTest) -> None:
    page.query_params["pin"] = "37.76,-122.43"
    page.switch_page("../pages/places.py").run()
    assert not page.exception
    assert not page.error
    table = page.dataframe[0].value
    total = number(page.markdown[-1].value.split("about ")[1].split(" ")[0])
    assert sum(map(number, table["moved"])) == pytest.approx(total, abs=1)
    assert (table["living"].map(number) > 0).any()
    assert (table["sales"].map(number) > 0).any()
    assert "100%" not in table["ground"].tolist()
    assert "Huff" in page.caption[0].value
    page.selectbox(key="filter A new store").select("twice").run()
    assert "3,600 m²" in page.caption[1].value


def test_what_closing_a_store_and_making_it_larger_would_do(page: AppTest) -> None:
    page.query_params["store"] = "S04"
    page.query_params["change"] = "close"
    page.switch_page("../pages/places.py").run()
    assert not page.exception
    table = page.dataframe[0].value
    gone = number(page.markdown[-1].value.split("about ")[1].split(" ")[0])
    assert sum(map(number, table["moved"])) == pytest.approx(gone, abs=1)
    assert sum(float(share.rstrip("%")) for share in table["share"]) == pytest.approx(100, abs=1)
    page.selectbox(key="filter What if it").select("twice").run()
    assert not page.exception
    after, _, _, _, before = page.markdown[-1].value.split("about ")[1].split(" ")[:5]
    assert number(after) != number(before) == gone

"""The pages without a browser: what they say, and where their widgets lead."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import pytest
from streamlit.testing.v1 import AppTest

from app import data
from tests.app import shop

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def app(repository: Path, shop_project: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv(data.PROJECT, str(shop_project))
    return AppTest.from_file(str(repository / "app" / "entry" / "navigation.py"), default_timeout=60)


def said(app: AppTest) -> str:
    """Everything the page says in HTML of its own, as a reader sees it."""
    return html.unescape("".join(part.proto.body for part in app.get("html")))


def test_the_territory_page_shows_figures_and_filters(app: AppTest) -> None:
    app.run()
    assert not app.exception
    assert "Little Shop" in said(app)
    assert "vs 2024-Q1" in said(app)
    assert {box.label: box.value for box in app.selectbox} == {
        "Regions": "city",
        "Shown inside": "district",
        "Measure": "customers",
        "Period": "2024-Q2",
        "Classes": "quantiles",
    }


def test_filters_write_the_address_line(app: AppTest) -> None:
    app.run()
    app.selectbox[2].select("revenue").run()
    app.selectbox[1].select("zone").run()
    app.multiselect[0].select("single").run()
    assert {name: app.query_params[name] for name in app.query_params} == {
        "level": "zone",
        "measure": "revenue",
        "segment": "single",
    }
    assert "€207.00" not in said(app)
    assert not app.exception


def test_the_address_line_sets_the_filters(app: AppTest) -> None:
    app.query_params["at"] = "district:n"
    app.query_params["cells"] = "8"
    app.query_params["segment"] = ["~", "single"]
    app.run()
    assert app.selectbox[1].value == "h3_r8"
    assert app.multiselect[0].value == [None, "single"]
    assert "<h1>North</h1>" in said(app)


def test_a_link_to_what_is_gone_says_so_and_shows_the_rest(app: AppTest) -> None:
    app.query_params["at"] = "district:n/zone:gone"
    app.query_params["measure"] = "happiness"
    app.run()
    assert "measure, region" in app.warning[0].value
    assert "<h1>North</h1>" in said(app)


def test_no_hostile_name_stands_in_html(app: AppTest) -> None:
    app.query_params["at"] = "district:s"
    app.query_params["segment"] = shop.HOSTILE_SEGMENT
    app.run()
    raw = "".join(part.proto.body for part in app.get("html"))
    assert shop.HOSTILE_DISTRICT in html.unescape(raw)
    assert shop.HOSTILE_SEGMENT in html.unescape(raw)
    assert not any(piece in raw for piece in ("javascript:", "${", "![", "<b onmouseover", "window.ran"))


def test_the_data_page_accounts_for_every_record(app: AppTest) -> None:
    app.run()
    app.switch_page("../pages/intake.py").run()
    assert not app.exception
    sources = app.dataframe[0].value.set_index("source")
    assert sources.loc["customers", "rows_in"] == sum(shop.CUSTOMERS.values()) + 1
    assert (sources["rows_in"] == sources["rows_loaded"] + sources["rows_rejected"]).all()
    assert app.info[0].value == "No record was rejected."


def test_a_project_without_a_snapshot_is_told_what_to_do(
    app: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.write(tmp_path)
    monkeypatch.setenv(data.PROJECT, str(tmp_path))
    app.run()
    assert "gcrm build" in html.unescape(app.error[0].value)
    assert not app.exception


def test_no_project_is_told_what_to_do(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(data.PROJECT)
    app.run()
    assert "gcrm app" in html.unescape(app.error[0].value)


def test_the_buildings_page_shows_addresses_where_nothing_else_stands_for_a_building(app: AppTest) -> None:
    app.run().switch_page("../pages/buildings.py").run()
    assert not app.exception
    assert {box.label: box.value for box in app.selectbox} == {
        "Regions": "city",
        "Look inside": "",
        "Coloured by": "penetration",
        "Period": "2024-Q2",
    }
    # Nobody says how many dwellings there are, so that customers are held against none.
    row = app.dataframe[0].value.iloc[-1]
    assert (row["type"], row["customers"], row["index"]) == ("unknown, or none", 11, "unknown")
    app.selectbox[1].select("n").run()
    assert app.query_params["at"] == "district:n"
    assert not app.exception

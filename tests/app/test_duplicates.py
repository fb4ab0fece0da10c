"""The duplicates page: pairs side by side, and what a person says about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from streamlit.testing.v1 import AppTest

from app import data
from gcrm.crm import Sameness
from gcrm.pipeline import build

if TYPE_CHECKING:
    from pathlib import Path

TOML = """
[project]
name = "Small"
metric_crs = "EPSG:32610"

[linkage]

[sources.customers]
kind = "customers"
path = "customers.csv"
"""
CUSTOMERS = """customer_id,name,house_number,street,postcode,lon,lat
1,Ana Maria Example,12,Alpha St,94110,-122.41,37.75
2,"Example, Ana",12,Alpha St,94110,-122.41,37.75
4,Alpha <b>Bakery</b> Ltd,7,Beta Ave,94112,-122.31,37.72
5,Alpha <b>Bakery</b> Inc,7,Beta Ave,94112,-122.31,37.72
"""


@pytest.fixture
def app(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    (tmp_path / "gcrm.toml").write_text(TOML, encoding="utf-8")
    (tmp_path / "customers.csv").write_text(CUSTOMERS, encoding="utf-8")
    build(tmp_path)
    monkeypatch.setenv(data.PROJECT, str(tmp_path))
    made = AppTest.from_file(str(repository / "app" / "entry" / "navigation.py"), default_timeout=60)
    return made.run().switch_page("../pages/duplicates.py").run()


def label(app: AppTest, words: str):
    return next(button for button in app.button if button.label == words)


def test_a_pair_is_shown_decided_and_taken_back(app: AppTest) -> None:
    assert not app.exception
    listed, compared = (frame.value for frame in app.dataframe)
    assert listed[["id_a", "id_b", "why"]].to_numpy().tolist() == [["4", "5", "other legal form"]]
    assert list(compared["level"])[:2] == ["any two records", "the same"]
    assert label(app, "Leave it to the model").disabled

    label(app, "The same").click().run()
    assert app.info[0].value == "There is no such pair."
    store = data.workspace().crm
    assert [(s.subject.id, s.other_id, s.same) for s in store.find(Sameness)] == [("4", "5", True)]

    app.segmented_control[0].set_value("same").run()
    listed = app.dataframe[0].value
    assert set(listed["id_a"]) == {"1", "4"}
    label(app, "Not the same").click().run()  # of the likeliest, the one that was decided before
    app.segmented_control[0].set_value("different").run()
    label(app, "Leave it to the model").click().run()
    assert not app.exception
    assert store.find(Sameness) == []
    assert [c.action for c in store.changes()] == ["add", "change", "remove"]

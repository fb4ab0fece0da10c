"""The page of scenarios: steps are stored, undone and published; what cannot be is said in words."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from app import drafted
from gcrm import crm
from gcrm.crm import drafting
from tests.app.test_desk import app, page, press, project, said, store

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

__all__ = ["app", "project", "store"]
UNITS = {"z1": "n", "z2": "n", "z3": "new", "z4": None}


@pytest.fixture
def plan(store: crm.Store) -> crm.Scenario:
    with store.write(actor="ben") as unit:
        unit.add(crm.Owner("p1", "Ana Alder"))
        scenario = crm.Scenario("Two teams", "district", "zone")
        return drafting.begin(unit, scenario, dict(UNITS), {"n": "p1", "new": None})


def units(store: crm.Store) -> dict[str, str | None]:
    return dict(drafting.layout(store, drafting.named(store, "Two teams")).units)


def test_without_a_scenario_one_is_begun(app: AppTest, store: crm.Store) -> None:
    page(app, "scenarios", level="zone")
    assert not app.exception
    assert "No scenario was begun yet" in app.info[0].value
    next(t for t in app.text_input if t.label == "Name").input("Two teams").run()
    next(s for s in app.selectbox if s.label == "Units").select("zone").run()
    press(app, "Begin")
    assert not app.exception
    (made,) = store.find(crm.Scenario)
    assert (made.name, made.unit, made.level, made.state) == ("Two teams", "zone", "district", "draft")
    assert units(store) == dict.fromkeys(UNITS)


@pytest.mark.usefixtures("plan")
def test_steps_are_taken_back_and_again_and_published(app: AppTest, store: crm.Store) -> None:
    page(app, "scenarios", scenario="Two teams")
    assert not app.exception
    totals = app.dataframe[0].value
    assert list(totals["Territory"]) == ["n \N{MIDDLE DOT} Ana Alder", "new", "nobody"]
    with store.write(actor="ben") as unit:
        drafting.step(unit, drafting.named(unit, "Two teams"), {"z3": "n"}, {}, "nearer")
    app.run()
    assert next(b for b in app.button if b.label == "Redo").disabled
    press(app, "Undo")
    assert units(store) == UNITS
    press(app, "Redo")
    assert units(store) == UNITS | {"z3": "n"}
    next(t for t in app.toggle if t.label == "Compare and say why").set_value(True).run()
    assert not app.exception
    why = list(app.dataframe[2].value["Why"])
    assert len(why) == 3
    assert why[0].startswith("moved to n: ")
    press(app, "Publish Two teams")
    assert not app.exception
    today = date.today()  # noqa: DTZ011 - the reader's own day
    assert {(a.subject.id, a.owner_id, a.valid_from) for a in store.find(crm.Assignment)} == {
        (zone, "p1", today) for zone in ("z1", "z2", "z3")
    }
    assert next(b for b in app.button if b.label == "Undo").disabled


@pytest.mark.usefixtures("plan")
def test_what_cannot_be_is_said_in_words(app: AppTest, store: crm.Store) -> None:
    page(app, "scenarios", scenario="Two teams")
    press(app, "Publish Two teams")
    assert "Nobody looks after 1 of 2 territories" in app.error[0].value
    assert store.find(crm.Assignment) == []
    assert drafting.named(store, "Two teams").state == "draft"
    assert "Scenarios" in said(app)


def test_thousands_of_units_are_laid_out_once() -> None:
    scenario, names = crm.Scenario("Many", "district", "zone"), {str(i): "" for i in range(5000)}
    layout = drafting.Layout(dict.fromkeys(names, "n"), {})
    day = date(2026, 1, 1)
    plan = drafted.Drafted("zone", names, {}, {}, {"7": "n"}, day, {}, None, scenario, layout, drafted.TODAY)
    assert plan.owners is plan.owners
    assert plan.draft is plan.draft
    assert plan.draft == {unit: "n" for unit in names if unit != "7"}

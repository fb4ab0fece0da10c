"""The pages on which people write: cards with tasks, notes and consents; plans that are drafted and stored."""

from __future__ import annotations

import html
import shutil
from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest
from streamlit.testing.v1 import AppTest

import gcrm
from app import data
from gcrm import crm
from tests.app import shop

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def project(shop_project: Path, tmp_path: Path) -> Path:
    """A copy of the small company, to write to."""
    return shutil.copytree(shop_project, tmp_path / "shop")


@pytest.fixture
def app(repository: Path, project: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv(data.PROJECT, str(project))
    return AppTest.from_file(str(repository / "app" / "entry" / "navigation.py"), default_timeout=60)


@pytest.fixture
def store(project: Path) -> crm.Store:
    return gcrm.open(project).crm


NINE = datetime(2026, 1, 2, 9)  # noqa: DTZ001 - local time, as the field says


def page(app: AppTest, name: str, **params: str) -> AppTest:
    app.run()
    app.switch_page(f"../pages/{name}.py")
    for key, text in params.items():
        app.query_params[key.rstrip("_")] = text
    return app.run()


def said(app: AppTest) -> str:
    return html.unescape("".join(part.proto.body for part in app.get("html")))


def press(app: AppTest, label: str) -> AppTest:
    (button,) = [b for b in app.button if b.label == label]
    return button.click().run()


def test_a_card_shows_who_it_is_and_keeps_hostile_names_harmless(app: AppTest) -> None:
    page(app, "customers", record="customers:z1c0")
    assert not app.exception
    raw = "".join(part.proto.body for part in app.get("html"))
    assert shop.HOSTILE_CUSTOMER in said(app)
    assert shop.HOSTILE_CUSTOMER not in raw
    assert "point given by the company, within 10 m" in said(app)
    assert [tab.label for tab in app.tabs] == ["Notes and tasks", "Orders", "Contacts", "Surroundings", "Consent"]


def test_tasks_and_notes_are_stored_and_shown_at_once(app: AppTest, store: crm.Store) -> None:
    page(app, "customers", record="customers:z1c1")
    ann = crm.Subject("customer", "z1c1")
    (title,) = [t for t in app.text_input if t.label == "New task"]
    title.input("Call back")
    (day,) = [d for d in app.date_input if d.label == "Due"]
    day.set_value(date(2030, 1, 2))
    next(b for b in app.button if b.label == "Add").click().run()
    (task,) = store.find(crm.Task, subject=ann)
    assert (task.title, task.due_on, task.state) == ("Call back", date(2030, 1, 2), "open")
    assert "Call back · due 2030-01-02" in said(app).replace("</b><span>", "")
    note = next(t for t in app.text_area if t.label == "New note")
    note.input("Prefers mornings.\n<b>bold</b>")
    [b for b in app.button if b.label == "Add"][1].click().run()
    assert store.find(crm.Note, subject=ann)[0].text == "Prefers mornings.\n<b>bold</b>"
    assert app.text[0].value == "Prefers mornings.\n<b>bold</b>"
    press(app, "Done")
    assert store.get(crm.Task, task.id).state == "done"
    assert [c.action for c in store.history(crm.Task, task.id)] == ["add", "change"]
    assert not app.exception


def test_contacts_visits_and_talks_are_taken(app: AppTest, store: crm.Store) -> None:
    page(app, "customers", record="customers:z1c1")
    ann = crm.Subject("customer", "z1c1")
    next(t for t in app.text_input if t.label == "E-mail").input("ann@shop.example")
    [b for b in app.button if b.label == "Add"][3].click().run()
    assert [c.email for c in store.find(crm.Contact, subject=ann)] == ["ann@shop.example"]
    next(d for d in app.date_input if d.label == "Visit on").set_value(date(2030, 1, 2))
    press(app, "Plan")
    (visit,) = store.find(crm.Visit, subject=ann)
    assert (visit.planned_at, visit.state) == (datetime(2030, 1, 2, 9), "planned")  # noqa: DTZ001
    assert "Visit planned 2030-01-02 09:00" in said(app).replace("</b>", "").replace("<span>", "")
    press(app, "Missed")
    assert store.get(crm.Visit, visit.id).state == "missed"
    assert "missed" in {value for frame in app.dataframe for value in frame.value.get("outcome", [])}
    assert not app.exception


def test_pages_say_what_the_next_build_will_read(app: AppTest, store: crm.Store) -> None:
    page(app, "intake")
    assert "since the last build" not in said(app)
    subject = crm.Subject("customer", "z1c1")
    with store.write(actor="ben") as unit:
        unit.add(crm.Interaction(subject=subject, occurred_at=NINE, channel="phone", kind="call"))
    app.run()
    assert "1 change since the last build" in said(app)


def test_an_empty_note_is_refused_in_words(app: AppTest, store: crm.Store) -> None:
    page(app, "customers", record="customers:z1c1")
    [b for b in app.button if b.label == "Add"][1].click().run()
    assert store.find(crm.Note) == []
    assert len(app.error) == 1
    assert not app.exception


def test_a_consent_is_no_until_it_is_given(app: AppTest, store: crm.Store) -> None:
    page(app, "customers", record="customers:z1c1")
    ann = crm.Subject("customer", "z1c1")
    assert store.consent(ann, "email", "campaign") is False
    [b for b in app.button if b.label == "Add"][-1].click().run()
    assert store.consent(ann, "email", "campaign") is True


def test_an_unknown_card_is_explained(app: AppTest) -> None:
    page(app, "customers", record="customers:nobody")
    assert "There is no customer with this identifier" in html.unescape(app.error[0].value)
    assert not app.exception


def test_a_task_that_somebody_else_changed_is_not_overwritten(app: AppTest, store: crm.Store) -> None:
    ann = crm.Subject("customer", "z1c1")
    with store.write(actor="ben") as unit:
        task = unit.add(crm.Task(subject=ann, title="Call back"))
    page(app, "customers", record="customers:z1c1")
    with store.write(actor="ben") as unit:
        unit.change(task, title="Write instead")
    press(app, "Done")
    assert store.get(crm.Task, task.id).state == "open"
    assert "ben" in html.unescape(app.error[0].value)
    assert "Write instead" in said(app)


def test_a_plan_is_drafted_in_the_table_and_stored_with_its_day(app: AppTest, store: crm.Store) -> None:
    with store.write(actor="ben") as unit:
        zone = crm.Subject("region", "z1", "zone")
        unit.add(crm.Assignment(subject=zone, owner_id="p1", valid_from=date(2026, 1, 1)))
    page(app, "planning", level="zone", from_="2026-07-01", person="p1")
    assert not app.exception
    totals = app.dataframe[0].value
    assert list(totals["Sales person"]) == ["p1", "nobody"]
    assert list(totals["Customers"]) == ["6", "4"]
    app.session_state["drafts"]["zone 2026-07-01"] |= {"z2": "p1", "z1": None}
    app.run()
    totals = app.dataframe[0].value
    assert list(totals["Customers"]) == ["3 (\N{MINUS SIGN}3)", "7 (+3)"]
    press(app, "Save 2 changes from 2026-07-01")
    found = {(a.subject.id, a.owner_id, a.valid_from, a.valid_to) for a in store.find(crm.Assignment)}
    assert found == {
        ("z1", "p1", date(2026, 1, 1), date(2026, 7, 1)),
        ("z2", "p1", date(2026, 7, 1), None),
    }
    assert list(app.dataframe[0].value["Customers"]) == ["3", "7"]
    assert not app.exception


def test_a_draft_can_be_thrown_away(app: AppTest, store: crm.Store) -> None:
    page(app, "planning", level="zone", from_="2026-07-01")
    app.session_state["drafts"]["zone 2026-07-01"] |= {"z2": "p1"}
    app.run()
    press(app, "Discard")
    assert store.find(crm.Assignment) == []
    assert app.session_state["drafts"]["zone 2026-07-01"] == {}


def test_a_view_is_saved_under_a_name_and_opened_again(app: AppTest, store: crm.Store) -> None:
    page(app, "territory", measure="revenue", segment="single")
    next(t for t in app.text_input if t.label == "Save this view as").input("Singles [x](javascript:1)")
    press(app, "Save")
    (view,) = store.find(crm.SavedView)
    assert (view.name, view.page, view.query) == (
        "Singles [x](javascript:1)",
        "territory",
        "measure=revenue&segment=single",
    )
    assert not app.exception
    press(app, "Remove")
    assert store.find(crm.SavedView) == []


def test_notes_on_a_region_and_on_a_building(app: AppTest, store: crm.Store) -> None:
    page(app, "territory", at="district:n")
    next(t for t in app.text_area if t.label == "New note").input("New tram line in spring.")
    press(app, "Add")
    (note,) = store.find(crm.Note)
    assert note.subject == crm.Subject("region", "n", "district")
    page(app, "customers", record="customers:z1c2")
    [t for t in app.text_area if t.label == "New note"][-1].input("Bell is broken.")
    [b for b in app.button if b.label == "Add"][-2].click().run()
    assert {n.subject.kind for n in store.find(crm.Note)} == {"region", "building"}


def test_a_campaign_reaches_those_who_agreed(app: AppTest, store: crm.Store) -> None:
    with store.write(actor="ben") as unit:
        for key in ("z1c0", "z1c1", "z2c0"):
            who = crm.Subject("customer", key)
            unit.add(crm.Contact(subject=who, email=f"{key}@shop.example"))
            for channel, granted in (("email", True), ("phone", False)):
                made = crm.Consent(
                    subject=who, channel=channel, purpose="campaign", granted=granted, given_on=date(2024, 1, 1)
                )
                unit.add(made)
    page(app, "campaign", level="zone", least="2")
    assert not app.exception
    assert any("**3 of 9 people** in 2 chosen areas" in m.value for m in app.markdown)
    reasons = app.dataframe[0].value
    assert dict(zip(reasons["People"], reasons["Number"], strict=True)) == {
        "In the list": "3",
        "Never gave a consent for this channel and purpose": "6",
    }
    page(app, "campaign", level="zone", least="4", channel="phone")
    assert any("**0 of 6 people** in 1 chosen area " in m.value for m in app.markdown)
    assert not app.exception


def test_no_area_is_said_in_words(app: AppTest) -> None:
    page(app, "campaign", level="zone", least="1000")
    assert app.info[0].value.startswith("No area reaches the threshold")

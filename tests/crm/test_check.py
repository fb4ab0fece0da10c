"""What a record may hold: each broken rule is named with its field, and nothing of the value is given away."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm import crm
from gcrm.crm.check import checked, checked_subject
from gcrm.crm.rule import text, word
from gcrm.errors import RecordError
from tests.crm.place import ANA, BEN

DAY, CLOCK = date(2024, 1, 2), datetime(2024, 1, 2, 3, 4)  # noqa: DTZ001
BAD: list[tuple[Any, str]] = [
    (crm.Note(ANA, ""), "note.text is empty."),
    (crm.Note(ANA, " \n "), "note.text is empty."),
    (crm.Note(ANA, None), "note.text is a NoneType; it must be a text."),
    (crm.Note(ANA, "x" * 20_001), "note.text has 20001 characters; the most are 20000."),
    (crm.Note(ANA, "a\0b"), "note.text holds control characters or half of a character."),
    (crm.Note(ANA, "\ud800"), "note.text holds control characters or half of a character."),
    (crm.Note("C1", "x"), "note.subject is a str; write it like Subject('customer', 'C1')."),
    (crm.Note(crm.Subject("client", "1"), "x"), "note.subject is of no known kind; known: customer, prospect, "),
    (crm.Note(crm.Subject("customer", ""), "x"), "note.subject is empty."),
    (crm.Note(crm.Subject("customer", "1", "zone"), "x"), "note.subject needs a level if it is a region, and has none"),
    (crm.Note(crm.Subject("region", "1"), "x"), "note.subject needs a level if it is a region"),
    (crm.Task(ANA, "two\nlines"), "task.title holds control characters or half of a character; it must be one line."),
    (crm.Task(ANA, "x", CLOCK), "task.due_on is a datetime; it must be a date."),
    (crm.Task(ANA, "x", "2024-01-02"), "task.due_on is a str; it must be a date."),
    (crm.Task(ANA, "x", state="later"), "task.state must be one of open, done, dropped."),
    (crm.Visit(ANA, DAY), "visit.planned_at is a date; it must be a date with a time."),
    (crm.Visit(ANA, CLOCK.replace(tzinfo=UTC)), "visit.planned_at has a time zone; give the time on the clock there"),
    (crm.Interaction(ANA, CLOCK, "", "call"), "interaction.channel is empty."),
    (crm.Contact(ANA), "contact: a contact needs a name, an e-mail address or a phone number."),
    (crm.Contact(ANA, email="ana at home"), "contact.email is no e-mail address: it needs a part before"),
    (crm.Contact(ANA, email="a@b@c"), "contact.email is no e-mail address"),
    (crm.Contact(ANA, email="@b"), "contact.email is no e-mail address"),
    (crm.Consent(ANA, "email", "x", "yes", DAY), "consent.granted must be true or false."),
    (crm.Consent(ANA, "email", "x", 1, DAY), "consent.granted must be true or false."),
    (crm.Consent(ANA, "email", "x", granted=True, given_on=None), "consent.given_on is a NoneType"),
    (crm.Owner("S1", "S", None, DAY, DAY), "owner: valid_to must lie after valid_from: it is the first day no longer"),
    (crm.Assignment(ANA, "S1", DAY, date(2024, 1, 1)), "assignment: valid_to must lie after valid_from"),
    (crm.Decision("k", "move"), "decision: what is accepted or moved needs lon and lat, and what is not found has"),
    (crm.Decision("k", "accept"), "decision: what is accepted or moved needs lon and lat"),
    (crm.Decision("k", "accept", 1.0), "decision: what is accepted or moved needs lon and lat"),
    (crm.Decision("k", "not_found", 1.0, 2.0), "decision: what is accepted or moved needs lon and lat"),
    (crm.Decision("k", "move", 181.0, 2.0), "decision.lon must be a number of degrees within -180..180."),
    (crm.Decision("k", "move", 1.0, float("nan")), "decision.lat must be a number of degrees within -90..90."),
    (crm.Decision("k", "accept", location_id=1 << 63), "decision.location_id must be a whole number."),
    (crm.Sameness(crm.Subject("store", "S1"), "customer", "C1", same=True), "sameness: only customers and prospects"),
    (crm.Sameness(ANA, "customer", "C1", same=True), "sameness: the first of the two by kind and id"),
    (crm.Sameness(BEN, "customer", "C1", same=True), "sameness: the first of the two by kind and id"),
    (crm.Sameness(ANA, "store", "C1", same=True), "sameness.other_kind must be one of customer, prospect."),
    (crm.Export("x", True, {}), "export.rows must be a whole number."),  # noqa: FBT003
    (crm.Export("x", 1, {"day": DAY}), "export.receipt must be made of texts, numbers, lists and tables only"),
    (crm.Export("x", 1, {"share": float("nan")}), "export.receipt must be made of texts, numbers"),
    (crm.Export("x", 1, {"text": "\0"}), "export.receipt must be a table of at most 1000000 bytes without NUL"),
    (crm.Export("x", 1, [1]), "export.receipt must be a table"),
]


@pytest.mark.parametrize(("record", "message"), BAD)
def test_a_broken_rule_is_named(record: crm.Record, message: str) -> None:
    with pytest.raises(RecordError) as caught:
        checked(record)
    assert str(caught.value).startswith(message)


def test_nothing_of_a_broken_record_is_stored(store: crm.Store) -> None:
    for record, _ in BAD:
        with pytest.raises(RecordError), store.write(actor="ana") as unit:
            unit.add(record)
    assert store.changes() == []


def test_what_may_be_null_and_what_is_written_alike() -> None:
    assert checked(crm.Interaction(ANA, CLOCK, " E-Mail ", "Complaint  Letter")) == crm.Interaction(
        ANA, CLOCK, "email", "complaint_letter"
    )
    assert checked(crm.Note(ANA, " one\r\ntwo\t ")).text == "one\ntwo"
    assert checked(crm.SavedView("v", "p", "")).query == ""
    assert checked(crm.Contact(ANA, phone="1")).phone == "1"
    assert checked_subject(crm.Subject("region", " 12 ", "zone")) == crm.Subject("region", "12", "zone")


@given(st.text(max_size=100))
def test_a_text_that_passes_passes_again_unchanged(value: str) -> None:
    try:
        stored = text(value, 100, lines=True)
    except ValueError:
        return
    assert stored == text(stored, 100, lines=True) == stored.strip()
    assert stored.encode()
    assert "\0" not in stored


@given(st.text(max_size=50))
def test_a_word_that_passes_passes_again_unchanged(value: str) -> None:
    try:
        stored = word(value)
    except ValueError:
        return
    assert word(stored) == stored
    assert not any(c.isspace() for c in stored)

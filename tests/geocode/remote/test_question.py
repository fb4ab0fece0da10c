"""What leaves: number, street, postcode and city, and nothing that stands beside them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.geocode.remote.provider import service
from gcrm.geocode.remote.question import NEVER, compose, questions
from gcrm.settings.remote import Remote
from tests.geocode.remote.desk import person, stage

HERE = service(Remote(provider="nominatim", endpoint="https://geo.example.org"))
THERE = service(Remote(provider="nominatim", endpoint="https://geo.example.com"))


@pytest.mark.parametrize(
    ("parts", "country", "text"),
    [
        (("12", "Invented Street", "94110", "San Francisco"), "US", "12 Invented Street, 94110 San Francisco"),
        (("12 a", "Erfundene Straße", "70173", "Stuttgart"), "DE", "Erfundene Straße 12 a, 70173 Stuttgart"),
        (("12", "Rua Inventada", None, "São Paulo"), "BR", "Rua Inventada 12, São Paulo"),
        (("12", "Invented Street", None, None), None, "12 Invented Street"),
        (("12", "Invented Street Apt 4", "94110", None), "US", "12 Invented Street, 94110"),
        (("12", "Invented Street #4-B", "94110", None), "US", "12 Invented Street, 94110"),
        (("12", "Invented Street, Suite 400", "94110", None), "US", "12 Invented Street, 94110"),
        (("Flat 3, 12", "Invented Road", "SO14 0AA", None), "GB", "12 Invented Road, SO14 0AA"),
        (("12 Unit B", "Invented Street", "94110", None), "US", "12 Invented Street, 94110"),
        (("12", "지어낸로 3층 301호", "04524", "서울"), "KR", "지어낸로 12, 04524 서울"),
        (
            ("12\n", "Invented\tStreet\x00", " 94110 ", "San\u200bFrancisco"),
            "US",
            "12 Invented Street, 94110 San Francisco",
        ),
        (("12", "Unity Street", "94110", "Suitland"), "US", "12 Unity Street, 94110 Suitland"),
        ((None, None, "94110", None), "US", "94110"),
    ],
)
def test_the_parts_of_an_address_become_one_line(parts, country, text):
    assert compose(parts, country).text == text


@given(st.lists(st.none() | st.text(max_size=40), min_size=4, max_size=4))
def test_any_text_becomes_a_line_without_control_characters(parts):
    text = compose(parts, "US").text
    assert text.isprintable() or all(c.isprintable() or c.isspace() or ord(c) > 127 for c in text)
    assert "\n" not in text


def test_the_hash_depends_on_address_service_and_key_and_not_on_case_and_blanks():
    one = compose(("12", "Invented Street", "94110", "San Francisco"), "US")
    same = compose(("12", "INVENTED  street", "94110", "san francisco"), "US")
    other = compose(("13", "Invented Street", "94110", "San Francisco"), "US")
    moved = compose(("1", "2 Invented Street", "94110", "San Francisco"), "US")
    abroad = compose(("12", "Invented Street", "94110", "San Francisco"), "CA")
    key = b"k" * 32
    assert one.hash(key, HERE) == same.hash(key, HERE)
    hashes = {q.hash(key, HERE) for q in (one, other, moved, abroad)}
    assert len({*hashes, one.hash(key, THERE), one.hash(b"l" * 32, HERE)}) == 6


def test_one_question_for_one_address_whoever_and_in_which_flat():
    con = stage(
        person("12 Invented Street", "One Body", unit="Apt 1"),
        person("12 invented street", "Other Body", unit="Apt 2"),
        person("13 Invented Street", None),
    )
    asked = questions(con, "US", ["unmatched"])
    assert [(q.text, len(places)) for q, places in asked.places.items()] == [
        ("12 invented street, 94199 Fog Town", 2),
        ("13 invented street, 94199 Fog Town", 1),
    ]


def test_only_what_was_asked_for_is_sent():
    con = stage(
        person("12 Invented Street"), person("99 Invented Street", known=True), person("1 Real Street", known=True)
    )
    assert [q.number for q in questions(con, "US", ["unmatched"]).places] == ["12"]
    assert [q.number for q in questions(con, "US", ["area"]).places] == ["99"]
    assert [q.number for q in questions(con, "US", ["unmatched", "area"]).places] == ["12", "99"]


def test_post_boxes_and_what_nobody_understood_are_never_asked():
    con = stage(person("PO Box 12"), {"name": "Some Body", "address": "???"}, {"name": "Some Body"})
    assert questions(con, "US", ["unmatched", "review", "area"]).places == {}
    assert "decided_not_found".startswith(NEVER)

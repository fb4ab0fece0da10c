from __future__ import annotations

from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.selection import WORDS, Selection, View
from gcrm.maps.classes import METHODS

TEXT = st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=12)
WORD = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
VIEWS = st.builds(
    View,
    st.integers(-8_900_000, 8_900_000).map(lambda n: n / 1e5),
    st.integers(-17_900_000, 17_900_000).map(lambda n: n / 1e5),
    st.integers(0, 2200).map(lambda n: n / 100),
)
SELECTIONS = st.builds(
    Selection,
    hierarchy=st.just("") | WORD,
    path=st.lists(st.tuples(WORD, TEXT), max_size=4).map(tuple),
    level=st.just("") | WORD,
    cells=st.none() | st.integers(0, 15),
    measure=st.sampled_from(["customers", "revenue", "penetration"]),
    period=st.sampled_from(["", "all", "2017", "2017-Q1", "2017-03"]),
    segments=st.lists(st.none() | TEXT, max_size=4, unique=True).map(tuple),
    method=st.sampled_from(sorted(METHODS)),
    view=st.none() | VIEWS,
    words=st.dictionaries(st.sampled_from(WORDS), TEXT.filter(bool)).map(
        lambda found: tuple((name, found[name]) for name in WORDS if name in found)
    ),
)


@given(SELECTIONS)
def test_the_address_line_says_everything(selection: Selection) -> None:
    line = urlencode(selection.to_params(), doseq=True)
    assert Selection.from_params(parse_qs(line, keep_blank_values=True)) == selection


@given(
    st.dictionaries(
        st.sampled_from(["regions", "at", "level", "cells", "classes", "segment", "view"]), st.lists(TEXT, max_size=3)
    )
)
def test_any_address_line_can_be_read(params: dict[str, list[str]]) -> None:
    once = Selection.from_params(params)
    assert Selection.from_params(once.to_params()) == once


def test_defaults_leave_the_address_line_empty() -> None:
    assert Selection().to_params() == {}


@pytest.mark.parametrize(
    "text", ["", "1,2", "1,2,3,4", "a,b,c", "91,0,3", "0,181,3", "0,0,25", "nan,0,3", "0,0,inf", "0,0,-1"]
)
def test_what_is_no_place_is_no_view(text: str) -> None:
    assert View.parse(text) is None


def test_a_page_keeps_its_own_words() -> None:
    selection = Selection().say(find="oak", from_="2026-01-01", kind="")
    assert selection.words == (("find", "oak"), ("from", "2026-01-01"))
    assert (selection.word("find"), selection.word("kind", "customers")) == ("oak", "customers")
    assert selection.say(find="").to_params() == {"from": ["2026-01-01"]}


def test_a_new_focus_decides_anew_what_is_drawn() -> None:
    selection = Selection(level="zone", cells=9, measure="revenue", segments=("family",), view=View(1.0, 2.0, 3.0))
    assert selection.focus_on([("district", "1")]) == Selection(
        path=(("district", "1"),), measure="revenue", segments=("family",)
    )
    assert selection.focus_on([("district", "1"), ("zone", "7")]).focus == {"zone": "7"}
    assert selection.focus == {}

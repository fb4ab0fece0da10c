"""Texts: inert for every language of the page, and legible."""

# ruff: noqa: RUF001 (labels hold real minus signs)

from __future__ import annotations

import html
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.maps.labels import chance_text, change_text, number_text, safe_label, value_text

HOSTILE = [
    "${alert(1)}",
    "`${window.x=1}`",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "{{ 7 * 7 }} {% for x in y %}",
    "\"quoted\" 'single' \\ backslash",
    "![picture](https://example.org/x.png) [link](javascript:alert(1))",
    "line\u2028separator\r\nnew line",
    "화곡로 Ünï 🦦",
]


@given(st.text())
def test_nothing_is_left_that_a_language_could_read(text: str) -> None:
    assert re.fullmatch(r"(?:[A-Za-z0-9 ]|&#\d+;)*", safe_label(text))


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=200))
def test_a_reader_sees_the_text_itself(text: str) -> None:
    assert html.unescape(safe_label(text)) == text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_become_entities(text: str) -> None:
    assert not set(safe_label(text)) & set("<>\"'`$\\{}[]()!")


def test_long_texts_are_cut() -> None:
    assert html.unescape(safe_label("x" * 1000)) == "x" * 199 + "…"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1234, "count", "1,234"),
        (234.5, "USD", "$234.50"),
        (123456.7, "USD", "$123,457"),
        (234.5, "CHF", "CHF 234.50"),
        (0.1234, "share", "12.3 %"),
        (1.0, "share", "100 %"),
        (0.00734, "share", "0.734 %"),
        (-3.25, "m", "−3.25 m"),
        (-0.0, "count", "0"),
        (0.333333, "", "0.333"),
        (478482, "number", "478,482"),
        (2.5e9, "EUR", "€2,500,000,000"),
    ],
)
def test_numbers_carry_separators_and_units(value: float, unit: str, text: str) -> None:
    assert number_text(value, unit) == text


@pytest.mark.parametrize(
    ("value", "state", "text"),
    [
        (0.0, "known", "0"),
        (None, "unknown", "unknown"),
        (None, "known", "unknown"),
        (math.nan, "known", "unknown"),
        (None, "suppressed", "withheld"),
        (7.0, "suppressed", "withheld"),
    ],
)
def test_zero_unknown_and_suppressed_read_differently(value: float | None, state: str, text: str) -> None:
    assert value_text(value, state, "count") == text


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (0.125, "+12.5 %"),
        (-0.5, "−50.0 %"),
        (12.3, "+1,230 %"),
        (0.0, "0.0 %"),
        (None, "unknown"),
        (math.inf, "unknown"),
    ],
)
def test_changes_carry_their_sign(change: float | None, text: str) -> None:
    assert change_text(change) == text


@pytest.mark.parametrize(
    ("chance", "text"),
    [(0.0, "< 0.1 %"), (0.0011, "0.1 %"), (0.5, "50.0 %"), (0.9987, "99.9 %"), (0.99999, "> 99.9 %"), (1, "> 99.9 %")],
)
def test_no_chance_is_called_certain(chance: float, text: str) -> None:
    assert chance_text(chance) == text

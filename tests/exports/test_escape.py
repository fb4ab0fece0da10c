# ruff: noqa: RUF001 - signs that look like others are what this is about
"""Escaping: nothing that begins a formula is left where a cell could begin, and every text comes back as it was."""

from __future__ import annotations

import re
import unicodedata

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.exports import escape as escapes
from gcrm.exports.escape import escape, escape_column, restore, restore_column

TEXT = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("'\"=+-@%|;,\t\r\n \ufeff\u200b＝－"))
#: A cell that a spreadsheet would run: after all that it may skip, an ASCII or full-width sign that begins a formula.
LIVE = re.compile("[\\s\"'\ufeff\u200b\u00a0\u3000\x00]*[=+\\-@%|＝＋－＠]")


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("=1+1", "'=1+1"),
        ("'=1+1", "''=1+1"),
        ("  =1", "  '=1"),
        ("\ufeff=1", "\ufeff'=1"),
        ("＝1", "'＝1"),
        ("-5 %", "'-5 %"),
        ("@home", "'@home"),
        ("|cmd", "'|cmd"),
        ("\t=1", "'\t'=1"),
        ("'\tx", "''\tx"),
        ("x;=1", "x;'=1"),
        ('x,"=1', "x,\"'=1"),
        ("x\r\n=1", "x\r\n'=1"),
        ("a-b, c=d, e@f.g, 5 % off", "a-b, c=d, e@f.g, 5 % off"),
        ("it's", "it's"),
        ("'quoted'", "'quoted'"),
        ("", ""),
    ],
)
def test_an_apostrophe_stands_where_a_formula_could_begin(text: str, escaped: str) -> None:
    assert escape(text) == escaped
    assert restore(escaped) == text


@given(TEXT)
def test_every_text_comes_back(text: str) -> None:
    assert restore(escape(text)) == text


#: A formula that no apostrophe stands before.
BARE = re.compile(LIVE.pattern.replace("'", ""))


@given(TEXT)
def test_no_piece_of_a_text_can_run(text: str) -> None:
    for piece in re.split("[,;|\t\r\n\v\f\u2028\u2029\x85]", escape(text)):
        assert not BARE.match(piece)


@given(st.lists(TEXT | st.none()))
def test_a_column_is_escaped_as_its_texts_are(texts: list[str | None]) -> None:
    column = pa.chunked_array([texts], pa.string())
    escaped = escape_column(column)
    assert escaped.to_pylist() == [None if text is None else escape(text) for text in texts]
    assert restore_column(escaped).to_pylist() == texts


def test_signs_that_become_ascii_by_normalisation_are_known() -> None:
    for code in range(0x110000):
        sign = chr(code)
        if not 0xD800 <= code < 0xE000 and unicodedata.normalize("NFKC", sign).lstrip()[:1] in set("=+-@%\u2212"):
            assert escape(f"{sign}1") == f"'{sign}1", hex(code)


def test_whatever_cannot_be_seen_is_skipped() -> None:
    for code in range(0x110000):
        if unicodedata.category(chr(code)) in {"Cc", "Cf", "Zs", "Zl", "Zp"}:
            assert escape(f"x{chr(code)}=1") == f"x{chr(code)}=1" or re.match(f"[{escapes._BETWEEN}]", chr(code))
            assert escape(f"{chr(code)}=1").endswith("'=1"), hex(code)

"""Functions for plain text say what those for any text say."""

from __future__ import annotations

import itertools
import random

import pytest

from gcrm import sql
from gcrm.geocode.plain import ALL, TEXT, of_reference, write_functions

ROUNDS = 40_000


@pytest.fixture(scope="module")
def con():
    with sql.connect() as made:
        sql.run(made, "gcrm.geocode", "macro")
        sql.run(made, "gcrm.geocode.matching", "match_macro")
        write_functions(made)
        yield made


def texts(count: int) -> list[str]:
    """Return texts of ASCII, some like parts of addresses."""
    chance = random.Random(7)  # noqa: S311 - reproducible, not secret
    letters = [*"aAbzZ019 .-/,#'`", *(chr(i) for i in range(1, 128))]
    made = ["".join(chance.choices(letters, k=chance.randint(0, 14))) for _ in range(count // 2)]
    pieces = ["12", "0", "A", " ", "-", "/", "no. ", "#", ".0", "St", "O'Brien", "D-", "70173", "1/2", ",", "b", "2"]
    return made + ["".join(chance.choices(pieces, k=chance.randint(1, 6))) for _ in range(count - len(made))]


@pytest.mark.parametrize("name", sorted(set(TEXT) - {"marks"}))
def test_a_text_has_the_same_key(con, soak, name):
    con.execute("CREATE OR REPLACE TEMP TABLE said AS SELECT unnest($texts) AS x", {"texts": texts(soak(ROUNDS))})
    differing = con.execute(
        f"SELECT x, {name}(x), {TEXT[name]}(x) FROM said WHERE {name}(x) IS DISTINCT FROM {TEXT[name]}(x)"
    ).fetchall()
    assert differing == []


@pytest.mark.parametrize("name", sorted(set(ALL) - set(TEXT)))
def test_a_pair_is_compared_alike(con, soak, name):
    some = [text.lower() for text in texts(soak(ROUNDS))]
    pairs = [*itertools.pairwise(some), *((text, text[1:] + text[:1]) for text in some)]
    con.execute(
        "CREATE OR REPLACE TEMP TABLE pair AS SELECT unnest($a) AS a, unnest($b) AS b",
        {"a": [a for a, _ in pairs], "b": [b for _, b in pairs]},
    )
    other = ALL[name]
    differing = con.execute(
        f"SELECT a, b, {name}(a, b), {other}(a, b) FROM pair WHERE {name}(a, b) IS DISTINCT FROM {other}(a, b)"
    ).fetchall()
    assert differing == []


@pytest.mark.parametrize(("street", "functions"), [("main st", ALL), ("테헤란로", TEXT), (None, ALL)])
def test_a_reference_in_other_letters_is_compared_by_letters(street, functions):
    with sql.connect() as con:
        con.execute("CREATE SCHEMA geocode; CREATE TABLE geocode.reference (street TEXT, postcode TEXT, city TEXT)")
        if street:
            con.execute("INSERT INTO geocode.reference VALUES ($street, '1', NULL)", {"street": street})
        assert of_reference(con) == functions

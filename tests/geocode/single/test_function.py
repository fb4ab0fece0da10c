"""Functions over single values give what DuckDB's give."""

from __future__ import annotations

import random

import pytest

from gcrm import sql
from gcrm.geocode.reading import address
from gcrm.geocode.reading import pattern as patterns
from gcrm.geocode.single import distance, pattern, value

LETTERS = "aabbcdeo 0129,.-/#'(&ßé길로"


@pytest.fixture(scope="module")
def con():
    with sql.connect() as made:
        yield made


def texts(seed: int, count: int, longest: int = 14) -> list[str]:
    rng = random.Random(seed)  # noqa: S311 - texts, not secrets
    return ["".join(rng.choice(LETTERS) for _ in range(rng.randrange(longest))) for _ in range(count)]


@pytest.mark.parametrize("name", ["levenshtein", "damerau_levenshtein", "jaro_similarity"])
def test_distances_are_those_of_duckdb(con, name):
    pairs = [*zip(texts(1, 1500), texts(2, 1500), strict=True), ("ca", "abc"), ("", "a"), ("", "")]
    told = con.execute(
        f"SELECT {name}(a, b) FROM (SELECT unnest($a) AS a, unnest($b) AS b)",
        {"a": [a for a, _ in pairs], "b": [b for _, b in pairs]},
    ).fetchall()
    assert [getattr(distance, name)(a, b) for a, b in pairs] == [found for (found,) in told]


@pytest.mark.parametrize("country", ["US", "GB", "DE", "BR", "KR", None])
def test_patterns_find_what_duckdb_finds(con, country):
    sql.run(con, "gcrm.geocode", "macro")
    patterns.set_country(con, country)
    address.write_words(con)
    said = [
        *texts(3, 30, 30), "12 main st, apt 4, springfield, il 62701", "flat 3 12 high street, so15 5fl botley",
        "hauptstr. 12, 70173 stuttgart", "rua augusta, 1500, sao paulo, 01310-100", "서울특별시 강남구 영동대로 513",
        "main st & oak ave", "c/o miller, 5 elm rd", "po box 12, reno nv 89501-1234", "", "\n12 a\n",
    ]  # fmt: skip
    for name, wanted in patterns.values(con).items():
        if not isinstance(wanted, str):
            continue
        told = con.execute(
            "SELECT regexp_matches(t, $p), regexp_full_match(t, $p), regexp_extract(t, $p), "
            "regexp_replace(t, $p, '<>', 'g') FROM (SELECT unnest($t) AS t)",
            {"t": said, "p": wanted},
        ).fetchall()
        for text, expected in zip(said, told, strict=True):
            found = (
                pattern.matches(text, wanted),
                pattern.full_match(text, wanted),
                pattern.extract(text, wanted),
                pattern.replace(text, wanted, "<>", "g"),
            )
            assert found == expected, (name, text)


@pytest.mark.parametrize(
    ("call", "expression"),
    [
        (lambda n, _: value.rounded(n / 7, 2), "round(n / 7.0::DOUBLE, 2)"),
        (lambda n, _: value.rounded(n / 8, 2), "round(n / 8.0::DOUBLE, 2)"),
        (lambda n, _: value.rest(n, 7), "n % 7"),
        (lambda n, _: value.whole(n, 7), "n // 7"),
        (lambda n, t: value.STRICT["substr"](t, n % 9 - 4), "substr(t, (n + 180) % 9 - 4)"),
        (lambda n, t: value.STRICT["substr"](t, n % 5, n % 3), "substr(t, (n + 180) % 5, (n + 180) % 3)"),
        (lambda n, t: value.STRICT["split_part"](t, " ", n % 3), "split_part(t, ' ', (n + 180) % 3)"),
        (lambda _, t: value.STRICT["translate"](t, "abca", "xy"), "translate(t, 'abca', 'xy')"),
        (lambda n, t: value.STRICT["lpad"](t, n % 12, "0"), "lpad(t, ((n + 180) % 12)::INTEGER, '0')"),
        (lambda _, t: value.md5_number(t), "md5_number(t)"),
    ],
)
def test_functions_are_those_of_duckdb(con, call, expression):
    # 180 is a multiple of what is divided by above: the remainders are those of Python.
    numbers, words = [*range(-180, 180)], texts(4, 360)
    told = con.execute(
        f"SELECT {expression} FROM (SELECT unnest($n)::INTEGER AS n, unnest($t) AS t)",
        {"n": numbers, "t": words},
    ).fetchall()
    assert [call(n, t) for n, t in zip(numbers, words, strict=True)] == [found for (found,) in told]

"""Seeded noise on real addresses: what people get wrong when they write one down.

A noised address is *ambiguous* when it spells another valid address: nobody could tell that it was not meant. It is a
*toss-up* when another valid address far away is as near to it, letter by letter, as the true one.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import duckdb

LETTERS = {"latin": "abcdefghijklmnopqrstuvwxyz", "hangul": "가나다라마바사아자차강남동서북대신중수성천길로문산"}
SHORT = {
    "Street": "St", "Avenue": "Ave", "Road": "Rd", "Place": "Pl", "Drive": "Dr", "Court": "Ct", "Terrace": "Ter",
    "Lane": "Ln", "Boulevard": "Blvd", "Close": "Cl", "Gardens": "Gdns", "Northwest": "NW", "Northeast": "NE",
    "Southwest": "SW", "Southeast": "SE", "North": "N", "South": "S", "East": "E", "West": "W", "Crescent": "Cres",
    "straße": "str.", "Straße": "Str.", "Saint": "St", "Square": "Sq", "Circle": "Cir", "Grove": "Grv",
}  # fmt: skip


@dataclass(frozen=True)
class Written:
    """An address as somebody wrote it, and the row it means."""

    row_no: int
    kind: str
    house_number: str | None
    street: str | None
    postcode: str | None
    city: str | None


def typo(rng: random.Random, text: str) -> str:
    """Add, leave out, replace or swap one letter; digits become digits."""
    hangul = any("가" <= c <= "힣" for c in text)
    for _ in range(20):
        i = rng.randrange(len(text))
        drawn = "0123456789" if text[i].isdigit() else LETTERS["hangul" if hangul else "latin"]
        letter = rng.choice(drawn)
        way = rng.randrange(4)
        if way == 0:
            made = text[:i] + letter + text[i:]
        elif way == 1 and len(text) > 2:
            made = text[:i] + text[i + 1 :]
        elif way == 2:
            made = text[:i] + letter + text[i + 1 :]
        else:
            made = text[:i] + text[i + 1 : i + 2] + text[i] + text[i + 2 :]
        if made.lower() != text.lower() and made.strip():
            return made
    return text + text[-1]


def one_typo(rng: random.Random, a: Written) -> Written:
    """One typing error: in the street, sometimes in the postcode or the place."""
    field = rng.choices(("street", "postcode", "city"), (70, 20, 10))[0]
    return replace(a, **{field: typo(rng, getattr(a, field))})


def two_typos(rng: random.Random, a: Written) -> Written:
    """Two typing errors, in one part or in two."""
    return one_typo(rng, one_typo(rng, a))


def abbreviated(rng: random.Random, a: Written) -> Written:
    """Words in their short forms, sometimes in capitals."""
    street = a.street or ""
    for word, short in SHORT.items():
        ends = r"\b" if word[0].isupper() else ""
        street = re.sub(rf"{ends}{word}\b", short, street)
    return replace(a, street=street.upper() if rng.random() < 0.3 else street)


def without_postcode(_: random.Random, a: Written) -> Written:
    """No postcode."""
    return replace(a, postcode=None)


def without_direction(_: random.Random, a: Written) -> Written:
    """The last word of the street is missing where there are three."""
    words = (a.street or "").split(" ")
    return replace(a, street=" ".join(words[:-1])) if len(words) > 2 else replace(a, city=None)


def other_postcode(rng: random.Random, a: Written, postcodes: Sequence[str]) -> Written:
    """Another valid postcode of the city."""
    return replace(a, postcode=rng.choice([p for p in postcodes if p != a.postcode]))


def swapped(rng: random.Random, a: Written) -> Written:
    """Two parts in each other's columns."""
    way = rng.randrange(3)
    if way == 0:
        return replace(a, house_number=a.street, street=a.house_number)
    if way == 1:
        return replace(a, postcode=a.city, city=a.postcode)
    return replace(a, house_number=None, street=f"{a.house_number} {a.street}")


KINDS: dict[str, Callable[[random.Random, Written], Written]] = {
    "clean": lambda _, a: a,
    "one_typo": one_typo,
    "two_typos": two_typos,
    "abbreviated": abbreviated,
    "without_postcode": without_postcode,
    "without_direction": without_direction,
    "swapped": swapped,
}


def street_typos(rng: random.Random, a: Written, times: int) -> Written:
    """So many typing errors in the street."""
    for _ in range(times):
        a = replace(a, street=typo(rng, a.street or ""))
    return a


def clipped(rng: random.Random, a: Written) -> Written:
    """The end of the street is missing: a half of its letters, or more."""
    street = a.street or ""
    return replace(a, street=street[: max(3, rng.randrange(len(street) // 3, len(street) // 2 + 1))].strip())


def other_city(rng: random.Random, a: Written) -> Written:
    """Another city; every other address has no postcode, either."""
    return replace(a, city="Fernstadt", postcode=a.postcode if rng.random() < 0.5 else None)


#: Noise that leaves little to go by: most of its answers are unsure, and ought to say so.
HARD: dict[str, Callable[[random.Random, Written], Written]] = {
    "three_typos": lambda r, a: one_typo(r, two_typos(r, a)),
    "typos_without_postcode": lambda r, a: replace(street_typos(r, a, 2), postcode=None),
    "typos_without_city": lambda r, a: replace(street_typos(r, a, 3), city=None),
    "typos_without_number": lambda r, a: replace(street_typos(r, a, 2), house_number=None),
    "clipped": clipped,
    "clipped_without_postcode": lambda r, a: replace(clipped(r, a), postcode=None),
    "other_city": other_city,
}


def noise(
    con: duckdb.DuckDBPyConnection, *, city: str, seed: int, rows: int, half: int, hard: bool = False
) -> list[Written]:
    """Write addresses of the table `held` down with every kind of noise.

    Parameters
    ----------
    con
        Connection with `held`: one row per address, with row_no, house_number, street, postcode, lon and lat.
    city
        The city's name.
    seed
        The same seed gives the same noise.
    rows
        Addresses per kind of noise.
    half
        0 or 1: which half of the streets.
    hard
        Add the noise of `HARD`.
    """
    rng = random.Random(seed)  # noqa: S311 - noise, not secrets
    base = con.execute(
        "SELECT row_no, house_number, street, postcode FROM held WHERE md5_number_lower(street) % 2 = $half "
        "AND regexp_matches(house_number, '^[0-9]+[a-zA-Z]?$|^[0-9]+-[0-9]+$') ORDER BY md5(row_no || ':' || $seed)",
        {"half": half, "seed": seed},
    ).fetchall()
    postcodes = [p for (p,) in con.execute("SELECT DISTINCT postcode FROM held ORDER BY 1").fetchall()]
    kinds = {**KINDS, "other_postcode": lambda r, a: other_postcode(r, a, postcodes)}
    if hard:
        kinds |= HARD
        kinds["typo_other_postcode"] = lambda r, a: other_postcode(r, street_typos(r, a, 1), postcodes)
    made = []
    for kind, change in kinds.items():
        for _ in range(rows):
            row_no, number, street, postcode = base[rng.randrange(len(base))]
            made.append(change(rng, Written(row_no, kind, number, street, postcode, city)))
    return made


def judge(con: duckdb.DuckDBPyConnection, written: Sequence[Written], answers: str) -> None:
    """Write the table `judged`: one row per noised address, and whether it is ambiguous or a toss-up.

    Parameters
    ----------
    con
        Connection with `held`.
    written
        What `noise` returned.
    answers
        Name of the table to write.
    """
    con.execute(
        "CREATE OR REPLACE TEMP TABLE noised (no BIGINT, row_no BIGINT, kind VARCHAR, house_number VARCHAR, "
        "street VARCHAR, postcode VARCHAR, city VARCHAR)"
    )
    frame = pd.DataFrame(
        [(no, w.row_no, w.kind, w.house_number, w.street, w.postcode, w.city) for no, w in enumerate(written, 1)],
        columns=["no", "row_no", "kind", "house_number", "street", "postcode", "city"],
    )
    con.register("noised_batch", frame)
    con.execute("INSERT INTO noised FROM noised_batch")
    con.unregister("noised_batch")
    # The same address may have several points: each of them is right.
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE {answers} AS
        WITH true_one AS (
            SELECT n.no, n.street, n.postcode, h.street AS true_street, h.postcode AS true_postcode,
                lower(h.house_number) AS number, h.lon, h.lat,
                levenshtein(lower(n.street), lower(h.street))
                    + coalesce(levenshtein(lower(n.postcode), lower(h.postcode)), 0) AS edits
            FROM noised AS n JOIN held AS h USING (row_no)
            WHERE n.kind NOT IN ('swapped', 'clean', 'abbreviated')
        ), other AS (
            SELECT t.no, t.edits, levenshtein(lower(t.street), lower(h.street))
                + coalesce(levenshtein(lower(t.postcode), lower(h.postcode)), 0) AS others
            FROM true_one AS t JOIN held AS h ON lower(h.house_number) = t.number
                AND (t.postcode = h.postcode OR jaro_similarity(lower(t.street), lower(h.street)) > 0.7)
                AND (abs(h.lon - t.lon) + abs(h.lat - t.lat)) > 0.0007
            WHERE h.street <> t.true_street OR h.postcode <> t.true_postcode
        )
        SELECT n.*, h.lon, h.lat, h.street AS true_street, h.house_number AS true_number,
            h.postcode AS true_postcode, coalesce(o.least = 0, false) AS ambiguous,
            coalesce(o.least <= o.edits, false) AS toss_up
        FROM noised AS n JOIN held AS h USING (row_no)
        LEFT JOIN (SELECT no, min(others) AS least, any_value(edits) AS edits FROM other GROUP BY no) AS o USING (no)
        """
    )

"""Random strings as addresses: each gets an answer, and the same again in any order and by any number of threads."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from gcrm import sql
from tests.geocode.ground import build, connect, insert

if TYPE_CHECKING:
    from collections.abc import Callable

STRINGS = 1_000_000
BATCH = 50_000
HELD = tuple(
    dict(zip(("house_number", "street", "postcode", "city", "lon", "lat"), row, strict=True))
    for row in (
        ("12", "Main Street", "94110", "Springfield", -122.4, 37.7),
        ("7a", "Königstraße", "70173", "Stuttgart", 9.18, 48.78),
        ("245-9", "강남대로", "06134", "서울", 127.03, 37.5),
        ("10", "Rua Augusta", "01305-000", "São Paulo", -46.65, -23.55),
    )
)
WORDS = (
    *("12", "7a", "Main", "Street", "St", "Königstraße", "str.", "강남대로", "245-9", "번길", "Rua", "R.", "94110"),
    *("Apt", "#", "PO Box", "Flat", "&", "/", ",", ", ,", "(", ")", "1/2", "½", "-", "Northeast", "corner of"),
    *("esquina", "SO15 2EJ", "CEP"),
)
MARKS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ \t\n\r«»“”’–—·。、"  # noqa: RUF001


def letter(rng: random.Random) -> str:
    """Any character of Unicode but the surrogates, which are none, and NUL, which no file of text holds."""
    while True:
        c = rng.randrange(1, 0x110000)
        if not 0xD800 <= c <= 0xDFFF:
            return chr(c)


def text(rng: random.Random) -> str:
    """One string of one of six kinds."""
    kind, size = rng.randrange(6), rng.randrange(1, 40)
    if kind == 0:
        return "".join(chr(rng.randrange(32, 127)) for _ in range(size))
    if kind == 1:
        return "".join(letter(rng) for _ in range(size))
    if kind == 2:
        return "".join(chr(rng.randrange(1, 32)) for _ in range(size))
    if kind == 3:
        return "".join(rng.choice(MARKS) for _ in range(size))
    if kind == 4 and rng.random() < 0.002:
        return rng.choice((rng.choice(WORDS) + " ", letter(rng))) * rng.randrange(1_000, 5_000)
    return " ".join(rng.choice(WORDS) for _ in range(rng.randrange(1, 9)))


def answers(texts: list[str], threads: int) -> list[tuple[object, ...]]:
    """Run the stage over texts; return what it said of each, in their order."""
    with connect() as con:
        con.execute(f"SET threads = {threads}")
        insert(con, "address_reference", *HELD)
        con.register("batch", pa.table({"no": range(len(texts)), "text": texts}))
        con.execute(
            "INSERT INTO ingest.customer (customer_id, address, source, row_no) "
            "SELECT no::VARCHAR, text, 'c', no FROM batch"
        )
        con.unregister("batch")
        build(con)
        return con.execute(
            "SELECT r.row_no, l.* FROM geocode.record_location AS r JOIN geocode.location AS l USING (location_id) "
            "WHERE r.kind = 'customer' ORDER BY r.row_no"
        ).fetchall()


@pytest.mark.soak
def test_every_string_gets_an_answer(soak: Callable[..., int]) -> None:
    rng = random.Random(4711)  # noqa: S311 - strings, not secrets
    left = soak(STRINGS)
    while left > 0:
        texts = [text(rng) for _ in range(min(left, BATCH))]
        left -= len(texts)
        found = answers(texts, 2)
        assert [row[0] for row in found] == list(range(len(texts)))


def test_answers_do_not_depend_on_order_or_threads() -> None:
    rng = random.Random(815)  # noqa: S311
    texts = [text(rng) for _ in range(4_000)]
    first = answers(texts, 1)
    order = list(range(len(texts)))
    rng.shuffle(order)
    again = {order[row[0]]: row[1:] for row in answers([texts[i] for i in order], 4)}
    known = {row[0]: row[1:] for row in first}
    differing = [i for i in known if known[i] != again[i]]
    # One place may be written in several ways; which of them is shown is settled, too.
    assert differing == []


def test_words_are_parted_at_what_unicode_calls_marks() -> None:
    listed = "«»“”„–—…·•¿¡§€£°×÷。、「」・〜،؛।։־\u00a0\u2009\u200b\u3000\ufeff№"  # noqa: RUF001
    with connect() as con:
        sql.run(con, "gcrm.geocode", "macro")
        for mark in listed:
            (said,) = con.execute("SELECT words($text)", {"text": f"alpha{mark}beta"}).fetchone() or ()
            assert said == "alpha beta", hex(ord(mark))

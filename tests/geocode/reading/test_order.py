"""One address in the orders in which people of many countries write it, as one text that does not tell its parts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.geocode.ground import find, pick

ADDRESSES = [
    ("12", "Hverfisgata", "101", "Reykjavík"),
    ("7", "Vasagatan", "111 20", "Stockholm"),
    ("22", "ul. Marszałkowska", "00-950", "Warszawa"),
    ("3", "Rua Augusta", "1100-048", "Lisboa"),
    ("5", "Main Street", "D02 X285", "Dublin"),
    ("1600", "Rua da Consolação", "01301-100", "São Paulo"),
    ("10", "Downing Street", "SW1A 2AA", "London"),
    ("24", "Sussex Drive", "K1M 1M4", "Ottawa"),
    ("2", "Kalverstraat", "1012 NX", "Amsterdam"),
    ("8", "Bahnhofstrasse", "8001", "Zürich"),
    ("55", "rue du Faubourg Saint-Honoré", "75008", "Paris"),
    ("17", "Václavské náměstí", "110 00", "Praha"),
    ("350", "5th Avenue", "10118", "New York"),
    ("9", "Calle Mayor", "28013", "Madrid"),
    ("3-1", "테헤란로", "06133", "서울"),
    ("15", "Esplanadi", "00130", "Helsinki"),
    ("1", "Macquarie Street", "2000", "Sydney"),
]
ORDERS = [
    "{n} {s}, {p} {c}",
    "{s} {n}, {p} {c}",
    "{n} {s}, {c} {p}",
    "{s} {n}\n{p} {c}",
    "{n} {s} {c} {p}",
    "{s} {n} {p} {c}",
    "{n}, {s}, {c}, {p}",
    "{n} {s}, {c}",
    "{n} {s}, {p}",
    "{s}, {n}, {p}, {c}",
    "Acme Ltd, {n} {s}, {c} {p}",
    "{p} {c}, {s} {n}",
]
REFERENCE: list[dict[str, Any]] = [
    {"house_number": number, "street": s, "postcode": p, "city": c, "lon": float(i), "lat": lat}
    for i, (n, s, p, c) in enumerate(ADDRESSES)
    for number, lat in ((n, 1.0), (f"{len(n)}99", 2.0))
]


def written(order: str) -> list[str]:
    """Every address in one order."""
    return [order.format(n=n, s=s, p=p, c=c) for n, s, p, c in ADDRESSES]


@pytest.fixture(scope="module")
def read() -> dict[str, tuple[Any, ...]]:
    """What was found of every address in every order: one run of the stage for all."""
    texts = [text for order in ORDERS for text in written(order)]
    return dict(zip(texts, pick(find(REFERENCE, *texts), "lon", "lat", "match_level"), strict=True))


@pytest.mark.parametrize("order", ORDERS)
def test_every_order_is_read(read: dict[str, tuple[Any, ...]], order: str) -> None:
    texts = written(order)
    assert {text: read[text] for text in texts} == {text: (i, 1.0, "exact") for i, text in enumerate(texts)}


def test_a_street_named_after_the_city_keeps_its_name() -> None:
    reference = [
        {"house_number": "12", "street": "Rue de Paris", "postcode": "75008", "city": "Paris", "lon": 1.0, "lat": 1.0},
        {"house_number": "12", "street": "Rue de Lyon", "postcode": "75008", "city": "Paris", "lon": 2.0, "lat": 1.0},
    ]
    assert pick(find(reference, "12 Rue de Paris 75008", "12 Rue de Paris, 75008 Paris"), "lon") == [(1.0,), (1.0,)]


def test_what_was_left_out_is_told() -> None:
    (found,) = find(REFERENCE, "Acme Ltd, 12 Hverfisgata, Reykjavík 101")
    assert found["not_understood"] == "acme ltd"

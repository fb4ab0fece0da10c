"""Streets that the reference writes with a comma, and house numbers beside those of flats."""

from __future__ import annotations

from typing import Any

from tests.geocode.ground import find, pick


def point(number: str, street: str, postcode: str, lat: float) -> dict[str, Any]:
    return {"house_number": number, "street": street, "postcode": postcode, "lon": -1.4, "lat": lat}


REFERENCE = [
    point("4", "Elm Court, Oakfield Road", "ZZ1 1AA", 50.90),
    point("6", "Elm Court, Oakfield Road", "ZZ1 1AA", 50.91),
    point("4", "Oakfield Road", "ZZ1 1AB", 50.92),
    point("2", "Elm Court", "ZZ1 1AC", 50.93),
    point("8", "St Anselm Gardens", "ZZ1 1AD", 50.935),
    point("2", "Mill Lane", "ZZ2 1AA", 50.94),
    point("16 Flat 1;2;3", "Mill Lane", "ZZ2 1AA", 50.95),
    point("53;55 Flat 1;2", "Mill Lane", "ZZ2 1AA", 50.96),
    point("Flat 2;4", "Mill Lane", "ZZ2 1AA", 50.97),
]


WRITTEN = [
    ("4 Elm Court, Oakfield Road, Testham", 50.90, None),
    ("4 Elm Court, Oakfield Road", 50.90, None),
    ("4 Elm Court Oakfield Road, Testham", 50.90, None),
    ("4 Elm Court, Oakfeld Road, Testham", 50.90, "city_missing, street_typo"),
    ("4 Elk Court, Oakfield Road, Testham", 50.90, "city_missing, street_typo"),
    ("4 Oakfield Road, Testham", 50.92, "city_missing, postcode_typo"),
    ("8 Saintn Anselm Gardens, Testham", 50.935, "city_missing, postcode_typo, word_typo"),
    ("2 Elm Court, Testham", 50.93, "city_missing, postcode_typo"),
]


def test_a_street_goes_on_behind_the_comma_and_a_city_does_not() -> None:
    rows = find(REFERENCE, *({"address": text, "postcode": "ZZ1 1AA"} for text, *_ in WRITTEN))
    assert pick(rows, "lat", "faults") == [(lat, faults) for _, lat, faults in WRITTEN]
    assert {(row["match_level"], row["status"]) for row in rows} == {("exact", "matched")}


def test_numbers_of_flats_are_no_house_numbers() -> None:
    rows = find(
        REFERENCE,
        {"house_number": "2", "street": "Mil Lane", "postcode": "ZZ2 1AA"},
        {"house_number": "16", "street": "Mill Lane", "postcode": "ZZ2 1AA"},
        {"house_number": "55", "street": "Mill Lane", "postcode": "ZZ2 1AA"},
        {"house_number": "3", "street": "Mill Lane", "postcode": "ZZ2 1AA"},
    )
    assert pick(rows, "lat", "match_level", "status")[:3] == [
        (50.94, "exact", "matched"),
        (50.95, "exact", "matched"),
        (50.96, "exact", "matched"),
    ]
    assert rows[3]["match_level"] != "exact"

"""Points between neighbours of a street, and between the numbers below one number."""

from __future__ import annotations

from typing import Any

import pytest

from tests.geocode.ground import find, pick


def test_numbers_below_a_number_lie_between_their_own_neighbours() -> None:
    reference = [
        {"house_number": number, "street": "Lindenlo", "city": "Fernstadt", "lon": lon, "lat": lat}
        for number, lon, lat in (
            *(("243", 10.000, 50.0), ("247", 10.001, 50.0)),
            *(("245-3", 10.0004, 50.0003), ("245-4", 10.0008, 50.0003), ("245-9", 10.0004, 50.0009)),
        )
    ]
    asked = [{"house_number": n, "street": "Lindenlo", "city": "Fernstadt"} for n in ("245-5", "245-7", "245-6", "245")]
    found = pick(find(reference, *asked), "match_level", "lon", "lat", "matched_address")
    # A third and two thirds of the way from 245-3 to 245-9; 245-4 stands on the other side of the lane.
    assert found[0][1:3] == pytest.approx((10.0004, 50.0005))
    assert found[1][1:3] == pytest.approx((10.0004, 50.0007))
    assert found[0][3] == "lindenlo between 245-3 and 245-9"
    # Beyond the known numbers of its side, and the number itself: in the middle of all that have the number.
    assert [row[0] for row in found] == ["interpolated"] * 3 + ["suffix"]
    assert found[2][1:3] == pytest.approx((10.0005333, 50.0005))


def _street(street: str, postcode: str, lat: float, *numbers: int, city: str | None = None) -> list[dict[str, Any]]:
    """Return houses 50 m apart from one to the next number of their side."""
    return [
        {
            "house_number": str(n),
            "street": street,
            "postcode": postcode,
            "city": city,
            "lon": 10 + n * 0.00035,
            "lat": lat,
        }
        for n in numbers
    ]


def test_a_street_spelt_otherwise_that_the_postcode_denies_is_not_meant() -> None:
    reference = [*_street("Zirpenweg", "70439", 50.0, 1, 2, 3, 4, 6), *_street("Mistelallee", "70182", 50.2, 1, 2)]
    asked = [
        {"house_number": number, "street": "Rispenweg", "postcode": postcode}
        for number, postcode in (("2", "70182"), ("5", "70182"), ("5", "70439"))
    ]
    asked.append({"house_number": "5", "street": "Zirpenwek", "postcode": "70182"})
    found = pick(find(reference, *asked), "match_level", "faults")
    # The number itself, a new number, a postcode that agrees, and one slip without a city.
    assert found == [
        ("postcode", "street_missing"),
        ("postcode", "street_missing"),
        ("street", "street_typos, number_missing"),
        ("postcode", "street_missing"),
    ]


def test_a_city_that_agrees_supports_one_slip_against_the_postcode() -> None:
    reference = [
        *_street("Lerchenfeldweg", "70439", 50.0, 1, 3, 7, city="Fernstadt"),
        *_street("Mistelallee", "70182", 50.2, 1, 2, city="Fernstadt"),
    ]
    asked = [
        {"house_number": "5", "street": street, "postcode": "70182", "city": "Fernstadt"}
        for street in ("Lerchenfeldweg", "Lerchenfeltweg", "Larchenfeltweg")
    ]
    found = pick(find(reference, *asked), "match_level", "faults")
    assert found == [
        ("interpolated", "number_between, postcode_differs"),
        ("interpolated", "street_typo, number_between, postcode_differs"),
        ("postcode", "street_missing"),
    ]


def test_neighbours_in_another_street_of_the_name_say_nothing() -> None:
    reference = [
        *_street("Marktplatz", "70173", 50.0, 12, 14, 16, 22, 24),
        *_street("Marktplatz", "70372", 50.04, 1, 2, 3, 10),
    ]
    asked = [
        {"house_number": "18", "street": "Marktplatz", "postcode": postcode} for postcode in ("70372", "70173", None)
    ]
    found = pick(find(reference, *asked), "match_level", "faults", "lat")
    assert found[0][:2] == ("street", "number_missing")
    assert found[0][2] == pytest.approx(50.04)
    assert found[1] == ("interpolated", "number_between", 50.0)
    assert found[2] == ("interpolated", "number_between, postcode_missing", 50.0)


def test_a_street_in_its_city_without_a_postcode_is_not_told_that_it_differs() -> None:
    reference = _street("Lerchenfeldweg", "70439", 50.0, 1, 3, 7, city="Fernstadt")
    asked = {"house_number": "99", "street": "Lerchenfeldweg", "city": "Fernstadt"}
    assert pick(find(reference, asked, {**asked, "postcode": "70438"}), "match_level", "faults") == [
        ("street", "number_missing, postcode_missing"),
        ("street", "number_missing, postcode_typo"),
    ]

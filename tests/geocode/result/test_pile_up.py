"""Many different addresses at one point are told of; units, neighbours and centres of streets are not."""

from __future__ import annotations

import math
import random
from typing import Any

from tests.geocode.ground import build, connect, insert
from tests.geocode.matching.test_match import REFERENCE


def piled(
    *customers: dict[str, Any], reference: list[dict[str, Any]] | None = None
) -> tuple[dict[str, int], list[Any]]:
    """Return the size of the pile that each customer stands in, and the findings."""
    with connect() as con:
        insert(con, "address_reference", *(reference or []))
        insert(con, "customer", *customers)
        report = build(con)
        rows = con.execute(
            "SELECT c.customer_id, p.addresses FROM ingest.customer AS c JOIN geocode.record_location AS r "
            "ON r.kind = 'customer' AND r.row_no = c.row_no JOIN geocode.pile_up AS p USING (location_id)"
        ).fetchall()
    return dict(rows), [(f.subject, f.count) for f in report.findings if f.kind == "pile_up"]


def at(text: str, lon: float = -122.4, lat: float = 37.7, **more: Any) -> dict[str, Any]:
    return {"address": text, "lon": lon, "lat": lat, **more}


def test_ten_addresses_at_one_point_are_a_pile_and_nine_are_none() -> None:
    rows = [at(f"{n} Main Street, 94110") for n in range(1, 11)]
    assert piled(*rows) == ({f"customer-{n}": 10 for n in range(1, 11)}, [("addresses", 10)])
    assert piled(*rows[:9]) == ({}, [])


def test_units_of_a_building_are_one_address() -> None:
    assert piled(*(at(f"1 Main Street Apt {n}, 94110") for n in range(30))) == ({}, [])
    assert piled(*(at("1 Main Street", unit=str(n)) for n in range(30))) == ({}, [])
    doors = [{"house_number": f"12{c}", "street": "Main St", "lon": 1.0, "lat": 2.0} for c in "abcdefghijklmn"]
    assert piled(*doors) == ({}, [])


def test_points_are_one_within_a_metre_also_across_cells() -> None:
    metre = 1 / 111_195
    rows = [at(f"{n} Main Street", -122.4 + (n % 2) * 0.9 * metre / math.cos(math.radians(37.7))) for n in range(12)]
    assert set(piled(*rows)[0].values()) == {12}
    apart = [at(f"{n} Main Street", -122.4, 37.7 + (n % 2) * 1.2 * metre) for n in range(12)]
    assert piled(*apart) == ({}, [])


def test_the_middle_of_a_street_is_no_pile() -> None:
    rows = [{"address": f"{n} Main Street, 94110"} for n in range(100, 120)]
    assert piled(*rows, reference=REFERENCE) == ({}, [])


def test_as_many_as_brute_force_finds() -> None:
    chance = random.Random(4)  # noqa: S311 - no secret
    rows = [
        at(f"{chance.randrange(40)} Way {chance.randrange(3)}", 8 + chance.random() * 8e-5, 50 + chance.random() * 6e-5)
        for _ in range(300)
    ]

    def metres(a: dict[str, Any], b: dict[str, Any]) -> float:
        north, east = math.radians(a["lat"] - b["lat"]), math.radians(a["lon"] - b["lon"])
        part = math.sin(north / 2) ** 2 + math.cos(math.radians(a["lat"])) * math.cos(math.radians(b["lat"])) * (
            math.sin(east / 2) ** 2
        )
        return 2 * 6_371_008.8 * math.asin(math.sqrt(part))

    expected = {
        f"customer-{i}": n
        for i, a in enumerate(rows, 1)
        if (n := len({b["address"] for b in rows if metres(a, b) <= 1})) >= 10
    }
    found, findings = piled(*rows)
    assert found == expected
    assert len(expected) > 20
    assert findings == [("addresses", len(expected))]

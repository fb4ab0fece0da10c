"""location_id: the same in every build and on every machine, and never shared by two places."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest

from gcrm import sql
from gcrm.errors import InternalError
from tests.geocode.ground import build, connect, find, insert
from tests.threads import all_processors

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb


def low63(identity: str) -> int:
    """Lower 63 bits of MD5 by Python's own library."""
    return int.from_bytes(hashlib.md5(identity.encode(), usedforsecurity=False).digest()[:8], "little") % 2**63


def test_an_address_has_the_hash_of_its_keys() -> None:
    (row,) = find([], "12 Main Street Apt 3, San Francisco, CA 94110-1234")
    keys = ("address", "12", "main st", "3", "94110", "san francisco", "")
    assert row["location_id"] == low63("\x1f".join(keys)) == 302659476775674074


def test_a_bare_point_is_its_own_number() -> None:
    (row,) = find([], {"lon": -122.41234567, "lat": 37.7512345})
    # Steps of 1e-7 degrees from the south-western corner of the map; 1,800,000,001 steps make a meridian.
    steps = (-1224123457 + 1_800_000_000) * 1_800_000_001 + (377512345 + 900_000_000)
    assert row["location_id"] == steps == 1036577779253388888
    assert 0 < steps < 2**63


def test_a_point_with_an_address_has_the_hash_of_both() -> None:
    (row,) = find([], {"lon": 0.5, "lat": -0.25, "house_number": "1", "street": "Main St"})
    point = (5_000_000 + 1_800_000_000) * 1_800_000_001 + (-2_500_000 + 900_000_000)
    assert row["location_id"] == low63("\x1f".join(("point", str(point), "", "1", "main st", "", "", "")))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("1 Main St, 94110", "1 MAIN STREET 94110", True),
        ("1 Main St, 94110", {"house_number": "1", "street": "main street", "postcode": "94110"}, True),
        ("1 Main St, 94110", "1 Main St, 94111", False),
        ("1 Main St, 94110", {"address": "1 Main St, 94110", "lon": 1.0, "lat": 2.0}, False),
        ({"lon": 1.0, "lat": 2.0}, {"lon": 1.00000004, "lat": 2.0}, True),
        ({"lon": 1.0, "lat": 2.0}, {"lon": 1.0000002, "lat": 2.0}, False),
        ({"lon": 1.0, "lat": 2.0}, {"lon": 1.0, "lat": 2.0, "city": "X"}, False),
        ({"lon": 1.0, "lat": 2.0, "city": "x"}, {"lon": 1.0, "lat": 2.0, "city": "X "}, True),
        ({"house_number": "1", "postcode": "9"}, {"unit": "1", "postcode": "9"}, False),
        ("what", "where", False),
        ("!", "?", False),
    ],
)
def test_one_place_has_one_number(one: Any, other: Any, same: bool) -> None:  # noqa: FBT001
    first, second = find([], one, other)
    assert (first["location_id"] == second["location_id"]) == same


def test_the_extremes_of_the_globe_have_numbers() -> None:
    rows = find([], *({"lon": lon, "lat": lat} for lon in (-180.0, 180.0) for lat in (-90.0, 90.0)))
    numbers = [row["location_id"] for row in rows]
    assert numbers == [0, 1_800_000_000, 6_480_000_003_600_000_000, 6_480_000_005_400_000_000]


def test_two_builds_are_equal() -> None:
    def everything() -> list[list[tuple[Any, ...]]]:
        with connect() as con:
            places = [{"house_number": str(n), "street": s, "lon": n / 7, "lat": k / 9}
                      for n in range(1, 40) for k, s in enumerate(("Main St", "Oak Ave", "Elm Rd"))]  # fmt: skip
            insert(con, "address_reference", *places, *(p | {"lat": p["lat"] + 0.1} for p in places[::5]))
            insert(con, "customer", *(p | {"lon": None} for p in places), *({"street": p["street"]} for p in places))
            build(con)
            tables = ("location", "record_location", "reference")
            return [con.execute(f"FROM geocode.{t} ORDER BY ALL").fetchall() for t in tables]

    with all_processors():
        assert everything() == everything()


def test_the_columns_are_as_agreed() -> None:
    with connect() as con:
        build(con)
        types = {r[0]: r[1] for r in con.execute("DESCRIBE geocode.location").fetchall()}
        record = {r[0]: r[1] for r in con.execute("DESCRIBE geocode.record_location").fetchall()}
        unsaid = con.execute(
            "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = 'geocode' AND comment IS NULL"
        ).fetchall()
        left = con.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall()
    assert types["location_id"] == record["location_id"] == "BIGINT"
    assert [types[name] for name in ("lon", "lat", "confidence", "error_m")] == ["DOUBLE"] * 4
    others = (
        "address",
        "house_number",
        "street",
        "unit",
        "postcode",
        "city",
        "match_level",
        "status",
        "matched_address",
    )
    assert [types[name] for name in others] == ["VARCHAR"] * 9
    assert record == {
        "kind": "VARCHAR",
        "source": "VARCHAR",
        "row_no": "BIGINT",
        "location_id": "BIGINT",
    }
    assert unsaid == []
    assert left == []


ONE, OTHER = {"address": "1 Main St"}, {"address": "2 Main St"}
POINT = {"lon": 1.0, "lat": 2.0}


@pytest.mark.parametrize(
    ("hashed", "customers"),
    [
        pytest.param("7", [ONE, OTHER], id="two addresses"),
        pytest.param("7", [ONE | POINT, OTHER | POINT], id="two points with an address"),
        pytest.param("7", [ONE, OTHER | POINT], id="an address and a point with an address"),
        pytest.param(
            "point_number(1.0, 2.0)",
            [ONE, POINT],
            id="an address and a point",
        ),
    ],
)
def test_a_shared_number_stops_the_build(
    monkeypatch: pytest.MonkeyPatch, hashed: str, customers: list[dict[str, Any]]
) -> None:
    plain = sql.run

    def run(con: duckdb.DuckDBPyConnection, package: str, name: str, values: Mapping[str, Any] | None = None) -> int:
        count = plain(con, package, name, values)
        if name == "macro":
            con.execute(f"CREATE OR REPLACE TEMP MACRO place_hash(identity) AS ({hashed})::BIGINT")
        return count

    monkeypatch.setattr(sql, "run", run)
    with connect() as con:
        insert(con, "customer", *customers)
        with pytest.raises(InternalError, match="share a location_id"):
            build(con)

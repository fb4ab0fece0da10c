"""The star's tables as plain records: what the oracle counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.cube.twins import AREAS, CELLS, REGIONS, declared

if TYPE_CHECKING:
    from datetime import date

    import duckdb

Record = dict[str, Any]
_SELECTS = {
    "customer": "SELECT segment, owner_id AS owner, since, until, location_id FROM warehouse.dim_customer",
    "prospect": "SELECT segment, owner_id AS owner, since, until, location_id FROM warehouse.dim_prospect",
    "order": "SELECT order_id, customer_key, ordered_on AS day, segment, owner_id AS owner, store_id AS store, channel,"
    " amount, location_id FROM warehouse.fact_order",
    "order_line": "SELECT order_id, customer_key, ordered_on AS day, segment, owner_id AS owner, store_id AS store,"
    " channel, amount, quantity, product_key, department, location_id FROM warehouse.fact_order_line",
    "interaction": "SELECT occurred_at::DATE AS day, owner_id AS owner, channel, kind, location_id"
    " FROM warehouse.fact_interaction",
}


@dataclass(frozen=True)
class World:
    """A company as records.

    Attributes
    ----------
    facts
        Fact -> its records, each with its regions, areas, cells and attributes.
    ancestors
        Level -> region of it -> level -> region that it is in.
    areas
        Level of overlapping regions -> its regions.
    statistics
        Level -> region -> pairs of a first day (null: always) and a number of households.
    first, last
        First and last day of an order.
    """

    facts: dict[str, list[Record]]
    ancestors: dict[str, dict[str, dict[str, str | None]]]
    areas: dict[str, list[str]]
    statistics: dict[str, dict[str, list[tuple[date | None, float | None]]]] = field(default_factory=dict)
    first: date | None = None
    last: date | None = None


def read(con: duckdb.DuckDBPyConnection) -> World:
    """Read the tables of a star."""
    regions = _rows(con, "SELECT * EXCLUDE geometry FROM warehouse.dim_region")
    newest: dict[int, Any] = {}
    for r in regions:
        r["end"] = (r["valid_to"] is None, r["valid_to"])
        newest[r["layer_id"]] = max(newest.get(r["layer_id"], r["end"]), r["end"])
    current = {r["region_key"]: r for r in regions if r["end"] == newest[r["layer_id"]]}
    places = _places(con, current)
    products = {p["product_key"]: p for p in _rows(con, "SELECT * FROM warehouse.dim_product")}
    facts = {}
    for name, text in _SELECTS.items():
        facts[name] = [r | places.get(r["location_id"], _NOWHERE) for r in _rows(con, text)]
        for r in facts[name]:
            r.update(declared(name, r))
            if name == "order_line":
                product = products.get(r["product_key"], {})
                r.update(category=product.get("category"), product=product.get("product_id"))
    days = [r["day"] for r in facts["order"] if r["day"] is not None]
    ancestors = {
        level: {r["region_id"]: _up(r, current) for r in current.values() if r["level"] == level} for level in REGIONS
    }
    areas = {level: [r["region_id"] for r in current.values() if r["level"] == level] for level in AREAS}
    return World(facts, ancestors, areas, _statistics(con, current), min(days), max(days))


_OWN = ("residence_type", "residence_word", "building_use", "road_access", "drive_to_store")
_NOWHERE: Record = {**dict.fromkeys([*REGIONS, *CELLS, *_OWN]), **{a: frozenset() for a in AREAS}}


def _places(con: duckdb.DuckDBPyConnection, current: dict[int, Record]) -> dict[int, Record]:
    found = {}
    for r in _rows(con, "SELECT * FROM warehouse.dim_location"):
        cell = None if r["h3_r8"] is None else f"{r['h3_r8']:x}"
        found[r["location_id"]] = {**_NOWHERE, **{name: r[name] for name in _OWN}, "h3_r8": cell}
    for r in _rows(con, "SELECT location_id, region_key FROM warehouse.bridge_location_region"):
        region, place = current.get(r["region_key"]), found[r["location_id"]]
        if region is not None and region["overlapping"]:
            place[region["level"]] = place[region["level"]] | {region["region_id"]}
        elif region is not None:
            place[region["level"]] = region["region_id"]
    return found


def _up(region: Record, current: dict[int, Record]) -> dict[str, str | None]:
    found: dict[str, str | None] = dict.fromkeys(REGIONS)
    at: Record | None = region
    while at is not None:
        found[at["level"]] = at["region_id"]
        at = current.get(at["parent_key"])
    return found


def _statistics(con: duckdb.DuckDBPyConnection, current: dict[int, Record]) -> dict[str, Any]:
    found: dict[str, dict[str, list[Any]]] = {}
    text = "SELECT region_key, level, value, as_of FROM warehouse.fact_zone_statistic WHERE statistic = 'households'"
    for r in _rows(con, text):
        values = found.setdefault(r["level"], {})
        if r["region_key"] in current:
            values.setdefault(current[r["region_key"]]["region_id"], []).append((r["as_of"], r["value"]))
    return found


def _rows(con: duckdb.DuckDBPyConnection, text: str) -> list[Record]:
    return list(con.execute(text).to_arrow_table().to_pylist())

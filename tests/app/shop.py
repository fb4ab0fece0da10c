"""A small company as files: two districts of two zones each, in San Francisco's place, with names that bite."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

#: Every one of these would run, or load something, wherever a name reached HTML, Markdown or a script as it is.
HOSTILE_ZONE = "<img src=x onerror='window.ran=1'>"
HOSTILE_DISTRICT = "South ![x](https://example.org/x.png) [l](javascript:window.ran=2) ${window.ran=3} `b`"
HOSTILE_CUSTOMER = "</script><script>window.ran=4</script>"
HOSTILE_SEGMENT = "**<b onmouseover=window.ran=5>family</b>**"

WEST, SOUTH, STEP = -122.50, 37.72, 0.03
SETTINGS = """
[project]
name = "Little Shop"
metric_crs = "EPSG:32610"
currency = "EUR"

[hierarchies.city]
title = "Districts and zones"
levels = ["district", "zone"]

[hierarchies.halves]
title = "Halves"
levels = ["half"]

[releases.public]
tables = [["zone", "quarter"], ["district", "quarter"], ["quarter"]]

[sources.districts]
kind = "regions"
level = "district"
path = "districts.geojson"

[sources.zones]
kind = "regions"
level = "zone"
path = "zones.geojson"

[sources.halves]
kind = "regions"
level = "half"
path = "halves.geojson"

[sources.households]
kind = "zone_statistics"
level = "zone"
path = "households.csv"

[sources.addresses]
kind = "address_references"
path = "addresses.csv"

[sources.customers]
kind = "customers"
path = "customers.csv"

[sources.orders]
kind = "orders"
path = "orders.csv"
"""
#: (zone, name, district, column, row): squares from the south-west, STEP degrees wide.
ZONES = [
    ("z1", "Zone One", "n", 0, 1),
    ("z2", HOSTILE_ZONE, "n", 1, 1),
    ("z3", "Zone Three", "s", 0, 0),
    ("z4", "Zone Four", "s", 1, 0),
]
DISTRICTS = [("n", "North", 0, 1), ("s", HOSTILE_DISTRICT, 0, 0)]
#: Zone -> customers; z4 has none. One more has no place at all.
CUSTOMERS = {"z1": 6, "z2": 3, "z3": 1}
HOUSEHOLDS = {"z1": 100, "z2": 50, "z3": 40}


def square(column: float, row: float, wide: float = 1, high: float = 1) -> dict[str, Any]:
    west, south = WEST + column * STEP, SOUTH + row * STEP
    east, north = west + wide * STEP, south + high * STEP
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def middle(zone: str, number: int = 0) -> tuple[float, float]:
    """A point in a zone; each number another one."""
    _, _, _, column, row = next(z for z in ZONES if z[0] == zone)
    return WEST + (column + 0.3 + 0.05 * number) * STEP, SOUTH + (row + 0.4 + 0.02 * number) * STEP


def write(folder: Path) -> None:
    """Write the company's project into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "gcrm.toml").write_text(SETTINGS, encoding="utf-8")
    _features(
        folder / "districts.geojson", [({"region_id": i, "name": n}, square(c, r, 2)) for i, n, c, r in DISTRICTS]
    )
    _features(
        folder / "zones.geojson",
        [({"region_id": i, "name": n, "parent_id": d}, square(c, r)) for i, n, d, c, r in ZONES],
    )
    _features(folder / "halves.geojson", [({"region_id": "w", "name": "West"}, square(0, 0, 1, 2))])
    _rows(
        folder / "households.csv",
        [{"region_id": z, "statistic": "households", "value": v} for z, v in HOUSEHOLDS.items()],
    )
    points = [middle(zone, i) for zone, *_ in ZONES for i in range(8)]
    _rows(
        folder / "addresses.csv",
        [{"house_number": i, "street": "Long Street", "lon": x, "lat": y} for i, (x, y) in enumerate(points, start=1)],
    )
    customers, orders = [], []
    for zone, count in CUSTOMERS.items():
        for i in range(count):
            key, (lon, lat) = f"{zone}c{i}", middle(zone, i)
            name = HOSTILE_CUSTOMER if i == 0 else f"Customer {key}"
            segment = HOSTILE_SEGMENT if i % 2 else "single"
            customers.append({"customer_id": key, "name": name, "segment": segment, "lon": lon, "lat": lat})
            for quarter, month in enumerate(("01", "05"), start=1):
                orders.append(
                    {
                        "order_id": f"{key}-{month}",
                        "customer_id": key,
                        "ordered_on": f"2024-{month}-15",
                        "amount": 10 * quarter,
                    }
                )
    customers.append({"customer_id": "lost", "name": "Nowhere", "segment": "single", "lon": "", "lat": ""})
    orders.append({"order_id": "first", "customer_id": "lost", "ordered_on": "2024-01-01", "amount": 5})
    orders.append({"order_id": "last", "customer_id": "lost", "ordered_on": "2024-06-30", "amount": 7})
    _rows(folder / "customers.csv", customers)
    _rows(folder / "orders.csv", orders)


def _features(path: Path, rows: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    features = [{"type": "Feature", "properties": p, "geometry": g} for p, g in rows]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")


def _rows(path: Path, rows: list[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)

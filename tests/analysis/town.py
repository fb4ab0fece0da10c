"""A small town as files: two houses and a block of flats in the west, a house in the east, and customers in three."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import shapely

from gcrm.conform.region import degrees

if TYPE_CHECKING:
    from pathlib import Path

TOML = """
[project]
name = "Homes"
metric_crs = "EPSG:32610"

[hierarchies.city]
levels = ["side"]

[sources.sides]
kind = "regions"
level = "side"
path = "sides.geojson"

[sources.buildings]
kind = "buildings"
path = "buildings.geojson"

[sources.customers]
kind = "customers"
path = "customers.csv"
"""


def lonlat(x: float, y: float) -> tuple[float, float]:
    return degrees(shapely.Point(551_000 + x, 4_180_000 + y), "EPSG:32610")


def collection(shapes: list[tuple[dict[str, object], tuple[float, float, float, float]]]) -> str:
    features = []
    for properties, (west, south, east, north) in shapes:
        ring = [lonlat(*c) for c in ((west, south), (east, south), (east, north), (west, north), (west, south))]
        features.append(
            {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        )
    return json.dumps({"type": "FeatureCollection", "features": features})


def write(folder: Path) -> None:
    """Write the town's project into a folder."""
    (folder / "gcrm.toml").write_text(TOML, encoding="utf-8")
    sides = [({"region_id": "west"}, (-50.0, -50.0, 150.0, 50.0)), ({"region_id": "east"}, (150.0, -50.0, 350.0, 50.0))]
    (folder / "sides.geojson").write_text(collection(sides), encoding="utf-8")
    house = {"use": "house", "levels": 2}
    buildings = [
        ({"building_id": "h1", **house}, (0.0, 0.0, 10.0, 10.0)),
        ({"building_id": "h2", **house}, (30.0, 0.0, 40.0, 10.0)),
        ({"building_id": "flats", "use": "apartments", "units": 8, "levels": 4}, (60.0, 0.0, 80.0, 20.0)),
        ({"building_id": "h3", **house}, (200.0, 0.0, 210.0, 10.0)),
    ]
    (folder / "buildings.geojson").write_text(collection(buildings), encoding="utf-8")
    people = [("a", 5, 5, "2020-01-01"), ("b", 70, 10, "2020-01-01"), ("c", 71, 11, "2020-11-01"), ("d", 500, 5, "")]
    text = "customer_id,lon,lat,since\n"
    for name, x, y, since in people:
        lon, lat = lonlat(x, y)
        text += f"{name},{lon},{lat},{since}\n"
    (folder / "customers.csv").write_text(text, encoding="utf-8")

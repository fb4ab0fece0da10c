"""Cambridge's speed studies as conditions of its roads: measured at points on the centrelines."""

from __future__ import annotations

import csv
import json
from statistics import median
from typing import TYPE_CHECKING

import shapely

if TYPE_CHECKING:
    from pathlib import Path

_KMH = 1.609344  # the studies are in miles per hour
#: A study belongs to the line that it lies on: within 3 m, in degrees of latitude.
_NEAR = 0.000027


def write(city: Path, file: Path) -> None:
    """Write one row per road that was studied: the median of its 85th percentiles.

    Parameters
    ----------
    city
        Folder of the city's open data.
    file
        The CSV file to write.
    """
    streets, studies = (
        json.loads((city / name).read_text(encoding="utf-8"))["features"]
        for name in ("TRANS_Centerlines.geojson", "TRAFFIC_SpeedStudies.geojson")
    )
    tree = shapely.STRtree([shapely.geometry.shape(street["geometry"]) for street in streets])
    found: dict[str, list[float]] = {}
    for study in studies:
        point = shapely.geometry.shape(study["geometry"])
        at = tree.query_nearest(point, max_distance=_NEAR)
        if len(at):
            road = streets[at.min()]["properties"]["ID"]
            found.setdefault(road, []).append(study["properties"]["SPEED_85TH"] * _KMH)
    with file.open("w", newline="", encoding="utf-8") as opened:
        writer = csv.writer(opened)
        writer.writerow(["road_id", "speed_kmh"])
        writer.writerows([road, round(median(speeds), 2)] for road, speeds in sorted(found.items()))

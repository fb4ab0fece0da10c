"""How roads are read and travelled: classes, speeds, junctions, busy hours, and what stands in for roads."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field

from gcrm.settings.words import Strict

RoadClass = Literal[
    "motorway",
    "motorway_link",
    "trunk",
    "trunk_link",
    "primary",
    "primary_link",
    "secondary",
    "secondary_link",
    "tertiary",
    "tertiary_link",
    "unclassified",
    "residential",
    "living_street",
    "service",
    "road",
    "track",
    "pedestrian",
    "footway",
    "path",
    "bridleway",
    "cycleway",
    "steps",
]
#: Every class of road, the fastest first; the words are OpenStreetMap's.
ROAD_CLASSES: tuple[str, ...] = get_args(RoadClass)
Speed = Annotated[float, Field(ge=1, le=300)]


class Roads(Strict):
    """`[roads]`: how travel times are worked out, on roads or, where a project has none, by estimate.

    Attributes
    ----------
    classes
        The register's own word for a class of roads -> the class that it means (`arterial = "primary"`). A word that is
        neither here nor a class is an ordinary street.
    speeds_kmh
        Class of roads -> speed of cars in km/h where the road itself gives none; instead of the table in
        `gcrm.enrich.road.pace`.
    cycle_kmh, walk_kmh
        Speed on a bicycle and on foot.
    reach_m
        A place farther than this from every road that may be used is too far from any road: it gets no travel time.
    junction_s
        Seconds that a car loses at a junction of three or more roads: braking, giving way, turning and waiting at
        lights, on average.
    peak_hours
        Hours of weekdays with much traffic, where no condition of the road says how fast it is then.
    peak_share
        Share of the usual speed that is left to cars in these hours.
    circuity
        How many times longer than the straight line a way is, where a project has no roads. American metropolitan
        areas have 1.3 on average (Giacomin and Levinson 2015, Environment and Planning B 42(6), 1040-1053).
    drive_kmh
        Speed of cars on such an estimated way.
    """

    classes: dict[str, RoadClass] = Field(default_factory=dict)
    speeds_kmh: dict[RoadClass, Speed] = Field(default_factory=dict)
    cycle_kmh: Annotated[float, Field(ge=1, le=60)] = 15.0
    walk_kmh: Annotated[float, Field(ge=1, le=20)] = 5.0
    reach_m: Annotated[float, Field(gt=0, le=10_000)] = 300.0
    junction_s: Annotated[float, Field(ge=0, le=120)] = 4.0
    peak_hours: tuple[Annotated[int, Field(ge=0, le=23)], ...] = (7, 8, 16, 17, 18)
    peak_share: Annotated[float, Field(gt=0, le=1)] = 0.7
    circuity: Annotated[float, Field(ge=1, le=10)] = 1.3
    drive_kmh: Speed = 25.0

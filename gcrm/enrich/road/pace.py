"""Who may use a road, in which direction, and how fast: the words of registers made rules.

Cars: the speeds by class that OSRM's profile for cars takes (project-osrm.org, profiles/car.lua), which are speeds
travelled rather than limits; a road's own speed counts instead where it has one. Bicycles and walkers have one speed
each, slower on steps. The words of classes, directions and access are OpenStreetMap's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from gcrm.settings.roads import Roads

Mode = Literal["drive", "cycle", "walk"]
MODES: tuple[Mode, ...] = get_args(Mode)
#: What a road is whose register gives no class, or a word that nobody explained.
ORDINARY = "unclassified"

#: Class -> km/h by car; classes that are not here are not for cars.
DRIVE_KMH = {
    "motorway": 90.0,
    "motorway_link": 75.0,
    "trunk": 85.0,
    "trunk_link": 70.0,
    "primary": 65.0,
    "primary_link": 60.0,
    "secondary": 55.0,
    "secondary_link": 50.0,
    "tertiary": 40.0,
    "tertiary_link": 30.0,
    "unclassified": 25.0,
    "residential": 25.0,
    "road": 25.0,
    "service": 15.0,
    "living_street": 10.0,
    "track": 10.0,
}
_CARS_ONLY = frozenset(["motorway", "motorway_link"])
_ON_FOOT = frozenset(["footway", "steps"])
_STEPS_SHARE = 0.5

_FORWARD = frozenset(["yes", "true", "1", "forward"])
_REVERSE = frozenset(["-1", "reverse", "backward"])
_BOTH = frozenset(["no", "false", "0", "both", "alternating", "reversible"])
_NOBODY = frozenset(["no", "private", "military", "construction"])
_FEET = frozenset(["foot", "pedestrian", "walk"])
_BICYCLES = frozenset(["bicycle", "cycle"])
_SLOW = frozenset(["agricultural", "forestry", "emergency", "bus", "psv"])
_CARS = frozenset(["motor_vehicle", "motorcar", "vehicle"])


@dataclass(frozen=True)
class Pace:
    """How fast each direction of a road is travelled.

    Attributes
    ----------
    road_class
        The class that it counts as.
    forward, backward
        Mode -> km/h as drawn, and against it; a mode that may not go there is missing.
    understood
        False where the word for the direction means nothing here: the road then counts as open both ways.
    """

    road_class: str
    forward: dict[Mode, float]
    backward: dict[Mode, float]
    understood: bool = True


def pace(road_class: str | None, oneway: str | None, access: str | None, speed_kmh: float | None, rules: Roads) -> Pace:
    """Say how fast each direction of a road is travelled.

    Parameters
    ----------
    road_class, oneway, access
        The register's words; null is an ordinary street, both ways (motorways: as drawn), everybody.
    speed_kmh
        The road's own speed; null where only the class says.
    rules
        `[roads]` of the project.

    Returns
    -------
    Pace
        Speeds by direction and mode.
    """
    kind = class_of(road_class, rules)
    speeds = _speeds(kind, speed_kmh, rules)
    allowed = {m: s for m, s in speeds.items() if m in _modes((access or "").strip().lower())}
    word = (oneway or "").strip().lower()
    if not word:
        word = "yes" if kind in _CARS_ONLY else "no"
    feet: dict[Mode, float] = {m: s for m, s in allowed.items() if m == "walk"}  # one-way streets are so for vehicles
    return Pace(
        kind,
        forward=feet if word in _REVERSE else allowed,
        backward=feet if word in _FORWARD else dict(allowed),
        understood=word in _FORWARD | _REVERSE | _BOTH,
    )


def class_of(word: str | None, rules: Roads) -> str:
    """Return the class that a register's word means; an ordinary street where nobody explained it."""
    text = (word or "").strip()
    found = rules.classes.get(text, text.lower())
    known = found in DRIVE_KMH or found in {"pedestrian", "path", "bridleway", "cycleway"} | _ON_FOOT
    return found if known else ORDINARY


def _speeds(kind: str, own_kmh: float | None, rules: Roads) -> dict[Mode, float]:
    """Return the speed of each mode on a class of roads."""
    found: dict[Mode, float] = {}
    if kind in DRIVE_KMH:
        found["drive"] = own_kmh or rules.speeds_kmh.get(kind) or DRIVE_KMH[kind]  # type: ignore[call-overload]
    if kind in _CARS_ONLY:
        return found
    if kind not in _ON_FOOT:
        found["cycle"] = rules.cycle_kmh
    found["walk"] = rules.walk_kmh * (_STEPS_SHARE if kind == "steps" else 1.0)
    return found


def _modes(access: str) -> frozenset[Mode]:
    """Return the modes that a word of access admits; everybody where it is null or not known."""
    if access in _NOBODY:
        return frozenset()
    if access in _FEET:
        return frozenset(["walk"])
    if access in _BICYCLES | _SLOW:
        return frozenset(["cycle", "walk"])
    return frozenset(["drive"]) if access in _CARS else frozenset(MODES)

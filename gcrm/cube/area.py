"""Spatial filters in words: within a shape or region, near a point, store or shape, touching a region, on a line.

| words | places that count |
|---|---|
| `{"within": shape}` | those that the shape covers, border included |
| `{"within": {"level": "zone", "region": "12"}}` | those of a stored region, of any hierarchy |
| `{"near": target, "distance_m": 500}` | at most so many metres away on the ellipsoid |
| `{"near": point, "travel_min": 10, "mode": "walk", "hour": 8}` | at most so many minutes away, see `journey` |
| `{"near": target, "travel_min": 10, "speed_kmh": 30, "circuity": 1.3}` | an estimate: the way is 1.3 times as long |
| `{"touching": {"level": "zone", "region": "12"}}` | those of its neighbours; `"of": "block"` those of another level |
| `{"crossed_by": line, "of": "zone"}` | those of the regions that a line runs through |

A shape is WKT or GeoJSON in WGS84 lon/lat; a target is a point, a shape, or `{"store": "S1"}`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import shapely

from gcrm.cube import journey as journeys
from gcrm.errors import QueryError, near

if TYPE_CHECKING:
    from gcrm.cube.journey import Journey
    from gcrm.cube.model import Dimension
    from gcrm.cube.question import AreaWords

Relation = Literal["within", "near", "touching", "crossed_by"]
_RELATIONS = ("within", "near", "touching", "crossed_by")
_ALLOWED = {
    "within": (),
    "near": ("distance_m", "travel_min", "speed_kmh", "circuity", *journeys.WORDS),
    "touching": ("of",),
    "crossed_by": ("of",),
}
_POLYGONS = ("Polygon", "MultiPolygon")
_LINES = ("LineString", "MultiLineString")
#: Longest text and most vertices of a shape.
_TEXT, _VERTICES = 2_000_000, 100_000
_FARTHEST_M = 1_000_000.0


@dataclass(frozen=True)
class Area:
    """A spatial filter, checked word by word.

    Attributes
    ----------
    relation
        What a place or region has to be to the target.
    shape
        The target's geometry in WGS84; null where it is a stored region or a store.
    region
        Level and identifier of a stored region.
    store
        Identifier of a store.
    of
        Level of the regions that count, for `touching` and `crossed_by`.
    distance_m
        Most distance in metres, for `near`.
    journey
        How people travel, for `near` by travel time; null where a distance counts.
    note
        What a reader has to know of it; empty where nothing.
    """

    relation: Relation
    shape: shapely.Geometry | None = None
    region: tuple[str, str] | None = None
    store: str = ""
    of: str = ""
    distance_m: float = 0.0
    journey: Journey | None = None
    note: str = ""

    @property
    def is_drawn(self) -> bool:
        """True where it is no list of whole regions."""
        return self.relation == "near" or (self.relation == "within" and self.region is None)


def in_words(words: AreaWords) -> AreaWords:
    """Turn shapely geometries among the words of a spatial filter into WKT, so that JSON can hold them.

    Parameters
    ----------
    words
        A spatial filter.

    Returns
    -------
    Mapping
        The same with text instead of geometries.
    """
    return {
        k: shapely.to_wkt(v, rounding_precision=-1) if isinstance(v, shapely.Geometry) else v for k, v in words.items()
    }


def parse(words: AreaWords, known: Mapping[str, Dimension]) -> Area:
    """Check the words of a spatial filter.

    Parameters
    ----------
    words
        A spatial filter.
    known
        Every dimension by name.

    Returns
    -------
    Area
        The checked filter.

    Raises
    ------
    QueryError
        If a word is not known or has no meaning where it stands, or a shape is none.
    """
    named = [r for r in _RELATIONS if isinstance(words, Mapping) and r in words]
    if len(named) != 1:
        msg = f"area: name one of {', '.join(_RELATIONS)} in each filter; found {len(named)}."
        raise QueryError(msg)
    relation: Any = named[0]
    unknown = sorted(str(w) for w in words if w != relation and w not in _ALLOWED[relation])
    if unknown:
        msg = f"area: '{unknown[0]}' has no meaning beside '{relation}'.{near(unknown[0], _ALLOWED[relation])}"
        raise QueryError(msg)
    target = words[relation]
    if relation == "near":
        found = _near(words)
        if isinstance(target, Mapping) and "store" in target:
            return replace(found, store=str(target["store"]))
        return replace(found, shape=geometry(target, ("Point", *_POLYGONS, *_LINES)))
    if relation == "crossed_by":
        return Area("crossed_by", geometry(target, _LINES), of=_level(words.get("of"), known))
    if isinstance(target, Mapping) and "level" in target:
        region = (_level(target["level"], known), str(target.get("region", "")))
        return Area(relation, region=region, of=_level(words.get("of", region[0]), known))
    if relation == "touching":
        msg = 'area: touching needs a stored region, such as {"level": "zone", "region": "12"}.'
        raise QueryError(msg)
    return Area("within", geometry(target, _POLYGONS))


def geometry(word: Any, kinds: tuple[str, ...]) -> shapely.Geometry:
    """Read a geometry as a user writes it.

    Parameters
    ----------
    word
        WKT or GeoJSON as text, GeoJSON as a mapping, or a shapely geometry; WGS84 lon/lat.
    kinds
        Kinds that have a meaning here.

    Returns
    -------
    shapely.Geometry
        The geometry in two dimensions.

    Raises
    ------
    QueryError
        If it is none of these kinds, too large, invalid, or lies outside of the world.
    """
    found = word if isinstance(word, shapely.Geometry) else _read(word, kinds)
    if found.geom_type not in kinds or shapely.is_empty(found):
        msg = f"area: a {found.geom_type}{' without any point' if shapely.is_empty(found) else ''} is no {_or(kinds)}."
        raise QueryError(msg)
    if shapely.get_num_coordinates(found) > _VERTICES:
        msg = f"area: the shape has {shapely.get_num_coordinates(found):,} points; simplify it to {_VERTICES:,}."
        raise QueryError(msg)
    west, south, east, north = shapely.bounds(found).tolist()
    if not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
        msg = f"area: the shape reaches beyond the world ({west}, {south}, {east}, {north}); write lon/lat in degrees."
        raise QueryError(msg)
    if not shapely.is_valid(found):
        msg = f"area: the shape is not valid: {shapely.is_valid_reason(found)}. Draw it anew, or repair it first."
        raise QueryError(msg)
    return shapely.force_2d(found)


def _read(word: Any, kinds: tuple[str, ...]) -> shapely.Geometry:
    """Read WKT or GeoJSON; only the kinds that are wanted ever reach the parser."""
    try:
        text = word if isinstance(word, str) else json.dumps(word)
        if len(text) > _TEXT:
            msg = f"area: the shape has {len(text):,} characters; simplify it to {_TEXT:,}."
            raise QueryError(msg)
        if text.lstrip().startswith("{"):
            found = json.loads(text)
            found = found.get("geometry") if found.get("type") == "Feature" else found
            if found["type"] in kinds:
                return shapely.from_geojson(json.dumps({"type": found["type"], "coordinates": found["coordinates"]}))
        elif re.match(rf"\s*({'|'.join(kinds)})\b", text, re.IGNORECASE):
            return shapely.from_wkt(text)
    except (shapely.errors.GEOSException, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        pass  # every way of not being a shape is said below
    msg = f"area: what was given is no {_or(kinds)}. Write it as WKT or GeoJSON in lon/lat."
    raise QueryError(msg)


def _or(kinds: tuple[str, ...]) -> str:
    return " or ".join(kinds)


def _level(name: Any, known: Mapping[str, Dimension]) -> str:
    levels = [n for n, d in known.items() if d.kind in {"region", "area"}]
    if name not in levels:
        msg = f"area: '{name}' is no level of regions.{near(str(name), levels)}"
        raise QueryError(msg)
    return str(name)


def _near(words: AreaWords) -> Area:
    """Return what near means: a distance, minutes of travel, or a distance that stands for them by estimate."""
    if "distance_m" in words:
        if len(words) > 2:
            msg = "area: give distance_m, or travel_min with how people travel; not both."
            raise QueryError(msg)
        return Area("near", distance_m=_number(words, "distance_m", 0.0, _FARTHEST_M))
    minutes = _number(words, "travel_min", 0.0, 24 * 60.0)
    if "speed_kmh" not in words and "circuity" not in words:
        return Area("near", journey=journeys.journey_of(words, minutes))
    odd = [name for name in journeys.WORDS if name in words]
    if odd:
        msg = f"area: '{odd[0]}' has no meaning beside speed_kmh and circuity, which do not look at roads."
        raise QueryError(msg)
    speed, circuity = _number(words, "speed_kmh", 0.0, 1000.0), _number(words, "circuity", 1.0, 10.0)
    distance_m = minutes / 60 * speed * 1000 / circuity
    note = (
        f"Travel time is an estimate: {minutes:g} min at {speed:g} km/h, on ways {circuity:g} times as long as the"
        f" straight line, are {distance_m:.0f} m; roads were not looked at."
    )
    return Area("near", distance_m=min(distance_m, _FARTHEST_M), note=note)


def _number(words: AreaWords, name: str, least: float, most: float) -> float:
    value = words.get(name)
    fits = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not fits or not least <= float(value) <= most:  # type: ignore[arg-type]
        msg = f"area: {name} is a number from {least:g} to {most:g}; found {value!r}."
        raise QueryError(msg)
    return float(value)  # type: ignore[arg-type]

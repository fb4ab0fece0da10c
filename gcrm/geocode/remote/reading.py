"""What a provider's answer says: how good it is in our words, and how far off it may be.

A provider's word is not taken for more than it says: a number that is not the one asked for is no address but a place
on its street, and an answer in another country is none.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from gcrm.geocode.remote.question import Question

#: `found` has a point; `doubtful` is one in another postcode or country; `nothing` was found; `refused` is what the
#: provider would not look for. Only the first is used.
State = Literal["found", "doubtful", "nothing", "refused"]
Level = Literal["exact", "interpolated", "street", "postcode", "place"]
#: How sure an answer is by its level. Nobody has measured it: cautious numbers, below every measured one for a point.
CONFIDENCE: dict[Level, float] = {"exact": 0.7, "interpolated": 0.6, "street": 0.4, "postcode": 0.4, "place": 0.3}
#: Within which distance the truth is taken to lie where the answer has no bounding box, and at least: in metres.
WITHOUT_BOX_M: dict[Level, float] = {
    "exact": 150.0, "interpolated": 300.0, "street": 1_500.0, "postcode": 5_000.0, "place": 20_000.0,
}  # fmt: skip
LEAST_M: dict[Level, float] = {
    "exact": 50.0, "interpolated": 150.0, "street": 300.0, "postcode": 1_000.0, "place": 2_000.0,
}  # fmt: skip
#: West, south, east, north.
_Box = tuple[float, float, float, float]
_DEGREE_M = 111_195.08
#: An answer whose box reaches farther than this says nothing about an address.
_WIDEST_M = 50_000.0


@dataclass(frozen=True)
class Answer:
    """What a provider said about one address; never the address.

    Attributes
    ----------
    state
        What it is worth.
    level
        What the point stands for; null where there is none.
    lon, lat
        The point, WGS84; null where there is none.
    error_m
        The distance within which the address is taken to lie, in metres; null where there is no point.
    """

    state: State
    level: Level | None = None
    lon: float | None = None
    lat: float | None = None
    error_m: float | None = None


@dataclass(frozen=True)
class _Said:
    """The parts of an answer that matter, whoever gave it."""

    level: Level | None
    box: _Box | None
    number: str | None
    postcode: str | None
    country: str | None


def read(provider: str, question: Question, lon: float, lat: float, raw: Any) -> Answer:
    """Judge an answer.

    Parameters
    ----------
    provider
        Who gave it.
    question
        What was asked.
    lon, lat
        Its point.
    raw
        Everything it said.

    Returns
    -------
    Answer
        What it is worth.
    """
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90) or (lon == lat == 0):
        return Answer("nothing")
    said = _READERS[provider](_Raw(raw))
    level = _level(said, question)
    if level is None:
        return Answer("nothing")
    error_m = _error_m(said.box, level, lon, lat)
    if error_m > _WIDEST_M:
        return Answer("nothing")
    state: State = "doubtful" if _elsewhere(said, question) else "found"
    return Answer(state, level, round(lon, 7), round(lat, 7), round(error_m, 1))


def _level(said: _Said, question: Question) -> Level | None:
    """Return the level, and no better one than the number allows."""
    at_number = said.level in {"exact", "interpolated"}
    if at_number and (not question.number or _plain(said.number) != _plain(question.number)):
        return "street"
    return said.level


def _elsewhere(said: _Said, question: Question) -> bool:
    """Say whether country or postcode are others than those asked for."""
    other_country = said.country and question.country and said.country.upper() != question.country.upper()
    ours, theirs = _postcode(question.postcode), _postcode(said.postcode)
    return bool(other_country or (ours and theirs and not (ours.startswith(theirs) or theirs.startswith(ours))))


def _plain(text: str | None) -> str:
    return re.sub(r"[\W_]+", "", text or "").lower().lstrip("0")


def _postcode(text: str | None) -> str:
    """Return a postcode without blanks, ZIP+4 and the zeros that spreadsheets lose."""
    found = _plain(text)
    return found[:5] if re.fullmatch(r"[0-9]{9}", found) else found


def _error_m(box: _Box | None, level: Level, lon: float, lat: float) -> float:
    """Return the distance to the farthest corner of the box, within bounds; without a box, what stands for it."""
    if box is None:
        return WITHOUT_BOX_M[level]
    west, south, east, north = box
    wide = max(abs(lon - west), abs(east - lon)) * math.cos(math.radians(lat)) * _DEGREE_M
    high = max(abs(lat - south), abs(north - lat)) * _DEGREE_M
    return max(LEAST_M[level], math.hypot(wide, high))


class _Raw:
    """An answer of which nothing is certain: what is not there, or is something else, is null."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def at(self, *keys: str | int) -> Any:
        value = self._value
        for key in keys:
            if isinstance(value, dict):
                value = value.get(key)
            elif isinstance(value, list) and isinstance(key, int) and -len(value) <= key < len(value):
                value = value[key]
            else:
                return None
        return value

    def word(self, *keys: str | int) -> str | None:
        value = self.at(*keys)
        return str(value)[:100] if isinstance(value, (str, int)) and not isinstance(value, bool) and value else None

    def box(self, *places: tuple[str | int, ...]) -> _Box | None:
        """Return west, south, east and north, which stand at these places."""
        west, south, east, north = (_number(self.at(*place)) for place in places)
        found = (west, south, east, north)
        return found if all(map(math.isfinite, found)) else None


def _said(level: Level | None, box: _Box | None, raw: _Raw, group: str, names: tuple[str, str, str]) -> _Said:
    """Read number, postcode and country, which stand in one group under these names."""
    number, postcode, country = (raw.word(group, name) for name in names)
    return _Said(level, box, number, postcode, country)


def _number(value: Any) -> float:
    """Return a value as a number; NaN where it is none."""
    try:
        return float(value) if isinstance(value, (str, int, float)) else math.nan
    except (ValueError, OverflowError):
        return math.nan


def _nominatim(raw: _Raw) -> _Said:
    kind = raw.word("addresstype") or raw.word("type")
    group = raw.word("class") or raw.word("category")
    level: Level | None = None
    if kind in {"houses", "interpolation"}:
        level = "interpolated"
    elif raw.word("address", "house_number"):
        level = "exact"
    elif group == "highway" or kind == "road":
        level = "street"
    elif kind == "postcode":
        level = "postcode"
    elif group in {"place", "boundary"} and kind not in {"country", "state", "region", "county"}:
        level = "place"
    box = raw.box(("boundingbox", 2), ("boundingbox", 0), ("boundingbox", 3), ("boundingbox", 1))
    return _said(level, box, raw, "address", ("house_number", "postcode", "country_code"))


def _photon(raw: _Raw) -> _Said:
    kinds: dict[str | None, Level] = {
        "house": "exact", "street": "street", "locality": "place", "district": "place", "city": "place",
    }  # fmt: skip
    level = kinds.get(raw.word("properties", "type"))
    if level == "exact" and raw.word("properties", "housenumber") is None:
        level = None  # a shop or a sight by its name
    box = raw.box(*(("properties", "extent", i) for i in (0, 3, 2, 1)))
    return _said(level, box, raw, "properties", ("housenumber", "postcode", "countrycode"))


def _pelias(raw: _Raw) -> _Said:
    kinds: dict[str | None, Level] = {
        "address": "exact", "street": "street", "postalcode": "postcode", "neighbourhood": "place",
        "borough": "place", "locality": "place", "localadmin": "place",
    }  # fmt: skip
    level = kinds.get(raw.word("properties", "layer"))
    if level == "exact" and "interpolated" in {
        raw.word("properties", "match_type"),
        raw.word("properties", "accuracy"),
    }:
        level = "interpolated"
    box = raw.box(*(("bbox", i) for i in range(4)))
    return _said(level, box, raw, "properties", ("housenumber", "postalcode", "country_code"))


def _opencage(raw: _Raw) -> _Said:
    kind = raw.word("components", "_type")
    places = {"neighbourhood", "suburb", "hamlet", "village", "town", "city", "city_district", "quarter", "place"}
    level: Level | None = None
    if raw.word("components", "house_number"):
        level = "exact"
    elif kind in {"road", "street"}:
        level = "street"
    elif kind == "postcode":
        level = "postcode"
    elif kind in places:
        level = "place"
    south_west, north_east = ("bounds", "southwest"), ("bounds", "northeast")
    box = raw.box((*south_west, "lng"), (*south_west, "lat"), (*north_east, "lng"), (*north_east, "lat"))
    return _said(level, box, raw, "components", ("house_number", "postcode", "country_code"))


def _geocodio(raw: _Raw) -> _Said:
    kinds: dict[str | None, Level] = {
        "rooftop": "exact", "point": "exact", "range_interpolation": "interpolated",
        "nearest_rooftop_match": "street", "street_center": "street", "place": "place",
    }  # fmt: skip
    level = kinds.get(raw.word("accuracy_type"))
    return _said(level, None, raw, "address_components", ("number", "zip", "country"))


_READERS: dict[str, Callable[[_Raw], _Said]] = {
    "nominatim": _nominatim,
    "photon": _photon,
    "pelias": _pelias,
    "geocode_earth": _pelias,
    "opencage": _opencage,
    "geocodio": _geocodio,
}

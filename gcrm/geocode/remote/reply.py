"""The replies of providers: where each of them says what it found, brought into the same words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from gcrm.geocode.remote.answer import Level

#: West, south, east, north.
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Said:
    """The parts of an answer that matter, whoever gave it; null where it does not say.

    Attributes
    ----------
    level
        What the point stands for.
    box
        The box that what was found lies in.
    number
        House number.
    postcode
        Postcode.
    country
        Two letters of ISO 3166, in either case.
    """

    level: Level | None
    box: Box | None
    number: str | None
    postcode: str | None
    country: str | None


class Raw:
    """An answer of which nothing is certain: what is not there, or is something else, is null.

    Parameters
    ----------
    value
        The answer as it was taken from JSON.
    """

    def __init__(self, value: Any) -> None:
        self._value = value

    def at(self, *keys: str | int) -> Any:
        """Return what stands at a path of keys and positions; null where nothing does."""
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
        """Return the word that stands at a path, or a whole number as one; null where there is neither."""
        value = self.at(*keys)
        return str(value)[:100] if isinstance(value, (str, int)) and not isinstance(value, bool) and value else None

    def box(self, *places: tuple[str | int, ...]) -> Box | None:
        """Return west, south, east and north, which stand at these places."""
        west, south, east, north = (_number(self.at(*place)) for place in places)
        found = (west, south, east, north)
        return found if all(map(math.isfinite, found)) else None


def _said(level: Level | None, box: Box | None, raw: Raw, group: str, names: tuple[str, str, str]) -> Said:
    """Read number, postcode and country, which stand in one group under these names."""
    number, postcode, country = (raw.word(group, name) for name in names)
    return Said(level, box, number, postcode, country)


def _number(value: Any) -> float:
    """Return a value as a number; NaN where it is none."""
    try:
        return float(value) if isinstance(value, (str, int, float)) else math.nan
    except (ValueError, OverflowError):
        return math.nan


def _nominatim(raw: Raw) -> Said:
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


def _photon(raw: Raw) -> Said:
    kinds: dict[str | None, Level] = {
        "house": "exact", "street": "street", "locality": "place", "district": "place", "city": "place",
    }  # fmt: skip
    level = kinds.get(raw.word("properties", "type"))
    if level == "exact" and raw.word("properties", "housenumber") is None:
        level = None  # a shop or a sight by its name
    box = raw.box(*(("properties", "extent", i) for i in (0, 3, 2, 1)))
    return _said(level, box, raw, "properties", ("housenumber", "postcode", "countrycode"))


def _pelias(raw: Raw) -> Said:
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


def _opencage(raw: Raw) -> Said:
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


def _geocodio(raw: Raw) -> Said:
    kinds: dict[str | None, Level] = {
        "rooftop": "exact", "point": "exact", "range_interpolation": "interpolated",
        "nearest_rooftop_match": "street", "street_center": "street", "place": "place",
    }  # fmt: skip
    level = kinds.get(raw.word("accuracy_type"))
    return _said(level, None, raw, "address_components", ("number", "zip", "country"))


READERS: dict[str, Callable[[Raw], Said]] = {
    "nominatim": _nominatim,
    "photon": _photon,
    "pelias": _pelias,
    "geocode_earth": _pelias,
    "opencage": _opencage,
    "geocodio": _geocodio,
}

"""Points of interest, and lines that are hard to cross."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gcrm.city import tag

if TYPE_CHECKING:
    import shapely

POINT_OF_INTEREST: tuple[tuple[str, str], ...] = (
    *((name, "text") for name in ("poi_id", "name", "poi_class", "poi_kind", "brand")),
    *((name, "number") for name in ("lon", "lat")),
)
BARRIER: tuple[tuple[str, str], ...] = (
    *((name, "text") for name in ("barrier_id", "name", "barrier_class")),
    ("geometry", "bytes"),
)
#: Keys that make a point of interest by themselves, and its class.
_WHOLE_KEYS = {"shop": "shop", "office": "office", "craft": "office", "healthcare": "health"}
_AMENITY = (
    *((word, "food") for word in ("restaurant", "cafe", "fast_food", "bar", "pub", "ice_cream", "food_court")),
    *((word, "food") for word in ("biergarten", "nightclub")),
    *((word, "health") for word in ("pharmacy", "clinic", "hospital", "doctors", "dentist", "veterinary")),
    *((word, "education") for word in ("school", "kindergarten", "university", "college", "music_school", "childcare")),
    *((word, "education") for word in ("language_school", "driving_school", "library")),
    *((word, "leisure") for word in ("cinema", "theatre", "arts_centre", "casino", "community_centre", "events_venue")),
    *((word, "transport") for word in ("bus_station", "ferry_terminal", "fuel", "charging_station", "car_rental")),
    *((word, "transport") for word in ("taxi", "parking", "bicycle_rental", "car_sharing")),
    *((word, "service") for word in ("bank", "bureau_de_change", "post_office", "police", "fire_station", "townhall")),
    *((word, "service") for word in ("courthouse", "place_of_worship", "social_facility", "embassy", "marketplace")),
)
_LEISURE = ("fitness_centre", "sports_centre", "stadium", "swimming_pool", "sauna", "bowling_alley", "playground")
_LODGING = ("hotel", "hostel", "guest_house", "apartment", "motel")
_SIGHTS = ("museum", "gallery", "attraction", "zoo", "aquarium", "theme_park", "viewpoint")
#: Key -> value -> class.
_WORDS: dict[str, dict[str, str]] = {
    "amenity": dict(_AMENITY),
    "leisure": dict.fromkeys(_LEISURE, "leisure"),
    "tourism": dict.fromkeys(_LODGING, "lodging") | dict.fromkeys(_SIGHTS, "leisure"),
    "railway": dict.fromkeys(("station", "halt", "tram_stop", "subway_entrance"), "transport"),
    "highway": {"bus_stop": "transport"},
    "aeroway": {"aerodrome": "transport", "heliport": "transport"},
}
#: Words that say that nothing is there.
_NOTHING = {"no", "vacant", "disused"}
#: Key -> value -> class of a line that is hard to cross.
_LINES: dict[str, dict[str, str]] = {
    "waterway": {"river": "river", "canal": "canal"},
    "natural": {"coastline": "coastline", "cliff": "cliff"},
    "railway": dict.fromkeys(("rail", "light_rail", "narrow_gauge", "subway", "monorail"), "railway"),
    "barrier": dict.fromkeys(("wall", "city_wall", "retaining_wall"), "wall"),
}


def point_of_interest(found: Any, place: tuple[float, float]) -> tuple[Any, ...] | None:
    """Return a point of interest as values of `POINT_OF_INTEREST`; null where the object is none.

    Parameters
    ----------
    found
        A node or an area.
    place
        Its longitude and latitude.

    Returns
    -------
    tuple or None
        The row.
    """
    tags = found.tags
    sort = _sort(tags)
    if sort is None:
        return None
    mark = f"n{found.id}" if found.is_node() else f"{'w' if found.from_way() else 'r'}{found.orig_id()}"
    return (mark, tag.text(tags, "name", "brand", "operator"), *sort, tag.text(tags, "brand"), *place)


def is_one(tags: Any) -> bool:
    """Tell whether tags say that something is a point of interest."""
    return _sort(tags) is not None


def _sort(tags: Any) -> tuple[str, str] | None:
    """Return class and kind; those of a shop count before all others."""
    for key, sort in _WHOLE_KEYS.items():
        word = tag.text(tags, key)
        if word and word not in _NOTHING and key != "healthcare":
            return sort, word
    for key, words in _WORDS.items():
        word = tag.text(tags, key)
        if word in words:
            return words[word], word
    word = tag.text(tags, "healthcare")
    return ("health", word) if word and word not in _NOTHING else None


def barrier(way: Any, line: shapely.LineString) -> tuple[Any, ...] | None:
    """Return a line that is hard to cross as values of `BARRIER`; null where the way is none, or runs under ground.

    Parameters
    ----------
    way
        A way.
    line
        Its line.

    Returns
    -------
    tuple or None
        The row.
    """
    tags = way.tags
    sort = next((found for key, words in _LINES.items() if (found := words.get(tags.get(key)))), None)
    if sort is None or tags.get("tunnel", "no") != "no" or tags.get("covered", "no") != "no":
        return None
    return (f"w{way.id}", tag.text(tags, "name"), sort, line.wkb)

"""Areas: footprints of buildings, and land by its use."""

from __future__ import annotations

from typing import Any

from gcrm.city import tag

BUILDING: tuple[tuple[str, str], ...] = (
    *((name, "text") for name in ("building_id", "name", "use")),
    *((name, "number") for name in ("levels", "height_m")),
    *((name, "whole") for name in ("units", "built_year")),
    ("geometry", "bytes"),
)
LAND_USE: tuple[tuple[str, str], ...] = (
    *((name, "text") for name in ("land_use_id", "name", "use")),
    ("geometry", "bytes"),
)
#: What else a building says that it is, where `building` says only `yes`.
_USES = ("amenity", "shop", "office", "tourism", "leisure", "man_made", "railway", "public_transport", "craft")
_GREEN_LEISURE = {"park", "garden", "nature_reserve", "pitch", "golf_course", "playground", "dog_park", "common"}
_GREEN_LAND = {
    *("grass", "forest", "meadow", "recreation_ground", "cemetery", "village_green", "orchard", "vineyard"),
    *("allotments", "farmland", "flowerbed", "greenfield", "plant_nursery"),
}
_GREEN_NATURE = {"wood", "scrub", "grassland", "heath", "wetland", "shrubbery", "tree_group", "fell"}
#: Key -> value -> use; keys that come first win where several say something.
_LAND: dict[str, dict[str, str]] = {
    "waterway": dict.fromkeys(("riverbank", "dock"), "water"),
    "natural": {"water": "water"} | dict.fromkeys(_GREEN_NATURE, "green") | {"beach": "beach", "sand": "beach"},
    "leisure": {"swimming_pool": "water", "marina": "marina"} | dict.fromkeys(_GREEN_LEISURE, "green"),
    "amenity": dict.fromkeys(("school", "university", "college", "kindergarten", "hospital"), "institutional")
    | {"grave_yard": "green", "parking": "transport"},
    "landuse": {"reservoir": "water", "basin": "water", "commercial": "commercial", "retail": "commercial"}
    | {"industrial": "industrial", "residential": "residential", "railway": "transport", "port": "transport"}
    | dict.fromkeys(("education", "religious", "military", "institutional"), "institutional")
    | dict.fromkeys(_GREEN_LAND, "green"),
    "aeroway": {"aerodrome": "transport", "apron": "transport"},
    "area:highway": {},
}


def building(area: Any, shape: bytes) -> tuple[Any, ...] | None:
    """Return a building as values of `BUILDING`; null where the area is none.

    Parameters
    ----------
    area
        An area.
    shape
        It as WKB.

    Returns
    -------
    tuple or None
        The row.
    """
    tags = area.tags
    kind = (tags.get("building") or "no").strip().lower()
    if kind == "no":
        return None
    levels, height = tag.number(tags.get("building:levels")), tag.length_m(tags.get("height"))
    return (
        _id(area),
        tag.text(tags, "name", "addr:housename"),
        tag.text(tags, *_USES) if kind == "yes" else kind,
        levels if levels is not None and levels <= 300 else None,
        height if height is not None and height <= 2000 else None,
        tag.whole(tags.get("building:flats")),
        tag.year(tags.get("start_date")),
        shape,
    )


def land_use(area: Any, shape: bytes) -> tuple[Any, ...] | None:
    """Return an area of land as values of `LAND_USE`; null where it is a building, or its use is not told.

    Parameters
    ----------
    area
        An area.
    shape
        It as WKB.

    Returns
    -------
    tuple or None
        The row.
    """
    tags = area.tags
    if "building" in tags or tags.get("location") == "underground" or tags.get("parking") == "underground":
        return None
    use = _square(tags) or next((found for key, words in _LAND.items() if (found := words.get(tags.get(key)))), None)
    return (_id(area), tag.text(tags, "name"), use, shape) if use else None


def _square(tags: Any) -> str | None:
    """Return `transport` for squares and other areas that people walk on."""
    walked = tags.get("highway") in {"pedestrian", "footway"} and tags.get("area") == "yes"
    return "transport" if walked or tags.get("area:highway") else None


def _id(area: Any) -> str:
    return f"{'w' if area.from_way() else 'r'}{area.orig_id()}"

"""OpenStreetMap extracts: addresses of nodes, buildings, multipolygons and interpolation ways, streets, and places.

The file is read by pyosmium in a process of its own, which leaves what it found in files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gcrm.errors import DependencyError
from gcrm.geocode.pack import interpolation
from gcrm.geocode.pack.writer import Writer
from gcrm.ingest.limits import FileError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SUFFIXES = (".pbf", ".osm", ".osc")
#: Values of `place` and the kind of place that they become; others are no places that addresses name.
_KINDS = {
    "city": "city",
    "town": "town",
    "village": "village",
    "hamlet": "village",
    "borough": "suburb",
    "suburb": "suburb",
    "quarter": "suburb",
    "neighbourhood": "neighbourhood",
}
#: Ways that are no streets although they carry the key.
NO_STREETS = {
    "bus_stop",
    "platform",
    "proposed",
    "construction",
    "razed",
    "abandoned",
    "elevator",
    "rest_area",
    "services",
}
_PLACE = (("lon", "number"), ("lat", "number"))
_SCHEMAS: dict[str, tuple[tuple[str, str], ...]] = {
    "point": (*((n, "text") for n in ("house_number", "street", "unit", "postcode", "city")), *_PLACE),
    "way": (*((n, "text") for n in ("name", "postcode", "city")), *_PLACE),
    "place": (("name", "text"), ("kind", "text"), *_PLACE),
    "range": interpolation.COLUMNS,
}
#: Points kept of a street's way, beside its ends.
_MOST_POINTS = 12


def convert(path: Path, folder: Path) -> str | None:
    """Read an extract and write a Parquet file of points, ways, places and ranges each; made for `gcrm.process`.

    Parameters
    ----------
    path
        The extract.
    folder
        Where to write.

    Returns
    -------
    str or None
        Day of the data as the file says it, ISO 8601.

    Raises
    ------
    DependencyError
        If pyosmium is not installed.
    FileError
        If the file is damaged or no extract.
    """
    try:
        import osmium  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        msg = "OpenStreetMap extracts are read by pyosmium, which is not installed: pip install 'gcrm[osm]'."
        raise DependencyError(msg) from None
    writers = {table: Writer(folder / f"{table}.parquet", columns) for table, columns in _SCHEMAS.items()}
    houses: dict[int, interpolation.House | None] = {}
    try:
        houses |= dict.fromkeys(interpolation.nodes(path))
        keys = osmium.filter.KeyFilter("addr:housenumber", "highway", "place", interpolation.KEY)
        reader = osmium.FileProcessor(str(path)).with_areas(osmium.filter.KeyFilter("addr:housenumber"))
        day = str(reader.header.get("osmosis_replication_timestamp"))[:10] or None
        for found in reader.with_filter(keys):
            for table, row in _rows(found, houses):
                writers[table].add(row)
    except (RuntimeError, ValueError, UnicodeDecodeError) as error:
        msg = "it is no extract of OpenStreetMap, or is damaged. Fetch it anew."
        raise FileError(msg) from error
    finally:
        for writer in writers.values():
            writer.close()
    return day


def _rows(found: Any, houses: dict[int, interpolation.House | None]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Yield the rows that come of one object, each with its table; houses that lines go through are kept."""
    tags = found.tags
    if found.is_way() and interpolation.KEY in tags:
        yield from (("range", row) for row in interpolation.ranges(found, houses))
    if "addr:housenumber" in tags:
        if found.is_node() and found.id in houses:
            houses[found.id] = interpolation.house(tags)
        yield from (("point", row) for row in addresses(found))
    if found.is_way() and "highway" in tags and "name" in tags and tags["highway"] not in NO_STREETS:
        postcode = tags.get("postal_code") or tags.get("addr:postcode")
        for lon, lat in _some([(n.lon, n.lat) for n in found.nodes if n.location.valid()]):
            yield "way", (_text(tags["name"]), _text(postcode), _text(tags.get("addr:city")), lon, lat)
    if found.is_node() and tags.get("place") in _KINDS and "name" in tags and found.location.valid():
        yield "place", (_text(tags["name"]), _KINDS[tags["place"]], found.lon, found.lat)


def addresses(found: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the addresses of an object with a house number, each with its point; none where its nodes are not there.

    Parameters
    ----------
    found
        A node, way or area with `addr:housenumber`.

    Yields
    ------
    tuple
        House number, street, unit, postcode, city, longitude, latitude.
    """
    place = point(found)
    if place is not None:
        yield from ((*parts, *place) for parts in _address(found.tags))


def _address(tags: Any) -> Iterator[tuple[str | None, ...]]:
    """Yield the parts of an address; a list of house numbers is one address for each."""
    street = tags.get("addr:street") or tags.get("addr:place") or tags.get("addr:conscriptionstreet")
    rest = (tags.get("addr:unit"), tags.get("addr:postcode"), tags.get("addr:city"))
    for number in tags["addr:housenumber"].split(";"):
        if number.strip():
            yield (number.strip(), _text(street), *map(_text, rest))


def point(found: Any) -> tuple[float, float] | None:
    """Return a point of an object.

    Parameters
    ----------
    found
        A node, way or area.

    Returns
    -------
    tuple of float or None
        Longitude and latitude; null where its nodes are not in the extract, and for areas that come as ways too.
    """
    if found.is_node():
        return (found.lon, found.lat) if found.location.valid() else None
    if found.is_way():
        return _middle([(n.lon, n.lat) for n in found.nodes if n.location.valid()])
    if found.is_area() and not found.from_way():
        rings = ([(n.lon, n.lat) for n in ring] for ring in found.outer_rings())
        return _middle(max(rings, key=len, default=[]))
    return None


def _middle(corners: list[tuple[float, float]]) -> tuple[float, float] | None:
    """Return the centre of an area, or a point inside where that lies without; the middle of a line that is open."""
    import shapely  # noqa: PLC0415 - this process starts faster without, where it is not needed

    if not corners:
        return None
    if len(corners) > 3 and corners[0] == corners[-1]:
        area = shapely.Polygon(corners)
        inside = area.centroid if area.contains(area.centroid) else area.representative_point()
    elif len(corners) > 1:
        inside = shapely.LineString(corners).interpolate(0.5, normalized=True)
    else:
        inside = shapely.Point(corners[0])
    return (inside.x, inside.y) if not inside.is_empty else None


def _some(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the ends of a line and some of the points between."""
    step = max(1, len(points) // _MOST_POINTS)
    return [*points[::step], *points[-1:]] if points else []


def _text(value: str | None) -> str | None:
    return (value or "").strip() or None

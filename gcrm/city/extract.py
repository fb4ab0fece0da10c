"""An extract of OpenStreetMap, read into one file for each kind of source."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import shapely

from gcrm.city import area, place, region, road, sea, tag
from gcrm.city.region import Region
from gcrm.errors import DependencyError
from gcrm.geocode.pack import osm
from gcrm.geocode.pack.writer import Writer
from gcrm.ingest.limits import FileError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

#: Kind of source -> columns of its file.
TABLES: dict[str, tuple[tuple[str, str], ...]] = {
    "address_references": (
        *((name, "text") for name in ("house_number", "street", "unit", "postcode", "city")),
        *((name, "number") for name in ("lon", "lat")),
    ),
    "roads": road.COLUMNS,
    "buildings": area.BUILDING,
    "points_of_interest": place.POINT_OF_INTEREST,
    "land_uses": area.LAND_USE,
    "barriers": place.BARRIER,
}
REGION: tuple[tuple[str, str], ...] = (
    *((name, "text") for name in ("region_id", "name", "parent_id")),
    ("geometry", "bytes"),
)
_KEYS = (
    *("addr:housenumber", "highway", "building", "shop", "office", "craft", "healthcare", "amenity", "leisure"),
    *(
        "tourism",
        "railway",
        "aeroway",
        "waterway",
        "natural",
        "landuse",
        "barrier",
        "area:highway",
        "boundary",
        "place",
    ),
)
#: GeoParquet 1.1: WKB in lon/lat of WGS84, which is what it means where no CRS is named.
_GEO = (
    '{"version": "1.1.0", "primary_column": "geometry", '
    '"columns": {"geometry": {"encoding": "WKB", "geometry_types": []}}}'
)


@dataclass(frozen=True)
class Contents:
    """What was found in an extract.

    Attributes
    ----------
    day
        Day of the data, ISO 8601; null where the file does not say.
    box
        West, south, east, north of the extract.
    rows
        Kind of source -> rows written; regions by `regions_<level>`.
    levels
        Levels of regions, largest first.
    left_out
        Why things were left out -> how many.
    """

    day: str | None
    box: tuple[float, float, float, float]
    rows: dict[str, int]
    levels: tuple[str, ...]
    left_out: dict[str, int]


def convert(path: Path, folder: Path) -> Contents:
    """Read an extract and write a Parquet file for each kind of source; made for `gcrm.process`.

    Parameters
    ----------
    path
        The extract.
    folder
        Where to write.

    Returns
    -------
    Contents
        What was found.

    Raises
    ------
    DependencyError
        If pyosmium is not installed.
    FileError
        If the file is damaged, no extract, or an empty one.
    """
    try:
        import osmium  # noqa: F401, PLC0415 - an extra
    except ModuleNotFoundError:
        msg = "OpenStreetMap extracts are read by pyosmium, which is not installed: pip install 'gcrm[osm]'."
        raise DependencyError(msg) from None
    writers = {name: _writer(folder, name, columns) for name, columns in TABLES.items()}
    try:
        found, regions, day = _read(path, writers)
        if found.box is None:
            msg = "it holds no place. Name an extract that holds a city."
            raise FileError(msg)
        levels = _finish(found, regions, folder)
    finally:
        for writer in writers.values():
            writer.close()
    rows = {name: writer.count for name, writer in writers.items()} | {f"regions_{n}": c for n, c in levels.items()}
    return Contents(day, found.box, rows, tuple(levels), found.left_out)


def _read(path: Path, writers: dict[str, Writer]) -> tuple[_Reading, list[Region], str | None]:
    """Go through the file; return what was collected, its regions without areas, and the day of its data."""
    try:
        regions = _regions(path)
        found = _Reading(writers, frozenset(road.junctions(path).tolist()))
        found.lines, found.cut = _lines(path, frozenset(way for region in regions for way in region.ways))
        return found, regions, found.read(path)
    except (RuntimeError, ValueError, UnicodeDecodeError) as error:
        msg = "it is no extract of OpenStreetMap, or is damaged. Fetch it anew."
        raise FileError(msg) from error


def _writer(folder: Path, name: str, columns: tuple[tuple[str, str], ...]) -> Writer:
    geo = {"geo": _GEO} if columns[-1][0] == "geometry" else {}
    return Writer(folder / f"{name}.parquet", columns, geo)


def _regions(path: Path) -> list[Region]:
    """Return the administrative regions that the extract names, without their areas."""
    import osmium  # noqa: PLC0415 - an extra

    found = []
    keys = osmium.filter.KeyFilter("admin_level")
    named: Iterable[Any] = osmium.FileProcessor(str(path), osmium.osm.RELATION).with_filter(keys)
    for relation in named:
        tags, level = relation.tags, tag.whole(relation.tags.get("admin_level"))
        if tags.get("boundary") != "administrative" or tags.get("type") not in {"boundary", "multipolygon"}:
            continue
        ways = frozenset(m.ref for m in relation.members if m.type == "w" and m.role in {"", "outer", "inner"})
        if level is not None:
            found.append(Region(f"r{relation.id}", level, tag.text(tags, "name"), ways))
    return found


def _lines(path: Path, wanted: frozenset[int]) -> tuple[dict[int, shapely.LineString], frozenset[tuple[float, ...]]]:
    """Return the ways that bound regions, as far as the extract holds them, and where it cuts them.

    They may carry no tag of their own.
    """
    import osmium  # noqa: PLC0415 - an extra

    if not wanted:
        return {}, frozenset()
    kind = osmium.filter.EntityFilter(osmium.osm.WAY)
    reader = osmium.FileProcessor(str(path)).with_locations().with_filter(kind)
    ways: Iterable[Any] = reader.with_filter(osmium.filter.IdFilter(wanted))
    lines, cut = {}, set()
    for way in ways:
        line = line_of(way)
        if line is None:
            continue
        lines[way.id] = line
        cut |= {line.coords[at] for at in (0, -1) if not way.nodes[at].location.valid()}
    return lines, frozenset(cut)


@dataclass
class _Reading:
    """What is collected on the way through a file."""

    writers: dict[str, Writer]
    junctions: frozenset[int]
    lines: dict[int, shapely.LineString] = field(default_factory=dict)
    cut: frozenset[tuple[float, ...]] = frozenset()
    coasts: list[shapely.LineString] = field(default_factory=list)
    whole: dict[str, shapely.Geometry] = field(default_factory=dict)
    named: dict[str, list[shapely.Point]] = field(default_factory=dict)
    box: tuple[float, float, float, float] | None = None
    left_out: dict[str, int] = field(default_factory=dict)

    def read(self, path: Path) -> str | None:
        """Go through the file once; return the day of its data."""
        import osmium  # noqa: PLC0415 - an extra

        keys = osmium.filter.KeyFilter(*_KEYS)
        reader = osmium.FileProcessor(str(path)).with_areas(keys).with_filter(keys)
        things: Iterable[Any] = reader
        for thing in things:
            if thing.is_node():
                self.node(thing)
            elif thing.is_way():
                self.way(thing)
            elif thing.is_area():
                self.area(thing)
        box = reader.header.box()
        if box.valid():
            self.box = (box.bottom_left.lon, box.bottom_left.lat, box.top_right.lon, box.top_right.lat)
        return str(reader.header.get("osmosis_replication_timestamp"))[:10] or None

    def add(self, table: str, row: tuple[Any, ...] | None) -> None:
        if row is not None:
            self.writers[table].add(row)

    def node(self, node: Any) -> None:
        if not node.location.valid():
            return
        self.reach(node.lon, node.lat, node.lon, node.lat)
        self.addresses(node)
        self.add("points_of_interest", place.point_of_interest(node, (node.lon, node.lat)))
        if "place" in node.tags and "name" in node.tags:
            self.named.setdefault(node.tags["name"], []).append(shapely.Point(node.lon, node.lat))

    def way(self, way: Any) -> None:
        self.addresses(way)
        if road.is_road(way.tags):
            for row in road.rows(way, self.junctions):
                self.add("roads", row)
        line = line_of(way)
        if line is None:
            return
        self.reach(*line.bounds)
        self.add("barriers", place.barrier(way, line))
        if way.tags.get("natural") == "coastline":
            self.coasts.append(line)

    def area(self, thing: Any) -> None:
        import osmium  # noqa: PLC0415 - an extra

        if not thing.from_way():
            self.addresses(thing)
        try:
            shape = bytes.fromhex(osmium.geom.WKBFactory().create_multipolygon(thing))
        except RuntimeError:
            self.left_out["area"] = self.left_out.get("area", 0) + 1
            return
        self.add("buildings", area.building(thing, shape))
        self.add("land_uses", area.land_use(thing, shape))
        if "admin_level" in thing.tags and not thing.from_way():
            self.whole[f"r{thing.orig_id()}"] = shapely.from_wkb(shape)
        if place.is_one(thing.tags):
            inside = shapely.from_wkb(shape).representative_point()
            self.add("points_of_interest", place.point_of_interest(thing, (inside.x, inside.y)))

    def addresses(self, thing: Any) -> None:
        if "addr:housenumber" in thing.tags:
            for row in osm.addresses(thing):
                self.add("address_references", row)

    def reach(self, west: float, south: float, east: float, north: float) -> None:
        """Widen the extent, which is that of all things where the file says none."""
        at = self.box or (west, south, east, north)
        self.box = (min(at[0], west), min(at[1], south), max(at[2], east), max(at[3], north))


def line_of(way: Any) -> shapely.LineString | None:
    """Return the line of a way as far as its nodes are there; null where that is no line."""
    places = [(node.lon, node.lat) for node in way.nodes if node.location.valid()]
    return shapely.LineString(places) if len(set(places)) > 1 else None


def _finish(found: _Reading, regions: list[Region], folder: Path) -> dict[str, int]:
    """Add the sea, write the regions, and return the levels with their number, largest first."""
    box = shapely.box(*(found.box or ()))
    for number, shape in enumerate(sea.seas(found.coasts, box), 1):
        found.add("land_uses", (f"sea.{number}", None, "water", shapely.to_wkb(shape, byte_order=1)))
    with_shape = [replace(r, shape=found.whole.get(r.id)) for r in regions]
    levels = {}
    for level, members in region.settle(with_shape, region.Ground(box, found.lines, found.named, found.cut)):
        name = region.LEVELS[level]
        writer = _writer(folder, f"regions_{name}", REGION)
        for one in members:
            writer.add((one.id, one.name, one.parent, shapely.to_wkb(one.shape, byte_order=1)))
        writer.close()
        levels[name] = writer.count
    return levels

"""Spatial filters resolved: lists of whole regions, and places found by their points."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import shapely

from gcrm.cube.distance import within_distance
from gcrm.cube.journey import reached
from gcrm.cube.outline import outlines
from gcrm.cube.plan import Places, Statistic
from gcrm.errors import QueryError, near

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb

    from gcrm.cube.area import Area
    from gcrm.cube.geography import Geography
    from gcrm.cube.model import Dimension
    from gcrm.cube.query import Query

#: Share of the smaller of two regions that may be common ground where they only touch: borders are drawn inexactly.
_SLIVER = 0.001
#: Share of an area by which a drawn shape may differ from a union of regions.
_SAME = 1e-9

_COVERED = """
    SELECT location_id FROM warehouse.dim_location
    WHERE lon BETWEEN $west AND $east AND lat BETWEEN $south AND $north
        AND ST_Covers(ST_GeomFromHEXWKB($shape), ST_Point(lon, lat))
"""
_NEAR = """
    SELECT location_id FROM warehouse.dim_location
    WHERE lat BETWEEN $south AND $north AND (abs(lon - $lon) <= $half OR abs(lon - $lon) >= 360 - $half)
        AND ST_Distance_Spheroid(ST_Point2D(lat, lon), ST_Point2D($lat, $lon)) <= $distance_m
"""
_LISTED = "SELECT unnest($ids) AS location_id"


@dataclass(frozen=True)
class Slicer:
    """What the spatial filters of a question leave.

    Attributes
    ----------
    where
        Filters that are lists of whole regions, as those of a plan.
    places
        Filters by points.
    shapes
        Drawn shapes among them; null for a distance, whose ground is never made of whole regions.
    notes
        What a reader has to know.
    """

    where: tuple[tuple[Dimension, tuple[Any, ...]], ...] = ()
    places: tuple[Places, ...] = ()
    shapes: tuple[shapely.Geometry | None, ...] = ()
    notes: tuple[str, ...] = ()

    def statistics(
        self, con: duckdb.DuckDBPyConnection, found: Mapping[str, Statistic], geography: Geography
    ) -> dict[str, Statistic]:
        """Keep the zone statistics that can be answered: a drawn shape has to be a union of whole regions.

        Parameters
        ----------
        con
            Connection with a snapshot attached.
        found
            Name of each statistic -> where it is taken from.
        geography
            Which version of the regions is meant.

        Returns
        -------
        dict
            Those that stay known, with the regions that count.
        """
        kept = dict(found)
        for shape in self.shapes:
            for name, statistic in list(kept.items()):
                whole = None if shape is None else _whole(con, shape, statistic.level, geography)
                if whole is None:
                    del kept[name]
                else:
                    both = whole if statistic.regions is None else tuple(set(whole) & set(statistic.regions))
                    kept[name] = replace(statistic, regions=both)
        return kept


def slicer_of(
    con: duckdb.DuckDBPyConnection, areas: Sequence[Area], geography: Geography, known: Mapping[str, Dimension]
) -> Slicer:
    """Resolve the spatial filters of a question.

    Parameters
    ----------
    con
        Connection with a snapshot attached and the extension `spatial` loaded.
    areas
        The checked filters.
    geography
        Which version of the regions is meant.
    known
        Every dimension by name.

    Returns
    -------
    Slicer
        Filters by region and by point.

    Raises
    ------
    QueryError
        If a region or store is not there, or a shape is too large for distances.
    """
    where: list[tuple[Dimension, tuple[Any, ...]]] = []
    places: list[Places] = []
    shapes: list[shapely.Geometry | None] = []
    notes: list[str] = []
    for area in areas:
        if area.relation == "near":
            found, note = _near(con, area)
            places.append(found)
            notes.append(note)
            shapes.append(None)
        elif area.is_drawn:
            places.append(_covered(area))
            shapes.append(area.shape)
        elif area.relation == "within" and area.region:
            where.append((known[area.region[0]], (_key(con, area.region, geography),)))
        else:
            where.append((known[area.of], _beside(con, area, geography)))
    return Slicer(tuple(where), tuple(places), tuple(shapes), tuple(note for note in notes if note))


def as_where(con: duckdb.DuckDBPyConnection, query: Query, slicer: Slicer) -> Query:
    """Return the question with its lists of whole regions among its filters, as what is given out is asked by.

    Parameters
    ----------
    con
        Connection with a snapshot attached.
    query
        The checked question.
    slicer
        What its spatial filters leave.

    Returns
    -------
    Query
        The same with more filters.

    Raises
    ------
    QueryError
        If a level is filtered twice.
    """
    where = dict(query.where)
    for d, keys in slicer.where:
        if d in where:
            msg = f"area: '{d.name}' is filtered by where already; say there which regions count."
            raise QueryError(msg)
        text = "SELECT region_id FROM cube.current_region WHERE list_contains($keys, region_key) ORDER BY 1"
        where[d] = tuple(name for (name,) in con.execute(text, {"keys": list(keys)}).fetchall())
    return replace(query, where=where)


def _covered(area: Area) -> Places:
    west, south, east, north = shapely.bounds(area.shape).tolist()
    box = {"west": west, "south": south, "east": east, "north": north}
    return Places(_COVERED, {**box, "shape": shapely.to_wkb(area.shape, hex=True)})


def _near(con: duckdb.DuckDBPyConnection, area: Area) -> tuple[Places, str]:
    """Find the places near a target, and what has to be said of it."""
    target = _store(con, area.store) if area.store else area.shape
    if area.journey is not None:
        return reached(con, target, area.journey)
    return _within(con, target, area.distance_m), area.note


def _within(con: duckdb.DuckDBPyConnection, target: Any, distance_m: float) -> Places:
    """Find the places within a distance: of a point by SQL, of a shape one by one."""
    reach = math.degrees(distance_m / 6_335_000) * 1.01  # the ellipsoid is nowhere bent more
    west, south, east, north = shapely.bounds(target).tolist()
    widest = max(abs(south - reach), abs(north + reach))
    half = 360.0 if widest >= 89 else reach / math.cos(math.radians(widest))
    box = {"south": south - reach, "north": north + reach}
    if isinstance(target, shapely.Point):
        return Places(_NEAR, {**box, "half": half, "lon": target.x, "lat": target.y, "distance_m": distance_m})
    found = con.execute(
        "SELECT location_id, lon, lat FROM warehouse.dim_location"
        " WHERE lat BETWEEN $south AND $north AND lon BETWEEN $west AND $east",
        {**box, "west": west - half, "east": east + half},
    ).to_arrow_table()
    lon, lat = (found[name].to_numpy() for name in ("lon", "lat"))
    close = within_distance(target, lon, lat, distance_m)
    return Places(_LISTED, {"ids": found["location_id"].to_numpy()[close].tolist()})


def _store(con: duckdb.DuckDBPyConnection, store: str) -> shapely.Point:
    """Return where a store stands."""
    found = con.execute(
        "SELECT l.lon, l.lat FROM warehouse.dim_store AS s"
        " LEFT JOIN warehouse.dim_location AS l ON l.location_id = s.location_id WHERE s.store_id = $store",
        {"store": store},
    ).fetchone()
    if found is None:
        ids = con.execute("SELECT store_id FROM warehouse.dim_store ORDER BY 1").fetchall()
        msg = f"area: there is no store '{store}'.{near(store, (i for (i,) in ids))}"
        raise QueryError(msg)
    if found[0] is None:
        msg = f"area: the store '{store}' could not be located; give a point instead."
        raise QueryError(msg)
    return shapely.Point(*found)


def _key(con: duckdb.DuckDBPyConnection, region: tuple[str, str], geography: Geography) -> int:
    level, name = region
    key = geography.key(con, level, name)
    if key is None:
        msg = f"area: there is no {level} '{name}'.{near(name, geography.ids(con, level))}"
        raise QueryError(msg)
    return key


def _beside(con: duckdb.DuckDBPyConnection, area: Area, geography: Geography) -> tuple[int, ...]:
    """Return the regions that touch a region, or that a line runs through."""
    others = outlines(con, area.of, geography)
    if area.region is None:
        return tuple(k for k, outline in others.items() if shapely.intersects(outline, area.shape))
    key = _key(con, area.region, geography)
    own = outlines(con, area.region[0], geography).get(key)
    if own is None:
        msg = f"area: the {area.region[0]} '{area.region[1]}' has no outline, so that nothing can touch it."
        raise QueryError(msg)
    shapely.prepare(own)
    return tuple(k for k, outline in others.items() if k != key and _touches(own, outline))


def _touches(one: shapely.Geometry, other: shapely.Geometry) -> bool:
    """Say whether two regions meet and share no ground but a sliver."""
    if not shapely.intersects(one, other):
        return False
    shared = shapely.area(shapely.intersection(one, other))
    return bool(shared <= _SLIVER * min(shapely.area(one), shapely.area(other)))


def _whole(
    con: duckdb.DuckDBPyConnection, shape: shapely.Geometry, level: str, geography: Geography
) -> tuple[int, ...] | None:
    """Return the regions that a shape is made of; null where it cuts one, or holds ground of none."""
    inside, covered = [], 0.0
    for key, outline in outlines(con, level, geography).items():
        shared = shapely.area(shapely.intersection(shape, outline)) if shapely.intersects(shape, outline) else 0.0
        if shared >= (1 - _SAME) * shapely.area(outline):
            inside.append(key)
            covered += shared
        elif shared > _SAME * shapely.area(outline):
            return None
    whole = abs(shapely.area(shape) - covered) <= _SAME * shapely.area(shape)
    return tuple(inside) if whole else None

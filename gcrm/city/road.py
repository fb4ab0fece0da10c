"""Roads: ways with `highway`, cut where they meet others, so that each piece runs from one junction to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gcrm.city import tag
from gcrm.geocode.pack.osm import NO_STREETS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

#: Ways with `highway` that nobody travels on from one place to another.
_NO_ROADS = NO_STREETS | {"raceway", "bus_guideway", "crossing"}
_FORTH, _BACK, _BOTH = {"yes", "true", "1"}, {"-1", "reverse"}, {"no", "false", "0"}
#: Roads that go one way unless they say otherwise.
_ALWAYS_FORTH = {"roundabout", "circular"}
#: Words of access that keep the public out.
_CLOSED = {"no", "private", "agricultural", "forestry", "military", "emergency", "delivery", "customers", "permit"}
COLUMNS: tuple[tuple[str, str], ...] = (
    *((name, "text") for name in ("road_id", "name", "road_class", "oneway")),
    *((name, "number") for name in ("speed_kmh", "lanes")),
    *((name, "text") for name in ("access", "from_node", "to_node")),
    ("storey", "whole"),
    ("surface", "text"),
    ("geometry", "bytes"),
)


def is_road(tags: Any) -> bool:
    """Tell whether a way's tags say that it is a road."""
    return "highway" in tags and tags["highway"] not in _NO_ROADS


def junctions(path: Path) -> NDArray[np.int64]:
    """Return the nodes at which roads meet.

    Parameters
    ----------
    path
        The extract.

    Returns
    -------
    numpy.ndarray
        Ids of the nodes that roads go through more than once, ascending; ends of roads are junctions besides.
    """
    import osmium  # noqa: PLC0415 - an extra

    ways: Iterable[Any] = osmium.FileProcessor(str(path), osmium.osm.WAY).with_filter(
        osmium.filter.KeyFilter("highway")
    )
    refs = [node.ref for way in ways if is_road(way.tags) for node in way.nodes]
    nodes, counts = np.unique(np.array(refs, dtype=np.int64), return_counts=True)
    return np.asarray(nodes[counts > 1])


def rows(way: Any, shared: frozenset[int]) -> Iterator[tuple[Any, ...]]:
    """Yield the pieces of a road as rows of `COLUMNS`.

    A piece that ends where the extract does ends at the last node that is there.

    Parameters
    ----------
    way
        A way that is a road, with the places of its nodes.
    shared
        Nodes at which roads meet.

    Yields
    ------
    tuple
        Values of `COLUMNS`.
    """
    tags = way.tags
    said = (tag.text(tags, "name", "ref"), tags["highway"], oneway(tags))
    speed = tag.speed_kmh(tag.text(tags, "maxspeed", "maxspeed:forward", "maxspeed:backward"))
    lanes = tag.number(tags.get("lanes"))
    rest = (speed, lanes if lanes is not None and lanes <= 40 else None, access(tags))
    for number, piece in enumerate(_pieces(way, shared), 1):
        line = shapely.LineString([place for _, place in piece])
        if line.length == 0:  # two nodes at one place
            continue
        ends = (str(piece[0][0]), str(piece[-1][0]))
        shape = shapely.to_wkb(line, byte_order=1)
        yield (f"w{way.id}.{number}", *said, *rest, *ends, storey(tags), tag.text(tags, "surface"), shape)


def _pieces(way: Any, shared: frozenset[int]) -> Iterator[list[tuple[int, tuple[float, float]]]]:
    """Cut a way at junctions, and where nodes are missing; yield node and place of each piece."""
    piece: list[tuple[int, tuple[float, float]]] = []
    for node in way.nodes:
        known = node.location.valid()
        if known:
            piece.append((node.ref, (node.lon, node.lat)))
        if not known or node.ref in shared:
            if len(piece) > 1:
                yield piece
            piece = piece[-1:] if known else []
    if len(piece) > 1:
        yield piece


def oneway(tags: Any) -> str | None:
    """Return which way vehicles may go: `yes`, `reverse`, `no`; null where nothing is said."""
    said = (tags.get("oneway") or "").strip().lower()
    if said in _FORTH:
        return "yes"
    if said in _BACK:
        return "reverse"
    if said in _BOTH:
        return "no"
    return "yes" if tags.get("junction") in _ALWAYS_FORTH or tags["highway"] == "motorway" else None


def access(tags: Any) -> str | None:
    """Return who may use a road.

    Parameters
    ----------
    tags
        Tags of a road.

    Returns
    -------
    str or None
        `no` and `private` for nobody from outside, `foot` for those on foot alone, `bicycle` for those on foot and by
        bicycle, `motor_vehicle` for vehicles alone; null for everybody that its class is for.
    """
    foot = tag.text(tags, "foot", "access")
    bicycle = tag.text(tags, "bicycle", "vehicle", "access")
    motor = tag.text(tags, "motorcar", "motor_vehicle", "vehicle", "access")
    walks, cycles, drives = (word not in _CLOSED for word in (foot, bicycle, motor))
    if walks and drives:
        return None
    if walks:
        return "bicycle" if cycles else "foot"
    if drives:
        return "motor_vehicle"
    return "no" if foot == "no" else "private"


def storey(tags: Any) -> int | None:
    """Return the storey of a way: of `layer`, else 1 on a bridge, -1 in a tunnel; null on the ground."""
    said = tags.get("layer")
    try:
        return int(said) or None if said else _built(tags)
    except ValueError:
        return _built(tags)


def _built(tags: Any) -> int | None:
    if tags.get("bridge", "no") != "no":
        return 1
    return -1 if tags.get("tunnel", "no") not in {"no", "building_passage"} else None

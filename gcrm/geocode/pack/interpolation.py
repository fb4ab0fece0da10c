"""Interpolation ways of OpenStreetMap: lines through houses of which some have a number, and the rest lie between."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

KEY = "addr:interpolation"
#: Columns of the ranges and their types; `parity` is null where the numbers at either end say it.
COLUMNS: tuple[tuple[str, str], ...] = (
    *((name, "text") for name in ("street", "postcode", "city", "parity")),
    *((name, "whole") for name in ("from_number", "to_number")),
    *((name, "number") for name in ("lon", "lat")),
    ("geometry", "bytes"),
)
_AREA = ("street", "postcode", "city")


@dataclass(frozen=True)
class House:
    """A node with a house number.

    Attributes
    ----------
    number
        What its number begins with.
    street, postcode, city
        What it says of them; null where it says nothing.
    """

    number: int
    street: str | None
    postcode: str | None
    city: str | None


def nodes(path: Path) -> frozenset[int]:
    """Return the nodes that interpolation ways go through.

    Parameters
    ----------
    path
        The extract.

    Returns
    -------
    frozenset of int
        Their ids.
    """
    import osmium  # noqa: PLC0415 - an extra

    ways: Iterable[Any] = osmium.FileProcessor(str(path), osmium.osm.WAY).with_filter(osmium.filter.KeyFilter(KEY))
    return frozenset(node.ref for way in ways for node in way.nodes)


def house(tags: Any) -> House | None:
    """Return what a node's tags say of a house; null where its number has no digits first.

    Parameters
    ----------
    tags
        Tags with `addr:housenumber`.

    Returns
    -------
    House or None
        The house.
    """
    number = re.match(r"\s*([0-9]{1,9})", tags["addr:housenumber"])
    if number is None:
        return None
    return House(int(number[1]), *((tags.get(f"addr:{name}") or "").strip() or None for name in _AREA))


def ranges(way: Any, houses: Mapping[int, House | None]) -> Iterator[tuple[Any, ...]]:
    """Yield the ranges of a way, one between each two of its houses, as rows of `COLUMNS`.

    Parameters
    ----------
    way
        A way with `addr:interpolation`.
    houses
        Node -> its house, null where it has none.

    Yields
    ------
    tuple
        Values of `COLUMNS`.
    """
    import shapely  # noqa: PLC0415 - this process starts faster without, where it is not needed

    kind = way.tags[KEY].strip().lower()
    if kind not in {"odd", "even", "all"} and not kind.isdecimal():  # letters follow one number: 7a, 7b
        return
    corners = [(node.ref, (node.lon, node.lat)) for node in way.nodes if node.location.valid()]
    stops = [(at, found) for at, (ref, _) in enumerate(corners) if (found := houses.get(ref))]
    for (start, first), (end, last) in pairwise(stops):
        if first.number == last.number:
            continue
        line = shapely.LineString([point for _, point in corners[start : end + 1]])
        middle = line.interpolate(0.5, normalized=True)
        area = (_agreed(way.tags.get(f"addr:{name}"), getattr(first, name), getattr(last, name)) for name in _AREA)
        parity = "both" if kind in {"all", "1"} else None
        yield (*area, parity, first.number, last.number, middle.x, middle.y, shapely.to_wkb(line, byte_order=1))


def _agreed(said: str | None, first: str | None, last: str | None) -> str | None:
    """Return what the way says, else what both of its ends say, one of which may be silent."""
    if (said or "").strip():
        return (said or "").strip()
    return first or last if first is None or last is None or first == last else None

"""Which of two is more (day or night, weekdays or weekends, visitors or residents), to both sides of a pale middle.

A place with the share a on one side and b on the other has the balance (a - b) / (a + b): 1 where all are on the first,
0 where it is as everywhere, -1 where all are on the other. Unlike a quotient it has a value where one of the two is 0.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gcrm.maps import palettes
from gcrm.maps.choropleth import OUTSIDE
from gcrm.maps.description import Entry, Layer, Legend, MapDescription, Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry.base import BaseGeometry

#: Balances where classes meet: 4 times, 2 times and 1.25 times as many.
BREAKS = (-3 / 5, -1 / 3, -1 / 9, 1 / 9, 1 / 3, 3 / 5)
_TIMES = ("over 4 times", "2 to 4 times", "1.25 to 2 times")
#: Radius of the largest circle as a share of the ground that all cover, and the least radius as a share of that.
_LARGEST, _LEAST = 0.025, 0.2
#: (identifier, name, geometry in EPSG:4326, balance or null, what is said of it).
Balanced = tuple[str, str, "BaseGeometry | None", float | None, tuple[tuple[str, str], ...]]


def describe_contrast(
    rows: Sequence[Balanced], *, title: str, noun: str, words: tuple[str, str], note: str = ""
) -> MapDescription:
    """Describe a map of balances.

    Parameters
    ----------
    rows
        The places.
    title
        What is compared.
    noun
        What the places are, in the plural.
    words
        What the first side is called, and the other.
    note
        As in `gcrm.maps.description.Layer`.

    Returns
    -------
    MapDescription
        One layer of areas and its legend, from the other side to the first.
    """
    more, less = words
    labels = (
        [f"{less}: {times}" for times in _TIMES]
        + ["as everywhere"]
        + [f"{more}: {times}" for times in reversed(_TIMES)]
    )
    low = palettes.diverging(3, 3)
    colours = (*low[:3], "#f2f2ee", *low[3:])
    places = []
    for key, name, shape, value, facts in rows:
        own = "unknown" if value is None else f"c{bisect_right(BREAKS, value)}"
        text = "unknown" if value is None else labels[bisect_right(BREAKS, value)]
        places.append(Place(key, name, shape, value, "unknown" if value is None else "known", own, text, facts))
    counted = Counter(place.key for place in places)
    entries = [Entry(f"c{i}", labels[i], colours[i], "plain", counted[f"c{i}"]) for i in range(len(labels))]
    if counted["unknown"]:
        label, colour, pattern = OUTSIDE["unknown"]
        entries.append(Entry("unknown", label, colour, pattern, counted["unknown"]))
    layer = Layer("areas", noun, tuple(places), len(places), note)
    return MapDescription(title, (layer,), Legend(title, "times as many as elsewhere", tuple(entries)))


def circles(points: Sequence[BaseGeometry | None], amounts: Sequence[float]) -> list[shapely.Polygon | None]:
    """Draw a circle around each point, its area by an amount; small ones are to be drawn last, on top.

    Parameters
    ----------
    points
        In EPSG:4326; null where the place is not known.
    amounts
        What areas are as large as; NaN counts as the least.

    Returns
    -------
    list of shapely.Polygon
        In EPSG:4326, round on the ground; null without a point.
    """
    found: list[shapely.Polygon | None] = [None] * len(points)
    there = [i for i, point in enumerate(points) if point is not None]
    if not there:
        return found
    at = shapely.get_coordinates([points[i] for i in there])
    stretch = 1 / np.cos(np.radians(at[:, 1].mean()))
    ground = float((np.ptp(at, axis=0) / [stretch, 1]).max())
    size = np.nan_to_num(np.asarray(amounts, float))[there]
    radius = max(ground, 0.01) * _LARGEST * np.maximum(np.sqrt(size / max(size.max(), 1e-9)), _LEAST)
    turn = np.linspace(0, 2 * np.pi, 33)
    ring = np.stack([np.cos(turn) * stretch, np.sin(turn)], axis=1)
    drawn = shapely.polygons(at[:, None, :] + radius[:, None, None] * ring[None])
    for i, circle in zip(there, drawn, strict=True):
        found[i] = circle
    return found

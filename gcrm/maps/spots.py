"""Hot and cold spots as a map: from where values are low all around, over a pale middle, to where they are high."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal

from gcrm.maps import palettes
from gcrm.maps.choropleth import OUTSIDE
from gcrm.maps.description import Entry, Layer, Legend, MapDescription, Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry.base import BaseGeometry

    from gcrm.maps.labels import State

Spot = Literal["hot", "cold", "none"]
#: (identifier, name, geometry in EPSG:4326, spot, how surely, state of its figure, what is said of it).
Spotted = tuple[str, str, "BaseGeometry | None", Spot, "float | None", "State", tuple[tuple[str, str], ...]]
#: How surely spots are told, the surest first.
LEVELS = (0.99, 0.95, 0.9)


def describe_spots(
    rows: Sequence[Spotted], *, title: str, noun: str, min_count: int = 10, note: str = "", source: str = ""
) -> MapDescription:
    """Describe a map of hot and cold spots.

    Parameters
    ----------
    rows
        The places.
    title
        What is high or low there.
    noun
        What the places are, in the plural.
    min_count
        The project's privacy threshold, named where a number is suppressed.
    note, source
        As in `gcrm.maps.description.Layer`.

    Returns
    -------
    MapDescription
        One layer of areas and its legend, the hottest first.
    """
    both = palettes.diverging(len(LEVELS), len(LEVELS))
    hot, cold = both[: len(LEVELS)], both[: -len(LEVELS) - 1 : -1]  # the strongest first
    classes = [(f"hot{i}", f"hot spot, {level * 100:.0f} %", hot[i]) for i, level in enumerate(LEVELS)]
    classes.append(("none", "neither", "#f2f2ee"))
    classes += [(f"cold{i}", f"cold spot, {LEVELS[i] * 100:.0f} %", cold[i]) for i in reversed(range(len(LEVELS)))]
    labels = {key: label for key, label, _ in classes}
    places = []
    for key, name, shape, spot, level, state, facts in rows:
        own = _key(spot, level, state)
        places.append(Place(key, name, shape, None, state, own, labels.get(own, state), facts))
    counted = Counter(place.key for place in places)
    entries = [Entry(key, label, colour, "plain", counted[key]) for key, label, colour in classes]
    for key in ("unknown", "suppressed"):
        if counted[key]:
            label, colour, pattern = OUTSIDE[key]
            entries.append(Entry(key, label.format(min_count=min_count), colour, pattern, counted[key]))
    layer = Layer("areas", noun, tuple(places), len(places), note, source)
    return MapDescription(
        f"Hot spots: {title}", (layer,), Legend(title, "Gi*, by false discovery rate", tuple(entries))
    )


def _key(spot: Spot, level: float | None, state: State) -> str:
    if state != "known":
        return state
    return spot if level is None else f"{spot}{LEVELS.index(level)}"

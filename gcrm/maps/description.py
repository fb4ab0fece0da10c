"""The description of a map: what is drawn and what it means, without a word on how.

Renderers (a browser component, folium, print) read a `MapDescription` and nothing else. It holds data as it is; each
renderer passes texts through `labels.safe_label` or sets them as text nodes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from gcrm.maps.labels import State

#: How a class is filled: plainly, hatched (unknown) or dotted (suppressed).
Pattern = Literal["plain", "hatch", "dots"]
LayerKind = Literal["areas", "points", "outlines"]


@dataclass(frozen=True)
class Place:
    """One region, cell or point of a layer.

    Attributes
    ----------
    id
        Identifier within its layer; filters and selections travel by it.
    name
        What to call it.
    geometry
        In EPSG:4326, lon/lat; None where it has none and so stands in tables only.
    value, state
        The number drawn, and whether it is known.
    key
        Class of the number: the key of a legend entry; empty where nothing is classed.
    text
        The number as written.
    facts
        (title, text) of further lines of its tooltip.
    """

    id: str
    name: str
    geometry: BaseGeometry | None
    value: float | None = None
    state: State = "unknown"
    key: str = ""
    text: str = ""
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Entry:
    """One line of a legend.

    Attributes
    ----------
    key
        The class it explains.
    label
        What it says.
    colour
        `#rrggbb`.
    pattern
        How it is filled.
    count
        Places of the class; null where how many there are says nothing.
    """

    key: str
    label: str
    colour: str
    pattern: Pattern
    count: int | None

    @property
    def counted(self) -> str:
        """How many places there are, as written; empty where that says nothing."""
        return "" if self.count is None else f"{self.count:,}"


@dataclass(frozen=True)
class Legend:
    """What the colours mean.

    Attributes
    ----------
    title
        The measure and its unit.
    method
        How the classes were found, by name.
    entries
        Classes from low to high, then zero, unknown and suppressed where there are any.
    """

    title: str
    method: str
    entries: tuple[Entry, ...]

    def entry(self, key: str) -> Entry:
        """Return the entry of a class.

        Raises
        ------
        KeyError
            If no place is in that class.
        """
        return {e.key: e for e in self.entries}[key]


@dataclass(frozen=True)
class Layer:
    """Places drawn alike.

    Attributes
    ----------
    kind
        Areas filled by class, points, or outlines that only orient.
    title
        What the places are, in the plural.
    places
        What is drawn.
    total
        How many there are, drawn or not: each layer says "showing n of N".
    note
        What belongs to the layer and is on no map: records without location, or outside every region.
    source
        Address from which a renderer fetches the geometry, where the places carry none.
    """

    kind: LayerKind
    title: str
    places: tuple[Place, ...]
    total: int
    note: str = ""
    source: str = ""

    @property
    def statement(self) -> str:
        """Sentence that says how much of the data is on the map."""
        shown = len(self.places) if self.source else sum(p.geometry is not None for p in self.places)
        text = f"{self.title}: showing {shown:,} of {self.total:,}"
        return f"{text}; {self.note}" if self.note else text


@dataclass(frozen=True)
class MapDescription:
    """A whole map.

    Attributes
    ----------
    title
        What the map shows.
    layers
        From bottom to top.
    legend
        Null where nothing is classed.
    selected
        Identifier of the place that is picked out; empty where none is.
    """

    title: str
    layers: tuple[Layer, ...]
    legend: Legend | None = None
    selected: str = ""

    @property
    def bounds(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north of everything drawn, in degrees; None where nothing is."""
        boxes = [p.geometry.bounds for layer in self.layers for p in layer.places if p.geometry is not None]
        boxes = [b for b in boxes if len(b) == 4 and b[0] == b[0]]
        if not boxes:
            return None
        west, south, east, north = zip(*boxes, strict=True)
        return min(west), min(south), max(east), max(north)

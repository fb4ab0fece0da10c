"""What pages are answered with: the values that the questions about a project return."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapely.geometry.base import BaseGeometry

    from gcrm.cube.model import Measure
    from gcrm.hot_spots import HotSpots
    from gcrm.maps.labels import State


@dataclass(frozen=True)
class Hierarchy:
    """Regions side by side: a hierarchy of the project.

    Attributes
    ----------
    name, title
        Name in gcrm.toml, and what to call it.
    levels
        Levels, largest first.
    """

    name: str
    title: str
    levels: tuple[str, ...]


@dataclass(frozen=True)
class Catalog:
    """What a project has to choose from.

    Attributes
    ----------
    title, currency, min_count
        Name of the project, currency of its amounts, privacy threshold.
    measures, hierarchies
        By name, in the order in which they are offered.
    cells
        H3 resolutions, coarse to fine.
    segments
        Known segments.
    periods
        Years, quarters and months of the orders, latest first within each.
    latest
        Latest whole quarter; `all` where there is none.
    created
        When the snapshot was published, ISO 8601 in UTC.
    """

    title: str
    currency: str
    min_count: int
    measures: dict[str, Measure]
    hierarchies: dict[str, Hierarchy]
    cells: tuple[int, ...]
    segments: tuple[str, ...]
    periods: tuple[str, ...]
    latest: str
    created: str


@dataclass(frozen=True)
class Region:
    """One region of a level.

    Attributes
    ----------
    name
        What to call it.
    parent
        (level, identifier) of the region above; None where there is none.
    """

    name: str
    parent: tuple[str, str] | None


@dataclass(frozen=True)
class Row:
    """One place's figure.

    Attributes
    ----------
    id
        Region or cell; None for what has no place.
    name
        What to call it.
    value, state
        The figure.
    """

    id: str | None
    name: str
    value: float | None
    state: State


@dataclass(frozen=True)
class Picture:
    """One figure per place.

    Attributes
    ----------
    place
        Level or cells.
    measure
        What the figures are of.
    rows
        Places, and what has none.
    outlines
        Place -> its outline in EPSG:4326; empty where the browser fetches today's regions.
    period
        The period that stands for others; empty where the figures are of everything that was asked for.
    spots
        Where the figures are high or low all around; null where that was not asked.
    """

    place: str
    measure: Measure
    rows: tuple[Row, ...]
    outlines: Mapping[str, BaseGeometry]
    period: str
    spots: HotSpots | None = None

"""What is asked: units, how many territories they become, and what has to hold of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Units:
    """What territories are made of: one entry per unit in every field.

    Attributes
    ----------
    ids
        Identifiers, each once.
    x, y
        Where each unit is, in metres of one metric CRS.
    activities
        Activity -> amount per unit (customers, revenue, workload); 0 or more, none unknown.
    borders
        Pairs of identifiers of units that border on each other.
    travel
        What it costs to get from each unit (row) to each other one as a centre (column), such as minutes on roads;
        null takes the straight distance in metres.
    """

    ids: Sequence[str]
    x: Floats
    y: Floats
    activities: Mapping[str, Floats]
    borders: Collection[tuple[str, str]]
    travel: Floats | None = None


@dataclass(frozen=True)
class Keep:
    """Who looks after the units today, and what it costs to change that.

    Attributes
    ----------
    owner
        Unit -> territory today; units that are left out belong to nobody.
    activity
        What changes hands with a unit: accounts, relationships, revenue.
    share
        At least this share of the activity of all owned units stays where it is (0.8).
    price
        What it costs, in the unit of the design's cost, when one of the activity changes hands.
    """

    owner: Mapping[str, str]
    activity: str
    share: float = 0.0
    price: float = 0.0


@dataclass(frozen=True)
class Rules:
    """What has to hold of territories.

    Attributes
    ----------
    count
        How many territories there are.
    bands
        Activity -> by which share of its size a territory may have more or less of it (0.05).
    weights
        Activity -> what it costs to be outside of its band, in the unit of the design's cost, for as much as an average
        territory has. Bands of activities that are left out are never broken.
    sizes
        Territory -> its size; those that are left out have 1. A band lies around the size's share of the whole.
    capacities
        Territory -> activity -> the most it may have, in the activity's own unit.
    centres
        Territory -> unit that is its centre; empty leaves the choice free. Names all territories or none.
    locked
        Unit -> territory it must belong to; the territory needs a centre.
    together
        Groups of units that must belong to one territory.
    apart
        Pairs of units that must not belong to one territory.
    bridges
        Pairs of units that count as neighbours although they share no border: bridges, ferries.
    barriers
        Pairs of units that do not count as neighbours although they share one: rivers, railways, motorways.
    islands
        What becomes of pieces of the map that nobody borders on: `keep` them (each then needs territories of its own),
        or `join` each to the nearest unit outside of it.
    keep
        Who looks after the units today; null where that does not matter. Its territories need centres.
    """

    count: int
    bands: Mapping[str, float]
    weights: Mapping[str, float] = field(default_factory=dict)
    sizes: Mapping[str, float] = field(default_factory=dict)
    capacities: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    centres: Mapping[str, str] = field(default_factory=dict)
    locked: Mapping[str, str] = field(default_factory=dict)
    together: Sequence[Collection[str]] = ()
    apart: Sequence[tuple[str, str]] = ()
    bridges: Collection[tuple[str, str]] = ()
    barriers: Collection[tuple[str, str]] = ()
    islands: Literal["keep", "join"] = "keep"
    keep: Keep | None = None

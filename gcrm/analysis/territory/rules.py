"""What is asked: units, how many territories they become, and what has to hold of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

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
class Rules:
    """What has to hold of territories.

    Attributes
    ----------
    count
        How many territories there are.
    bands
        Activity -> by which share of the mean a territory may have more or less of it (0.05).
    centres
        Territory -> unit that is its centre; empty leaves the choice free. Names all territories or none.
    locked
        Unit -> territory it must belong to; the territory needs a centre.
    together
        Groups of units that must belong to one territory.
    apart
        Pairs of units that must not belong to one territory.
    """

    count: int
    bands: Mapping[str, float]
    centres: Mapping[str, str] = field(default_factory=dict)
    locked: Mapping[str, str] = field(default_factory=dict)
    together: Sequence[Collection[str]] = ()
    apart: Sequence[tuple[str, str]] = ()

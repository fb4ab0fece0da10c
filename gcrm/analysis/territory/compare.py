"""Two layouts of territories side by side: balance, compactness, travel, and what changes hands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gcrm.analysis.territory.graph import Graph

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from gcrm.analysis.territory.rules import Units

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int64]
    #: Unit -> territory; null is nobody's.
    Placing = Mapping[str, str | None]


@dataclass(frozen=True)
class Sheet:
    """One territory of a layout.

    Attributes
    ----------
    name
        Its name.
    units
        How many units it has.
    amounts
        Activity -> amount of those units of which it is known; NaN where it is known of none.
    centre
        The unit that the others get to at the least cost, weighted by the first activity.
    travel
        Cost of getting from an average unit to the centre, weighted likewise: minutes or metres.
    pieces
        In how many pieces it lies; 1 hangs together.
    """

    name: str
    units: int
    amounts: Mapping[str, float]
    centre: str
    travel: float
    pieces: int


@dataclass(frozen=True)
class Summary:
    """A layout.

    Attributes
    ----------
    territories
        Name -> territory; what is nobody's is none.
    imbalance
        Activity -> mean distance of the territories from their average, as a share of the average; 0 is even. NaN
        where no territory's amount is known.
    widest
        Activity -> the largest such distance; NaN likewise.
    cut
        Borders between units of different territories; the fewer, the more compact.
    travel
        Cost of getting from an average unit to the centre of its territory.
    nobodys
        Units without a territory.
    """

    territories: Mapping[str, Sheet]
    imbalance: Mapping[str, float]
    widest: Mapping[str, float]
    cut: int
    travel: float
    nobodys: int


@dataclass(frozen=True)
class Comparison:
    """Two layouts side by side.

    Attributes
    ----------
    before, after
        The two.
    moved
        Units whose territory differs, in the order of the units.
    amounts
        Activity -> amount in those of these units of which it is known; NaN where it is known of no unit at all.
    shares
        Activity -> that as a share of everything that is known; NaN where there is nothing.
    unknown
        Activity -> in how many units it is not known; they are left out of what is said of it.
    """

    before: Summary
    after: Summary
    moved: tuple[str, ...]
    amounts: Mapping[str, float]
    shares: Mapping[str, float]
    unknown: Mapping[str, int]


def compare(units: Units, before: Placing, after: Placing) -> Comparison:
    """Compare two layouts of the same units.

    Parameters
    ----------
    units
        The units; amounts that are not known are NaN.
    before, after
        The two layouts.

    Returns
    -------
    Comparison
        Both, and what differs.
    """
    differs = np.array([before.get(u) != after.get(u) for u in units.ids], dtype=bool)
    unknown = {a: int(np.isnan(v).sum()) for a, v in units.activities.items()}
    whole = {a: _known(v) for a, v in units.activities.items()}
    amounts = {a: float(np.nansum(v[differs])) + 0 * whole[a] for a, v in units.activities.items()}
    return Comparison(
        summary(units, before),
        summary(units, after),
        tuple(u for u, moved in zip(units.ids, differs, strict=True) if moved),
        amounts,
        {a: amounts[a] / whole[a] if whole[a] else np.nan for a in amounts},
        unknown,
    )


def summary(units: Units, placing: Placing) -> Summary:
    """Describe a layout.

    Parameters
    ----------
    units
        The units.
    placing
        Unit -> territory.

    Returns
    -------
    Summary
        Its territories, how even and compact they are, and how far their units lie from their centres.
    """
    own, names = codes(units, placing)
    graph, places = graph_of(units), [np.flatnonzero(own == t) for t in range(len(names))]
    sheets = {name: _sheet(units, graph, name, part) for name, part in zip(names, places, strict=True)}
    loads = np.array([[s.amounts[a] for a in units.activities] for s in sheets.values()])
    loads = loads.reshape(len(sheets), len(units.activities))
    away = np.ma.masked_invalid(deviation(loads))
    weight = [float(_weights(units, part).sum()) for part in places]
    travel = float(np.average([s.travel for s in sheets.values()], weights=weight)) if sheets else 0.0
    first, second = graph.pairs.T
    return Summary(
        sheets,
        dict(zip(units.activities, away.mean(axis=0).filled(np.nan).tolist() if len(away) else (), strict=False)),
        dict(zip(units.activities, away.max(axis=0).filled(np.nan).tolist() if len(away) else (), strict=False)),
        int((own[first] != own[second]).sum()),
        travel,
        int((own < 0).sum()),
    )


def codes(units: Units, placing: Placing) -> tuple[Numbers, list[str]]:
    """Return the number of each unit's territory (-1: nobody's), and the territories in order."""
    names = sorted({t for u in units.ids if (t := placing.get(u)) is not None})
    number = {name: i for i, name in enumerate(names)}
    found = [-1 if (t := placing.get(u)) is None else number[t] for u in units.ids]
    return np.array(found, dtype=np.int64), names


def graph_of(units: Units) -> Graph:
    """Return which units border on each other."""
    place = {u: i for i, u in enumerate(units.ids)}
    pairs = sorted({tuple(sorted((place[a], place[b]))) for a, b in units.borders if a != b})
    return Graph(len(units.ids), np.array(pairs, dtype=np.int64).reshape(-1, 2))


def deviation(loads: Floats) -> Floats:
    """Return how far each territory (row) lies from the average of each activity (column), as a share of it.

    What is not known (NaN) stays so, and is no part of the average.
    """
    mean = np.nansum(loads, axis=0) / np.maximum((~np.isnan(loads)).sum(axis=0), 1)
    away: Floats = np.abs(loads - mean) / np.where(mean > 0, mean, 1.0)
    return away


def cost(units: Units, origins: Sequence[int] | Numbers, destinations: Sequence[int] | Numbers) -> Floats:
    """Return what it costs to get from units to others.

    Parameters
    ----------
    units
        The units.
    origins, destinations
        Positions of units among them.

    Returns
    -------
    numpy.ndarray
        One row per origin, one column per destination: what `travel` counts, else straight metres.
    """
    if units.travel is not None:
        told: Floats = np.asarray(units.travel, dtype=np.float64)[np.ix_(np.asarray(origins), np.asarray(destinations))]
        return told
    x, y = np.asarray(units.x, dtype=np.float64), np.asarray(units.y, dtype=np.float64)
    straight: Floats = np.hypot(x[origins][:, None] - x[destinations], y[origins][:, None] - y[destinations])
    return straight


def _known(amounts: Floats) -> float:
    """Return the sum of what is known; NaN where nothing is."""
    return float(np.nan if len(amounts) and np.isnan(amounts).all() else np.nansum(amounts))


def _weights(units: Units, part: Numbers) -> Floats:
    """Return the first activity of some units; 1 each where there is none of it."""
    amount = next(iter(units.activities.values()), np.zeros(len(units.ids)))
    own: Floats = np.nan_to_num(np.asarray(amount, dtype=np.float64)[part])
    return own if own.sum() > 0 else np.ones(len(part))


def _sheet(units: Units, graph: Graph, name: str, part: Numbers) -> Sheet:
    weight = _weights(units, part)
    total = weight @ cost(units, part, part)
    centre = int(total.argmin())
    amounts = {a: _known(np.asarray(v, dtype=np.float64)[part]) for a, v in units.activities.items()}
    return Sheet(
        name,
        len(part),
        amounts,
        str(units.ids[int(part[centre])]),
        float(total[centre] / weight.sum()),
        len(graph.parts(part.tolist())),
    )

"""What is asked, in numbers: costs, loads, bands and borders."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from gcrm.analysis.territory import check
from gcrm.analysis.territory.graph import Graph

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from gcrm.analysis.territory.rules import Rules, Units

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Problem:
    """Units and rules in numbers; units that must stay together are one.

    Attributes
    ----------
    cost
        Cost of each unit (row) in a territory with each centre (column); that of a group is the sum of its units'.
    load
        Amount of each activity (column) of each unit (row), as a share of what a territory has on average.
    low, high
        Least and most of each activity that a territory may have, in the same shares.
    graph
        Who borders on whom.
    count
        How many territories there are.
    centres
        Places of the centres; empty where they are free.
    locked
        Territory of each unit that must belong to one, -1 for all others.
    apart
        Pairs of places that must not belong to one territory.
    member
        Place of each given unit's own one.
    heads
        Of each one, the place of the given unit that its centre would be.
    """

    cost: Floats
    load: Floats
    low: Floats
    high: Floats
    graph: Graph
    count: int
    centres: NDArray[np.int64]
    locked: NDArray[np.int64]
    apart: NDArray[np.int64]
    member: NDArray[np.int64]
    heads: NDArray[np.int64]

    @property
    def size(self) -> int:
        """Number of units, groups counted once."""
        return len(self.load)

    @cached_property
    def spread(self) -> Floats:
        """The largest load of a single unit by activity: by that much rounding may miss a band."""
        widest: Floats = self.load.max(axis=0)
        return widest

    def loads(self, territory: NDArray[np.int64]) -> Floats:
        """Return the load of each territory (row) by activity (column)."""
        found = np.zeros((self.count, self.load.shape[1]))
        np.add.at(found, territory, self.load)
        return found

    def excess(self, loads: Floats) -> Floats:
        """Return by how much each load is outside of its band; 0 inside."""
        return np.maximum(0.0, np.maximum(loads - self.high, self.low - loads))


def problem_of(units: Units, rules: Rules) -> Problem:
    """Check units and rules, and put them into numbers.

    Parameters
    ----------
    units
        What territories are made of.
    rules
        What has to hold of them.

    Returns
    -------
    Problem
        The same, ready to be solved.

    Raises
    ------
    DesignError
        If an identifier is unknown or there twice, an amount is negative or unknown, an activity is zero everywhere,
        a unit has no neighbour or is heavier than a territory may be, or rules contradict each other.
    """
    place = check.places(units.ids)
    check.question(units, rules, place)
    pairs = _pairs(units.borders, place)
    member = _groups(rules.together, place)
    size = int(member.max()) + 1
    names = list(rules.bands)
    load = np.zeros((size, len(names)))
    for a, name in enumerate(names):
        amount = np.asarray(units.activities[name], dtype=np.float64)
        np.add.at(load[:, a], member, amount / (amount.sum() / rules.count))
    tolerance = np.array([rules.bands[name] for name in names])
    check.weights(units, member, load, tolerance, names)
    check.pieces(units, pairs, member, load, tolerance)
    joined = np.sort(member[pairs], axis=1)
    joined = np.unique(joined[joined[:, 0] != joined[:, 1]], axis=0)
    given = np.array([place[unit] for unit in rules.centres.values()], dtype=np.int64)
    centres = member[given]
    if len(set(centres.tolist())) < len(centres):
        check.refuse("two territories have their centre in one unit, or in units that stay together. Name another one.")
    order = {name: i for i, name in enumerate(rules.centres)}
    locked = _locked(rules, place, member, order, size)
    pairs_apart = [(check.known(a, place), check.known(b, place)) for a, b in rules.apart]
    apart = member[np.array(pairs_apart, dtype=np.int64).reshape(-1, 2)]
    if (apart[:, 0] == apart[:, 1]).any():
        check.refuse("two units must stay both together and apart. Take one of the two rules away.")
    single = _single(units)
    heads = _heads(single, member, given)
    cost, graph = _cost(single, member, heads), Graph(size, joined)
    return Problem(cost, load, 1 - tolerance, 1 + tolerance, graph, rules.count, centres, locked, apart, member, heads)


def _pairs(pairs: Iterable[tuple[str, str]], place: Mapping[str, int]) -> NDArray[np.int64]:
    found = [(check.known(a, place), check.known(b, place)) for a, b in pairs if a != b]
    return np.array(found, dtype=np.int64).reshape(-1, 2)


def _groups(together: Sequence[Collection[str]], place: Mapping[str, int]) -> NDArray[np.int64]:
    """Return for each unit the place of what it stays together with."""
    graph = Graph(len(place), _pairs([(min(g), u) for g in together for u in g], place))
    head = np.arange(len(place))
    for part in graph.parts({u for pair in graph.pairs.tolist() for u in pair}):
        head[list(part)] = min(part)
    return np.unique(head, return_inverse=True)[1].astype(np.int64)


def _locked(
    rules: Rules, place: Mapping[str, int], member: NDArray[np.int64], order: Mapping[str, int], size: int
) -> NDArray[np.int64]:
    locked = np.full(size, -1, dtype=np.int64)
    wanted = [*rules.locked.items(), *((unit, name) for name, unit in rules.centres.items())]
    for unit, territory in wanted:
        own = member[place[unit]]
        if locked[own] not in {-1, order[territory]}:
            check.refuse(f"unit '{unit}' must belong to '{territory}' and to another territory. Take one rule away.")
        locked[own] = order[territory]
    return locked


def _heads(single: Floats, member: NDArray[np.int64], given: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the unit that is the centre of each group: the one given, else the one that costs the others least."""
    if len(np.unique(member)) == len(member):
        return np.arange(len(member))
    groups = [np.flatnonzero(member == g) for g in range(int(member.max()) + 1)]
    heads = np.array([own[single[np.ix_(own, own)].sum(axis=0).argmin()] for own in groups])
    heads[member[given]] = given
    return heads


def _cost(single: Floats, member: NDArray[np.int64], heads: NDArray[np.int64]) -> Floats:
    """Return what each group costs with each group's centre."""
    if len(heads) == len(member):
        return single
    cost = np.zeros((len(heads), len(heads)))
    np.add.at(cost, member, single[:, heads])
    return cost


def _single(units: Units) -> Floats:
    """Return what each unit costs with each other one as its centre."""
    if units.travel is not None:
        return np.asarray(units.travel, dtype=np.float64)
    x, y = np.asarray(units.x, dtype=np.float64), np.asarray(units.y, dtype=np.float64)
    single: Floats = np.hypot(x[:, None] - x, y[:, None] - y)
    return single

"""What is asked, in numbers: costs, loads, bands and borders."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from gcrm.analysis.territory import check
from gcrm.analysis.territory.band import bands_of
from gcrm.analysis.territory.border import borders, pairs_of
from gcrm.analysis.territory.graph import Graph

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

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
        Least and most of each activity (column) that each territory (row) may have, in the same shares; rows of one
        problem differ only where its centres are given.
    price
        What an average territory's worth of each activity outside of its band costs; infinite where it must not be.
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
    kept, keep
        Share of all that may change hands that each unit (row) holds of each territory's (column), and which share of
        it has to stay where it is.
    team
        Which territories are looked after together, as the number of their team: bands hold for teams. Each is a team
        of its own where null.
    layer, own_layer
        Layer of each unit, and of each territory: a unit belongs to a territory of its own layer. One layer where null.
    """

    cost: Floats
    load: Floats
    low: Floats
    high: Floats
    price: Floats
    graph: Graph
    count: int
    centres: NDArray[np.int64]
    locked: NDArray[np.int64]
    apart: NDArray[np.int64]
    member: NDArray[np.int64]
    heads: NDArray[np.int64]
    kept: Floats
    keep: float = 0.0
    team: NDArray[np.int64] | None = None
    layer: NDArray[np.int64] | None = None
    own_layer: NDArray[np.int64] | None = None

    @property
    def size(self) -> int:
        """Number of units, groups counted once."""
        return len(self.load)

    @cached_property
    def teams(self) -> NDArray[np.int64]:
        """Team of each territory."""
        return np.arange(self.count) if self.team is None else self.team

    @cached_property
    def allowed(self) -> NDArray[np.bool_]:
        """Whether each unit (row) may belong to each territory (column), locks and layers considered."""
        found = np.ones((self.size, self.count), dtype=bool)
        if self.layer is not None and self.own_layer is not None:
            found = self.layer[:, None] == self.own_layer[None, :]
        fixed = np.flatnonzero(self.locked >= 0)
        found[fixed] &= self.locked[fixed, None] == np.arange(self.count)
        return found

    @cached_property
    def hard(self) -> NDArray[np.bool_]:
        """Whether the band of each activity is never broken."""
        found: NDArray[np.bool_] = np.isinf(self.price)
        return found

    @cached_property
    def spread(self) -> Floats:
        """The largest load of a single unit by activity: by that much rounding may miss a band."""
        widest: Floats = self.load.max(axis=0)
        return widest

    def loads(self, territory: NDArray[np.int64]) -> Floats:
        """Return the load of each team (row) by activity (column)."""
        found = np.zeros((len(self.low), self.load.shape[1]))
        np.add.at(found, self.teams[territory], self.load)
        return found

    def excess(self, loads: Floats, low: Floats, high: Floats) -> Floats:
        """Return by how much loads are outside of bands; 0 inside.

        Parameters
        ----------
        loads
            Loads by activity (last axis).
        low, high
            Least and most, of the same shape.

        Returns
        -------
        numpy.ndarray
            In shares of what a territory has on average.
        """
        found: Floats = np.maximum(0.0, np.maximum(loads - high, low - loads))
        return found


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
    pairs = borders(units, rules, place)
    member = _groups(rules.together, place)
    size = int(member.max()) + 1
    bands = bands_of(units, rules)
    load = np.zeros((size, len(bands.names)))
    np.add.at(load, member, bands.load)
    check.weights(units, member, load, bands)
    given = np.array([place[unit] for unit in rules.centres.values()], dtype=np.int64)
    check.pieces(units, rules, pairs, member, (load, bands, given))
    joined = np.unique(np.sort(member[pairs], axis=1), axis=0)
    centres = member[given]
    if len(set(centres.tolist())) < len(centres):
        check.refuse("two territories have their centre in one unit, or in units that stay together. Name another one.")
    single = _single(units)
    heads = _heads(single, member, given)
    problem = Problem(
        cost=_cost(single, member, heads),
        load=load,
        low=bands.low,
        high=bands.high,
        price=bands.price,
        graph=Graph(size, joined[joined[:, 0] != joined[:, 1]]),
        count=rules.count,
        centres=centres,
        locked=_locked(rules, place, member, size),
        apart=_apart(rules, place, member),
        member=member,
        heads=heads,
        kept=np.zeros((size, rules.count)),
    )
    return problem if rules.keep is None else _with_owners(problem, units, rules, place)


def _with_owners(problem: Problem, units: Units, rules: Rules, place: Mapping[str, int]) -> Problem:
    """Return the problem with what it costs, and how much is left, when units change hands."""
    keep = rules.keep
    assert keep is not None  # noqa: S101 - the caller has looked
    order = {name: t for t, name in enumerate(rules.centres)}
    amount = np.asarray(units.activities[keep.activity], dtype=np.float64)
    owned = np.zeros((problem.size, problem.count))
    for unit, name in keep.owner.items():
        owned[problem.member[place[unit]], order[name]] += amount[place[unit]]
    cost = problem.cost.copy()
    cost[:, problem.centres] += keep.price * (owned.sum(axis=1)[:, None] - owned)
    total = float(owned.sum())
    if not total:  # of nothing, every share stays
        return replace(problem, cost=cost)
    return replace(problem, cost=cost, kept=owned / total, keep=keep.share)


def _apart(rules: Rules, place: Mapping[str, int], member: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return pairs of groups that must not belong to one territory."""
    pairs = np.array([(check.known(a, place), check.known(b, place)) for a, b in rules.apart], dtype=np.int64)
    apart = member[pairs.reshape(-1, 2)]
    if (apart[:, 0] == apart[:, 1]).any():
        check.refuse("two units must stay both together and apart. Take one of the two rules away.")
    return apart


def _groups(together: Sequence[Collection[str]], place: Mapping[str, int]) -> NDArray[np.int64]:
    """Return for each unit the place of what it stays together with."""
    graph = Graph(len(place), pairs_of([(min(g), u) for g in together for u in g], place))
    head = np.arange(len(place))
    for part in graph.parts({u for pair in graph.pairs.tolist() for u in pair}):
        head[list(part)] = min(part)
    return np.unique(head, return_inverse=True)[1].astype(np.int64)


def _locked(rules: Rules, place: Mapping[str, int], member: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """Return the territory of each group that must belong to one, -1 for all others."""
    order = {name: i for i, name in enumerate(rules.centres)}
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

"""What is asked: units, how many territories they become, and what has to hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from gcrm.analysis.territory.graph import Graph
from gcrm.errors import DesignError, near

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

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
    place = _places(units.ids)
    _check_rules(units, rules, place)
    pairs = _pairs(units.borders, place)
    member = _groups(rules.together, place)
    size = int(member.max()) + 1
    names = list(rules.bands)
    load = np.zeros((size, len(names)))
    for a, name in enumerate(names):
        amount = np.asarray(units.activities[name], dtype=np.float64)
        np.add.at(load[:, a], member, amount / (amount.sum() / rules.count))
    tolerance = np.array([rules.bands[name] for name in names])
    _check_weights(units, member, load, tolerance, names)
    _check_pieces(units, pairs, member, load, tolerance)
    joined = np.sort(member[pairs], axis=1)
    joined = np.unique(joined[joined[:, 0] != joined[:, 1]], axis=0)
    order = {name: i for i, name in enumerate(rules.centres)}
    locked = _locked(rules, place, member, order, size)
    apart = member[np.array([(_known(a, place), _known(b, place)) for a, b in rules.apart], dtype=np.int64).reshape(-1, 2)]
    if (apart[:, 0] == apart[:, 1]).any():
        _refuse("two units must stay both together and apart. Take one of the two rules away.")
    centres = member[[place[unit] for unit in rules.centres.values()]] if rules.centres else np.empty(0, np.int64)
    if len(set(centres.tolist())) < len(centres):
        _refuse("two territories have their centre in one unit, or in units that stay together. Name another one.")
    cost = _cost(units, member, size)
    graph = Graph(size, joined)
    return Problem(cost, load, 1 - tolerance, 1 + tolerance, graph, rules.count, centres, locked, apart, member)


def _places(ids: Sequence[str]) -> dict[str, int]:
    twice = [name for name, times in Counter(ids).items() if times > 1]
    if twice:
        _refuse(f"unit '{twice[0]}' is there {Counter(ids)[twice[0]]} times. Each unit may stand once.")
    return {name: i for i, name in enumerate(ids)}


def _check_rules(units: Units, rules: Rules, place: Mapping[str, int]) -> None:
    """Refuse counts, bands and names that mean nothing."""
    if not 1 <= rules.count <= len(units.ids):
        _refuse(f"{rules.count} territories cannot be made of {len(units.ids)} units.")
    if not rules.bands:
        _refuse("nothing has to be balanced. Name at least one activity and by which share it may differ.")
    for name, share in rules.bands.items():
        if name not in units.activities:
            _refuse(f"there is no activity '{name}'.{near(name, units.activities)}")
        amount = np.asarray(units.activities[name], dtype=np.float64)
        if not np.isfinite(amount).all() or (amount < 0).any():
            bad = units.ids[int(np.flatnonzero(~np.isfinite(amount) | (amount < 0))[0])]
            _refuse(f"activity '{name}' of unit '{bad}' is negative or unknown. Give every unit an amount, 0 or more.")
        if not amount.any():
            _refuse(f"activity '{name}' is zero everywhere, so there is nothing to balance. Leave it out.")
        if share < 0:
            _refuse(f"the band of '{name}' is {share}; it must be 0 or more.")
    if rules.centres and len(rules.centres) != rules.count:
        _refuse(f"{rules.count} territories are asked for, but {len(rules.centres)} have a centre. Name all or none.")
    for unit in (*rules.centres.values(), *rules.locked, *(u for g in rules.together for u in g)):
        _known(unit, place)
    for unit, territory in rules.locked.items():
        if territory not in rules.centres:
            _refuse(f"unit '{unit}' is locked to '{territory}', which has no centre.{near(territory, rules.centres)}")


def _known(unit: str, place: Mapping[str, int]) -> int:
    if unit not in place:
        _refuse(f"there is no unit '{unit}'.{near(unit, place)}")
    return place[unit]


def _pairs(pairs: Iterable[tuple[str, str]], place: Mapping[str, int]) -> NDArray[np.int64]:
    found = [(_known(a, place), _known(b, place)) for a, b in pairs if a != b]
    return np.array(found, dtype=np.int64).reshape(-1, 2)


def _groups(together: Sequence[Collection[str]], place: Mapping[str, int]) -> NDArray[np.int64]:
    """Return for each unit the place of what it stays together with."""
    graph = Graph(len(place), _pairs([(min(g), u) for g in together for u in g], place))
    head = np.arange(len(place))
    for part in graph.parts({u for pair in graph.pairs.tolist() for u in pair}):
        head[list(part)] = min(part)
    return np.unique(head, return_inverse=True)[1].astype(np.int64)


def _check_pieces(
    units: Units, pairs: NDArray[np.int64], member: NDArray[np.int64], load: Floats, band: Floats
) -> None:
    """Refuse a map with pieces that nobody borders on and that no number of territories fits."""
    linked = np.concatenate([pairs, np.column_stack([np.arange(len(member)), _first(member)[member]])])
    linked = linked[linked[:, 0] != linked[:, 1]]
    for part in Graph(len(member), linked).parts(range(len(member))):
        whole = load[sorted({int(member[u]) for u in part})].sum(axis=0)
        least, most = (
            np.ceil(whole / (1 + band) - 1e-9).max(),
            np.floor(whole / np.maximum(1 - band, 1e-12) + 1e-9).min(),
        )
        if max(least, 1) > most:
            _refuse(
                f"unit '{units.ids[min(part)]}' lies in a piece of {len(part)} units that borders on no other unit and "
                f"holds {whole.min():.2f} of an average territory, which no whole number of territories fits. Add a "
                "border (a bridge or ferry), ask for another number of territories, or leave these units out."
            )


def _first(member: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the first unit of each group."""
    return np.unique(member, return_index=True)[1]


def _check_weights(units: Units, member: NDArray[np.int64], load: Floats, band: Floats, names: list[str]) -> None:
    """Refuse a unit that no territory may hold."""
    heavy = np.argwhere(load > 1 + band + 1e-12)
    if len(heavy):
        place, a = heavy[0].tolist()
        unit = units.ids[int(_first(member)[place])]
        _refuse(
            f"unit '{unit}' has {load[place, a]:.2f} times the '{names[a]}' of an average territory; at most "
            f"{1 + band[a]:.2f} are allowed. Ask for fewer territories, a wider band, or smaller units."
        )


def _locked(
    rules: Rules, place: Mapping[str, int], member: NDArray[np.int64], order: Mapping[str, int], size: int
) -> NDArray[np.int64]:
    locked = np.full(size, -1, dtype=np.int64)
    wanted = [*rules.locked.items(), *((unit, name) for name, unit in rules.centres.items())]
    for unit, territory in wanted:
        own = member[place[unit]]
        if locked[own] not in {-1, order[territory]}:
            _refuse(f"unit '{unit}' must belong to '{territory}' and to another territory. Take one rule away.")
        locked[own] = order[territory]
    return locked


def _cost(units: Units, member: NDArray[np.int64], size: int) -> Floats:
    """Return what each unit costs with each centre; a group's centre is its unit that costs the others least."""
    if units.travel is None:
        x, y = np.asarray(units.x, dtype=np.float64), np.asarray(units.y, dtype=np.float64)
        single: Floats = np.hypot(x[:, None] - x, y[:, None] - y)
    else:
        single = np.asarray(units.travel, dtype=np.float64)
    if size == len(member):
        return single
    heads = np.array(
        [(own := np.flatnonzero(member == g))[single[np.ix_(own, own)].sum(axis=0).argmin()] for g in range(size)]
    )
    cost = np.zeros((size, size))
    np.add.at(cost, member, single[:, heads])
    return cost


def _refuse(why: str) -> NoReturn:
    msg = f"Territories: {why}"
    raise DesignError(msg)

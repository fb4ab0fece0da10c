"""Every plan of a few units, one after the other; and a check of any plan that shares nothing with what makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gcrm.analysis.territory import Design, Rules, Units


def neighbours(units: Units, rules: Rules) -> set[tuple[str, str]]:
    """Return the pairs that count as neighbours."""
    cut = {frozenset(pair) for pair in rules.barriers}
    return {pair for pair in (*units.borders, *rules.bridges) if frozenset(pair) not in cut}


def hangs_together(units: Units, rules: Rules, members: list[str]) -> bool:
    """Say whether one can get from any member to any other without leaving them."""
    place = {unit: i for i, unit in enumerate(members)}
    pairs = [(place[a], place[b]) for a, b in neighbours(units, rules) if a in place and b in place]
    rows, columns = zip(*pairs, strict=True) if pairs else ((), ())
    matrix = coo_array((np.ones(len(pairs)), (rows, columns)), shape=(len(members), len(members)))
    return bool(members) and connected_components(matrix, directed=False)[0] == 1


def outside(units: Units, rules: Rules, name: str, activity: str, own: list[str]) -> float:
    """Return by how much a territory misses its band, as a share of an average territory's."""
    amounts = dict(zip(units.ids, units.activities[activity].tolist(), strict=True))
    share = sum(amounts[u] for u in own) / (sum(amounts.values()) / rules.count)
    size = rules.sizes.get(name, 1.0)
    if rules.centres:
        size *= rules.count / sum(rules.sizes.get(t, 1.0) for t in rules.centres)
    band = rules.bands[activity]
    return max(0.0, share - size * (1 + band), size * (1 - band) - share)


def _too_much(units: Units, rules: Rules, name: str, own: list[str]) -> list[str]:
    found = [
        f"{name} misses the band of {activity}"
        for activity in rules.bands
        if activity not in rules.weights and outside(units, rules, name, activity, own) > 1e-9
    ]
    for activity, most in rules.capacities.get(name, {}).items():
        amounts = dict(zip(units.ids, units.activities[activity].tolist(), strict=True))
        if sum(amounts[u] for u in own) > most + 1e-9:
            found.append(f"{name} has too much of {activity}")
    return found


def faults(units: Units, rules: Rules, territory: Mapping[str, str]) -> list[str]:
    """Return what is wrong with a plan."""
    found = []
    members: dict[str, list[str]] = {}
    for unit in units.ids:
        members.setdefault(territory[unit], []).append(unit)
    if len(members) != rules.count:
        found.append(f"{len(members)} territories")
    for name, own in members.items():
        if not hangs_together(units, rules, own):
            found.append(f"{name} falls apart")
        found += _too_much(units, rules, name, own)
    found += [
        f"{u} left {t}"
        for u, t in (*rules.locked.items(), *((u, t) for t, u in rules.centres.items()))
        if territory[u] != t
    ]
    found += [f"{sorted(g)} are parted" for g in rules.together if len({territory[u] for u in g}) > 1]
    found += [f"{a} and {b} are together" for a, b in rules.apart if territory[a] == territory[b]]
    if rules.keep and rules.keep.owner:
        amounts = dict(zip(units.ids, units.activities[rules.keep.activity].tolist(), strict=True))
        kept = sum(amounts[u] for u, t in rules.keep.owner.items() if territory[u] == t)
        if kept < rules.keep.share * sum(amounts[u] for u in rules.keep.owner) - 1e-9:
            found.append(f"only {kept} are kept")
    return found


def surcharge(units: Units, rules: Rules, territory: Mapping[str, str]) -> float:
    """Return what a plan costs besides its ways: bands that are broken at a price, and what changes hands."""
    members: dict[str, list[str]] = {}
    for unit in units.ids:
        members.setdefault(territory[unit], []).append(unit)
    total = sum(
        price * outside(units, rules, name, activity, own)
        for activity, price in rules.weights.items()
        for name, own in members.items()
    )
    if rules.keep:
        amounts = dict(zip(units.ids, units.activities[rules.keep.activity].tolist(), strict=True))
        total += rules.keep.price * sum(amounts[u] for u, t in rules.keep.owner.items() if territory[u] != t)
    return total


def cost(units: Units, design: Design) -> float:
    """Add up the distances of all units to their centres."""
    place = {unit: i for i, unit in enumerate(units.ids)}
    total = 0.0
    for unit, territory in design.territory.items():
        i, j = place[unit], place[design.centre[territory]]
        total += float(np.hypot(units.x[i] - units.x[j], units.y[i] - units.y[j]))
    return total


def balanced(units: Units, rules: Rules) -> np.ndarray:
    """Return every way to give the units to territories that keeps the bands: one row each."""
    every = np.indices([rules.count] * len(units.ids)).reshape(len(units.ids), -1).T
    kept = np.ones(len(every), dtype=bool)
    for activity, band in rules.bands.items():
        amount = units.activities[activity]
        if activity in rules.weights or rules.sizes:
            continue  # looked at one by one
        for t in range(rules.count):
            share = (every == t) @ amount / (amount.sum() / rules.count)
            kept &= (share >= 1 - band - 1e-9) & (share <= 1 + band + 1e-9)
    return every[kept]


def cheapest(units: Units, rules: Rules) -> float:
    """Try every plan; return what the cheapest costs, infinite where none is right."""
    distance = np.hypot(units.x[:, None] - units.x, units.y[:, None] - units.y)
    names = list(rules.centres) or [str(i) for i in range(rules.count)]
    every = balanced(units, rules)
    total = np.zeros(len(every))
    for t, name in enumerate(names):
        own = every == t
        sums = own @ distance  # what each unit as the centre would cost
        place = [units.ids.index(rules.centres[name])] if rules.centres else range(len(units.ids))
        total += np.where(own, sums, np.inf)[:, place].min(axis=1, initial=np.inf)
    best = float("inf")
    for i in np.argsort(total, kind="stable"):
        if total[i] >= best:
            return best
        territory = {unit: names[t] for unit, t in zip(units.ids, every[i].tolist(), strict=True)}
        if not faults(units, rules, territory):
            best = min(best, float(total[i]) + surcharge(units, rules, territory))
    return best

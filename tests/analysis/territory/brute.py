"""Every plan of a few units, one after the other; and a check of any plan that shares nothing with what makes them."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gcrm.analysis.territory import Design, Rules, Units


def hangs_together(units: Units, members: list[str]) -> bool:
    """Say whether one can get from any member to any other without leaving them."""
    place = {unit: i for i, unit in enumerate(members)}
    pairs = [(place[a], place[b]) for a, b in units.borders if a in place and b in place]
    rows, columns = zip(*pairs, strict=True) if pairs else ((), ())
    matrix = coo_array((np.ones(len(pairs)), (rows, columns)), shape=(len(members), len(members)))
    return bool(members) and connected_components(matrix, directed=False)[0] == 1


def faults(units: Units, rules: Rules, territory: Mapping[str, str]) -> list[str]:
    """Return what is wrong with a plan."""
    found = []
    members: dict[str, list[str]] = {}
    for unit in units.ids:
        members.setdefault(territory[unit], []).append(unit)
    if len(members) != rules.count:
        found.append(f"{len(members)} territories")
    for name, own in members.items():
        if not hangs_together(units, own):
            found.append(f"{name} falls apart")
        for activity, band in rules.bands.items():
            amounts = dict(zip(units.ids, units.activities[activity].tolist(), strict=True))
            share = sum(amounts[u] for u in own) / (sum(amounts.values()) / rules.count)
            if not 1 - band - 1e-9 <= share <= 1 + band + 1e-9:
                found.append(f"{name} has {share} of {activity}")
    found += [
        f"{u} left {t}"
        for u, t in (*rules.locked.items(), *((u, t) for t, u in rules.centres.items()))
        if territory[u] != t
    ]
    found += [f"{sorted(g)} are parted" for g in rules.together if len({territory[u] for u in g}) > 1]
    found += [f"{a} and {b} are together" for a, b in rules.apart if territory[a] == territory[b]]
    return found


def cost(units: Units, design: Design) -> float:
    """Add up the distances of all units to their centres."""
    place = {unit: i for i, unit in enumerate(units.ids)}
    total = 0.0
    for unit, territory in design.territory.items():
        i, j = place[unit], place[design.centre[territory]]
        total += float(np.hypot(units.x[i] - units.x[j], units.y[i] - units.y[j]))
    return total


def cheapest(units: Units, rules: Rules) -> float:
    """Try every plan; return what the cheapest costs, infinite where none is right."""
    place = {unit: i for i, unit in enumerate(units.ids)}
    distance = np.hypot(units.x[:, None] - units.x, units.y[:, None] - units.y)
    names = list(rules.centres) or [str(i) for i in range(rules.count)]
    best = float("inf")
    for choice in product(names, repeat=len(units.ids)):
        territory = dict(zip(units.ids, choice, strict=True))
        if faults(units, rules, territory):
            continue
        total = 0.0
        for name in names:
            own = [place[u] for u in units.ids if territory[u] == name]
            if rules.centres:
                total += distance[own, place[rules.centres[name]]].sum()
            else:
                total += distance[np.ix_(own, own)].sum(axis=0).min()
        best = min(best, total)
    return best

"""An attacker: everything given out goes into one linear program; each withheld count is made small and large.

Written apart from what protects: it knows every place (the strongest case), counts each place in each month as one
unknown, and asks scipy's `linprog` about the whole at once.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from tests.cube.suppression.town import PERIODS, PLACES, label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.cube.suppression.town import Town

#: More than any count; without it HiGHS takes some unbounded programs for infeasible.
MOST = 100_000
Spots = list[tuple[tuple[str | None, ...], int]]
Cell = tuple[str, tuple[str, ...], str, tuple[str | None, ...]]


@dataclass(frozen=True)
class Release:
    """What was given out of a town.

    Attributes
    ----------
    town
        What happened.
    shown
        Cell (measure, dimensions, period, members and label) -> count, or null where it is withheld.
    truth
        The counts.
    """

    town: Town
    shown: dict[Cell, int | None]
    truth: dict[Cell, int]


class Attack:
    """What is given out, as unknowns and inequalities."""

    def __init__(self) -> None:
        self.number = 0
        self.shown: dict[Cell, int | None] = {}
        self.unknowns: dict[object, int] = {}
        self.rows: list[tuple[dict[int, float], float]] = []  # sum of factor * unknown <= bound

    def unknown(self, name: object) -> int:
        return self.unknowns.setdefault((self.number, name), len(self.unknowns))

    def at_most(self, left: dict[int, float], bound: float) -> None:
        self.rows.append((left, bound))

    def equal(self, left: dict[int, float], value: float) -> None:
        self.at_most(left, value)
        self.at_most({k: -v for k, v in left.items()}, -value)


def attack(releases: Sequence[Release], enough: float) -> dict[tuple[int, Cell], float]:
    """Return how wide the interval is to which each withheld count can be narrowed.

    Parameters
    ----------
    releases
        What was given out, one after the other: a town (of which the attacker knows places and months, not what
        happened there), what is shown, and the truth. The truth tells only where people who moved keep parts from
        adding up, and which counts are the same in two releases.
    enough
        An interval as wide as this is not measured further.
    """
    it, targets = Attack(), {}
    for number, release in enumerate(releases):
        it.number, it.shown = number, release.shown
        told = _release(it, release)
        for earlier, before in enumerate(releases[:number]):
            change = {cell: release.truth[cell] - before.truth[cell] for cell in told if cell in before.truth}
            for cell, rise in change.items():
                _compare(it, told[cell], targets[earlier, cell], rise, grows=min(change.values()) >= 0)
        targets |= {(number, cell): own for cell, own in told.items()}
    hidden = {k: own for k, own in targets.items() if releases[k[0]].shown[k[1]] is None and not _public(releases, *k)}
    return _widths(it, hidden, enough)


def _public(releases: Sequence[Release], number: int, cell: Cell) -> bool:
    """Say whether an earlier release gave out the very count that this one withholds."""
    return any(r.shown.get(cell) == releases[number].truth[cell] for r in releases[:number])


def _compare(it: Attack, now: dict[int, float], before: dict[int, float], change: int, *, grows: bool) -> None:
    """What did not change is known not to have changed; if orders only come, none is known to go."""
    if change == 0 or (change > 0 and grows):
        left = dict(before)
        for k, v in now.items():
            left[k] = left.get(k, 0.0) - v
        it.at_most(left, 0)
        if change == 0:
            it.at_most({k: -v for k, v in left.items()}, 0)


def _release(it: Attack, release: Release) -> dict[Cell, dict[int, float]]:
    """Take in one release; return each cell as a sum of unknowns."""
    shown, truth = release.shown, release.truth
    town = _common(release.town, {d for c in shown for d in c[1]})
    spots = sorted({(s, m) for s, _, m in town.orders}, key=str)
    parts = {cell: _parts(it, cell, spots) for cell in shown}
    measures = {c[0] for c in shown}
    if "buyers" in measures:
        _compare_periods(it, shown, spots)
        if "orders" in measures:
            _compare_orders(it, shown, spots)
    real = place_truth(town)
    told = {cell: _tell(it, cell, own, _adds(it, cell, own, real, truth)) for cell, own in parts.items()}
    for cell in shown:
        other = ("orders", *cell[1:])
        if cell[0] == "buyers" and other in told:  # people are no more than their orders
            left = dict(told[cell])
            for k, v in told[other].items():
                left[k] = left.get(k, 0.0) - v
            it.at_most(left, 0)
    return told


def _common(town: Town, dimensions: set[str]) -> Town:
    """Leave out what no table is by: the places that remain are the finest that tables have in common."""
    kept = [name in dimensions for name in PLACES]
    spots = {s: tuple(v if k else "" for v, k in zip(s, kept, strict=True)) for s, _, _ in town.orders}
    return replace(town, orders=tuple((spots[s], c, m) for s, c, m in town.orders))


def _parts(it: Attack, cell: Cell, spots: Spots) -> dict[int, float]:
    """Write a cell as the sum of the places it holds."""
    measure, dimensions, period, key = cell
    inside = [(s, m) for s, m in spots if (*(s[PLACES.index(d)] for d in dimensions), label(m, period)) == key]
    if measure == "orders":
        return dict.fromkeys((it.unknown(("orders", s, "month", m)) for s, m in inside), 1.0)
    names = {("buyers", s, period, label(m, period)) for s, m in inside}
    return dict.fromkeys(map(it.unknown, sorted(names, key=str)), 1.0)


def _compare_periods(it: Attack, shown: dict[Cell, int | None], spots: Spots) -> None:
    """People of a long period are no fewer than those of a short one in it, and no more than those of all of them."""
    used = [p for p in PERIODS if p in {c[2] for c in shown}]
    for coarse, fine in pairwise(used):
        held = defaultdict(set)
        for s, m in spots:
            held[("buyers", s, coarse, label(m, coarse))].add(("buyers", s, fine, label(m, fine)))
        for whole, parts in held.items():
            w = it.unknown(whole)
            it.at_most({w: 1.0, **dict.fromkeys(map(it.unknown, parts), -1.0)}, 0)
            for p in parts:
                it.at_most({it.unknown(p): 1.0, w: -1.0}, 0)


def _compare_orders(it: Attack, shown: dict[Cell, int | None], spots: Spots) -> None:
    """People of a place and period are no more than its orders."""
    for period in {c[2] for c in shown}:
        held = defaultdict(set)
        for s, m in spots:
            held[("buyers", s, period, label(m, period))].add(("orders", s, "month", m))
        for people, events in held.items():
            it.at_most({it.unknown(people): 1.0, **dict.fromkeys(map(it.unknown, events), -1.0)}, 0)


def _adds(it: Attack, cell: Cell, own: dict[int, float], real: dict[object, int], truth: dict[Cell, int]) -> bool:
    return cell[0] == "orders" or sum(real[n] for n in names(it, own)) == truth[cell]


def _tell(it: Attack, cell: Cell, own: dict[int, float], adds: bool) -> dict[int, float]:  # noqa: FBT001
    """Take in what is given out about a cell: its count, or that it is not zero."""
    if not adds:
        single = it.unknown(cell)
        it.at_most({single: 1.0, **dict.fromkeys(own, -1.0)}, 0)
        for p in own:
            it.at_most({p: 1.0, single: -1.0}, 0)
        own = {single: 1.0}
    value = it.shown[cell]
    if value is None:
        it.at_most(dict.fromkeys(own, -1.0), -1)
    else:
        it.equal(own, value)
    return own


def names(it: Attack, parts: dict[int, float]) -> list[object]:
    back = list(it.unknowns)
    return [back[k][1] for k in parts]


def place_truth(town: Town) -> dict[object, int]:
    people = defaultdict(set)
    for s, customer, m in town.orders:
        for period in PERIODS:
            people[("buyers", s, period, label(m, period))].add(customer)
    return {k: len(v) for k, v in people.items()}


def _widths(it: Attack, targets: dict[Cell, dict[int, float]], enough: float) -> dict[Cell, float]:
    """Make every count small and large; what else could have been true on the way says something of all others."""
    entries = [(v, i, k) for i, (left, _) in enumerate(it.rows) for k, v in left.items()]
    values, rows, columns = zip(*entries, strict=True)
    matrix = sparse.csr_array((values, (rows, columns)), shape=(len(it.rows), len(it.unknowns)))
    bounds = np.array([b for _, b in it.rows], dtype=float)
    costs = np.zeros((len(targets), len(it.unknowns)))
    for i, own in enumerate(targets.values()):
        costs[i, list(own)] = list(own.values())
    low, high = np.full(len(targets), np.inf), np.full(len(targets), -np.inf)
    for i, cost in enumerate(costs):
        for sign in (1.0, -1.0):
            if high[i] - low[i] >= enough:
                break
            solved = linprog(sign * cost, A_ub=matrix, b_ub=bounds, bounds=(0, MOST), method="highs")
            assert solved.status == 0, solved.message
            seen = costs @ solved.x
            low, high = np.minimum(low, seen), np.maximum(high, seen)
    return dict(zip(targets, high - low, strict=True))

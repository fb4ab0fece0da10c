"""An attacker: everything given out goes into one linear program; each withheld count is made small and large.

Written apart from what protects: it knows every place (the strongest case), counts each place in each month as one
unknown, and asks scipy's `linprog` about the whole at once.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from tests.cube.suppression.town import PERIODS, PLACES, label

if TYPE_CHECKING:
    from tests.cube.suppression.town import Town

#: More than any count; without it HiGHS takes some unbounded programs for infeasible.
MOST = 100_000
Cell = tuple[str, tuple[str, ...], str, tuple[str | None, ...]]


@dataclass
class Attack:
    """What is given out, as unknowns and inequalities.

    Attributes
    ----------
    shown
        Cell (measure, dimensions, period, members and label) -> count, or null where it is withheld.
    """

    shown: dict[Cell, int | None]

    def __post_init__(self) -> None:
        self.unknowns: dict[object, int] = {}
        self.rows: list[tuple[dict[int, float], float]] = []  # sum of factor * unknown <= bound

    def unknown(self, name: object) -> int:
        return self.unknowns.setdefault(name, len(self.unknowns))

    def at_most(self, left: dict[int, float], bound: float) -> None:
        self.rows.append((left, bound))

    def equal(self, left: dict[int, float], value: float) -> None:
        self.at_most(left, value)
        self.at_most({k: -v for k, v in left.items()}, -value)


def attack(town: Town, shown: dict[Cell, int | None], truth: dict[Cell, int]) -> dict[Cell, tuple[float, float]]:
    """Return the interval to which each withheld count can be narrowed.

    Parameters
    ----------
    town
        Which places and months there are; not what happened there.
    shown
        What is given out.
    truth
        The counts; used only to see where people who moved keep parts from adding up.
    """
    it = Attack(shown)
    spots = sorted({(s, m) for s, _, m in town.orders}, key=str)
    used = [p for p in PERIODS if p in {c[2] for c in shown}]
    cells: dict[Cell, dict[int, float]] = {}
    for cell in shown:
        measure, dimensions, period, key = cell
        inside = [
            (s, m)
            for s, m in spots
            if (*(s[PLACES.index(d)] for d in dimensions), label(m, period)) == key
        ]
        if measure == "orders":
            cells[cell] = dict.fromkeys((it.unknown(("orders", s, "month", m)) for s, m in inside), 1.0)
        else:
            parts = {("buyers", s, period, label(m, period)) for s, m in inside}
            cells[cell] = dict.fromkeys(map(it.unknown, sorted(parts, key=str)), 1.0)
    measures = {c[0] for c in shown}
    if "buyers" in measures:
        for coarse, fine in zip(used, used[1:], strict=False):
            held = defaultdict(set)
            for s, m in spots:
                held[("buyers", s, coarse, label(m, coarse))].add(("buyers", s, fine, label(m, fine)))
            for whole, parts in held.items():
                w = it.unknown(whole)
                it.at_most({w: 1.0, **dict.fromkeys(map(it.unknown, parts), -1.0)}, 0)
                for p in parts:
                    it.at_most({it.unknown(p): 1.0, w: -1.0}, 0)
        if "orders" in measures:
            for period in used:
                held = defaultdict(set)
                for s, m in spots:
                    held[("buyers", s, period, label(m, period))].add(("orders", s, "month", m))
                for people, events in held.items():
                    it.at_most({it.unknown(people): 1.0, **dict.fromkeys(map(it.unknown, events), -1.0)}, 0)
    targets = {}
    real = place_truth(town)
    for cell, parts in cells.items():
        value = shown[cell]
        additive = cell[0] == "orders" or sum(real[n] for n in names(it, parts)) == truth[cell]
        if additive:
            if value is None:
                it.at_most({k: -1.0 for k in parts}, -1)
                targets[cell] = parts
            else:
                it.equal(parts, value)
        else:
            own = it.unknown(cell)
            it.at_most({own: 1.0, **dict.fromkeys(parts, -1.0)}, 0)
            for p in parts:
                it.at_most({p: 1.0, own: -1.0}, 0)
            if value is None:
                it.at_most({own: -1.0}, -1)
                targets[cell] = {own: 1.0}
            else:
                it.equal({own: 1.0}, value)
    # people are no more than their orders, cell by cell
    for cell in cells:
        other = ("orders", *cell[1:])
        if cell[0] == "buyers" and other in cells and cell in targets and other in targets:
            left = dict(targets[cell])
            for k, v in cells[other].items():
                left[k] = left.get(k, 0.0) - v
            it.at_most(left, 0)
    return {cell: solve(it, parts) for cell, parts in targets.items()}


def names(it: Attack, parts: dict[int, float]) -> list[object]:
    back = list(it.unknowns)
    return [back[k] for k in parts]


def place_truth(town: Town) -> dict[object, int]:
    people = defaultdict(set)
    for s, customer, m in town.orders:
        for period in PERIODS:
            people[("buyers", s, period, label(m, period))].add(customer)
    return {k: len(v) for k, v in people.items()}


def solve(it: Attack, parts: dict[int, float]) -> tuple[float, float]:
    if not hasattr(it, "matrix"):
        entries = [(v, i, k) for i, (left, _) in enumerate(it.rows) for k, v in left.items()]
        values, rows, columns = zip(*entries, strict=True)
        it.matrix = sparse.csr_array((values, (rows, columns)), shape=(len(it.rows), len(it.unknowns)))
        it.bounds = np.array([b for _, b in it.rows], dtype=float)
    cost = np.zeros(len(it.unknowns))
    cost[list(parts)] = list(parts.values())
    found = []
    for sign in (1.0, -1.0):
        solved = linprog(sign * cost, A_ub=it.matrix, b_ub=it.bounds, bounds=(0, MOST), method="highs")
        assert solved.status == 0, solved.message
        found.append(sign * solved.fun)
    return found[0], found[1]

"""Units on a planar graph, made from a seed: half of them in clusters, half anywhere, with three activities."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np
from scipy.sparse import csgraph, csr_array
from scipy.spatial import Delaunay

sys.path.insert(0, str(Path(__file__).parent.parent))

from gcrm.analysis.territory import Progress, Rules, Units, design
from tests.analysis.territory import brute

#: Share by which each activity of a territory may differ from the mean.
BAND = 0.05
#: Gap that is promised after two minutes.
BEST_GAP = 0.05
ACTIVITIES = ("customers", "revenue", "workload")
#: Longest borders that are taken away, so that the graph has holes and a ragged edge.
_KEPT = 0.985


def make(size: int, seed: int) -> Units:
    """Make units: a Delaunay graph without its longest edges; each activity is uniform from 0.5 to 1.5."""
    chance = np.random.default_rng(seed)
    towns, town = chance.uniform(0, 1000, (6, 2)), chance.integers(0, 6, size)
    near = np.abs(1000 - np.abs(1000 - np.abs(chance.normal(towns[town], 120))))
    spots = np.where((chance.random(size) < 0.5)[:, None], chance.uniform(0, 1000, (size, 2)), near)
    corners = Delaunay(spots).simplices
    pairs = np.unique(
        np.sort(np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]]), axis=1), axis=0
    )
    length = np.hypot(*(spots[pairs[:, 0]] - spots[pairs[:, 1]]).T)
    tree = csgraph.minimum_spanning_tree(csr_array((length, tuple(pairs.T)), shape=(size, size))).tocoo()
    needed = np.isin(pairs @ [size, 1], np.sort(np.column_stack([tree.row, tree.col]), axis=1) @ [size, 1])
    pairs = pairs[needed | (length < np.quantile(length, _KEPT))]
    amounts = chance.uniform(0.5, 1.5, (size, 3))
    ids = [f"u{i}" for i in range(size)]
    borders = [(ids[a], ids[b]) for a, b in pairs.tolist()]
    return Units(ids, spots[:, 0], spots[:, 1], dict(zip(ACTIVITIES, amounts.T, strict=True)), borders)


def run(name: str, size: int, count: int) -> None:
    """Design territories for two minutes, check them, and print gaps: after one minute, at the end, and how fast."""
    parser = argparse.ArgumentParser(description=name)
    parser.add_argument("--size", type=int, default=size)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    units, rules = make(given.size, given.seed), Rules(count, dict.fromkeys(ACTIVITIES, BAND))
    begun = time.monotonic()
    found = design(units, rules, seconds=given.seconds, seed=given.seed)
    taken = time.monotonic() - begun
    wrong = brute.faults(units, rules, found.territory)
    if wrong or abs(brute.cost(units, found) - found.cost) > 1e-6 * found.cost:
        sys.exit(f"{name}: the plan breaks rules: {wrong[:3]}")
    half = [step for step in found.history if step.seconds <= given.seconds / 2]
    reached = next((step.seconds for step in found.history if step.gap <= BAND), None)
    print(
        f"BENCH {name} units={given.size} territories={count} seed={given.seed} cost={found.cost:.1f} "
        f"bound={found.bound:.1f} gap={found.gap:.2%} gap_after_half={_gap(half):.2%} "
        f"seconds_to_5_percent={'-' if reached is None else f'{reached:.0f}'} seconds={taken:.0f}"
    )

    if found.gap > BEST_GAP:
        sys.exit(f"{name}: the gap is more than {BEST_GAP:.0%}")


def _gap(steps: list[Progress]) -> float:
    return steps[-1].gap if steps else 1.0

"""Huff's model with 10,000 stores and 100,000 cells within a radius: who goes where, a fit, and a store that closes.

The peer is the formula on the whole matrix of cells and stores, in numpy, in parts, because the matrix alone has 8 GB.
Both must say the same for every pair.
"""

from __future__ import annotations

import argparse
import sys
import time

import numpy as np
from _harness import peak_mb

from gcrm.analysis.choice.decay import Decay
from gcrm.analysis.choice.fit import fit
from gcrm.analysis.choice.likelihood import Counts
from gcrm.analysis.choice.market import Market, within
from gcrm.analysis.choice.model import Model, Shares, expected, shares

#: Kilometres: the square that everything lies in, and how far anybody goes.
SQUARE, RADIUS = 300.0, 18.0
#: Cells of a part of the whole matrix.
PART = 1000
PROMISED_MB = 4096.0
TRUTH = Model((0.9,), Decay("power", (-2.2,)))


def dense_share(cells: np.ndarray, stores: np.ndarray, size: np.ndarray, radius: float) -> np.ndarray:
    """Return the formula's chances, one row per cell, one column per store; 0 beyond the radius."""
    gap = cells[:, None, :] - stores[None, :, :]
    way = np.sqrt((gap**2).sum(axis=2))
    weight = np.where(way <= radius, size**0.9 * np.maximum(way, 0.1) ** -2.2, 0.0)
    total = weight.sum(axis=1, keepdims=True)
    return np.divide(weight, total, out=np.zeros_like(weight), where=total > 0)


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description="Benchmark huff_sparse.")
    parser.add_argument("--cells", type=int, default=100_000)
    parser.add_argument("--stores", type=int, default=10_000)
    asked = parser.parse_args()
    rng = np.random.default_rng(1)
    cells, stores = rng.random((asked.cells, 2)) * SQUARE, rng.random((asked.stores, 2)) * SQUARE
    size, demand = rng.uniform(100, 5000, asked.stores), rng.poisson(40, asked.cells).astype(float)
    started = time.perf_counter()
    market = Market(within(cells, stores, RADIUS), size[:, None])
    found = shares(market, TRUTH)
    ours = time.perf_counter() - started
    peer = _check_formula(market, found, (cells, stores, size, demand))
    drawn = Counts(rng.poisson(found.share * demand[market.pairs.origin]).astype(float))
    started = time.perf_counter()
    fitted = fit(market, drawn, Model())
    fitting = time.perf_counter() - started
    low, high = fitted.interval(0.999)
    if not ((low < TRUTH.values) & (TRUTH.values < high)).all():
        sys.exit(f"huff_sparse: the fit is {fitted.estimates}, the truth {TRUTH.values}")
    used, memory = int(market.pairs.starts[-1]), peak_mb()
    sys.stdout.write(
        f"BENCH huff_sparse ours={ours:.1f} peer={peer:.1f} ratio={peer / ours:.2f} unit=s cells={asked.cells} "
        f"stores={asked.stores} pairs={used} rss_mb={memory:.0f}\n"
        f"  fit of {drawn.total:,.0f} customers {fitting:.1f} s: size {fitted.estimates[0]:.4f}, decay "
        f"{fitted.estimates[1]:.4f}; every chance is that of the whole matrix\n"
    )
    if memory > PROMISED_MB:
        sys.exit(f"huff_sparse: {memory:.0f} MB are more than the {PROMISED_MB:.0f} that are promised")
    _check_transfer(market, demand)


def _check_formula(market: Market, found: Shares, drawn: tuple[np.ndarray, ...]) -> float:
    """Work out the whole matrix part by part; return the seconds that takes, without the comparison."""
    cells, stores, size, demand = drawn
    ours, totals, took = market.pairs.matrix(found.share), np.zeros(len(stores)), 0.0
    for first in range(0, len(cells), PART):
        rows = slice(first, first + PART)
        started = time.perf_counter()
        dense = dense_share(cells[rows], stores, size, RADIUS)
        totals += demand[rows] @ dense
        took += time.perf_counter() - started
        gap = np.abs(ours[rows].toarray() - dense).max()
        if gap > 1e-12:
            sys.exit(f"huff_sparse: chances differ by up to {gap:.1e} from the formula on the whole matrix")
    reached = np.asarray(ours.sum(axis=1)).ravel() > 0
    if not np.allclose(expected(market, TRUTH, np.where(reached, demand, 0)), totals, rtol=1e-9):
        sys.exit("huff_sparse: the stores' totals differ from those of the formula on the whole matrix")
    return took


def _check_transfer(market: Market, demand: np.ndarray) -> None:
    """Close a store: what it had goes to others, and nobody is lost."""
    size = market.size.copy()
    size[0] = 0
    near = market.pairs.origin[market.pairs.store == 0]
    part = np.zeros(market.pairs.origins, bool)
    part[near] = True
    pairs = market.pairs.only(part)
    moved = expected(Market(pairs, size), TRUTH, np.where(part, demand, 0)).sum()
    stayed = expected(Market(pairs, market.size), TRUTH, np.where(part, demand, 0)).sum()
    if not np.isclose(moved, stayed):
        sys.exit(f"huff_sparse: {stayed:.0f} customers became {moved:.0f} when a store closed")


if __name__ == "__main__":
    main()

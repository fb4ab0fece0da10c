"""Random towns: places in ragged and overlapping hierarchies, and who bought what there when."""

from __future__ import annotations

import itertools
import random
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gcrm.cube.suppression.face import Face
from gcrm.cube.suppression.knowledge import Calendar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: Dimensions of a place, and the periods, the longest first.
PLACES = ("district", "zone", "zip")
PERIODS = ("", "year", "quarter", "month")


@dataclass(frozen=True)
class Town:
    """Who was where and bought when.

    Attributes
    ----------
    orders
        One row per order: place (its members), customer, month counted from 0.
    tables
        What is given out: dimensions of places, and a period or nothing.
    months
        How many months there are.
    """

    orders: tuple[tuple[tuple[str | None, ...], int, int], ...]
    tables: tuple[tuple[tuple[str, ...], str], ...]
    months: int


def label(month: int, period: str) -> str:
    """Name of the period that a month lies in."""
    return {"": "", "year": f"Y{month // 12}", "quarter": f"Q{month // 3}", "month": f"M{month:02}"}[period]


def random_town(seed: int) -> Town:
    """Make a town of a few zones, some outside every district, with postal areas that cut across."""
    rng = random.Random(seed)  # noqa: S311 - a town, not a secret
    districts, zips, months = rng.randint(1, 4), rng.randint(1, 4), rng.choice([1, 1, 3, 6, 14])
    spots: list[tuple[str | None, ...]] = []
    for z in range(rng.randint(2, 12 if months > 3 else 25)):
        district = None if rng.random() < 0.1 else f"d{rng.randrange(districts)}"
        zone = None if rng.random() < 0.05 else f"z{z}"
        home = rng.randrange(zips)
        spots += [(district, zone, f"p{(home + i) % zips}") for i in range(rng.choice([1, 1, 1, 2, 3]))]
    spots = sorted(set(spots), key=str)
    orders, customer = [], 0
    for spot in spots:
        for _ in range(int(rng.paretovariate(0.8)) - 1 if rng.random() < 0.9 else 0):
            if customer > 4000:
                break
            customer += 1
            times = [rng.randrange(months) for _ in range(rng.choice([1, 1, 2, 4]))]
            orders += [(rng.choice(spots) if rng.random() < 0.01 else spot, customer, t) for t in times]
    faces = [("district",), ("zone",), ("zip",), (), ("district", "zip")]
    wanted = [(d, p) for d in rng.sample(faces, rng.randint(1, 4)) for p in rng.sample(PERIODS, rng.randint(1, 3))]
    return Town(tuple(orders), tuple(wanted), months)


def later(town: Town, seed: int) -> Town:
    """The same town some time later: a few orders more, one or the other gone, and the last month has gone on."""
    rng = random.Random(-seed - 1)  # noqa: S311 - a town, not a secret
    orders = [o for o in town.orders if rng.random() < rng.choice([1, 1, 0.995])]
    spots = sorted({o[0] for o in town.orders}, key=str)
    start = 1 + max(c for _, c, _ in town.orders)
    months = town.months + rng.choice([0, 0, 1])
    spread = rng.choice([0.05, 0.5])
    for i, spot in enumerate(s for s in spots if rng.random() < spread):
        orders += [(spot, start + 10 * i + j, months - 1) for j in range(rng.randint(1, 6))]
    return Town(tuple(orders) or town.orders, town.tables, months)


def count(town: Town, dimensions: Sequence[str], period: str) -> Face:
    """Count orders and their customers by some dimensions."""
    orders: Counter[tuple[str | None, ...]] = Counter()
    people: defaultdict[tuple[str | None, ...], set[int]] = defaultdict(set)
    for spot, customer, month in town.orders:
        key = (*(spot[PLACES.index(d)] for d in dimensions), label(month, period))
        orders[key] += 1
        people[key].add(customer)
    keys = sorted(orders, key=str)
    columns = [np.array([k[i] for k in keys], dtype=object) for i in range(len(dimensions) + 1)]
    counts = {
        "orders": np.array([orders[k] for k in keys], dtype=float),
        "buyers": np.array([len(people[k]) for k in keys], dtype=float),
    }
    return Face(tuple(dimensions), period, dict(zip(dimensions, columns, strict=False)), columns[-1], counts)


def calendar(town: Town, periods: Iterable[str]) -> Calendar:
    """How the periods of a town lie within each other."""
    chain = tuple(p for p in PERIODS if p in set(periods))
    months = range(town.months)
    within = {b: {label(m, b): label(m, a) for m in months} for a, b in itertools.pairwise(chain)}
    last = {p: {label(m, p): label(m, "month") for m in months} for p in chain}
    return Calendar(chain, within, last)

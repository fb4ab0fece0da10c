"""Which cuboids to keep: the greedy selection of Harinarayan, Rajaraman and Ullman, by benefit per space."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from math import prod
from typing import TYPE_CHECKING

from gcrm.cube.demand import Asked

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from gcrm.cube.cuboid.cuboid import Content, Grain

#: DuckDB writes in blocks: a table takes at least one.
_BLOCK = 262_144
#: Bytes that a value takes on average: members repeat from row to row, and are kept as numbers of few bits.
_VALUE = 4
#: What a cuboid may read at most to be worth its space, as a share of what the records cost.
_SHARE = 0.3
#: Rows of sums that take as long as one row of which different things are counted.
_DISTINCT = 4
#: Rows that are read in the time that a question takes whatever it reads: smaller cuboids are not much faster.
_ALWAYS = 100_000
#: Most cuboids of a project: more would not be told apart by what they save.
MOST = 60
#: So many of the sets that are asked most are looked at two together.
_TOGETHER = 30
#: What a cuboid must save at least, as a share of the rows that all questions read without any.
_LEAST = 0.001
#: How much less is asked of a fact that answers for another without what only it knows.
_ASIDE = 0.25
#: How much is expected to be asked of a fact; of others 1.
_WEIGHTS = {"order": 4.0, "customer": 3.0, "order_line": 2.0}
#: What was asked counts up to so many times as much as what is expected, the more the more was asked.
_HEARD, _ENOUGH = 4.0, 50


@dataclass(frozen=True)
class Things:
    """What is known of a count of different things that may come again.

    Attributes
    ----------
    figure
        Its column.
    proven
        Dimensions of which everything that is counted has one member.
    pairs
        About how many pairs of a thing and a month there are.
    own
        False where the fact counts them for another.
    """

    figure: str
    proven: frozenset[str]
    pairs: int
    own: bool = True


@dataclass(frozen=True)
class Shape:
    """What is known of a fact before anything is chosen.

    Attributes
    ----------
    fact
        Its name.
    rows
        How many records it has.
    chains
        Dimensions that can be taken together, the largest level first.
    members
        Dimension -> about how many members it has, the unknown one among them.
    stretches
        Grain -> about how many stretches of time there are.
    figures
        How many columns a cuboid of sums has.
    things
        Counts of different things that sums cannot answer.
    beyond
        Where the fact answers for another, dimensions that only it knows; what is not its own is asked of it with
        one of them only.
    """

    fact: str
    rows: int
    chains: tuple[tuple[str, ...], ...]
    members: Mapping[str, int]
    stretches: Mapping[Grain, int]
    figures: int
    things: tuple[Things, ...] = ()
    beyond: frozenset[str] = frozenset()


@dataclass(frozen=True)
class View:
    """A cuboid that could be kept.

    Attributes
    ----------
    fact, content, grain, dimensions
        What it would be of.
    figure
        What it would count; empty for sums.
    rows
        About how many rows it would have.
    cost
        About how many of them a question reads, as rows of sums.
    bytes
        About how much space it would take.
    """

    fact: str
    content: Content
    grain: Grain
    dimensions: frozenset[str]
    figure: str
    rows: int
    cost: int
    bytes: int


def select(shapes: Sequence[Shape], budget: int, heard: Mapping[Asked, int] | None = None) -> list[View]:
    """Choose the cuboids that save most rows per space, one after the other.

    Parameters
    ----------
    shapes
        The facts.
    budget
        Bytes that all cuboids together may take.
    heard
        What was asked before -> how often.

    Returns
    -------
    list of View
        In the order in which they were chosen.
    """
    expected = weights(shapes, heard or {})
    asked = sorted(expected, key=lambda q: (-expected[q], q))
    weight = [expected[q] for q in asked]
    known = {shape.fact: shape for shape in shapes}
    views = [v for shape in shapes for v in views_of(shape, asked)]
    covers = [[i for i, q in enumerate(asked) if q.fact == v.fact and answers(v, q, known[v.fact])] for v in views]
    cost = [float(_records(known[q.fact], q)) for q in asked]
    least = _LEAST * sum((c - _ALWAYS) * w for c, w in zip(cost, weight, strict=True))
    chosen: list[View] = []
    left, open_views = budget, set(range(len(views)))
    while open_views and len(chosen) < MOST:
        gains = {
            i: sum(weight[q] * max(cost[q] - views[i].cost, 0) for q in covers[i])
            for i in open_views
            if views[i].bytes <= left
        }
        slots = 1 / (MOST - len(chosen))  # a cuboid takes of the space, and of what is built
        best = max(gains, key=lambda i: (gains[i] / (views[i].bytes / max(left, 1) + slots), -i), default=None)
        if best is None or gains[best] < least:
            break
        chosen.append(views[best])
        open_views -= {best, *(i for i, gain in gains.items() if gain < least)}
        left -= views[best].bytes
        for q in covers[best]:
            cost[q] = min(cost[q], views[best].cost)
    return chosen


def weights(shapes: Sequence[Shape], heard: Mapping[Asked, int]) -> dict[Asked, float]:
    """Return what is expected to be asked, and how much it counts.

    Parameters
    ----------
    shapes
        The facts.
    heard
        What was asked before -> how often.

    Returns
    -------
    dict of Asked to float
        Each level alone, half as much two together, in months and half as much in days; and what was asked before.
    """
    found: dict[Asked, float] = {}
    for shape in shapes:
        for names, weight in _expected(shape):
            for grain in shape.stretches:
                part = weight * (0.5 if grain == "day" else 1.0) * _WEIGHTS.get(shape.fact, 1.0)
                aside = bool(shape.beyond) and shape.beyond.isdisjoint(names)
                found[Asked(shape.fact, names, grain)] = part * (_ASIDE if aside else 1.0)
                for things in shape.things if grain == "month" else ():
                    if things.own or not aside:
                        found[Asked(shape.fact, names, grain, things.figure)] = part
    known = {shape.fact: shape for shape in shapes}
    valid: dict[Asked, int] = {}
    for q, n in heard.items():
        if q.fact in known and set(q.dimensions) <= known[q.fact].members.keys():
            again = any(t.figure == q.figure for t in known[q.fact].things)  # others stand in sums
            q = q if again else replace(q, figure="")  # noqa: PLW2901
            valid[q] = valid.get(q, 0) + n
    times = sum(valid.values())
    mass = sum(found.values()) * _HEARD * times / (times + _ENOUGH)
    for q, n in valid.items():
        found[q] = found.get(q, 0.0) + mass * n / times
    return found


def _expected(shape: Shape) -> Iterator[tuple[tuple[str, ...], float]]:
    yield (), 1.0
    for chain in shape.chains:
        yield from (((name,), 1.0) for name in chain)
    for one, other in combinations(shape.chains, 2):
        yield from ((tuple(sorted((a, b))), 0.5) for a in one for b in other)


def _records(shape: Shape, asked: Asked) -> int:
    """Return what it costs to answer from the records."""
    return shape.rows * (_DISTINCT if asked.figure else 2 if asked.grain == "ends" else 1) + _ALWAYS


def _sets(shape: Shape, asked: Iterable[Asked]) -> list[frozenset[str]]:
    """Return the sets that are looked at: one level, two of different chains, those that are asked, two of these."""
    levels = [[frozenset(chain[: i + 1]) for i in range(len(chain))] for chain in shape.chains]
    single = [level for chain in levels for level in chain]
    pairs = [a | b for one, other in combinations(levels, 2) for a in one for b in other]
    asked_sets = dict.fromkeys(_whole(shape, q.dimensions) for q in asked if q.fact == shape.fact)
    both = [a | b for a, b in combinations([*asked_sets][:_TOGETHER], 2)]
    return list(dict.fromkeys([frozenset(), *single, *pairs, *asked_sets, *both]))


def _whole(shape: Shape, names: Sequence[str]) -> frozenset[str]:
    """Add the levels above those of a set: they take no rows of their own."""
    found: set[str] = set()
    for chain in shape.chains:
        deepest = max((i for i, name in enumerate(chain) if name in names), default=-1)
        found |= set(chain[: deepest + 1])
    return frozenset(found)


def views_of(shape: Shape, asked: Iterable[Asked]) -> list[View]:
    """Return the cuboids of a fact that could be kept.

    Parameters
    ----------
    shape
        The fact.
    asked
        What is expected to be asked, the most important first.

    Returns
    -------
    list of View
        Those that read far less than the records.
    """
    found = []
    for dimensions in _sets(shape, asked):
        cells = prod(_members(shape, dimensions))
        for grain, stretches in shape.stretches.items():
            rows = _occupied(cells * stretches, shape.rows if grain != "ends" else shape.rows * stretches)
            cost = max(rows // stretches, 1) if grain == "ends" else rows
            if cost <= shape.rows * _SHARE:
                size = _bytes(rows, len(dimensions) + 1 + shape.figures)
                found.append(View(shape.fact, "sums", grain, dimensions, "", rows, cost + _ALWAYS, size))
        for things in shape.things:
            if things.own or not shape.beyond.isdisjoint(dimensions):
                found += _counts(shape, things, dimensions, cells)
    return found


def _counts(shape: Shape, things: Things, dimensions: frozenset[str], cells: int) -> Iterator[View]:
    """Yield what counts different things by some dimensions: apart by the month before, or one by one."""
    mixed = prod(_members(shape, dimensions - things.proven))
    pairs = min(things.pairs * mixed, shape.rows)
    months = shape.stretches.get("month", 1)
    limit = shape.rows * _DISTINCT * _SHARE
    rows = _occupied(cells * months * (months + 1) // 2, pairs)
    if rows <= limit:
        size = _bytes(rows, len(dimensions) + 3)
        yield View(shape.fact, "visits", "month", dimensions, things.figure, rows, rows + _ALWAYS, size)
    if pairs * _DISTINCT <= limit * 2:
        size = _bytes(pairs, len(dimensions) + 3)
        cost = pairs * _DISTINCT + _ALWAYS
        yield View(shape.fact, "things", "month", dimensions, things.figure, pairs, cost, size)


def _members(shape: Shape, dimensions: frozenset[str]) -> Iterator[int]:
    """Yield how many members the deepest level of each chain has."""
    for chain in shape.chains:
        inside = [name for name in chain if name in dimensions]
        if inside:
            yield shape.members[inside[-1]]


def _bytes(rows: int, columns: int) -> int:
    return max(rows * columns * _VALUE, _BLOCK)


def _occupied(cells: int, rows: int) -> int:
    """Return how many of some cells are met by rows that fall at random (Cardenas)."""
    share = 1 - (1 - 1 / cells) ** rows if cells > 1 else 1.0
    return max(1, min(rows, round(cells * share)))


def answers(view: View, asked: Asked, shape: Shape) -> bool:
    """Say whether a cuboid could answer what is asked, as the router will.

    Parameters
    ----------
    view
        The cuboid.
    asked
        What is asked of the same fact.
    shape
        The fact.

    Returns
    -------
    bool
        True where its rows may be added.
    """
    if not view.dimensions.issuperset(asked.dimensions) or view.figure != asked.figure:
        return False
    if view.grain != asked.grain and (view.grain, asked.grain) != ("day", "month"):
        return False
    if view.content == "things" or asked.areas:
        return view.content == "things"
    proven = next((t.proven for t in shape.things if t.figure == view.figure), frozenset[str]())
    return view.content == "sums" or view.dimensions.difference(asked.dimensions) <= proven

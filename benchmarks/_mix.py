"""The questions of the cube's benchmarks: a fixed mix, drawn by a seed, of what people ask of a dashboard.

| class | questions | what is asked |
|---|---:|---|
| sums | 155 | revenue and units by place, period, segment, channel or group of products |
| counts | 105 | different buyers and orders, and what is worked out from them |
| stocks | 50 | customers on a day, and customers per household |
| formulas | 40 | shares, growth, ranks and running totals |
| outside_sums | 85 | sums under a filter that cuboids lack: single products or stores, a drawn box, odd days |
| outside_counts | 45 | different buyers and orders under such a filter |
| outside_medians | 20 | the median order |

So 30 % count different things, and 30 % have a filter outside of cuboids or need every record.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from gcrm.cube.question import Question, Top

if TYPE_CHECKING:
    from collections.abc import Callable

#: Class -> its number of questions.
CLASSES = {
    "sums": 155,
    "counts": 105,
    "stocks": 50,
    "formulas": 40,
    "outside_sums": 85,
    "outside_counts": 45,
    "outside_medians": 20,
}
FIRST, LAST = date(2022, 1, 1), date(2024, 12, 31)
_MEASURES: dict[str, list[tuple[str, ...]]] = {
    "sums": [("revenue",), ("revenue",), ("units_sold",), ("revenue", "units_sold")],
    "counts": [("buyers",), ("buyers",), ("orders",), ("average_order",), ("buyers", "revenue"), ("revenue / buyers",)],
    "stocks": [("customers",), ("customers",), ("penetration",)],
    "formulas": [
        ("revenue", "share_of_parent(revenue)"),
        ("revenue", "growth(revenue)"),
        ("revenue", "year_over_year(revenue)"),
        ("revenue", "rank(revenue)"),
        ("running_total(revenue)",),
    ],
    "outside_medians": [("median_order",)],
}
_PLACES = ("state", "district", "district", "zone", "zip")
_FEW, _MANY = ("segment", "channel", "department"), ("category", "owner")
_PERIODS = ("month", "month", "quarter", "year")
#: Dimension -> number of members, and how one is written.
_MEMBERS: dict[str, tuple[int, Callable[[int], str]]] = {
    "state": (15, lambda i: f"T{i + 1:02d}"),
    "district": (150, lambda i: f"D{i + 1:03d}"),
    "zone": (3000, lambda i: f"Z{i + 1:04d}"),
    "segment": (4, lambda i: ("family", "single", "senior", "student")[i]),
    "channel": (3, lambda i: ("store", "web", "phone")[i]),
    "department": (12, lambda i: f"D{i:02d}"),
    "category": (100, lambda i: f"G{i:02d}"),
    "product": (400, lambda i: f"P{i:04d}"),
    "store": (80, lambda i: f"B{i:02d}"),
    "owner": (300, lambda i: f"S{i:03d}"),
}


@dataclass(frozen=True)
class Asked:
    """One question of the mix.

    Attributes
    ----------
    kind
        Its class.
    question
        Its words.
    """

    kind: str
    question: Question


def mix(count: int = 500, seed: int = 7) -> list[Asked]:
    """Return questions of all classes in their proportions, in an order of chance."""
    rng = random.Random(seed)  # noqa: S311 - questions to time, no secret
    kinds = [kind for kind, share in CLASSES.items() for _ in range(share)]
    rng.shuffle(kinds)
    seen: set[str] = set()
    found: list[Asked] = []
    while len(found) < count:
        asked = Asked(kind := kinds[len(found) % len(kinds)], _question(rng, kind))
        if repr(asked) not in seen:  # nothing is asked twice
            seen.add(repr(asked))
            found.append(asked)
    return found


def proportions(asked: list[Asked]) -> str:
    """Say how many questions there are of what."""
    whole = len(asked)
    counting = {"buyers", "orders", "average_order", "revenue / buyers"}
    distinct = sum(not counting.isdisjoint(a.question.measures) for a in asked)
    outside = sum(a.kind.startswith("outside") for a in asked)
    classes = ", ".join(f"{kind} {n / whole:.0%}" for kind in CLASSES if (n := sum(a.kind == kind for a in asked)))
    return (
        f"{whole} questions ({classes}): {distinct / whole:.0%} count different things, {outside / whole:.0%} outside"
    )


def _question(rng: random.Random, kind: str) -> Question:
    measures = rng.choice(_MEASURES[kind if kind in _MEASURES else kind.removeprefix("outside_")])
    by, where = _by(rng, kind, measures), _filter(rng, kind)
    if len(by) > 1 and by[0] in {"zone", "zip"}:  # thousands by anything else are no table that anyone reads
        where = {"district": _members(rng, "district", 4)}
    words: dict[str, Any] = {"where": where, "period": _period(rng, kind)}
    if kind.startswith("outside"):
        words = _outside(rng, kind, words)
    if len(by) == 1 and by[0] in {*_PLACES, "category"} and kind != "formulas" and rng.random() < 0.2:
        words["top"] = Top(10, others=False)
    elif len(by) == 2 and rng.random() < 0.25:
        words["totals"] = "rollup"
    return Question(measures, by, **words)


def _by(rng: random.Random, kind: str, measures: tuple[str, ...]) -> tuple[str, ...]:
    place, period = rng.choice(_PLACES), rng.choice(_PERIODS)
    if measures == ("penetration",):  # households are known of zones, and of what is made of zones
        place = place if place != "zip" else "zone"
        return rng.choice([(place,), (place,), (place, period), (period,)])
    few, many = _attributes(kind)
    attribute = rng.choice(few)
    if kind == "formulas":
        return rng.choice([(place, period), (place, period), (attribute, period)])
    choices = [((place,), 30), ((place, period), 20), ((place, attribute), 15), ((period,), 12)]
    choices += [((rng.choice(few + many),), 10), ((attribute, period), 10), ((), 3)]
    return rng.choices([by for by, _ in choices], [weight for _, weight in choices])[0]


def _attributes(kind: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the attributes by which every measure of a class is known: those of few members, and of many."""
    if kind == "stocks":
        return ("segment",), ("owner",)
    return (("segment", "channel"), ("owner",)) if kind == "outside_medians" else (_FEW, _MANY)


def _filter(rng: random.Random, kind: str) -> dict[str, Any]:
    """Return no filter, or one by members that cuboids are grouped by."""
    names = ["state", "district"] + ["segment", "channel", "department"] * (kind not in {"stocks", "outside_medians"})
    if rng.random() < 0.45:
        return {}
    name = rng.choice(names)
    return {name: _members(rng, name, {"district": 5, "state": 3}.get(name, 2))}


def _members(rng: random.Random, name: str, most: int) -> tuple[str, ...]:
    count, write = _MEMBERS[name]
    return tuple(write(i) for i in sorted(rng.sample(range(count), min(rng.randint(1, most), count))))


def _period(rng: random.Random, kind: str) -> Any:
    year = rng.choice((2022, 2023, 2024))
    found = [None, str(year), f"{year}-Q{rng.randint(1, 4)}", f"{year}-{rng.randint(1, 12):02d}"]
    if kind == "formulas":
        return rng.choice(["2023", "2024", None])
    return rng.choices(found, (20, 40, 22, 18))[0]


def _outside(rng: random.Random, kind: str, words: dict[str, Any]) -> dict[str, Any]:
    """Put a filter to a question that no cuboid can have."""
    ways = ["box", "days", "store"] + ["products", "products"] * (kind != "outside_medians")
    way = rng.choice(ways)
    if way == "box":
        west, south = round(rng.uniform(-103.5, -94.5), 4), round(rng.uniform(35.2, 40.5), 4)
        east, north = round(west + rng.uniform(1, 3), 4), round(south + rng.uniform(1, 2), 4)
        corners = f"{west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}"
        return {**words, "area": ({"within": f"POLYGON (({corners}))"},), "where": {}}
    if way == "days":
        first = FIRST + timedelta(rng.randint(5, 900))
        return {**words, "period": (first, min(first + timedelta(rng.choice((9, 33, 100, 180))), LAST))}
    name, most, beside = ("store", 6, "channel") if way == "store" else ("product", 30, "department")
    others = {n: members for n, members in words["where"].items() if n != beside}  # which might leave nothing
    return {**words, "where": {**others, name: _members(rng, name, most)}}

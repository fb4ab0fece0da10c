"""What the peers of the cube have in common: what a question wants of their tables, and a run through all questions.

It stands by itself, for each peer has a Python of its own.
"""

from __future__ import annotations

import calendar
import json
import re
import sys
import time
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

#: Answers that are not timed come first: pools, plans and pages are warm on every side.
WARM_UP = 20
FIRST, LAST = date(2022, 1, 1), date(2024, 12, 31)
PLACES = ("state", "district", "zone", "zip")
PRODUCTS = ("department", "category", "product")
PERIODS = ("year", "quarter", "month")
#: Measure -> what it is worked out from.
PARTS = {
    "revenue": ("revenue",),
    "units_sold": ("units_sold",),
    "orders": ("orders",),
    "buyers": ("buyers",),
    "average_order": ("revenue", "orders"),
    "revenue / buyers": ("revenue", "buyers"),
    "median_order": ("median_order",),
    "customers": ("customers",),
}
#: Measures that are one part over another.
RATIOS = ("average_order", "revenue / buyers")


@dataclass(frozen=True)
class Wanted:
    """What a question wants.

    Attributes
    ----------
    measures, parts
        What is asked for, and what has to be aggregated for it.
    table
        The table that has it: `order`, `line` or `customer`.
    by
        What it is grouped by.
    sets
        The sets of dimensions that rows are wanted for, each with the GROUPING_ID of its rows.
    where
        Dimension -> members that count.
    first, last
        The days it is about.
    box
        West, south, east, north of a drawn box; null where nothing is drawn.
    top
        How many of the largest members are wanted; null for all.
    """

    measures: tuple[str, ...]
    parts: tuple[str, ...]
    table: str
    by: tuple[str, ...]
    sets: tuple[tuple[tuple[str, ...], int], ...]
    where: dict[str, list[str]]
    first: date
    last: date
    box: tuple[float, ...] | None
    top: int | None

    @property
    def named(self) -> set[str]:
        """Every dimension that it groups or filters by."""
        return {*self.by, *self.where}


def wanted(words: dict[str, Any]) -> Wanted | None:
    """Return what the words of a question want; null where a measure looks at other rows than its own."""
    measures, by = tuple(words["measures"]), tuple(words["by"])
    if not all(m in PARTS for m in measures):
        return None
    parts = tuple(dict.fromkeys(p for m in measures for p in PARTS[m]))
    where = {name: [m] if isinstance(m, str) else list(m) for name, m in words["where"].items()}
    lines = "units_sold" in parts or any(d in PRODUCTS for d in (*by, *where))
    table = "customer" if parts == ("customers",) else "line" if lines else "order"
    whole = [by[:n] for n in range(len(by), -1, -1)] if words.get("totals") == "rollup" else [by]
    sets = tuple((kept, sum(1 << (len(by) - 1 - i) for i in range(len(kept), len(by)))) for kept in whole)
    first, last = _days(words.get("period"))
    box = tuple(map(float, re.findall(r"-?[\d.]+", words["area"][0]["within"])))[:6] if words.get("area") else None
    box = (box[0], box[1], box[2], box[5]) if box else None
    top = words["top"]["n"] if words.get("top") else None
    return Wanted(measures, parts, table, by, sets, where, first, last, box, top)


def _days(word: Any) -> tuple[date, date]:
    if word is None:
        return FIRST, LAST
    if not isinstance(word, str):
        first, last = (date.fromisoformat(day) for day in word)
        return first, last
    year, _, rest = word.partition("-")
    start, end = 1, 12
    if rest.startswith("Q"):
        start, end = int(rest[1]) * 3 - 2, int(rest[1]) * 3
    elif rest:
        start = end = int(rest)
    return date(int(year), start, 1), date(int(year), end, calendar.monthrange(int(year), end)[1])


def period_ends(want: Wanted) -> list[tuple[dict[str, str], date]]:
    """Return the periods that a question on stocks groups by, each with the day on which they are counted."""
    found: dict[tuple[str, ...], tuple[dict[str, str], date]] = {}
    names = [d for d in want.by if d in PERIODS]
    for ordinal in range(want.first.toordinal(), want.last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        written = {"year": f"{day:%Y}", "quarter": f"{day:%Y}-Q{(day.month + 2) // 3}", "month": f"{day:%Y-%m}"}
        labels = {n: written[n] for n in names}
        found[tuple(labels.values())] = (labels, day)
    return list(found.values())


def finished(want: Wanted, kept: tuple[str, ...], grouping: int, rows: Iterable[dict[str, Any]]) -> list[list[Any]]:
    """Turn rows of members and parts into rows of members, GROUPING_ID and measures."""
    found = []
    for row in rows:
        members = [row[d] if d in kept else None for d in want.by]
        values = []
        for m in want.measures:
            parts = [row[p] for p in PARTS[m]]
            values.append(parts[0] if m not in RATIOS else parts[0] / parts[1] if parts[1] else None)
        found.append([members, grouping, values])
    return found


def run(folder: Path, name: str, ask: Callable[[dict[str, Any]], Any], rows: Callable[[Any], Any]) -> None:
    """Ask all questions of a folder and write down answers and times.

    Parameters
    ----------
    folder
        Holds `questions.json`; gets `<name>.json`.
    name
        Who answers.
    ask
        Answers the words of a question; null where they cannot be said. Timed.
    rows
        Turns an answer into rows of members, GROUPING_ID and values. Not timed.
    """
    asked = json.loads((folder / "questions.json").read_text(encoding="utf-8"))
    for words in [words for words, _ in asked[:: len(asked) // WARM_UP]][:WARM_UP]:
        ask(words)
    found = []
    for number, (words, _) in enumerate(asked):
        started, computed = time.perf_counter(), time.process_time()
        answer = ask(words)
        seconds, cpu = time.perf_counter() - started, time.process_time() - computed
        given = None if answer is None else rows(answer)
        found.append({"number": number, "seconds": seconds, "cpu": cpu, "rows": given})
    (folder / f"{name}.json").write_text(json.dumps(found), encoding="utf-8")
    print(
        f"  {name}: {sum(f['rows'] is not None for f in found)} of {len(asked)} answered", file=sys.stderr, flush=True
    )

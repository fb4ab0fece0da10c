"""The questions of the cube in SQL for chDB, run by the Python of its own environment.

Its tables are wide, as is the habit there: every order, line and customer has its regions and products beside it, text
of few values is LowCardinality, and rows lie in the order of their days.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from chdb import session
from cube_words import PERIODS, Wanted, finished, period_ends, run, wanted

_AGGREGATES = {
    "revenue": "sum(amount)",
    "units_sold": "sum(quantity)",
    "orders": "uniqExact(order_no)",
    "buyers": "uniqExact(customer_key)",
    "median_order": "quantileExactInclusive(0.5)(amount)",
    "customers": "count()",
    "average_order": "revenue / orders",
    "revenue / buyers": "revenue / buyers",
}
_PLACE = ("state", "district", "zone", "zip")
_EVENT = ("year", "quarter", "month", "segment", "owner", "store", "channel")


def load(folder: Path) -> session.Session:
    """Make the wide tables."""
    con = session.Session(str(folder / "chdb"))
    con.query("SET join_use_nulls = 1, allow_suspicious_low_cardinality_types = 1")
    numbers = "assumeNotNull(order_no) AS order_no, assumeNotNull(ordered_on) AS ordered_on, customer_key, amount"
    place = ", ".join(f"toLowCardinality(p.{name}) AS {name}" for name in _PLACE) + ", p.lon AS lon, p.lat AS lat"
    event = ", ".join(f"toLowCardinality(f.{name}) AS {name}" for name in _EVENT)
    product = ", ".join(f"toLowCardinality(d.{name}) AS {name}" for name in ("department", "category", "product"))
    at_place = f"LEFT JOIN {_file(folder, 'place')} AS p ON p.location_id = f.location_id"
    of_product = f"LEFT JOIN {_file(folder, 'product')} AS d ON d.product_key = f.product_key"
    made = {
        "order": f"SELECT {numbers}, {event}, {place} FROM {_file(folder, 'order')} AS f {at_place}",
        "line": f"SELECT {numbers}, f.quantity AS quantity, {event}, {place}, {product} "
        f"FROM {_file(folder, 'line')} AS f {at_place} {of_product}",
        "customer": "SELECT f.since AS since, f.until AS until, toLowCardinality(f.segment) AS segment, "
        f"toLowCardinality(f.owner) AS owner, {place} FROM {_file(folder, 'customer')} AS f {at_place}",
    }
    for name, text in made.items():
        key = "tuple()" if name == "customer" else "ordered_on"
        con.query(f"CREATE TABLE {name}s ENGINE = MergeTree ORDER BY {key} AS {text}")
        con.query(f"OPTIMIZE TABLE {name}s FINAL")
    return con


def _file(folder: Path, name: str) -> str:
    return f"file('{folder / name}.parquet', Parquet)"


def ask(con: session.Session, words: dict[str, Any]) -> Any:
    """Answer a question; null where it has no words here."""
    want = wanted(words)
    if want is None:
        return None
    if want.table == "customer":
        found = [(kept, grouping, _stock(want, kept)) for kept, grouping in want.sets]
    else:
        found = [((), 0, _event(want))]
    return want, [(kept, grouping, con.query(text, "ArrowTable")) for kept, grouping, text in found]


def rows(answer: Any) -> list[list[Any]]:
    """Return the rows of an answer."""
    want, tables = answer
    groupings = {grouping: kept for kept, grouping in want.sets}
    found = []
    for kept, grouping, table in tables:
        for row in table.to_pylist():
            own = row.get("grouping", grouping)
            found += finished(want, kept or groupings[own], own, [row])
    return found


def _event(want: Wanted) -> str:
    filters = [f"ordered_on BETWEEN '{want.first}' AND '{want.last}'", *_filters(want)]
    names = ", ".join(want.by)
    rolled = len(want.sets) > 1
    picks = [*want.by, *([f"grouping({names}) AS grouping"] if rolled else []), *_aggregates(want)]
    groups = (f" GROUP BY {names}" if names else "") + (" WITH ROLLUP" if rolled else "")
    return f"SELECT {', '.join(picks)} FROM {want.table}s WHERE {' AND '.join(filters)}{groups}{_largest(want)}"


def _stock(want: Wanted, kept: tuple[str, ...]) -> str:
    """Count customers on the last day of each period: they have begun, and not ended."""
    ends = period_ends(want) if any(d in PERIODS for d in kept) else [({}, want.last)]
    listed = ", ".join(f"({', '.join(repr(v) for v in (*labels.values(), str(day)))}, 0)" for labels, day in ends)
    labels = [f"e.{i} AS {name}" for i, name in enumerate(ends[0][0], start=1)]
    day = f"toDate(e.{len(labels) + 1})"
    source = f"SELECT *, arrayJoin([{listed}]) AS e FROM customers"
    filters = [f"since <= {day}", f"(until IS NULL OR until > {day})", *_filters(want)]
    picks = [*(d for d in kept if d not in PERIODS), *(x for x in labels if x.split()[-1] in kept), *_aggregates(want)]
    groups = f" GROUP BY {', '.join(kept)}" if kept else ""
    return f"SELECT {', '.join(picks)} FROM ({source}) WHERE {' AND '.join(filters)}{groups}{_largest(want)}"


def _filters(want: Wanted) -> list[str]:
    found = [f"{name} IN ({', '.join(repr(m) for m in members)})" for name, members in want.where.items()]
    if want.box:
        west, south, east, north = want.box
        found += [f"lon BETWEEN {west} AND {east}", f"lat BETWEEN {south} AND {north}"]
    return found


def _aggregates(want: Wanted) -> list[str]:
    return [f"{_AGGREGATES[part]} AS {part}" for part in want.parts]


def _largest(want: Wanted) -> str:
    if not want.top:
        return ""
    member, first = want.by[0], want.measures[0]
    size = _AGGREGATES[first] if "/" in _AGGREGATES[first] else first
    return f" HAVING {member} IS NOT NULL ORDER BY {size} DESC, {member} LIMIT {want.top}"


if __name__ == "__main__":
    place = Path(sys.argv[1])
    held = load(place)
    run(place, "chdb", lambda words: ask(held, words), rows)

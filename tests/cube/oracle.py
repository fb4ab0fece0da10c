"""Answers worked out record by record in plain Python, as slowly as it is simple: what the cube is compared with."""

from __future__ import annotations

import ast
import operator
from dataclasses import dataclass
from functools import wraps
from itertools import combinations, product
from typing import TYPE_CHECKING, Any

from tests.cube import days
from tests.cube.twins import AREAS, ATTRIBUTES, CELLS, FORMULAS, KNOWS, PERIODS, RATIOS, REGIONS, TAKEN, Taken

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from tests.cube.world import Record, World

#: The member that stands for all that are not among the top ones.
OTHERS = "(others)"
_FRAMES = {
    "previous": ("own", "previous"),
    "change": ("own", "previous"),
    "growth": ("own", "previous"),
    "year_before": ("own", "year_before"),
    "year_over_year": ("own", "year_before"),
    "running_total": ("own", "to_date"),
    "year_to_date": ("own", "year_to_date"),
}
_SIGNS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul}
Row = dict[str, Any]


def _once(work: Any) -> Any:
    """Work out once a question what is asked for again and again: a question over each day is slow enough."""

    @wraps(work)
    def remembered(self: Oracle, *words: Any) -> Any:
        known = (work, *(tuple(w.items()) if isinstance(w, dict) else w for w in words))
        if known not in self.known:
            self.known[known] = work(self, *words)
        return self.known[known]

    return remembered


@dataclass(frozen=True, eq=False)
class Asked:
    """A question, its members resolved.

    Attributes
    ----------
    words
        The question's words.
    where
        Pairs of a dimension and its members, those of the scope among them.
    first, last
        The days it is about.
    top
        Members that are shown one by one; null where all are.
    """

    words: dict[str, Any]
    where: list[tuple[str, tuple[Any, ...]]]
    first: date
    last: date
    top: tuple[Any, ...] | None = None

    @property
    def by(self) -> tuple[str, ...]:
        """What is grouped by."""
        return tuple(self.words.get("by", ()))


class Oracle:
    """Works out answers from a company's records."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.known: dict[Any, Any] = {}

    def answer(self, words: dict[str, Any], scope: dict[str, tuple[str, ...]]) -> dict[Any, dict[str, Any]]:
        """Return (members, grouping, others) -> measure -> figure; null is unknown."""
        self.known.clear()
        where = [(d, m if isinstance(m, tuple) else (m,)) for d, m in words.get("where", {}).items()]
        first, last = days.period(words.get("period"), (self.world.first, self.world.last))
        asked = Asked(words, [*where, *scope.items()], first, last)
        if words.get("top"):
            asked = Asked(words, asked.where, first, last, self._top(asked))
        rows = list(self._rows(asked))
        figures = {}
        for row in rows:
            found = {m: self.value(asked, m, row, rows) for m in words["measures"]}
            detail = row["grouping"] == 0
            if detail and not all(self._meets(asked, c, row, rows) for c in words.get("having", ())):
                continue
            if row["others"] and not words["top"].others:
                continue
            members = tuple(None if row[d] == OTHERS else row[d] for d in asked.by)
            figures[members, row["grouping"], row["others"]] = found
        return figures

    def _top(self, asked: Asked) -> tuple[Any, ...]:
        top = asked.words["top"]
        by, measure = top.by or asked.by[-1], top.measure or asked.words["measures"][0]
        one = Asked({"measures": [measure], "by": (by,), "level": asked.by}, asked.where, asked.first, asked.last)
        rows = list(self._rows(one))
        sizes = [(self.value(one, measure, r, rows), r[by]) for r in rows]
        known = [(v if top.smallest else -v, m) for v, m in sizes if v is not None and m is not None]
        return tuple(m for _, m in sorted(known)[: top.n])

    def _meets(self, asked: Asked, condition: str, row: Row, rows: list[Row]) -> bool:
        measure, sign, number = condition.rsplit(" ", 2)
        compare = {
            "<=": operator.le,
            ">=": operator.ge,
            "<": operator.lt,
            ">": operator.gt,
            "=": operator.eq,
            "<>": operator.ne,
        }
        found = self.value(asked, measure, row, rows)
        return found is not None and bool(compare[sign](float(found), float(number)))

    # Which rows there are: of every record that counts, and every region and period.

    def _rows(self, asked: Asked) -> Iterator[Row]:
        by = asked.by
        sets = [by]
        if asked.words.get("totals") == "rollup":
            sets += [by[:n] for n in range(len(by))]
        elif asked.words.get("totals") == "cube":
            sets += [s for n in range(len(by)) for s in combinations(by, n)]
        for kept in sets:
            grouping = sum(2 ** (len(by) - 1 - i) for i, d in enumerate(by) if d not in kept)
            found = {self._row(asked, kept, m) for m in self._found(asked, kept)} | set(self._spine(asked, kept))
            if not kept:
                found = {()}
            for members in found:
                row = {**dict.fromkeys(by), **dict(zip(kept, members, strict=True))}
                yield {**row, "kept": kept, "grouping": grouping, "others": OTHERS in members}

    def _row(self, asked: Asked, kept: tuple[str, ...], members: tuple[Any, ...]) -> tuple[Any, ...]:
        top = self._top_dimension(asked)
        return tuple(
            OTHERS if d == top and m not in (asked.top or ()) else m for d, m in zip(kept, members, strict=True)
        )

    def _top_dimension(self, asked: Asked) -> str | None:
        return (asked.words["top"].by or asked.by[-1]) if asked.top is not None else None

    def _found(self, asked: Asked, kept: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
        """Yield the members of records that count in the row's own frame, or that a formula compares with."""
        labels = self._labels(asked, kept)
        names = [*asked.words["measures"], *(c.rsplit(" ", 2)[0] for c in asked.words.get("having", ()))]
        for measure, place, time in {u for name in names for u in self._uses(name)}:
            if place != "own":
                continue
            for record in self._records(asked, measure):
                for label in labels:
                    named = dict(zip([d for d in kept if d in PERIODS], label, strict=True))
                    if self._in_time(asked, measure, record, time, named):
                        choices = [[named[d]] if d in PERIODS else self._members(asked, record, d) for d in kept]
                        yield from product(*choices)

    def _uses(self, name: str) -> Iterator[tuple[str, str, str]]:
        """Yield what a measure is taken from: measure, place, time."""
        if name in TAKEN:
            yield name, "own", "own"
        elif name in RATIOS:
            yield from (u for part in RATIOS[name] for u in self._uses(part))
        else:
            for node in ast.walk(ast.parse(FORMULAS.get(name, name), mode="eval")):
                yield from self._used(node)

    def _used(self, node: ast.AST) -> Iterator[tuple[str, str, str]]:
        if isinstance(node, ast.Name) and node.id not in _FUNCTIONS:
            yield from self._uses(node.id)
        elif isinstance(node, ast.Call) and node.func.id in _FRAMES:  # type: ignore[attr-defined]
            frame = _FRAMES[node.func.id]  # type: ignore[attr-defined]
            yield from ((m, *frame) for m, _, _ in self._uses(node.args[0].id))  # type: ignore[attr-defined]

    @_once
    def _labels(self, asked: Asked, kept: tuple[str, ...]) -> list[tuple[str, ...]]:
        names = [d for d in kept if d in PERIODS]
        return sorted({tuple(days.label(n, d) for n in names) for d in days.span(asked.first, asked.last)})

    def _members(self, asked: Asked, record: Record, dimension: str) -> list[Any]:
        if dimension not in AREAS:
            return [record[dimension]]
        inside = record[dimension] & self._allowed(asked, dimension)
        unknown = all(None in keys for d, keys in asked.where if d == dimension)
        return sorted(inside) or ([None] if unknown else [])

    def _allowed(self, asked: Asked, dimension: str) -> set[str]:
        found = set(self.world.areas[dimension])
        for d, keys in asked.where:
            if d == dimension and any(k is not None for k in keys):
                found &= set(keys)
        return found

    def _spine(self, asked: Asked, kept: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
        """Yield every region of the levels of one hierarchy, in every period."""
        levels = [d for d in kept if d in REGIONS or d in AREAS]
        others = [d for d in kept if d not in PERIODS and d not in levels]
        if others or len({self._hierarchy(d) for d in levels}) > 1:
            return
        regions = [{}] if not levels else self._regions(asked, levels)
        for region, label in product(regions, self._labels(asked, kept)):
            named = {**region, **dict(zip([d for d in kept if d in PERIODS], label, strict=True))}
            yield self._row(asked, kept, tuple(named[d] for d in kept))

    def _hierarchy(self, level: str) -> str:
        return REGIONS[level][0] if level in REGIONS else level

    def _regions(self, asked: Asked, levels: list[str]) -> list[dict[str, Any]]:
        """Return the regions of the deepest level that the filters leave; none where they say it otherwise."""
        deepest = max(levels, key=lambda d: [*REGIONS].index(d) if d in REGIONS else 0)
        filters = [(d, keys) for d, keys in asked.where if d in REGIONS or d in AREAS]
        if deepest in AREAS:
            if any(d != deepest for d, _ in filters):
                return []
            return [{deepest: a} for a in self.world.areas[deepest] if all(a in keys for _, keys in filters)]
        above = {deepest, REGIONS[deepest][1]}
        if any(d not in above for d, _ in filters):
            return []
        known = self.world.ancestors[deepest].values()
        return [up for up in known if all(up[d] is not None and up[d] in keys for d, keys in filters)]

    # What counts in a row.

    def fact(self, asked: Asked, measure: str) -> str | None:
        """Return what a measure is taken from under the question's dimensions and filters; null where nothing is."""
        taken = TAKEN[measure]
        named = {*asked.by, *asked.words.get("level", ()), *(d for d, _ in asked.where)}
        if taken.how == "statistic":
            return "households" if self._level(named) else None
        attributes = named & set(ATTRIBUTES)
        if attributes <= KNOWS[taken.fact]:
            return taken.fact
        return "order_line" if taken.by_line and attributes <= KNOWS["order_line"] else None

    def _level(self, named: set[str]) -> str | None:
        """Return the level that households are summed from."""
        places = named - set(PERIODS)
        if not places <= set(REGIONS) or len({REGIONS[d][0] for d in places}) > 1:
            return None
        for level in ("district", "zone", "zip"):
            fits = not places or REGIONS[level][0] in {REGIONS[d][0] for d in places}
            fine = level == "zone" or "zone" not in places
            if fits and fine and level in self.world.statistics:
                return level
        return None

    @_once
    def _records(self, asked: Asked, measure: str) -> list[Record]:
        """Return the records of a measure's fact that the filters leave."""
        fact = self.fact(asked, measure)
        if fact is None:
            return []
        found = self._zones(asked) if fact == "households" else self.world.facts[fact]
        return [r for r in found if all(self._is_member(asked, r, d, m) for d, m in asked.where)]

    def _zones(self, asked: Asked) -> list[Record]:
        level = self._level({*asked.by, *asked.words.get("level", ()), *(d for d, _ in asked.where)})
        known = self.world.statistics[level] if level else {}
        return [
            {**up, "values": known.get(region, []), "since": None, "until": None}
            for region, up in (self.world.ancestors[level] if level else {}).items()
        ]

    def _is_member(self, _: Asked, record: Record, dimension: str, members: tuple[Any, ...]) -> bool:
        if dimension in AREAS:
            return bool(record[dimension] & set(members)) or (None in members and not record[dimension])
        return record[dimension] in members

    @_once
    def _days(self, asked: Asked, taken: Taken, time: str, named: dict[str, str]) -> list[date]:
        """Return the days on which a stock is counted."""
        inside = [d for d in days.span(asked.first, asked.last) if all(days.label(n, d) == v for n, v in named.items())]
        if not inside:
            return []
        ends = days.month_ends(inside) if taken.averaged else [inside[-1]]
        return [days.back(d, time, self._step(asked)) for d in ends]

    def _step(self, asked: Asked) -> tuple[str, int]:
        """Return how far back the period before is."""
        named = [p for p in days.BY_LENGTH if p in asked.by]
        return days.STEPS[named[-1]] if named else days.length(asked.first, asked.last)

    def _in_time(self, asked: Asked, measure: str, record: Record, time: str, named: dict[str, str]) -> bool:
        taken = TAKEN[measure]
        if "day" not in record:
            return any(_is_active(record, d) for d in self._days(asked, taken, time, named))
        day = record["day"]
        if day is None:
            return False
        if time in {"to_date", "year_to_date"}:
            last = self._days(asked, taken, "own", named)
            start = asked.first if time == "to_date" else last[-1].replace(month=1, day=1) if last else None
            return bool(last) and start <= day <= last[-1]
        day = days.forth(day, time, self._step(asked))
        return asked.first <= day <= asked.last and all(days.label(n, day) == v for n, v in named.items())

    def _in_place(self, asked: Asked, record: Record, row: Row, place: str) -> bool | None:
        """Say whether a record is of a row's members; null where the row has nothing to be compared with."""
        kept = [d for d in row["kept"] if d not in PERIODS]
        if place == "total":
            return True
        tests = []
        for d in kept:
            if place == "parent" and d == self._target(kept):
                above = REGIONS[d][1] if d in REGIONS else None
                if above is not None:
                    parent = self.world.ancestors[d][row[d]][above] if row[d] is not None else None
                    if parent is None:
                        return None
                    tests.append(record[above] == parent)
                continue
            tests.append(self._counts_in(asked, record, d, row[d]))
        return all(tests)

    def _counts_in(self, asked: Asked, record: Record, dimension: str, member: Any) -> bool:
        members = self._members(asked, record, dimension)
        if member == OTHERS:
            return any(m not in (asked.top or ()) for m in members)
        return member in members

    def _target(self, kept: list[str]) -> str | None:
        places = [d for d in kept if d in REGIONS or d in AREAS or d in CELLS]
        return places[-1] if places else (kept[-1] if kept else None)

    # Figures.

    def value(self, asked: Asked, name: str, row: Row, rows: list[Row], place: str = "own", time: str = "own") -> Any:
        """Return a measure or formula of a row in a frame."""
        if name in TAKEN:
            return self._taken(asked, name, row, place, time)
        if name in RATIOS:
            over, under = (self.value(asked, m, row, rows, place, time) for m in RATIOS[name])
            return _divided(over, under)
        return self._formula(asked, ast.parse(FORMULAS.get(name, name), mode="eval").body, row, rows)

    @_once
    def _taken(self, asked: Asked, name: str, row: Row, place: str, time: str) -> Any:
        taken = TAKEN[name]
        if self.fact(asked, name) is None or (place == "parent" and row["others"]):
            return None
        if time in {"previous", "year_before"} and not self._is_known(asked, row, time):
            return None
        found = self._records(asked, name)
        inside = [self._in_place(asked, r, row, place) for r in found]
        if None in inside or (place == "parent" and self._parent(row) is False):
            return None
        named = {d: row[d] for d in row["kept"] if d in PERIODS}
        placed = [r for r, yes in zip(found, inside, strict=True) if yes]
        counted = self._days(asked, taken, time, named)
        if taken.how == "statistic":
            return _households(placed, counted[-1]) if counted else None
        if taken.averaged:
            total = sum(_is_active(r, d) for r in placed for d in counted if taken.where(r))
            return total / len(counted) if counted else 0
        return _figure(taken, [r for r in placed if self._in_time(asked, name, r, time, named) and taken.where(r)])

    def _parent(self, row: Row) -> bool | None:
        """False where the row's target is a level with another above it, and it is in none."""
        d = self._target([d for d in row["kept"] if d not in PERIODS])
        if d not in REGIONS or REGIONS[d][1] is None:
            return None
        return row[d] is not None and self.world.ancestors[d][row[d]][REGIONS[d][1]] is not None

    @_once
    def _is_known(self, asked: Asked, row: Row, time: str) -> bool:
        edge = days.forth(self.world.first, time, self._step(asked))
        named = [p for p in days.BY_LENGTH if p in asked.by]
        if not named:
            return asked.last >= edge
        return row[named[-1]] is not None and row[named[-1]] >= days.label(named[-1], edge)

    def _formula(self, asked: Asked, node: ast.AST, row: Row, rows: list[Row]) -> Any:
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.Name):
            return self.value(asked, node.id, row, rows)
        if isinstance(node, ast.UnaryOp):
            found = self._formula(asked, node.operand, row, rows)
            return None if found is None else -found
        if isinstance(node, ast.BinOp):
            left, right = (self._formula(asked, n, row, rows) for n in (node.left, node.right))
            if isinstance(node.op, ast.Div):
                return _divided(left, right)
            return None if left is None or right is None else _SIGNS[type(node.op)](float(left), float(right))
        names = [n.id for n in node.args]  # type: ignore[attr-defined]
        return _FUNCTIONS[node.func.id](self, asked, row, rows, *names)  # type: ignore[attr-defined]

    def rank(self, asked: Asked, row: Row, rows: list[Row], name: str) -> int | None:
        """Return how many rows of the same set and period are larger, and one."""

        def apart(r: Row) -> Any:
            places = [r[d] is None for d in r["kept"] if d in REGIONS or d in AREAS or d in CELLS]
            return any(places) or r["others"]

        own = self.value(asked, name, row, rows)
        if own is None or apart(row):
            return None
        periods = [d for d in asked.by if d in PERIODS]
        same = [r for r in rows if r["kept"] == row["kept"] and all(r[p] == row[p] for p in periods) and not apart(r)]
        values = [self.value(asked, name, r, rows) for r in same]
        return 1 + sum(v is not None and v > own for v in values)


def _divided(over: Any, under: Any) -> Any:
    return None if over is None or under is None or under == 0 else float(over) / float(under)


def _is_active(record: Record, day: date) -> bool:
    return (record["since"] is None or record["since"] <= day) and (record["until"] is None or day < record["until"])


def _households(zones: list[Record], day: date) -> float | None:
    """Sum what stands for a day: of each zone the figure that began last, the first one since ever."""
    found = []
    for zone in zones:
        values = sorted(zone["values"], key=lambda v: (v[0] is not None, v[0]))
        begun = [v for n, (as_of, v) in enumerate(values) if n == 0 or as_of <= day]
        found.append(begun[-1] if begun else None)
    return None if not found or None in found else sum(found)


def _figure(taken: Taken, records: list[Record]) -> Any:
    values = [float(v) if not isinstance(v, str) else v for v in map(taken.of, records) if v is not None]
    if taken.how in {"count", "different"}:
        return len(records) if taken.how == "count" else len(set(values))
    if taken.how == "sum":
        return sum(values)
    if not values:
        return None
    if taken.how == "mean":
        weights = [float(taken.weight(r)) for r in records if taken.of(r) is not None]
        return _divided(sum(v * w for v, w in zip(values, weights, strict=True)), sum(weights))
    if taken.how == "quantile":
        ranked, at = sorted(values), taken.share * (len(values) - 1)
        low = int(at)
        return ranked[low] + (at - low) * (ranked[min(low + 1, len(ranked) - 1)] - ranked[low])
    return min(values) if taken.how == "least" else max(values)


def _over(place: str, factor: float = 1) -> Any:
    def found(o: Oracle, asked: Asked, row: Row, rows: list[Row], name: str) -> Any:
        share = _divided(o.value(asked, name, row, rows), o.value(asked, name, row, rows, place))
        return None if share is None else factor * share

    return found


def _against(time: str, *, share: bool) -> Any:
    def found(o: Oracle, asked: Asked, row: Row, rows: list[Row], name: str) -> Any:
        own, then = o.value(asked, name, row, rows), o.value(asked, name, row, rows, "own", time)
        if own is None or then is None:
            return None
        quotient = _divided(own, then)
        return float(own) - float(then) if not share else None if quotient is None else quotient - 1

    return found


def _then(time: str) -> Any:
    return lambda o, asked, row, rows, name: o.value(asked, name, row, rows, "own", time)


def _quotient(o: Oracle, asked: Asked, row: Row, rows: list[Row], name: str, base: str) -> Any:
    own = _divided(o.value(asked, name, row, rows), o.value(asked, base, row, rows))
    whole = _divided(o.value(asked, name, row, rows, "total"), o.value(asked, base, row, rows, "total"))
    return _divided(own, whole)


_FUNCTIONS: dict[str, Any] = {
    "share_of_parent": _over("parent"),
    "share_of_total": _over("total"),
    "index": _over("parent", 100),
    "change": _against("previous", share=False),
    "growth": _against("previous", share=True),
    "previous": _then("previous"),
    "year_before": _then("year_before"),
    "year_over_year": _against("year_before", share=True),
    "running_total": _then("to_date"),
    "year_to_date": _then("year_to_date"),
    "rank": lambda o, asked, row, rows, name: o.rank(asked, row, rows, name),
    "location_quotient": _quotient,
}

"""What a question needs: which fact answers each measure, and for which sets of dimensions."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from gcrm.cube.model import MEASURES, Dimension, Measure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gcrm.cube.query import Query


@dataclass(frozen=True)
class Fact:
    """A table that measures are taken from.

    Attributes
    ----------
    table
        Its name, with the catalog.
    columns
        Columns that the measures' expressions read.
    attributes
        Attribute dimensions it can be grouped by.
    day
        Day of the event; empty for a stock, which is counted by `since` and `until` at the end of a period.
    """

    table: str
    columns: tuple[str, ...]
    attributes: frozenset[str]
    day: str = ""


FACTS = {
    "customer": Fact("warehouse.dim_customer", ("since", "until"), frozenset({"segment", "owner"})),
    "prospect": Fact("warehouse.dim_prospect", ("since", "until"), frozenset({"segment", "owner"})),
    "order": Fact(
        "warehouse.fact_order",
        ("order_id", "customer_key", "amount", "ordered_on"),
        frozenset({"segment", "owner"}),
        "ordered_on",
    ),
    "order_line": Fact(
        "warehouse.fact_order_line",
        ("order_id", "customer_key", "amount", "ordered_on"),
        frozenset({"segment", "owner", "department"}),
        "ordered_on",
    ),
}


@dataclass(frozen=True)
class Statistic:
    """Where a zone statistic is taken from in one query.

    Attributes
    ----------
    hierarchy, level, depth
        The level whose figures are summed.
    """

    hierarchy: str
    level: str
    depth: int


@dataclass(frozen=True)
class Plan:
    """Everything the compiler needs.

    Attributes
    ----------
    query
        The checked question.
    where
        Dimension -> keys that count: region_key, cell or text; None is the unknown member. The scope's regions are
        part of it.
    statistics
        Name of the statistic -> the level it is taken from; a statistic that cannot be answered is missing.
    """

    query: Query
    where: tuple[tuple[Dimension, tuple[Any, ...]], ...]
    statistics: Mapping[str, Statistic]


def grouping_sets(query: Query) -> Iterator[tuple[Dimension, ...]]:
    """Yield the sets of dimensions that rows are wanted for, the detail first."""
    yield query.by
    if query.totals == "rollup":
        yield from (query.by[:n] for n in reversed(range(len(query.by))))
    elif query.totals == "cube":
        yield from (s for n in reversed(range(len(query.by))) for s in combinations(query.by, n))


def grouping_id(query: Query, kept: tuple[Dimension, ...]) -> int:
    """Return SQL's GROUPING_ID: one bit per dimension of `by`, the first the highest, set where it is totalled."""
    return sum(1 << (len(query.by) - 1 - i) for i, d in enumerate(query.by) if d not in kept)


def parts_of(measures: tuple[Measure, ...]) -> tuple[Measure, ...]:
    """Return the measures that are taken from facts: those asked for, and the parts of ratios, each once."""
    names = [n for m in measures for n in ((m.numerator, m.denominator) if m.kind == "ratio" else (m.name,))]
    return tuple(MEASURES[n] for n in dict.fromkeys(names))


def answerable(plan: Plan, measure: Measure) -> bool:
    """Say whether a measure exists under the dimensions and filters of a plan; a ratio needs both its parts."""
    if measure.kind == "ratio":
        return all(answerable(plan, MEASURES[n]) for n in (measure.numerator, measure.denominator))
    if measure.fact not in FACTS:
        return measure.fact in plan.statistics
    asked = {d.name for d in (*plan.query.by, *(d for d, _ in plan.where)) if d.kind == "attribute"}
    return asked <= FACTS[fact_of(plan, measure)].attributes


def fact_of(plan: Plan, measure: Measure) -> str:
    """Return the fact that answers a measure: a product group is known only by the lines of an order."""
    named = {d.name for d in (*plan.query.by, *(d for d, _ in plan.where))}
    return "order_line" if measure.fact == "order" and "department" in named else measure.fact


def by_fact(plan: Plan) -> dict[str, list[Measure]]:
    """Group the measures that can be answered by the fact they are taken from."""
    found: dict[str, list[Measure]] = {}
    for measure in parts_of(plan.query.measures):
        if answerable(plan, measure):
            found.setdefault(fact_of(plan, measure), []).append(measure)
    return found

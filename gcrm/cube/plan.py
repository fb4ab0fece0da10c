"""What a question needs: which fact answers each measure, in which frame, and for which sets of dimensions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

from gcrm.cube.cuboid.cuboid import NONE, Catalogue
from gcrm.cube.geography import TODAY, Geography
from gcrm.cube.model import FACTS, PERIODS, Dimension, Measure
from gcrm.cube.model.fact import FINER
from gcrm.cube.model.formula import OWN, Frame, figures

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from gcrm.cube.model import Model
    from gcrm.cube.query import Query


@dataclass(frozen=True)
class Statistic:
    """Where a zone statistic is taken from in one query.

    Attributes
    ----------
    hierarchy, level, depth
        The level whose figures are summed.
    regions
        Keys of the regions that count, where a drawn shape is made of whole ones; null are all.
    """

    hierarchy: str
    level: str
    depth: int
    regions: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Places:
    """The places that a spatial filter leaves.

    Attributes
    ----------
    sql
        A SELECT of `location_id`; its values are in `values`.
    values
        Values of its `$name` parameters.
    """

    sql: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Plan:
    """Everything the compiler needs.

    Attributes
    ----------
    query
        The checked question.
    model
        What the project can be asked.
    where
        Dimension -> keys that count: region_key, cell or text; None is the unknown member. The scope's regions are
        part of it.
    statistics
        Name of the statistic -> the level it is taken from; a statistic that cannot be answered is missing.
    known_from
        First day that anything is known of: what came before is unknown, not zero.
    top
        Keys of the members that are shown one by one where the question wants its top members only; else null.
    geography
        Which version of the regions figures are told by.
    places
        Spatial filters, all of which the place of a record must meet.
    notes
        What a reader has to know of the figures.
    beside
        Dimensions that say which fact answers, although nothing is grouped by them.
    catalogue
        The cuboids that may answer instead of the facts.
    empty
        Facts without a record, of which nothing is known.
    """

    query: Query
    model: Model
    where: tuple[tuple[Dimension, tuple[Any, ...]], ...]
    statistics: Mapping[str, Statistic]
    known_from: date
    top: tuple[Any, ...] | None = None
    geography: Geography = TODAY
    places: tuple[Places, ...] = ()
    notes: tuple[str, ...] = ()
    beside: tuple[Dimension, ...] = ()
    catalogue: Catalogue = NONE
    empty: frozenset[str] = frozenset()

    def without_top(self) -> Plan:
        """Return the plan by which the top members are found: one row per member of their dimension."""
        top = self.query.top
        by = tuple(d for d in self.query.by if top and d.name == top.by)
        measure = self.model.measure(top.measure) if top else self.query.measures[0]
        query = replace(self.query, measures=(measure,), by=by, totals="none", having=(), top=None)
        return replace(self, query=query, beside=self.query.by)


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


def periods(query: Query) -> list[Dimension]:
    """Return the periods of a question, the longest first: the last is the one that follows most often."""
    lengths = list(PERIODS)
    order = {"fiscal_year": "year", "fiscal_quarter": "quarter"}
    found = [d for d in query.by if d.kind == "period"]
    return sorted(found, key=lambda d: lengths.index(order.get(d.name, d.name)))


def asked(query: Query) -> tuple[Measure, ...]:
    """Return the measures that a question shows or compares, each once."""
    return tuple({m.name: m for m in (*query.measures, *(c.measure for c in query.having))}.values())


def parts_of(model: Model, measures: tuple[Measure, ...]) -> tuple[Measure, ...]:
    """Return the measures that are taken from facts: those asked for, and those that others rest on, each once."""
    return tuple({n: m for measure in measures for n, m in model.taken(measure).items()}.values())


def demands(plan: Plan) -> dict[Frame, tuple[Measure, ...]]:
    """Return what has to be taken from facts, frame by frame, the row's own first.

    What a formula compares is taken from the own frame too: whoever has records in it is shown.
    """
    found: dict[Frame, dict[str, Measure]] = {OWN: {}}
    for measure in asked(plan.query):
        for frame, part in _parts(plan.model, measure):
            found[OWN][part.name] = part
            found.setdefault(frame, {})[part.name] = part
    return {frame: tuple(parts.values()) for frame, parts in found.items()}


def _parts(model: Model, measure: Measure) -> Iterator[tuple[Frame, Measure]]:
    if measure.formula is None:
        yield from ((OWN, part) for part in model.taken(measure).values())
        return
    for figure in figures(measure.formula):
        for frame, part in _parts(model, model.measures[figure.measure]):
            yield figure.frame if frame == OWN else frame, part


def answerable(plan: Plan, measure: Measure) -> bool:
    """Say whether a measure exists under the dimensions and filters of a plan; a ratio needs both its parts.

    Of a fact without any record nothing is known: a company that keeps no orders here has not sold for nothing.
    """
    if not measure.is_taken:
        return all(answerable(plan, part) for part in plan.model.taken(measure).values())
    if measure.fact not in FACTS:
        return measure.fact in plan.statistics
    fact = fact_of(plan, measure)
    return fact not in plan.empty and all(plan.model.knows(fact, d) for d in named_attributes(plan))


def named_attributes(plan: Plan) -> list[Dimension]:
    """Return the attributes that a plan groups or filters by."""
    return [d for d in (*plan.query.by, *plan.beside, *(d for d, _ in plan.where)) if d.kind == "attribute"]


def fact_of(plan: Plan, measure: Measure) -> str:
    """Return the fact that answers a measure: a product is known only by the lines of an order."""
    finer = FINER.get(measure.fact)
    if (
        finer is None
        or not measure.is_of_lines
        or all(plan.model.knows(measure.fact, d) for d in named_attributes(plan))
    ):
        return measure.fact
    return finer


def by_fact(plan: Plan, measures: tuple[Measure, ...]) -> dict[tuple[str, str], list[Measure]]:
    """Group the measures that can be answered by the fact they are taken from, and what they are over time."""
    found: dict[tuple[str, str], list[Measure]] = {}
    for measure in measures:
        if answerable(plan, measure):
            found.setdefault((fact_of(plan, measure), measure.over_time), []).append(measure)
    return found


def target(kept: tuple[Dimension, ...]) -> Dimension | None:
    """Return the dimension whose parent a row is compared with: its last place, else its last dimension."""
    members = [d for d in kept if d.kind != "period"]
    places = [d for d in members if d.is_place]
    return places[-1] if places else next(reversed(members), None)

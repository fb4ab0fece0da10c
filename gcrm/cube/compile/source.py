"""Where each part of a question is taken from: a cuboid where one gives the same figures, else the fact's records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gcrm.cube.compile.base import base, condition, name_of
from gcrm.cube.compile.calendar import shift
from gcrm.cube.compile.route import route
from gcrm.cube.cuboid.read import rows
from gcrm.cube.plan import by_fact, grouping_sets

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gcrm.cube.compile.parameters import Parameters
    from gcrm.cube.cuboid.cuboid import Cuboid
    from gcrm.cube.model import Dimension, Measure
    from gcrm.cube.model.formula import Frame
    from gcrm.cube.plan import Plan


@dataclass(frozen=True)
class Source:
    """What some measures of one set of dimensions are taken from, in one frame.

    Attributes
    ----------
    fact
        Name of the fact, or of a zone statistic.
    cuboid
        The cuboid that answers for it; null where the records do.
    kept
        The dimensions of the set.
    measures
        What is measured, alike over time.
    why
        Measure -> the reason, in words.
    """

    fact: str
    cuboid: Cuboid | None
    kept: tuple[Dimension, ...]
    measures: list[Measure]
    why: dict[str, str]

    def name(self, frame: Frame) -> str:
        """Return what the rows are called in a statement."""
        own = name_of(self.fact, frame)
        return f"{own}_{self.cuboid.name}" if self.cuboid else own


def sources(plan: Plan, frame: Frame, measures: tuple[Measure, ...]) -> list[Source]:
    """Choose what each measure of a frame is taken from, for each set of dimensions.

    Parameters
    ----------
    plan
        The question with its keys resolved.
    frame
        Which days and members are looked at.
    measures
        Measures that are taken from facts.

    Returns
    -------
    list of Source
        Measures of one set that come from the same rows together.
    """
    back = shift(plan, frame)
    found: list[Source] = []
    for (fact, _), group in by_fact(plan, measures).items():
        for kept in grouping_sets(plan.query):
            chosen: dict[Cuboid | None, Source] = {}
            for measure in group:
                way = route(plan, frame, fact, measure, kept, back)
                source = chosen.setdefault(way.cuboid, Source(fact, way.cuboid, kept, [], {}))
                source.measures.append(measure)
                source.why[measure.name] = way.why
            found += chosen.values()
    return found


def rows_of(plan: Plan, source: Source, frame: Frame, measures: Iterable[Measure], given: Parameters) -> str:
    """Select the rows that parts are taken from, with what they can be grouped by.

    Parameters
    ----------
    plan
        The question with its keys resolved.
    source
        Where they come from.
    frame
        Which days and members are looked at.
    measures
        What is measured.
    given
        Takes the values up.

    Returns
    -------
    str
        A SELECT.
    """
    if source.cuboid is None:
        return base(plan, source.fact, frame, measures, given)
    filters = [condition(None, d, keys, given) for d, keys in plan.where]
    return rows(source.cuboid, frame, measures, filters, shift(plan, frame))

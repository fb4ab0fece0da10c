"""Counts what is given out: every table, and the finest common partition of all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np

from gcrm.cube.question import Question
from gcrm.cube.suppression.face import Face
from gcrm.cube.suppression.release import COUNTED, facts_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from gcrm.cube.model import Model
    from gcrm.cube.suppression.face import Words
    from gcrm.cube.suppression.release import Table


class Asker(Protocol):
    """Whoever answers questions with exact figures."""

    def __call__(self, question: Question) -> pa.Table:
        """Return the answer's table."""


@dataclass
class Census:
    """Exact figures, each asked for once.

    Attributes
    ----------
    ask
        Answers questions with exact figures.
    model
        What the project can be asked.
    tables
        What is given out.
    """

    ask: Asker
    model: Model
    tables: Sequence[Table]
    _answers: dict[tuple[str, ...], pa.Table] = field(default_factory=dict)

    def figures(self, table: Table) -> pa.Table:
        """Return the exact figures of a table, with the counts that its measures rest on."""
        return self._answer(table.by)

    def facts(self, table: Table) -> list[str]:
        """Return the facts with people behind them that a table's measures rest on, and that know its dimensions."""
        named = {f for m in table.measures for f in facts_of(self.model.measures[m], self.model)}
        shown = self.figures(table)
        return [f for f in COUNTED if f in named and "unknown" not in shown[f"{COUNTED[f][0]}_state"].to_pylist()]

    def face(self, table: Table, fact: str) -> Face:
        """Return the counts of one fact in a table."""
        return _face(self.figures(table), table.dimensions, table.period, COUNTED[fact])

    def parts(self, tables: Sequence[Table], fact: str) -> dict[str, Face]:
        """Return the finest common partition of some tables, counted by each of their periods."""
        dimensions = tuple(d for d in self.model.dimensions if any(d in t.dimensions for t in tables))
        periods = sorted({t.period for t in tables})
        return {
            p: _face(self._answer((*dimensions, *([p] if p else []))), dimensions, p, COUNTED[fact]) for p in periods
        }

    def _answer(self, by: tuple[str, ...]) -> pa.Table:
        key = tuple(sorted(by))
        if key not in self._answers:
            own = [t for t in self.tables if set(t.by) == set(by)]
            facts = {f for t in self.tables for m in t.measures for f in facts_of(self.model.measures[m], self.model)}
            counts = [c for f in COUNTED if f in facts for c in COUNTED[f]]
            measures = tuple(dict.fromkeys([*(m for t in own for m in t.measures), *counts]))
            order = own[0].by if own else by
            self._answers[key] = self.ask(Question(measures, order))
        return self._answers[key]


def _face(table: pa.Table, dimensions: tuple[str, ...], period: str, counts: tuple[str, ...]) -> Face:
    """Turn an answer into counts."""

    def words(name: str) -> Words:
        return np.array(table[name].to_pylist(), dtype=object)

    labels = words(period) if period else np.full(table.num_rows, "", dtype=object)
    dated = np.array([label is not None for label in labels.tolist()], dtype=bool)
    members = {d: words(d)[dated] for d in dimensions}
    found = {c: np.nan_to_num(np.array(table[c].to_numpy(), dtype=np.float64))[dated] for c in counts}
    return Face(dimensions, period, members, labels[dated], found)

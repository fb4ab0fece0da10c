"""What the tables that are given out say together: one system of everything that adds up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from gcrm.cube.suppression.draft import Draft
from gcrm.cube.suppression.face import Face, distinct, places
from gcrm.cube.suppression.pool import Grid, connect

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    Words = NDArray[np.object_]


@dataclass(frozen=True)
class Calendar:
    """How periods lie within each other.

    Attributes
    ----------
    chain
        Period dimensions, the longest first, each period within one of the one before; an empty name is the whole
        range.
    within
        Period dimension -> label -> label of the period of the dimension before in `chain`.
    last_day
        Period dimension -> label -> its last day, as text.
    """

    chain: tuple[str, ...]
    within: Mapping[str, Mapping[str, str]]
    last_day: Mapping[str, Mapping[str, str]]

    def lift(self, labels: Words, period: str, target: str) -> Words:
        """Return the labels of a longer period that hold those of a shorter one.

        Parameters
        ----------
        labels
            Labels of `period`.
        period, target
            Period dimensions; `target` is `period` or stands before it in the chain.

        Returns
        -------
        NDArray
            Labels of `target`.
        """
        while period != target:
            labels = np.array([self.within[period][label] for label in labels.tolist()], dtype=object)
            period = self.chain[self.chain.index(period) - 1]
        return labels

    def days(self, face: Face) -> Words:
        """Return the last day of the period of each row of a face."""
        return np.array([self.last_day[face.period][label] for label in face.labels.tolist()], dtype=object)


@dataclass
class Knowledge:
    """What is given out of one fact, on its way to a system.

    Attributes
    ----------
    tables
        The tables that are given out.
    parts
        Period dimension -> the finest common partition of all tables, counted by it.
    calendar
        How periods lie within each other.
    draft
        Takes up variables and constraints.
    cells
        For each table, the number of the cell of each row.
    """

    tables: Sequence[Face]
    parts: Mapping[str, Face]
    calendar: Calendar
    draft: Draft = field(default_factory=Draft)
    cells: list[Numbers] = field(default_factory=list)

    def stock(self, measure: str) -> None:
        """Take in a count of what is there at the end of a period: equal where two periods end on one day.

        Parameters
        ----------
        measure
            Name of the count.
        """
        columns = [[*t.columns(t.dimensions), self.calendar.days(t)] for t in self.tables]
        alike = [sorted({t.dimensions for t in self.tables}).index(t.dimensions) for t in self.tables]
        grids, offset = [], 0
        faces = list(self.parts.values())
        dimensions = faces[0].dimensions
        days = np.concatenate([self.calendar.days(f) for f in faces])
        members = [np.concatenate([f.members[d] for f in faces]) for d in dimensions]
        counts = np.concatenate([f.counts[measure] for f in faces])
        first, _ = distinct([*members, days])
        members, days, counts = [m[first] for m in members], days[first], counts[first]
        self.cells = [np.empty(0, dtype=np.int64)] * len(self.tables)
        for group in sorted(set(alike)):
            own = [i for i, a in enumerate(alike) if a == group]
            head = self.tables[own[0]]
            joined = [np.concatenate([columns[i][c] for i in own]) for c in range(len(head.dimensions) + 1)]
            kept, cell = distinct(joined)
            values = np.concatenate([self.tables[i].counts[measure] for i in own])[kept]
            numbers = self.draft.add(values, offset + np.arange(len(kept)))
            spots = np.cumsum([0, *(self.tables[i].rows for i in own)])
            for place, i in enumerate(own):
                own_cells = cell[spots[place] : spots[place + 1]]
                self.cells[i] = offset + own_cells
                self.draft.name(numbers[own_cells], self.tables[i].keys(measure))
            wanted = [members[dimensions.index(d)] for d in head.dimensions]
            grids.append(Grid(places([*wanted, days], [column[kept] for column in joined]), numbers))
            offset += len(kept)
        finest = Face(dimensions, "", dict(zip(dimensions, members, strict=True)), days, {measure: counts})
        self._connect(grids, finest, measure)

    def flow(self, distinct_count: str = "", additive_count: str = "") -> None:
        """Take in counts of events of a period: of people (not additive over periods) and of the events themselves.

        Parameters
        ----------
        distinct_count
            Count of different people; empty where none is given out.
        additive_count
            Count of events; empty where none is given out.
        """
        ends = np.cumsum([0, *(t.rows for t in self.tables)])
        self.cells = [np.arange(ends[i], ends[i + 1]) for i in range(len(self.tables))]
        people = [self._variables(i, distinct_count) for i in range(len(self.tables))] if distinct_count else []
        events = [self._variables(i, additive_count) for i in range(len(self.tables))] if additive_count else []
        for person, event in zip(people, events, strict=False):
            self.draft.order(person, event)
        event_parts = self._events(events, additive_count) if additive_count else None
        if distinct_count:
            self._people(people, distinct_count, event_parts)

    def _variables(self, table: int, measure: str) -> Numbers:
        face = self.tables[table]
        numbers = self.draft.add(face.counts[measure], self.cells[table])
        self.draft.name(numbers, face.keys(measure))
        return numbers

    def _connect(self, grids: list[Grid], parts: Face, measure: str) -> Numbers:
        numbers = connect(self.draft, grids, parts.counts[measure])
        self.draft.name(numbers, parts.keys(f"part {measure}"))
        return numbers

    def _grid(self, table: int, numbers: Numbers, parts: Face) -> Grid:
        """Say in which cell of a table each part lies."""
        face = self.tables[table]
        labels = self.calendar.lift(parts.labels, parts.period, face.period)
        return Grid(
            places([*parts.columns(face.dimensions), labels], [*face.columns(face.dimensions), face.labels]), numbers
        )

    def _events(self, numbers: list[Numbers], measure: str) -> Numbers:
        """Add up events over places and periods."""
        parts = self.parts[self.calendar.chain[-1]]
        grids = [self._grid(i, numbers[i], parts) for i in range(len(self.tables))]
        return self._connect(grids, parts, measure)

    def _people(self, numbers: list[Numbers], measure: str, events: Numbers | None) -> None:
        """Add up people over places, and compare them between periods and with their events."""
        before: tuple[Face, Numbers] | None = None
        finest = self.parts[self.calendar.chain[-1]]
        for period in self.calendar.chain:
            parts = self.parts[period]
            own = [i for i, t in enumerate(self.tables) if t.period == period]
            grids = [self._grid(i, numbers[i], parts) for i in own]
            current = self._connect(grids, parts, measure)
            if before is not None:
                self.draft.sums(before[1], current, self._owner(parts, before[0]), exact=False)
            if events is not None:
                self.draft.at_most(current, events, self._owner(finest, parts))
            before = parts, current

    def _owner(self, parts: Face, wholes: Face) -> Numbers:
        """Return the place of the whole that each part belongs to."""
        labels = self.calendar.lift(parts.labels, parts.period, wholes.period)
        return places([*parts.columns(parts.dimensions), labels], [*wholes.columns(parts.dimensions), wholes.labels])

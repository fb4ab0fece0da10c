"""A pivot table as plain values: headers with their names, and every measure's figures."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from gcrm.cube.pivot import ABSENT, Header, Mark, Pivot, pivot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gcrm.cube.model import Measure
    from gcrm.result import Result

#: Rows, and cells, that are laid out at most.
_ROWS, _CELLS = 500, 20_000


@dataclass(frozen=True)
class Crosstab:
    """A pivot table.

    Attributes
    ----------
    rows, across
        Dimensions down the side and across the top.
    measures
        What every cell shows.
    side, top
        Headers in order.
    figures
        (row's header, column's header) -> (figure, state) of each measure; missing where nothing was recorded.
    labels
        Dimension -> member -> what to call it.
    sides, tops
        Rows and columns that there are; fewer are laid out where they are many.
    sql, parameters
        The statement that found the figures, and its values.
    notes
        What a reader has to know of them.
    origins
        One row per measure that was taken and set of dimensions: from which aggregate or fact, and why.
    """

    rows: tuple[str, ...]
    across: tuple[str, ...]
    measures: tuple[Measure, ...]
    side: tuple[Header, ...]
    top: tuple[Header, ...]
    figures: Mapping[tuple[Header, Header], tuple[tuple[Any, str], ...]]
    labels: Mapping[str, Mapping[str, str]]
    sides: int
    tops: int
    sql: str
    parameters: Mapping[str, str]
    notes: tuple[str, ...]
    origins: tuple[Mapping[str, str], ...]

    def label(self, dimension: str, member: str | Mark | None) -> str:
        """Return what to call a member; the unknown one, the rest and the total have words of their own."""
        if isinstance(member, Mark):
            return {Mark.TOTAL: "Total", Mark.OTHERS: "All others"}[member]
        return "unknown" if member is None else self.labels.get(dimension, {}).get(member) or member


def crosstab(
    result: Result, rows: Sequence[str], across: Sequence[str], labels: Mapping[str, Mapping[str, str]]
) -> Crosstab:
    """Lay an answer out with all of its measures.

    Parameters
    ----------
    result
        The answer.
    rows, across
        Its dimensions down the side and across the top, in the order of the question.
    labels
        Dimension -> member -> what to call it.

    Returns
    -------
    Crosstab
        The pivot table, its members in the order of their names, numbers in them by their size; top members by figure.
    """
    measures = result.answer.query.measures
    named = {name: {**labels.get(name, {}), **_names(result, name)} for name in (*rows, *across)}
    parts = [pivot(result.table, replace(result.question, measures=(m.name,)), rows, across) for m in measures]
    first = parts[0]
    side, top = _ordered(first.side, rows, named), _ordered(first.top, across, named)
    ranked = result.answer.query.top
    by_figure = next((part for part in parts if ranked is not None and part.measure == ranked.measure), None)
    if ranked is not None and by_figure is not None and rows and ranked.by == rows[0]:
        side = _ranked(side, by_figure, smallest=ranked.smallest)
    wide = max(1, min(len(top), _CELLS // max(1, len(measures)) // max(1, min(len(side), _ROWS))))
    shown_side, shown_top = side[:_ROWS], top[:wide]
    figures = {
        (r, c): tuple(part.cell(r, c) for part in parts)
        for r in shown_side
        for c in shown_top
        if first.cell(r, c)[1] != ABSENT
    }
    return Crosstab(
        tuple(rows),
        tuple(across),
        measures,
        tuple(shown_side),
        tuple(shown_top),
        figures,
        {name: _used(named[name], i, shown_side if name in rows else shown_top) for i, name in _places(rows, across)},
        len(side),
        len(top),
        result.sql,
        {name: str(value) for name, value in result.parameters.items()},
        result.notes,
        tuple(result.explain().to_pylist()),
    )


def natural(text: str) -> list[tuple[int, int, str]]:
    """Return what texts are ordered by so that numbers in them follow each other: `Zone 9` before `Zone 10`."""
    parts = re.findall(r"\d{1,15}|[^\d]+|\d+", text.casefold())
    return [(0, int(part), "") if part.isdecimal() and len(part) < 16 else (1, 0, part) for part in parts]


def _names(result: Result, dimension: str) -> dict[str, str]:
    """Return the names that the answer itself says of regions: those of their own day."""
    if f"{dimension}_name" not in result.table.column_names:
        return {}
    pairs = zip(result.table[dimension].to_pylist(), result.table[f"{dimension}_name"].to_pylist(), strict=True)
    return {member: name for member, name in pairs if member is not None and name is not None}


def _places(rows: Sequence[str], across: Sequence[str]) -> list[tuple[int, str]]:
    return [*enumerate(rows), *enumerate(across)]


def _used(names: Mapping[str, str], i: int, headers: Sequence[Header]) -> dict[str, str]:
    members = {header[i] for header in headers}
    return {m: names[m] for m in members if isinstance(m, str) and m in names}


def _ordered(headers: Sequence[Header], by: Sequence[str], labels: Mapping[str, Mapping[str, str]]) -> list[Header]:
    """Order headers by what their members are called; the unknown one, the rest and the total stand last."""
    last = {None: 1, Mark.OTHERS: 2, Mark.TOTAL: 3}

    def key(header: Header) -> list[Any]:
        return [
            (0, natural(labels[name].get(m, m)), m) if isinstance(m, str) else (last[m], [], "")
            for name, m in zip(by, header, strict=True)
        ]

    return sorted(headers, key=key)


def _ranked(side: Sequence[Header], part: Pivot, *, smallest: bool) -> list[Header]:
    """Order the members of the first dimension by their figure in the column of the total, else by their largest."""
    total = [header for header in part.top if all(m is Mark.TOTAL for m in header)]

    def figure(header: Header) -> float:
        own = [h for h in part.side if h[0] == header[0] and all(m is Mark.TOTAL for m in h[1:])] or [header]
        found = [v for h in own for c in total or part.top if (v := part.cell(h, c)[0]) is not None]
        return float(max(found, default=0)) * (1 if smallest else -1)

    members = {header[0]: figure(header) for header in side if isinstance(header[0], str)}
    place = {header: i for i, header in enumerate(side)}
    return sorted(side, key=lambda h: (0, members[h[0]], 0) if isinstance(h[0], str) else (1, 0.0, place[h]))

"""A pivot table: the members of some dimensions down the side, of others across the top, and one figure in each cell.

The unknown member, a total and the rest beside top members are three things, whatever the members are called.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    import pyarrow as pa

    from gcrm.cube.question import Question


class Mark(Enum):
    """What stands in the place of a member."""

    TOTAL = "total"
    OTHERS = "others"


#: The members of a row or column, one per dimension; None is the unknown one.
Header = tuple[str | Mark | None, ...]
#: Where there is no row for a cell: nothing was recorded there.
ABSENT = "absent"


@dataclass(frozen=True)
class Pivot:
    """A pivot table.

    Attributes
    ----------
    rows, columns
        Names of the dimensions down the side and across the top.
    measure
        What the cells show.
    side, top
        Headers in order: members, then the unknown one, the rest, the total.
    cells
        (row's header, column's header) -> figure, and its state: `known`, `unknown` or `suppressed`.
    question
        The question in words that it answers.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    measure: str
    side: tuple[Header, ...]
    top: tuple[Header, ...]
    cells: Mapping[tuple[Header, Header], tuple[Any, str]]
    question: Question

    def cell(self, row: Header, column: Header) -> tuple[Any, str]:
        """Return a figure and its state; null and `absent` where nothing was recorded."""
        return self.cells.get((row, column), (None, ABSENT))

    @property
    def frame(self) -> pd.DataFrame:
        """The figures as a pandas frame; what is not known is null."""
        return self._laid_out(0)

    @property
    def states(self) -> pd.DataFrame:
        """The states of the figures as a pandas frame of the same shape."""
        return self._laid_out(1)

    def _laid_out(self, part: int) -> pd.DataFrame:
        import pandas as pd  # noqa: PLC0415 (takes long to import, and few need it)

        values = [[self.cell(row, column)[part] for column in self.top] for row in self.side]
        return pd.DataFrame(values, _labels(self.rows, self.side), _labels(self.columns, self.top))

    def _repr_html_(self) -> str:
        return str(self.frame.to_html(max_rows=40, escape=True))


def pivot(table: pa.Table, question: Question, rows: Sequence[str], columns: Sequence[str]) -> Pivot:
    """Lay an answer out by two groups of dimensions.

    Parameters
    ----------
    table
        The answer to a question by `rows` and `columns`, in this order; its first measure is shown.
    question
        The question.
    rows, columns
        Names of its dimensions.

    Returns
    -------
    Pivot
        The pivot table.
    """
    measure, by = question.measures[0], (*rows, *columns)
    cells: dict[tuple[Header, Header], tuple[Any, str]] = {}
    ranked = (question.top.by or by[-1]) if question.top else ""
    for row in table.to_pylist():
        members = [_member(row, name, len(by) - 1 - i, ranked) for i, name in enumerate(by)]
        header = tuple(members[: len(rows)]), tuple(members[len(rows) :])
        cells[header] = row[measure], row[f"{measure}_state"]
    side = sorted({row for row, _ in cells}, key=_order)
    top = sorted({column for _, column in cells}, key=_order)
    return Pivot(tuple(rows), tuple(columns), measure, tuple(side), tuple(top), cells, question)


def _member(row: Mapping[str, Any], name: str, bit: int, ranked: str) -> str | Mark | None:
    if int(row.get("grouping") or 0) >> bit & 1:
        return Mark.TOTAL
    if name == ranked and row["others"]:
        return Mark.OTHERS
    member: str | None = row[name]
    return member


def _order(header: Header) -> list[tuple[int, str]]:
    ranks = {Mark.OTHERS: 2, Mark.TOTAL: 3, None: 1}
    return [(0, m) if isinstance(m, str) else (ranks[m], "") for m in header]


def _labels(names: tuple[str, ...], headers: tuple[Header, ...]) -> pd.Index:
    import pandas as pd  # noqa: PLC0415 (takes long to import, and few need it)

    words = [tuple(m.value if isinstance(m, Mark) else "unknown" if m is None else m for m in h) for h in headers]
    if len(names) == 1:
        return pd.Index([word for (word,) in words], name=names[0])
    return pd.MultiIndex.from_tuples(words, names=names) if names else pd.Index([""] * len(words))

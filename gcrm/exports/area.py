"""Areas by a figure: the regions whose measure lies above or below a threshold, or that lead by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from gcrm.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gcrm.cube.question import PeriodWord
    from gcrm.exports.project import Project


@dataclass(frozen=True)
class Areas:
    """Regions or cells that were chosen by a measure.

    Attributes
    ----------
    level
        Level of the regions, or name of the cells.
    members
        Their identifiers, those with the largest figure first.
    table
        Their figures: one row per member, as the cube gives them.
    unknown, suppressed
        Members that could not be judged, because their figure is not known or must not be shown.
    receipt
        What the figures rest on.
    """

    level: str
    members: tuple[str, ...]
    table: pa.Table
    unknown: int
    suppressed: int
    receipt: dict[str, Any]

    @property
    def where(self) -> dict[str, tuple[str, ...]]:
        """The members as a filter of a question.

        Raises
        ------
        QueryError
            If there is none.
        """
        if not self.members:
            msg = f"No {self.level} meets the condition: {self.unknown} are unknown and {self.suppressed} withheld."
            raise QueryError(msg)
        return {self.level: self.members}


def areas(
    ws: Project,
    level: str,
    measure: str,
    *,
    minimum: float | None = None,
    maximum: float | None = None,
    top: int | None = None,
    where: Mapping[str, str | Sequence[str | None] | None] | None = None,
    period: PeriodWord = None,
) -> Areas:
    """Choose the areas of a level by a measure.

    Parameters
    ----------
    ws
        The project.
    level
        A region level, or cells such as `h3_r8`.
    measure
        The measure that decides.
    minimum, maximum
        The figure lies between these, both included; null is no bound.
    top
        At most so many, those with the largest figure; equal ones by identifier.
    where, period
        As in `Workspace.query`.

    Returns
    -------
    Areas
        The areas; one whose figure is unknown or withheld is never among them.

    Raises
    ------
    QueryError
        If a word is not known, or the bounds exclude each other.
    """
    if minimum is not None and maximum is not None and minimum > maximum:
        msg = f"No figure is at least {minimum:g} and at most {maximum:g}."
        raise QueryError(msg)
    if top is not None and top < 1:
        msg = f"The top {top} are nobody; write 1 or more."
        raise QueryError(msg)
    found = ws.query([measure], [level], where, period)
    rows = [(i, row) for i, row in enumerate(found.table.to_pylist()) if row[level] is not None]
    known = [(row[measure], row[level], i) for i, row in rows if row[f"{measure}_state"] == "known"]
    fitting = [
        (value, member, i)
        for value, member, i in known
        if (minimum is None or value >= minimum) and (maximum is None or value <= maximum)
    ]
    chosen = sorted(fitting, key=lambda one: (-one[0], one[1]))[:top]
    states = [row[f"{measure}_state"] for _, row in rows]
    return Areas(
        level,
        tuple(member for _, member, _ in chosen),
        found.table.take(pa.array([i for *_, i in chosen], pa.int64())),
        states.count("unknown"),
        states.count("suppressed"),
        found.receipt,
    )

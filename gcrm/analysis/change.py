"""Change: a region's figures against the region above it and against the period before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from gcrm.cube.query import Period, previous

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import pyarrow as pa

    from gcrm.cube.model import Measure
    from gcrm.cube.question import PeriodWord

State = Literal["known", "unknown", "suppressed"]


class _Answer(Protocol):
    @property
    def table(self) -> pa.Table: ...


class Asked(Protocol):
    """What can be asked: a workspace."""

    @property
    def measures(self) -> dict[str, Measure]:
        """Every measure by name."""

    @property
    def period_range(self) -> tuple[date, date]:
        """First and last day of the project's orders."""

    def period(self, word: PeriodWord) -> tuple[date, date]:
        """Return the first and last day of a period."""

    def query(
        self,
        measures: Sequence[str],
        by: Sequence[str] = (),
        where: Mapping[str, str | Sequence[str | None] | None] | None = None,
        period: PeriodWord = None,
    ) -> _Answer:
        """Ask for figures."""


@dataclass(frozen=True)
class Figure:
    """A three-state number.

    Attributes
    ----------
    value
        Null where it is unknown or suppressed.
    state
        Whether it is known, unknown or suppressed.
    """

    value: float | None
    state: State


UNKNOWN = Figure(None, "unknown")


@dataclass(frozen=True)
class Kpi:
    """One measure of a region, and what it is compared with.

    Attributes
    ----------
    measure
        What is measured.
    here
        The region's figure.
    above
        The figure of the region above; None where there is none.
    before
        The region's figure in the period before; unknown where the project's orders do not reach back so far.
    """

    measure: Measure
    here: Figure
    above: Figure | None
    before: Figure

    @property
    def difference(self) -> float | None:
        """The figure less that of the period before, in the measure's unit; None where either is not known."""
        if self.here.value is None or self.before.value is None:
            return None
        return self.here.value - self.before.value

    @property
    def change(self) -> float | None:
        """The difference relative to the period before (0.12 is +12 %); None where that was zero or is not known."""
        if self.difference is None or not self.before.value:
            return None
        return self.difference / abs(self.before.value)

    @property
    def share(self) -> float | None:
        """The figure as a share (0-1) of that of the region above; None for ratios, which have no shares."""
        if self.measure.kind == "ratio" or self.above is None or self.here.value is None or not self.above.value:
            return None
        return self.here.value / self.above.value


def kpis(
    workspace: Asked,
    measures: Sequence[str],
    *,
    path: Sequence[tuple[str, str]] = (),
    period: PeriodWord = None,
    where: Mapping[str, str | Sequence[str | None] | None] | None = None,
) -> tuple[Kpi, ...]:
    """Compare a region with the one above it and with the period before.

    Parameters
    ----------
    workspace
        Who is asked.
    measures
        Names of measures.
    path
        (level, identifier) from the largest region down to the one in question; empty for the whole project. The
        region above is the last but one, or the whole project.
    period
        As in a query. The period before is as many whole months earlier, or days where it is not made of months.
    where
        Further filters, such as segments; they hold for every figure.

    Returns
    -------
    tuple of Kpi
        One per measure, in order.

    Raises
    ------
    QueryError
        If a measure, level, region or period is not known.
    """
    here = dict([path[-1]]) if path else {}
    now, then = workspace.period(period), period_before(workspace, period)
    figures = _figures(workspace, measures, here, now, where)
    above = _figures(workspace, measures, dict([path[-2]]) if len(path) > 1 else {}, now, where) if path else {}
    before = _figures(workspace, measures, here, then, where) if then else {}
    return tuple(
        Kpi(workspace.measures[name], figures[name], above.get(name), before.get(name, UNKNOWN)) for name in measures
    )


def period_before(workspace: Asked, period: PeriodWord) -> tuple[date, date] | None:
    """Return first and last day of the period before; None where the project's orders do not reach back so far.

    Orders reach back to the beginning of the month of the first one.
    """
    then = previous(Period(*workspace.period(period)))
    return (then.first, then.last) if then.first >= workspace.period_range[0].replace(day=1) else None


def _figures(
    workspace: Asked,
    measures: Sequence[str],
    region: Mapping[str, str],
    period: tuple[date, date],
    where: Mapping[str, str | Sequence[str | None] | None] | None,
) -> dict[str, Figure]:
    table = workspace.query(measures, where={**(where or {}), **region}, period=period).table
    row = table.to_pylist()[0]
    return {name: Figure(None if row[name] is None else float(row[name]), row[f"{name}_state"]) for name in measures}

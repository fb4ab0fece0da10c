"""The periods of the tables that are given out: their days, and how they lie within each other."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gcrm import sql
from gcrm.cube.model import PERIODS
from gcrm.cube.suppression.knowledge import Calendar
from gcrm.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    import duckdb

    from gcrm.cube.model import Model
    from gcrm.cube.query import Period


@dataclass(frozen=True)
class Days:
    """First and last day of every period of a project, within its range of days.

    Attributes
    ----------
    spans
        Period dimension -> label -> first and last day; the empty name is the whole range.
    """

    spans: dict[str, dict[str, tuple[date, date]]]

    def calendar(self, periods: Collection[str]) -> Calendar:
        """Return how some periods lie within each other.

        Parameters
        ----------
        periods
            Period dimensions.

        Returns
        -------
        Calendar
            Their chain, the longest first.

        Raises
        ------
        SettingsError
            If one of them lies across the borders of another.
        """
        chain = tuple(sorted(set(periods), key=lambda p: (p != "", len(self.spans[p]), p)))
        within = {
            fine: {label: self._holding(coarse, fine, label) for label in self.spans[fine]}
            for coarse, fine in itertools.pairwise(chain)
        }
        last = {p: {label: str(days[1]) for label, days in self.spans[p].items()} for p in chain}
        return Calendar(chain, within, last)

    def _holding(self, coarse: str, fine: str, label: str) -> str:
        first, last = self.spans[fine][label]
        for name, (begin, end) in self.spans[coarse].items():
            if begin <= first and last <= end:
                return name
        msg = (
            f"gcrm.toml: releases: a {fine} ('{label}') lies in more than one {coarse}, so tables by both cannot be "
            "protected together; give out one of them."
        )
        raise SettingsError(msg)


def days_of(con: duckdb.DuckDBPyConnection, model: Model, whole: Period, periods: Collection[str]) -> Days:
    """Read the days of some periods.

    Parameters
    ----------
    con
        Connection with the warehouse attached.
    model
        What the project can be asked.
    whole
        First and last day of the project.
    periods
        Period dimensions; the empty name is the whole range.

    Returns
    -------
    Days
        Their first and last days, as far as the project's range holds them.
    """
    moved = (13 - model.fiscal_year_starts) % 12
    days = "SELECT unnest(generate_series($first::DATE, $last::DATE, INTERVAL 1 DAY))::DATE AS day"
    spans: dict[str, dict[str, tuple[date, date]]] = {"": {"": (whole.first, whole.last)}}
    for period in sorted({*periods} - {""}):
        rows = con.execute(
            f"""
            SELECT {PERIODS[period][0]} AS {sql.identifier("label")}, min(day), max(day)
            FROM (SELECT day, day + INTERVAL {moved} MONTH AS fiscal FROM ({days}))
            GROUP BY 1 ORDER BY 2
            """,
            {"first": whole.first, "last": whole.last},
        ).fetchall()
        spans[period] = {label: (first, last) for label, first, last in rows}
    return Days(spans)

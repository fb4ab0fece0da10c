"""What a project gives out to readers without record rights, and in public exports."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from gcrm.settings.words import Strict, Word


class Release(Strict):
    """`[releases.NAME]`: tables that readers without record rights may ask for; all are protected together.

    Attributes
    ----------
    measures
        Measures that every table shows.
    tables
        Tables, each a list of dimensions and at most one period; an empty list is the total. Where absent: every level
        of every hierarchy whose regions do not overlap, and the total, each alone and by year, without those of more
        than 500 cells most of which would be withheld.
    """

    measures: tuple[Word, ...] = Field(
        default=(
            "customers",
            "buyers",
            "prospects",
            "revenue",
            "orders",
            "average_order",
            "units_sold",
            "households",
            "penetration",
        ),
        min_length=1,
    )
    tables: tuple[tuple[Word, ...], ...] | None = None

    @model_validator(mode="after")
    def _is_said_once(self) -> Self:
        for name in self.measures:
            if self.measures.count(name) > 1:
                msg = f"measures: '{name}' stands there twice"
                raise ValueError(msg)
        for table in self.tables or ():
            if len(set(table)) < len(table):
                msg = f"tables: a dimension stands twice in {list(table)}"
                raise ValueError(msg)
        return self

"""A plan: who gets which region, as it stands and as it is drafted, and what that does to each person's totals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import streamlit as st

from app import data, desk, questions
from gcrm import exports
from gcrm.maps.choropleth import unit_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from app.focus import Focus

    Ask = Callable[..., Any]

#: What is counted per person.
MEASURES = ("customers", "prospects", "revenue")
NOBODY = "nobody"


@dataclass(frozen=True)
class Plan:
    """Regions, their figures, and their sales people as stored and as drafted.

    Attributes
    ----------
    level
        Level of the regions.
    names
        Region -> what to call it.
    figures
        Region -> measure -> figure; a figure that is not known is left out.
    people
        Sales person -> name.
    stored
        Region -> sales person on the day of the plan, as stored; regions of nobody are left out.
    day
        First day of what is drafted.
    units
        Measure -> unit.
    period
        Period of the figures.
    """

    level: str
    names: dict[str, str]
    figures: dict[str, dict[str, float]]
    people: dict[str, str]
    stored: dict[str, str]
    day: date
    units: dict[str, str]
    period: str | None

    @staticmethod
    def of(focus: Focus, ask: Ask) -> Plan:
        """Put together the plan of the regions that are drawn."""
        names: dict[str, str] = {}
        figures: dict[str, dict[str, float]] = {}
        for measure in MEASURES:
            for row in ask(
                questions.figures,
                measure=measure,
                by=focus.drawn,
                **focus.inside,
            ):
                if row.id is not None:
                    names[row.id] = row.name
                    figures.setdefault(row.id, {})
                    if row.state == "known" and row.value is not None:
                        figures[row.id][measure] = row.value
        day = _day(focus)
        catalog = focus.catalog
        units = {m: unit_of(catalog.measures[m], catalog.currency) for m in MEASURES}
        held = exports.holders(data.workspace(), focus.drawn, day)
        stored = {region: str(row["owner_id"]) for region, row in held.items() if region in names}
        listed = desk.people(day)
        people = listed | {owner: owner for owner in stored.values() if owner not in listed}
        return Plan(focus.drawn, names, figures, people, stored, day, units, focus.period)

    @property
    def draft(self) -> dict[str, str | None]:
        """Region -> sales person (None: nobody) of everything that differs from what is stored."""
        drafts: dict[str, dict[str, str | None]] = st.session_state.setdefault("drafts", {})
        own = drafts.setdefault(f"{self.level} {self.day}", {})
        for region in [r for r, o in own.items() if r not in self.names or o == self.stored.get(r)]:
            del own[region]
        return own

    @property
    def owners(self) -> dict[str, str | None]:
        """Region -> sales person as drafted."""
        draft = self.draft
        return {region: draft.get(region, self.stored.get(region)) for region in self.names}

    def give(self, region: str, owner: str | None) -> None:
        """Draft that a region goes to a sales person, or to nobody."""
        self.draft[region] = owner

    def toggle(self, region: str, owner: str | None) -> None:
        """Draft that a region goes to a sales person, or back to nobody where it is theirs already."""
        self.give(region, None if self.owners.get(region) == owner else owner)

    def totals(self, owners: Mapping[str, str | None]) -> dict[str | None, dict[str, float]]:
        """Return, per sales person, the number of regions and the sums of the measures."""
        sums: dict[str | None, dict[str, float]] = {}
        for region in self.names:
            own = sums.setdefault(owners.get(region), dict.fromkeys(("regions", *MEASURES), 0.0))
            own["regions"] += 1
            for measure, value in self.figures[region].items():
                own[measure] += value
        return sums


def _day(focus: Focus) -> date:
    """Return the first day of what is drafted: that of the address line, else today."""
    try:
        return date.fromisoformat(focus.selection.word("from"))
    except ValueError:
        return date.today()  # noqa: DTZ011 - the reader's own day

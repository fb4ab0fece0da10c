"""A scenario as a plan: its territories take the place of sales people, and each click is a step that can be undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from app import data, desk, questions
from app.plan import MEASURES, Plan
from gcrm import crm
from gcrm.errors import UserError
from gcrm.maps.choropleth import unit_of
from gcrm.workspace.scenarios import TODAY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from app.focus import Focus
    from gcrm.crm.drafting import Layout

    Ask = Callable[..., Any]


@dataclass(frozen=True)
class Drafted(Plan):
    """Units, their figures, and their territories in a scenario and in what it is held against.

    Attributes
    ----------
    scenario
        The scenario as it was read.
    layout
        What it lays out.
    against
        Name of what it is held against; `today` is what holds today.
    """

    scenario: crm.Scenario
    layout: Layout
    against: str

    @staticmethod
    def read(focus: Focus, ask: Ask, scenario: crm.Scenario, against: str) -> Drafted:
        """Put together a scenario of the regions that are drawn.

        Parameters
        ----------
        focus
            What is looked at.
        ask
            How pages ask their questions.
        scenario
            The scenario.
        against
            Name of what it is held against.

        Returns
        -------
        Drafted
            Units, figures and territories of both.
        """
        names: dict[str, str] = {}
        figures: dict[str, dict[str, float]] = {}
        for measure in MEASURES:
            for row in ask(questions.figures, measure=measure, by=scenario.unit, **focus.inside):
                if row.id is not None:
                    names[row.id] = row.name
                    figures.setdefault(row.id, {})
                    if row.state == "known" and row.value is not None:
                        figures[row.id][measure] = row.value
        scenarios = data.workspace().scenarios
        layout = scenarios.layout(scenario.name)
        base = scenarios.layout(against, unit=scenario.unit)
        sellers = desk.people()
        territories = sorted({t for t in (*layout.units.values(), *layout.owners) if t is not None})
        people = {t: _called(t, layout.owners.get(t), sellers) for t in territories}
        stored = {u: t for u, t in base.units.items() if t is not None and u in names}
        people |= {t: t for t in sorted(set(stored.values())) if t not in people}
        catalog = focus.catalog
        units = {m: unit_of(catalog.measures[m], catalog.currency) for m in MEASURES}
        today = date.today()  # noqa: DTZ011 - the reader's own day
        return Drafted(
            scenario.unit, names, figures, people, stored, today, units, focus.period, scenario, layout, against
        )

    @cached_property
    def owners(self) -> dict[str, str | None]:
        """Unit -> territory in the scenario."""
        return {unit: self.layout.units.get(unit) for unit in self.names}

    @cached_property
    def draft(self) -> dict[str, str | None]:
        """Unit -> territory of everything that differs from what it is held against."""
        return {unit: t for unit, t in self.owners.items() if t != self.stored.get(unit)}

    def give(self, region: str, owner: str | None) -> None:
        """Give a unit to a territory, or to nobody: one step of the scenario, stored at once."""
        self.write({region: owner})

    def write(self, units: Mapping[str, str | None], owners: Mapping[str, str | None] | None = None) -> bool:
        """Take a step; a mistake is said in words and changes nothing."""
        return attempt(lambda s: s.move(self.scenario, units, owners, actor=desk.actor()))


def attempt(action: Callable[[Any], object]) -> bool:
    """Do something with the scenarios of the project; a mistake is said in words and changes nothing.

    Parameters
    ----------
    action
        Called with `ws.scenarios`.

    Returns
    -------
    bool
        True where it was done.
    """
    try:
        action(data.workspace().scenarios)
    except UserError as error:
        desk.tell(str(error))
        return False
    return True


def get(name: str) -> crm.Scenario:
    """Return a scenario by its name."""
    return data.workspace().scenarios.get(name)


def names() -> dict[str, str]:
    """Return every scenario that is not archived: name -> name and state."""
    ws = data.workspace()
    if not crm.exists(ws.folder, ws.settings):
        return {}
    return {s.name: s.name if s.state == "draft" else f"{s.name} ({s.state})" for s in ws.scenarios.list()}


def _called(territory: str, owner: str | None, sellers: Mapping[str, str]) -> str:
    """Return what to call a territory: its name and who looks after it."""
    if owner is None:
        return territory
    name = sellers.get(owner, owner)
    return name if owner == territory else f"{territory} \N{MIDDLE DOT} {name}"


__all__ = ["TODAY", "Drafted", "attempt", "get", "names"]

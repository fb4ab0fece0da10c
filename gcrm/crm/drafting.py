"""Drafting scenarios: begin one, change it step by step, undo, redo, go back, publish; all within a unit of work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date  # noqa: TC003 - part of a dataclass's annotations
from typing import TYPE_CHECKING, Any, Protocol

from gcrm.crm.record import Assignment, Subject
from gcrm.crm.scenario import Scenario, ScenarioStep
from gcrm.errors import RecordError, near

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gcrm.crm.record import R
    from gcrm.crm.unit import Unit

#: Unit -> territory, or territory -> sales person; null is nobody.
Placing = dict[str, str | None]


class Finder(Protocol):
    """What finds records: a store, or a unit of work."""

    def find(self, kind: type[R], *, order_by: Any = "id", limit: int | None = None, **where: Any) -> list[R]:
        """Return records whose fields equal what is asked for."""
        ...  # pragma: no cover


@dataclass(frozen=True)
class Layout:
    """What a scenario lays out.

    Attributes
    ----------
    units
        Unit -> territory; null is nobody's.
    owners
        Territory -> sales person; null is nobody.
    """

    units: Mapping[str, str | None]
    owners: Mapping[str, str | None]

    def owner(self, unit: str) -> str | None:
        """Return who would look after a unit; null is nobody."""
        territory = self.units.get(unit)
        return None if territory is None else self.owners.get(territory)


def named(finder: Finder, name: str) -> Scenario:
    """Return the scenario of a name; of several archived ones the latest.

    Raises
    ------
    RecordError
        If there is none.
    """
    found = finder.find(Scenario, name=name.strip())
    if found:
        return min(found, key=lambda s: (s.state == "archived", -s.id))
    names = [s.name for s in finder.find(Scenario)]
    msg = f"There is no scenario '{name}'.{near(name, names) or ' None was made yet.'}"
    raise RecordError(msg)


def steps(finder: Finder, scenario: Scenario) -> list[ScenarioStep]:
    """Return the steps of a scenario in order, undone ones too."""
    return finder.find(ScenarioStep, scenario_id=scenario.id, order_by="number")


def layout(finder: Finder, scenario: Scenario, head: int | None = None) -> Layout:
    """Return what a scenario lays out.

    Parameters
    ----------
    finder
        Store or unit of work.
    scenario
        The scenario as it was read.
    head
        How many of its steps count; those of the scenario where null.

    Returns
    -------
    Layout
        The sum of the steps.
    """
    units: Placing = {}
    owners: Placing = {}
    for step in steps(finder, scenario)[: scenario.head if head is None else head]:
        units |= step.units
        owners |= step.owners
    return Layout(units, owners)


def begin(unit: Unit, scenario: Scenario, units: Placing, owners: Placing) -> Scenario:
    """Store a new scenario with its first step.

    Parameters
    ----------
    unit
        The transaction.
    scenario
        The scenario, not stored before.
    units, owners
        What it begins as.

    Returns
    -------
    Scenario
        The scenario as it is stored.

    Raises
    ------
    RecordError
        If the name is taken by one that is not archived.
    """
    taken = [s for s in unit.find(Scenario, name=scenario.name.strip()) if s.state != "archived"]
    if taken:
        msg = (
            f"There is a scenario '{taken[0].name}' already ({taken[0].state}). Take another name, or archive that one."
        )
        raise RecordError(msg)
    stored = unit.add(scenario)
    unit.add(ScenarioStep(stored.id, 1, units, owners, "begun"))
    return unit.change(stored, head=1)


def step(unit: Unit, scenario: Scenario, units: Placing, owners: Placing, comment: str | None = None) -> Scenario:
    """Add a step after those that count; steps that were undone are dropped.

    Parameters
    ----------
    unit
        The transaction.
    scenario
        The scenario as it was read.
    units, owners
        Unit -> territory, and territory -> sales person, of what changes; null is nobody.
    comment
        What was done, or why.

    Returns
    -------
    Scenario
        The scenario with the step; unchanged where nothing differs.

    Raises
    ------
    ConflictError
        If somebody changed the scenario since it was read.
    RecordError
        If it is no draft any more, or names units that it does not have.
    """
    _check_draft(scenario)
    now = layout(unit, scenario)
    unknown = sorted(set(units) - set(now.units))
    if unknown:
        msg = (
            f"Scenario '{scenario.name}' has no unit '{unknown[0]}'.{near(unknown[0], now.units)} Nothing was changed."
        )
        raise RecordError(msg)
    moved = {u: t for u, t in units.items() if now.units[u] != t}
    given = {t: o for t, o in owners.items() if t not in now.owners or now.owners[t] != o}
    if not moved and not given:
        return scenario
    for undone in unit.find(ScenarioStep, scenario_id=scenario.id, order_by="number")[scenario.head :]:
        unit.remove(undone)
    unit.add(ScenarioStep(scenario.id, scenario.head + 1, moved, given, comment))
    return unit.change(scenario, head=scenario.head + 1)


def go(unit: Unit, scenario: Scenario, by: int) -> Scenario:
    """Undo steps (`by` below 0) or do them again (above 0), as far as there are any; the first one stays.

    Parameters
    ----------
    unit
        The transaction.
    scenario
        The scenario as it was read.
    by
        How many steps.

    Returns
    -------
    Scenario
        The scenario as it is now.

    Raises
    ------
    ConflictError
        If somebody changed the scenario since it was read.
    RecordError
        If it is no draft any more.
    """
    _check_draft(scenario)
    most = len(steps(unit, scenario))
    return unit.change(scenario, head=min(max(scenario.head + by, 1), most))


def restore(unit: Unit, scenario: Scenario, number: int) -> Scenario:
    """Lay a scenario out as it was after one of its steps; that is a step of its own, which can be undone.

    Parameters
    ----------
    unit
        The transaction.
    scenario
        The scenario as it was read.
    number
        Number of the step.

    Returns
    -------
    Scenario
        The scenario as it is now.

    Raises
    ------
    ConflictError
        If somebody changed the scenario since it was read.
    RecordError
        If it is no draft any more, or has no such step.
    """
    count = len(steps(unit, scenario))
    if not 1 <= number <= count:
        msg = f"Scenario '{scenario.name}' has no step {number}: its steps are 1 to {count}."
        raise RecordError(msg)
    then, now = layout(unit, scenario, number), layout(unit, scenario)
    owners: Placing = dict.fromkeys(now.owners) | dict(then.owners)
    return step(unit, scenario, dict(then.units), owners, f"as after step {number}")


def publish(unit: Unit, scenario: Scenario, changes: Mapping[str, str | None], effective: date) -> Scenario:
    """Write the assignments of a scenario, from a day on, and mark it published: all or nothing.

    Parameters
    ----------
    unit
        The transaction.
    scenario
        The scenario as it was read.
    changes
        Unit -> sales person (null: nobody) of every unit that somebody else looks after on that day.
    effective
        First day.

    Returns
    -------
    Scenario
        The scenario as it is now.

    Raises
    ------
    ConflictError
        If somebody changed the scenario since it was read.
    RecordError
        If it is no draft any more, or an assignment begins later that this one would overlap.
    """
    _check_draft(scenario)
    done = unit.change(scenario, state="published", effective=effective)
    about: dict[str, Any] = {"product": scenario.product, "channel": scenario.channel}
    for region, owner in changes.items():
        subject = Subject("region", region, scenario.unit)
        if owner is not None:
            unit.add(Assignment(subject=subject, owner_id=owner, valid_from=effective, **about))
            continue
        for old in unit.find(Assignment, subject=subject, **about):
            if old.valid_from == effective:
                unit.remove(old)
            elif old.valid_from < effective and (old.valid_to is None or old.valid_to > effective):
                unit.change(old, valid_to=effective)
    return done


def _check_draft(scenario: Scenario) -> None:
    if scenario.state != "draft":
        msg = (
            f"Scenario '{scenario.name}' is {scenario.state} and stays as it is. "
            "Begin another one that is based on it, and change that."
        )
        raise RecordError(msg)

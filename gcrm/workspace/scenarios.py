"""Scenarios of a workspace: begin, change, compare and publish plans of territories, and ask the cube by them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from gcrm import crm, exports
from gcrm.analysis.territory import reasons as reasoning
from gcrm.analysis.territory.compare import Comparison, compare
from gcrm.crm import drafting
from gcrm.cube.question import Question, Scenario
from gcrm.errors import AccessError, QueryError, RecordError
from gcrm.workspace.published import published
from gcrm.workspace.territories import Figures
from gcrm.workspace.unit import check_units, level_above, units_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gcrm.analysis.territory.reasons import Reason
    from gcrm.analysis.territory.rules import Units
    from gcrm.crm.drafting import Layout
    from gcrm.cube.question import PeriodWord
    from gcrm.workspace.workspace import Workspace

USUAL = exports.USUAL
#: The layout that holds on a day, as a name among scenarios: each sales person's regions are a territory.
TODAY = "today"
#: How a question names a scenario as its geography.
WORD = "scenario "


class Scenarios:
    """The plans of territories of a workspace: `ws.scenarios`. They need record rights, and no scope of regions.

    A scenario lays units (regions of one level) out as territories, each looked after by a sales person. What changes
    is a step: steps can be undone, done again and gone back to. Publishing writes dated assignments.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def list(self, *, archived: bool = False) -> Sequence[crm.Scenario]:
        """Return every scenario, the latest first; archived ones too where asked."""
        found = self._store().find(crm.Scenario, order_by="-id")
        return [s for s in found if archived or s.state != "archived"]

    def get(self, name: str) -> crm.Scenario:
        """Return a scenario by its name.

        Raises
        ------
        RecordError
            If there is none.
        """
        return drafting.named(self._store(), name)

    def layout(self, name: str = TODAY, *, unit: str = "", step: int | None = None, day: date | None = None) -> Layout:
        """Return what a scenario lays out, or what holds on a day.

        Parameters
        ----------
        name
            The scenario; `today` is what holds on `day`.
        unit
            Level of the units; needed for `today` only.
        step
            After how many of its steps; all that count where null.
        day
            The day of `today`; this one where null.

        Returns
        -------
        Layout
            Unit -> territory, territory -> sales person.
        """
        if name != TODAY:
            return drafting.layout(self._store(), self.get(name), step)
        self._check()
        held = exports.holders(self._ws, unit, day or date.today())  # noqa: DTZ011 - assignments hold by the local day
        units = {u: held[u]["owner_id"] if u in held else None for u in units_of(self._ws, unit)}
        return drafting.Layout(units, {o: o for o in sorted({o for o in units.values() if o is not None})})

    def create(  # noqa: PLR0913 - what a scenario is, each with a default
        self,
        name: str,
        unit: str = "",
        level: str = "",
        *,
        based_on: str = TODAY,
        units: Mapping[str, str | None] | None = None,
        owners: Mapping[str, str | None] | None = None,
        comment: str | None = None,
        product: str | None = None,
        channel: str | None = None,
        actor: str | None = None,
    ) -> crm.Scenario:
        """Begin a scenario.

        Parameters
        ----------
        name
            What to call it.
        unit
            Level of the units; that of `based_on` where empty.
        level
            Level that is laid out anew, by whose name the cube tells its figures; where empty that of `based_on`, else
            `territory`, else the largest level that is not the units'.
        based_on
            A scenario that it begins as; `today` begins as what holds today.
        units, owners
            Unit -> territory, territory -> sales person; they replace those of `based_on`. A `Design` has units:
            `design.territory`.
        comment
            What it is for.
        product, channel
            What alone the assignments are for; null is everything.
        actor
            Who begins it; the user of this machine where null.

        Returns
        -------
        crm.Scenario
            The scenario as it is stored.

        Raises
        ------
        QueryError
            If there is no such level, or its regions overlap.
        RecordError
            If the name is taken, or units are named that there are not.
        """
        model = None if based_on == TODAY else self.get(based_on)
        unit, level = unit or (model.unit if model else ""), level or (model.level if model else "")
        level = level_above(self._ws, unit, level)
        start = self.layout(based_on, unit=unit)
        known = units_of(self._ws, unit)
        check_units(units or {}, known)
        placed = dict.fromkeys(known) | {
            u: t for u, t in (start.units if units is None else units).items() if u in known
        }
        looked = dict(start.owners) | dict(owners or {})
        names = {t for t in placed.values() if t is not None}
        if name.strip() == TODAY:
            msg = f"'{TODAY}' is what holds today; give the scenario another name."
            raise RecordError(msg)
        made = crm.Scenario(
            name,
            level,
            unit,
            based_on=model.id if model else None,
            comment=comment,
            product=product,
            channel=channel,
        )
        with self._store().write(actor=actor or crm.local_actor()) as work:
            return drafting.begin(work, made, placed, {t: o for t, o in looked.items() if t in names})

    def move(
        self,
        name: str | crm.Scenario,
        units: Mapping[str, str | None] | None = None,
        owners: Mapping[str, str | None] | None = None,
        *,
        comment: str | None = None,
        actor: str | None = None,
    ) -> crm.Scenario:
        """Give units to territories, and territories to sales people; that is one step.

        Parameters
        ----------
        name
            The scenario; as it was read, nothing is written where somebody changed it since.
        units, owners
            Unit -> territory, territory -> sales person, of what changes; null is nobody.
        comment
            What was done, or why.
        actor
            Who does it; the user of this machine where null.

        Returns
        -------
        crm.Scenario
            The scenario as it is now.

        Raises
        ------
        ConflictError
            If somebody changed it since it was read.
        RecordError
            If it is no draft any more, or names units that it does not have.
        """
        with self._store().write(actor=actor or crm.local_actor()) as work:
            return drafting.step(work, self._read(name), dict(units or {}), dict(owners or {}), comment)

    def go(self, name: str | crm.Scenario, by: int, *, actor: str | None = None) -> crm.Scenario:
        """Undo steps or do them again.

        Parameters
        ----------
        name
            The scenario; as it was read, nothing is written where somebody changed it since.
        by
            How many steps, as far as there are any: below 0 they are undone, above 0 done again.
        actor
            Who does it; the user of this machine where null.

        Returns
        -------
        crm.Scenario
            The scenario as it is then.
        """
        with self._store().write(actor=actor or crm.local_actor()) as work:
            return drafting.go(work, self._read(name), by)

    def restore(self, name: str | crm.Scenario, step: int, *, actor: str | None = None) -> crm.Scenario:
        """Lay a scenario out as it was after one of its steps; that is a step, too.

        Parameters
        ----------
        name
            The scenario; as it was read, nothing is written where somebody changed it since.
        step
            Number of the step, as `history` lists it.
        actor
            Who does it; the user of this machine where null.

        Returns
        -------
        crm.Scenario
            The scenario as it is then.
        """
        with self._store().write(actor=actor or crm.local_actor()) as work:
            return drafting.restore(work, self._read(name), step)

    def archive(self, name: str | crm.Scenario, *, actor: str | None = None) -> crm.Scenario:
        """Put a scenario away; its name is free again, and what it published stays."""
        with self._store().write(actor=actor or crm.local_actor()) as work:
            return work.change(self._read(name), state="archived")

    def history(self, name: str) -> Sequence[crm.ScenarioStep]:
        """Return the steps of a scenario in order, each with author and comment; those above `head` are undone."""
        return drafting.steps(self._store(), self.get(name))

    def as_if(self, name: str) -> Scenario:
        """Return a scenario as the geography of a question: `ws.query(..., geography=ws.scenarios.as_if("plan"))`."""
        found = self.get(name)
        return Scenario(found.level, found.unit, dict(self.layout(name).units))

    def asked(self, question: Question) -> Question:
        """Return a question whose geography `scenario NAME` is that scenario; others stay as they are."""
        word = question.geography
        if not isinstance(word, str) or not word.strip().lower().startswith(WORD):
            return question
        return replace(question, geography=self.as_if(word.strip()[len(WORD) :].strip()))

    def units(
        self, unit: str, measures: Sequence[str] = USUAL, period: PeriodWord = None, travel: str | None = None
    ) -> Units:
        """Return the regions of a level as units, with figures and borders.

        Parameters
        ----------
        unit
            Level of the units.
        measures, period, travel
            As in `compare`.

        Returns
        -------
        Units
            As of `Territories.units`; amounts that are not known are NaN.
        """
        self._check()
        return self._ws.territories.units(unit, measures, Figures(period=period, travel=travel, partial=True))

    def compare(
        self,
        before: str,
        after: str,
        measures: Sequence[str] = USUAL,
        period: PeriodWord = None,
        travel: str | None = None,
    ) -> Comparison:
        """Compare two scenarios of the same units side by side.

        Parameters
        ----------
        before, after
            Their names; `today` is what holds today.
        measures, period
            What is compared, as in `query`; territories are drawn together around the first measure.
        travel
            `drive`, `cycle` or `walk`: distances are minutes on the roads; metres where null.

        Returns
        -------
        Comparison
            Both, and what differs.

        Raises
        ------
        QueryError
            If their units are of different levels.
        """
        units, old, new = self._both(before, after, measures, period, travel)
        return compare(units, old.units, new.units)

    def reasons(
        self,
        before: str,
        after: str,
        measures: Sequence[str] = USUAL,
        period: PeriodWord = None,
        travel: str | None = None,
    ) -> Sequence[Reason]:
        """Say for each unit whose territory differs between two scenarios what its move does.

        Parameters
        ----------
        before, after, measures, period, travel
            As in `compare`.

        Returns
        -------
        list of Reason
            One per unit, with a sentence; a unit keeps its accounts where its sales person stays the same.
        """
        units, old, new = self._both(before, after, measures, period, travel)
        compared = compare(units, old.units, new.units)
        keeps = self._keeps(units, old, new, compared.moved)
        return reasoning.reasons(units, old.units, new.units, compared, keeps)

    def publish(
        self, name: str | crm.Scenario, effective: date, *, vacant: bool = False, actor: str | None = None
    ) -> crm.Scenario:
        """Write the assignments of a scenario from a day on, in one transaction; then it never changes again.

        Parameters
        ----------
        name
            The scenario.
        effective
            First day on which its sales people look after its units.
        vacant
            Let territories be published that nobody looks after.
        actor
            Who publishes it; the user of this machine where null.

        Returns
        -------
        crm.Scenario
            The scenario, published.

        Raises
        ------
        ConflictError
            If somebody changed it since it was read.
        RecordError
            If it is no draft, a territory has no sales person, one is not known, or assignments begin later that these
            would overlap. Nothing is written then.
        """
        return published(self._ws, self._read(name), effective, vacant=vacant, actor=actor or crm.local_actor())

    def _both(
        self, before: str, after: str, measures: Sequence[str], period: PeriodWord, travel: str | None
    ) -> tuple[Units, Layout, Layout]:
        """Return the units of two scenarios, and the two laid out."""
        levels = {self.get(name).unit for name in (before, after) if name != TODAY}
        if len(levels) != 1:
            msg = "Compare two scenarios whose units are of one level; at least one of them must not be 'today'."
            raise QueryError(msg)
        unit = levels.pop()
        units = self.units(unit, measures, period, travel)
        return units, self.layout(before, unit=unit), self.layout(after, unit=unit)

    def _keeps(self, units: Units, old: Layout, new: Layout, moved: Sequence[str]) -> dict[str, float]:
        """Return for each unit with accounts whether they keep their sales person: 1 or 0."""
        place = {u: i for i, u in enumerate(units.ids)}
        accounts = next(iter(units.activities.values()))
        return {u: float(old.owner(u) == new.owner(u)) for u in moved if accounts[place[u]] > 0 and old.owner(u)}

    def _read(self, scenario: str | crm.Scenario) -> crm.Scenario:
        return self.get(scenario) if isinstance(scenario, str) else scenario

    def _store(self) -> crm.Store:
        self._check()
        return self._ws.crm

    def _check(self) -> None:
        scope = self._ws.scope
        if not scope.record_rights or scope.regions:
            msg = f"Scenarios say who looks after every region; '{scope.name}' may not see all of them."
            raise AccessError(msg)

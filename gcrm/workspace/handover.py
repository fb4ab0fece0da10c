"""The hand-over of scenarios: files for others, edited files that come back, briefs for sales people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from gcrm import crm, exports
from gcrm.analysis.territory.compare import Comparison, compare
from gcrm.analysis.territory.merge import Merged, merge
from gcrm.crm import drafting
from gcrm.errors import ConflictError, RecordError, near
from gcrm.exports.returned import read_plan
from gcrm.exports.routing import Held, route
from gcrm.exports.scenario import plan_of, stamp_of
from gcrm.exports.shape import shaped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gcrm.crm.drafting import Layout
    from gcrm.cube.question import PeriodWord
    from gcrm.workspace.workspace import Workspace

Side = Literal["ours", "theirs"]


@dataclass(frozen=True)
class Incoming:
    """An edited file, merged with what stands here; nothing is applied yet.

    Attributes
    ----------
    scenario
        The scenario that it was made from, as it is now.
    since
        How many steps the scenario has moved on since.
    units, owners
        What the merge finds about units, and about the sales people of territories.
    impact
        What holds now against what would hold, were the file's side taken of everything that both changed.
    """

    scenario: crm.Scenario
    since: int
    units: Merged
    owners: Merged
    impact: Comparison

    @property
    def conflicts(self) -> int:
        """How many units and territories both changed differently."""
        return len(self.units.clashes) + len(self.owners.clashes)


class Handover:
    """Scenarios as files: `ws.handover`. It needs record rights, and no scope of regions."""

    def __init__(self, workspace: Workspace) -> None:
        self._ws = workspace

    def save(
        self,
        name: str,
        path: Path,
        measures: Sequence[str] = exports.USUAL,
        *,
        overwrite: bool = False,
        actor: str | None = None,
    ) -> crm.Export:
        """Write a scenario to a file that can be edited and come back.

        Parameters
        ----------
        name
            The scenario.
        path
            The file: .csv, .xlsx, .parquet, .gpkg, .geojson or .kml (which only shows it).
        measures
            Figures beside each unit.
        overwrite
            Replace a file that is there.
        actor
            Who takes it; the user of this machine where null.

        Returns
        -------
        crm.Export
            What the log says of it.

        Raises
        ------
        ExportError
            If the file cannot be written.
        """
        scenario = self._ws.scenarios.get(name)
        layout = self._ws.scenarios.layout(name)
        found = plan_of(self._ws, scenario, layout, _day(scenario), measures)
        return exports.save(self._ws, "scenario", found, path, overwrite=overwrite, actor=actor)

    def shape(
        self,
        name: str,
        system: str,
        path: Path,
        *,
        kind: str = "customers",
        overwrite: bool = False,
        actor: str | None = None,
    ) -> crm.Export:
        """Write customers or prospects with their owners under a scenario, in the columns of another system.

        Parameters
        ----------
        name
            The scenario.
        system
            `salesforce` or `hubspot`.
        path
            The file, .csv or .xlsx.
        kind
            `customers` or `prospects`.
        overwrite, actor
            As for `save`.

        Returns
        -------
        crm.Export
            What the log says of it.

        Raises
        ------
        ExportError
            If there is no such system or kind, or the file cannot be written.
        """
        scenario, layout = self._ws.scenarios.get(name), self._ws.scenarios.layout(name)
        parties = route(
            self._ws,
            [kind] if kind in {"customers", "prospects"} else [],
            day=_day(scenario),
            product=scenario.product,
            channel=scenario.channel,
            instead=planned(scenario, layout),
        )
        receipt = {"scenario": scenario.name, "stamp": stamp_of(scenario, layout)}
        found = shaped(parties, layout, scenario.unit, system, kind, receipt)
        return exports.save(self._ws, f"{system} {kind}", found, path, overwrite=overwrite, actor=actor)

    def briefs(
        self, name: str, folder: Path, *, period: PeriodWord = None, actor: str | None = None
    ) -> Sequence[crm.Export]:
        """Write one PDF for each sales person of a scenario: the map, the numbers and the key accounts.

        Parameters
        ----------
        name
            The scenario.
        folder
            An existing folder; the files are called after the sales people.
        period
            Period of the figures, as in `query`.
        actor
            Who takes them; the user of this machine where null.

        Returns
        -------
        list of crm.Export
            What the log says of each.

        Raises
        ------
        ExportError
            If a file is there already, or the folder is missing.
        RecordError
            If nobody looks after any territory.
        """
        from gcrm.workspace.briefs import write_briefs  # noqa: PLC0415 - few need it

        scenario, layout = self._ws.scenarios.get(name), self._ws.scenarios.layout(name)
        day, who = _day(scenario), actor or crm.local_actor()
        return write_briefs(self._ws, scenario, layout, Path(folder), day=day, period=period, actor=who)

    def read(self, path: Path) -> Incoming:
        """Read an edited file, and merge it with what stands here; nothing is changed.

        Parameters
        ----------
        path
            A file that `save` wrote and people edited.

        Returns
        -------
        Incoming
            What it changes, what both sides changed, and the impact.

        Raises
        ------
        ConflictError
            If what the file was made from is no longer in the history of its scenario.
        RecordError
            If its rows are not those of one export, name units that the scenario does not have, or sales people whom
            nobody knows.
        SourceError
            If the file cannot be read.
        """
        back = read_plan(Path(path))
        scenario = self._of(back.stamp)
        head = int(back.stamp.split(".")[1])
        base = drafting.layout(self._ws.crm, scenario, head)
        was = crm.Scenario(scenario.name, scenario.level, scenario.unit, head=head, id=scenario.id)
        if stamp_of(was, base) != back.stamp:
            msg = (
                f"{Path(path).name} was made from a state of '{scenario.name}' that was undone since. "
                "Export it anew, and repeat the changes there. Nothing was changed."
            )
            raise ConflictError(msg)
        ours = drafting.layout(self._ws.crm, scenario)
        unknown = sorted(set(back.units) - set(ours.units))
        if unknown:
            msg = f"{Path(path).name} names {len(unknown)} units that '{scenario.name}' does not have: "
            raise RecordError(msg + ", ".join(unknown[:5]) + near(unknown[0], ours.units))
        self._check_owners(Path(path), scenario, back.owners, ours)
        units = merge(base.units, ours.units, back.units)
        owners = merge(base.owners, ours.owners, back.owners)
        after = dict(ours.units) | units.taken | {c.name: c.theirs for c in units.clashes}
        measured = self._ws.scenarios.units(scenario.unit)
        return Incoming(scenario, scenario.head - head, units, owners, compare(measured, ours.units, after))

    def apply(self, incoming: Incoming, take: Side | None = None, *, actor: str | None = None) -> crm.Scenario:
        """Apply what a file changes as one step, which can be undone.

        Parameters
        ----------
        incoming
            What `read` found.
        take
            Whose side holds where both changed something differently; null refuses that.
        actor
            Who applies it; the user of this machine where null.

        Returns
        -------
        crm.Scenario
            The scenario as it is now.

        Raises
        ------
        ConflictError
            If both changed something and nobody says whose side holds, or the scenario changed since it was read.
        RecordError
            If the scenario is no draft.
        """
        if incoming.conflicts and take is None:
            first = [*incoming.units.clashes, *incoming.owners.clashes][0]
            msg = (
                f"{incoming.conflicts} changes meet others made here, such as '{first.name}': {first.base} became "
                f"{first.ours} here and {first.theirs} in the file. Say whose side holds. Nothing was changed."
            )
            raise ConflictError(msg)
        units, owners = dict(incoming.units.taken), dict(incoming.owners.taken)
        if take == "theirs":
            units |= {c.name: c.theirs for c in incoming.units.clashes}
            owners |= {c.name: c.theirs for c in incoming.owners.clashes}
        return self._ws.scenarios.move(incoming.scenario, units, owners, comment="edited in a file", actor=actor)

    def _of(self, stamp: str) -> crm.Scenario:
        """Return the scenario that a stamp names."""
        number, _, rest = stamp.partition(".")
        known = {s.id: s for s in self._ws.scenarios.list(archived=True)}
        if not (number.isdecimal() and int(number) in known and rest.partition(".")[0].isdecimal()):
            msg = f"No scenario of this project has the stamp '{stamp[:60]}'. Is the file of another project?"
            raise RecordError(msg)
        return known[int(number)]

    def _check_owners(self, path: Path, scenario: crm.Scenario, owners: dict[str, str | None], ours: Layout) -> None:
        known = {str(o) for o in exports.owners(self._ws, _day(scenario))} | {o for o in ours.owners.values() if o}
        for owner in sorted({o for o in owners.values() if o is not None} - known):
            msg = f"{path.name}: there is no sales person '{owner}'.{near(owner, known)} Nothing was changed."
            raise RecordError(msg)


def planned(scenario: crm.Scenario, layout: Layout) -> list[Held]:
    """Return the assignments that a scenario would publish."""
    return [
        Held("region", scenario.unit, unit, owner, scenario.product, scenario.channel)
        for unit in layout.units
        if (owner := layout.owner(unit)) is not None
    ]


def _day(scenario: crm.Scenario) -> date:
    return scenario.effective or date.today()  # noqa: DTZ011 - assignments hold by the local day

"""Briefs of a scenario: one sheet for each sales person, with the map, the numbers and the key accounts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gcrm import crm, exports
from gcrm.errors import ExportError, RecordError
from gcrm.exports.draft import draft
from gcrm.exports.scenario import plan_of, stamp_of
from gcrm.maps.categories import Member, describe_categories
from gcrm.maps.choropleth import noun_of, unit_of
from gcrm.maps.labels import number_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from gcrm.crm.drafting import Layout
    from gcrm.cube.question import PeriodWord
    from gcrm.exports.scenario import Plan
    from gcrm.maps.description import MapDescription
    from gcrm.workspace.workspace import Workspace

_KEY_ACCOUNTS = 15
_OWN, _OTHERS = "#0b5a73", "#e3e7ea"


def write_briefs(
    ws: Workspace, scenario: crm.Scenario, layout: Layout, folder: Path, *, day: date, period: PeriodWord, actor: str
) -> list[crm.Export]:
    """Write one PDF for each sales person of a scenario: `<sales person>.pdf`.

    Parameters
    ----------
    ws
        The project.
    scenario, layout
        The scenario, and what it lays out.
    folder
        An existing folder; a file that is there already is refused.
    day
        From when on it holds.
    period
        Period of the figures.
    actor
        Who takes them.

    Returns
    -------
    list of crm.Export
        What the log says of each.

    Raises
    ------
    ExportError
        If a file is there, or the folder is missing.
    RecordError
        If nobody looks after any territory.
    """
    people = sorted({o for u in layout.units if (o := layout.owner(u)) is not None})
    if not people:
        msg = f"Nobody looks after a territory of '{scenario.name}': there is nobody to write a brief for."
        raise RecordError(msg)
    files = {owner: folder / f"{_plain(owner)}.pdf" for owner in people}
    if len({str(f).casefold() for f in files.values()}) < len(files):
        msg = "Two sales people would get files of one name. Give them identifiers that differ in letters or digits."
        raise ExportError(msg)
    plan = plan_of(ws, scenario, layout, day, period=period)
    names = exports.owners(ws, day)
    held = exports.holders(ws, scenario.unit, day, product=scenario.product, channel=scenario.channel)
    before = {u: row["owner_id"] for u, row in held.items()}
    shapes = ws.regions(scenario.unit).set_index("region_id")
    noted = []
    for owner, file in files.items():
        name = str(names.get(owner, {}).get("owner_name") or owner)
        own = [u for u in layout.units if layout.owner(u) == owner]
        note = f"Scenario {scenario.name}, snapshot {ws.manifest.sequence}, {stamp_of(scenario, layout)}"
        sheet = _Sheet(ws, plan, own, [u for u in layout.units if before.get(u) == owner])
        noted.append(_write(sheet, name, day, shapes.geometry.to_dict(), note, file, actor))
    return noted


class _Sheet:
    """What a sheet shows of one sales person."""

    def __init__(self, ws: Workspace, plan: Plan, own: Sequence[str], before: Sequence[str]) -> None:
        self.ws, self.plan, self.own, self.before = ws, plan, own, before
        self.rows = {row["unit_id"]: row for row in plan.table.to_pylist()}

    def map(self, title: str, shapes: Mapping[str, object]) -> MapDescription:
        """Return the map: own units, and those of others."""
        own = set(self.own)
        members = [
            Member(u, str(row["name"]), shapes.get(u), "own" if u in own else "others") for u, row in self.rows.items()
        ]
        return describe_categories(
            members,
            {"own": title, "others": "others"},
            title="",
            noun=noun_of(self.plan.unit),
            none="nobody",
            colours={"own": _OWN, "others": _OTHERS},
        )

    def numbers(self) -> list[tuple[str, str, str]]:
        """Return what is counted, now and until now."""
        found = [("regions", f"{len(self.own):,}", f"{len(self.before):,}")]
        for measure in exports.USUAL:
            unit = unit_of(self.ws.measures[measure], self.ws.settings.project.currency)
            found.append((measure, self._sum(measure, unit, self.own), self._sum(measure, unit, self.before)))
        gained, lost = len(set(self.own) - set(self.before)), len(set(self.before) - set(self.own))
        return [*found, ("regions gained, lost", f"+{gained}", f"\N{MINUS SIGN}{lost}")]

    def accounts(self) -> list[tuple[str, ...]]:
        """Return the largest customers by revenue, under their heading."""
        heading = ("Customer", "Name", "Segment", "Revenue")
        if not self.own:
            return [heading]
        found = self.ws.listing("customers", {self.plan.unit: list(self.own)}, order="revenue", limit=_KEY_ACCOUNTS)
        unit = unit_of(self.ws.measures["revenue"], self.ws.settings.project.currency)
        rows: list[tuple[str, ...]] = [heading]
        for row in found.table.to_pylist():
            revenue = "unknown" if row["revenue"] is None else number_text(float(row["revenue"]), unit)
            rows.append((str(row["id"]), str(row["name"] or ""), str(row["segment"] or ""), revenue))
        return rows

    def _sum(self, measure: str, unit: str, units: Sequence[str]) -> str:
        values = [self.rows[u][measure] for u in units if u in self.rows]
        return "unknown" if None in values else number_text(float(sum(values)), unit)


def _write(
    sheet: _Sheet, name: str, day: date, shapes: Mapping[str, object], note: str, file: Path, actor: str
) -> crm.Export:
    """Write one brief, and note who took it."""
    from gcrm.maps.brief import Brief, write_brief  # noqa: PLC0415 - matplotlib is an extra

    rows = sheet.accounts()
    brief = Brief(name, f"Territory from {day} on", sheet.map(name, shapes), sheet.numbers(), rows, note)
    with draft(file) as made:
        write_brief(brief, made)
    receipt = {**sheet.plan.receipt, "question": "brief"}
    with sheet.ws.crm.write(actor=actor) as work:
        return work.add(crm.Export("brief", len(rows) - 1, receipt, file.name))


def _plain(owner: str) -> str:
    """Return a name for a file."""
    return re.sub(r"[^\w.-]+", "_", owner).strip("._") or "nobody"

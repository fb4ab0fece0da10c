"""A scenario as rows with figures, stamped so that an edited file can come back."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from gcrm.exports.assignment import USUAL, owners
from gcrm.exports.returned import SHEET

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import geopandas as gpd

    from gcrm.crm import Scenario
    from gcrm.crm.drafting import Layout
    from gcrm.exports.project import Project

_OWN = ("unit_id", "name", "territory", "owner_id", "owner_name")


def stamp_of(scenario: Scenario, layout: Layout) -> str:
    """Return what a file says of the scenario that it was made from: its number, its step, and a hash of the layout."""
    words = json.dumps([sorted(layout.units.items()), sorted(layout.owners.items())])
    return f"{scenario.id}.{scenario.head}.{hashlib.sha256(words.encode()).hexdigest()[:12]}"


@dataclass(frozen=True)
class Plan:
    """A scenario as rows.

    Attributes
    ----------
    table
        One row per unit: unit_id, name, territory, owner_id, owner_name, measures (null: unknown), scenario, stamp.
        Change territory or owner_id and bring the file back; see `read_plan`.
    people
        One row per territory: territory, owner_id, owner_name, units, measures.
    receipt
        What the figures rest on, and the scenario.
    unit
        Level of the units.
    """

    table: pa.Table
    people: pa.Table
    receipt: dict[str, Any]
    unit: str
    _ws: Project

    @property
    def sheets(self) -> dict[str, pa.Table]:
        """What a workbook holds: the units, and the totals per territory."""
        return {SHEET: self.table, "territories": self.people}

    @cached_property
    def geo(self) -> gpd.GeoDataFrame:
        """The units with their geometry, in WGS84."""
        outlines = self._ws.regions(self.unit).set_index("region_id")[["geometry"]]
        frame = self.table.to_pandas(coerce_temporal_nanoseconds=False)
        for field in self.table.schema:
            if pa.types.is_decimal(field.type):
                frame[field.name] = self.table[field.name].cast(pa.float64()).to_pandas()
        joined = outlines.join(frame.set_index("unit_id"), how="inner").reset_index(names="unit_id")
        return joined[[*frame, "geometry"]]


def plan_of(
    ws: Project, scenario: Scenario, layout: Layout, day: date, measures: Sequence[str] = USUAL, period: Any = None
) -> Plan:
    """Return a scenario as rows with figures.

    Parameters
    ----------
    ws
        The project.
    scenario, layout
        The scenario, and what it lays out.
    day
        Day whose names sales people have.
    measures, period
        Figures, as in `Workspace.query`.

    Returns
    -------
    Plan
        The rows, stamped with what they were made from.
    """
    found = ws.query(list(measures), [scenario.unit], None, period)
    figures = {row[scenario.unit]: row for row in found.table.to_pylist()}
    names = owners(ws, day)
    stamp = stamp_of(scenario, layout)
    rows = [
        {
            "unit_id": u,
            "name": figures.get(u, {}).get(f"{scenario.unit}_name"),
            "territory": t,
            "owner_id": layout.owner(u),
        }
        | {"owner_name": names.get(layout.owner(u), {}).get("owner_name"), "scenario": scenario.name, "stamp": stamp}
        | {m: figures.get(u, {}).get(m) for m in measures}
        for u, t in sorted(layout.units.items())
    ]
    kinds = {m: found.table.schema.field(m).type for m in measures}
    texts = dict.fromkeys(_OWN, pa.string())
    end = dict.fromkeys(("scenario", "stamp"), pa.string())
    table = pa.Table.from_pylist(rows, pa.schema({**texts, **kinds, **end}))
    receipt = {**found.receipt, "question": "scenario", "scenario": scenario.name, "stamp": stamp}
    return Plan(table, _people(rows, measures, kinds), receipt, scenario.unit, ws)


def _people(rows: Sequence[Mapping[str, Any]], measures: Sequence[str], kinds: Mapping[str, pa.DataType]) -> pa.Table:
    """Return one row per territory, those of nobody last; sums of the measures, null where one is unknown."""
    groups: dict[str | None, list[Mapping[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row["territory"], []).append(row)
    made = []
    for territory, own in sorted(groups.items(), key=lambda one: (one[0] is None, one[0] or "")):
        sums = {m: None if any(r[m] is None for r in own) else sum(r[m] for r in own) for m in measures}
        made.append({"territory": territory, **{n: own[0][n] for n in _OWN[3:]}, "units": len(own), **sums})
    schema = {"territory": pa.string(), **dict.fromkeys(_OWN[3:], pa.string()), "units": pa.int64(), **kinds}
    return pa.Table.from_pylist(made, pa.schema(schema))

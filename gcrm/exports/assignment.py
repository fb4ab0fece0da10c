"""Who looks after which region on a day, with the figures of each region and the totals of each person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from gcrm import crm
from gcrm.cube.model import dimensions
from gcrm.errors import QueryError, near
from gcrm.exports.fold import figures_of, with_parts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd

    from gcrm.cube.question import PeriodWord
    from gcrm.exports.project import Project

#: What is counted unless something else is asked for.
USUAL = ("customers", "prospects", "revenue")
_PARTY = {"subject_kind": pa.string(), "level": pa.string(), "subject_id": pa.string(), "name": pa.string()}
_OWNER = {"owner_id": pa.string(), "owner_name": pa.string(), "team": pa.string()}
_SPAN = {"valid_from": pa.date32(), "valid_to": pa.date32(), "source": pa.string()}


@dataclass(frozen=True)
class Assignments:
    """The regions of a level and who looks after them.

    Attributes
    ----------
    level, day
        Level of the regions, and the day on which the assignments hold.
    table
        One row per region: subject_kind, level, subject_id, name, owner_id, owner_name, team, valid_from, valid_to,
        source (`store` or `file`; null where nobody looks after the region), measures, their states. As a CSV file it
        is a source of the kind `assignments`.
    people
        One row per sales person, then one for the regions of nobody (`unassigned`), one for what lies in no region
        (`no region`), and the `total`: row, owner_id, owner_name, team, regions, measures, their states.
    receipt
        What the figures rest on, and the newest change of the operational store.
    """

    level: str
    day: date
    table: pa.Table
    people: pa.Table
    receipt: dict[str, Any]
    _ws: Project

    @property
    def sheets(self) -> dict[str, pa.Table]:
        """What a workbook holds: the regions, and the totals per person."""
        return {"regions": self.table, "people": self.people}

    @cached_property
    def geo(self) -> gpd.GeoDataFrame:
        """The regions with their geometry, in WGS84."""
        outlines = self._ws.regions(self.level).set_index("region_id")[["geometry"]]
        frame = self.table.to_pandas(coerce_temporal_nanoseconds=False)
        for field in self.table.schema:
            if pa.types.is_decimal(field.type):
                frame[field.name] = self.table[field.name].cast(pa.float64()).to_pandas()
        return outlines.join(frame.set_index("subject_id")).reset_index(names="subject_id")[[*frame, "geometry"]]


def assignments(
    ws: Project,
    level: str,
    *,
    day: date | None = None,
    measures: Sequence[str] = USUAL,
    period: PeriodWord = None,
    product: str | None = None,
    channel: str | None = None,
) -> Assignments:
    """Say who looks after each region of a level, with figures per region and per person.

    From the first day on which the operational store says who looks after a region only the store counts, as it is
    now; before, and for regions that it does not know, the files of the snapshot do.

    Parameters
    ----------
    ws
        The project.
    level
        Level of the regions; one whose regions do not overlap.
    day
        The day; today where null.
    measures, period
        Figures, as in `Workspace.query`.
    product, channel
        Assignments for a product or channel alone; null is those for everything.

    Returns
    -------
    Assignments
        Regions, people, and totals that add up.

    Raises
    ------
    QueryError
        If a word is not known, or the regions of the level overlap.
    """
    _check(ws, level)
    on = day or date.today()  # noqa: DTZ011 - assignments hold by the local day
    found = ws.query(with_parts(measures), [level], None, period, totals=True)
    held = holders(ws, level, on, product=product, channel=channel)
    names = owners(ws, on)
    figures = {row[level]: row for row in found.table.to_pylist() if not row["grouping"]}
    whole = next(row for row in found.table.to_pylist() if row["grouping"])
    schema = {m: found.table.schema.field(m).type for m in measures}
    regions = [
        {"subject_kind": "region", "level": level, "subject_id": region, "name": row[f"{level}_name"]}
        | (held.get(region) or {})
        | names.get((held.get(region) or {}).get("owner_id"), {})
        | row
        for region, row in figures.items()
        if region is not None
    ]
    states = {f"{m}_state": pa.string() for m in measures}
    table = _table(regions, {**_PARTY, **_OWNER, **_SPAN, **schema, **states})
    people = _people(regions, figures.get(None), whole, measures)
    columns = {"row": pa.string(), **_OWNER, "regions": pa.int64(), **schema, **states}
    change = ws.crm.last_change() if crm.exists(ws.folder, ws.settings) else 0
    receipt = {**found.receipt, "question": "assignments", "level": level, "day": str(on), "change": change}
    return Assignments(level, on, table, _table(people, columns), receipt, ws)


def holders(
    ws: Project, level: str, day: date, *, product: str | None = None, channel: str | None = None
) -> dict[str, dict[str, Any]]:
    """Return, for each region that somebody looks after on a day, who does and how long.

    Parameters
    ----------
    ws, level, day, product, channel
        As for `assignments`.

    Returns
    -------
    dict
        Region -> owner_id, valid_from, valid_to, source; regions of nobody are left out.
    """
    rows = ws.cursor().execute(
        "SELECT subject_id, owner_id, valid_from, valid_to FROM warehouse.bridge_assignment"
        " WHERE subject_kind = 'region' AND level = $level AND source <> 'crm'"
        " AND product IS NOT DISTINCT FROM $product AND channel IS NOT DISTINCT FROM $channel",
        {"level": level, "product": product, "channel": channel},
    )
    spans = [("file", *row) for row in rows.fetchall()]
    if crm.exists(ws.folder, ws.settings):
        stored = [
            ("store", a.subject.id, a.owner_id, a.valid_from, a.valid_to)
            for a in ws.crm.find(crm.Assignment, product=product, channel=channel)
            if a.subject.kind == "region" and a.subject.level == level
        ]
        taken = {region for _, region, _, first, _ in stored if first <= day}
        spans = [span for span in spans if span[1] not in taken] + stored
    return {
        region: {"owner_id": owner, "valid_from": first, "valid_to": end, "source": source}
        for source, region, owner, first, end in spans
        if (first is None or first <= day) and (end is None or day < end)
    }


def owners(ws: Project, day: date) -> dict[str | None, dict[str, Any]]:
    """Return name (`owner_name`) and team of every sales person on a day; the store's word before that of a file."""
    rows = ws.cursor().execute("SELECT owner_id, name, team FROM warehouse.dim_owner").fetchall()
    found: dict[str | None, dict[str, Any]] = {i: {"owner_name": n, "team": t} for i, n, t in rows}
    if crm.exists(ws.folder, ws.settings):
        for o in sorted(ws.crm.find(crm.Owner), key=lambda o: o.valid_from or date.min):
            if o.valid_from is None or o.valid_from <= day:
                found[o.owner_id] = {"owner_name": o.name, "team": o.team}
    return found


def _check(ws: Project, level: str) -> None:
    known = {name: d for name, d in dimensions(ws.settings).items() if d.kind in {"region", "area"}}
    if level not in known:
        msg = f"There is no region level '{level}'.{near(level, known)}"
        raise QueryError(msg)
    if known[level].kind == "area":
        msg = f"The regions of '{level}' overlap: a place in two of them would count for two people. Choose another."
        raise QueryError(msg)


def _people(
    regions: Sequence[Mapping[str, Any]],
    outside: Mapping[str, Any] | None,
    whole: Mapping[str, Any],
    measures: Sequence[str],
) -> list[dict[str, Any]]:
    """Return one row per person, one for nobody, one for no region, and the total that the cube itself gives."""
    groups: dict[str | None, list[Mapping[str, Any]]] = {}
    for row in regions:
        groups.setdefault(row.get("owner_id"), []).append(row)
    nobodys = groups.pop(None, [])
    rows = [
        {"row": "person", "owner_id": owner, **{k: own[0].get(k) for k in ("owner_name", "team")}, "regions": len(own)}
        | figures_of(own, measures)
        for owner, own in sorted(groups.items(), key=lambda one: str(one[0]))
    ]
    rows.append({"row": "unassigned", "regions": len(nobodys)} | figures_of(nobodys, measures))
    if outside is not None:
        rows.append({"row": "no region", **outside})
    return [*rows, {"row": "total", "regions": len(regions), **whole}]


def _table(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, pa.DataType]) -> pa.Table:
    return pa.Table.from_pylist([{name: row.get(name) for name in columns} for row in rows], pa.schema(columns))

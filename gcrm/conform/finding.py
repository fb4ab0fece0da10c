"""What a person should know about the regions: repairs, empty ones, orphans, overlaps, gaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gcrm.conform.partition import gaps, overlaps
from gcrm.conform.region import area_m2
from gcrm.stage import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from gcrm.conform.region import Level, Region

#: One sentence per kind, for the report of the stage.
_SENTENCES = {
    "repaired": "regions whose polygon was invalid and was repaired",
    "empty": "regions without any area",
    "orphan": "regions whose parent is unknown",
    "overlap": "pairs of regions that overlap",
    "gap": "gaps between regions",
    "outside": "located places in no region",
    "path": "places whose region names another parent than the region around the place",
}


@dataclass(frozen=True)
class Row:
    """One row of `conform.finding`.

    Attributes
    ----------
    kind
        One word for what it is; a key of the sentences above.
    layer_id, region_id, other_id
        What it is about; null where it is about more than one region, or about no second one.
    area_m2
        Area of an overlap or gap, or change of area by a repair; null otherwise.
    count
        Regions or places that it is about.
    detail
        What was found.
    """

    kind: str
    layer_id: int
    region_id: str | None
    other_id: str | None
    area_m2: float | None
    count: int
    detail: str


def of_regions(
    level: Level, given: Sequence[Region], regions: Sequence[Region], parent: Sequence[int | None], crs: str
) -> list[Row]:
    """Say what is wrong with the regions of one level.

    Parameters
    ----------
    level
        The level.
    given
        Its regions as read.
    regions
        The same regions with the unions of children.
    parent
        Position of each region's parent; null where there is none.
    crs
        Metric CRS in which areas are measured.

    Returns
    -------
    list of Row
        Findings by kind, then region.
    """
    rows = [
        Row("repaired", level.layer_id, r.region_id, None, change, 1, r.fault or "")
        for r, change in zip(given, _changes(given, crs), strict=True)
        if r.fault and r.geometry is not None
    ]
    for region in regions:
        if region.geometry is None:
            why = region.fault or "there is neither a geometry nor a region below with one"
            rows.append(Row("empty", level.layer_id, region.region_id, None, None, 1, why))
    if level.depth > 1:
        rows += _orphans(level, regions, parent)
    if not level.overlapping:
        rows += _overlaps(level, regions, crs) + _gaps(level, regions, crs)
    return rows


def _changes(regions: Sequence[Region], crs: str) -> list[float]:
    """Return by how many square metres the repair of each region changed its area."""
    after, before = (area_m2([getattr(r, name) for r in regions], crs) for name in ("geometry", "original"))
    return [float(change) for change in after - before]


def _orphans(level: Level, regions: Sequence[Region], parent: Sequence[int | None]) -> list[Row]:
    lost = [r for r, p in zip(regions, parent, strict=True) if p is None]
    rows = [
        Row(
            "orphan",
            level.layer_id,
            r.region_id,
            r.parent_id,
            None,
            1,
            "the level above has no such region at that time",
        )
        for r in lost
        if r.parent_id is not None
    ]
    silent = sum(r.parent_id is None for r in lost)
    if silent:
        rows.append(Row("orphan", level.layer_id, None, None, None, silent, "regions that name no parent"))
    return rows


def _overlaps(level: Level, regions: Sequence[Region], crs: str) -> list[Row]:
    return [
        Row(
            "overlap",
            level.layer_id,
            regions[o.first].region_id,
            regions[o.second].region_id,
            o.area_m2,
            1,
            "both regions claim this area; a place in it goes to the first",
        )
        for o in overlaps(regions, crs)
    ]


def _gaps(level: Level, regions: Sequence[Region], crs: str) -> list[Row]:
    rows = []
    for gap in gaps(regions, crs):
        first, second = (regions[i].region_id for i in gap.sides) if gap.sides else (None, None)
        what = "a narrow gap between neighbours" if gap.sides else "a hole that no region fills"
        where = f"{what}, at lon {gap.lon:.6f}, lat {gap.lat:.6f}"
        rows.append(Row("gap", level.layer_id, first, second, gap.area_m2, 1, where))
    return rows


def report(con: duckdb.DuckDBPyConnection) -> tuple[Finding, ...]:
    """Sum up `conform.finding`: one finding per kind and layer."""
    rows = con.execute(
        "SELECT f.kind, layer.level, sum(f.count)::BIGINT, sum(f.area_m2) FROM conform.finding AS f "
        "JOIN conform.layer AS layer USING (layer_id) GROUP BY ALL ORDER BY min(layer.layer_id), f.kind"
    ).fetchall()
    return tuple(
        Finding(
            kind, level, count, _SENTENCES[kind] + (f", {area:,.0f} m2 in all" if kind in {"overlap", "gap"} else "")
        )
        for kind, level, count, area in rows
    )

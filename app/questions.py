"""The questions that pages ask: each takes the workspace and plain values and returns plain values."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from app.answers import Catalog, Hierarchy, Region, Row
from gcrm.analysis.change import kpis as compare
from gcrm.analysis.change import period_before

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gcrm.analysis.change import Kpi
    from gcrm.cube.card import Card
    from gcrm.cube.model import Measure
    from gcrm.workspace import Workspace

#: Borders are simplified by up to this much before they are sent.
TOLERANCE_M = 3.0
#: West, south, east, north of everywhere that people live.
EARTH = (-170.0, -60.0, 170.0, 75.0)

_PRESENCE = "SELECT 1 FROM warehouse.fact_presence WHERE measure ="
_TRIPS = "SELECT 1 FROM warehouse.fact_trip_end"
#: Measures that few projects have a source of -> a statement that has a row where there is one.
_OBSERVED = {
    "households": "SELECT 1 FROM warehouse.fact_zone_statistic WHERE statistic = 'households'",
    "person_hours": f"{_PRESENCE} 'stock'",
    "footfall": f"{_PRESENCE} 'footfall'",
    "trips_out": _TRIPS,
    "trips_in": _TRIPS,
}
#: Measures that others are divided by, and that say little on their own.
_DIVISORS = ("hours_observed",)


def catalog(ws: Workspace, _: dict[str, Any]) -> Catalog:
    """Return what the project has to choose from."""
    project = ws.settings
    first, last = ws.period_range
    months = [(m // 12, m % 12 + 1) for m in range(first.year * 12 + first.month - 1, last.year * 12 + last.month)]
    quarters = list(dict.fromkeys(f"{y}-Q{(m + 2) // 3}" for y, m in months))
    whole = [q for q in quarters if ws.period(q)[1] <= last and ws.period(q)[0] >= first.replace(day=1)]
    years = dict.fromkeys(str(y) for y, _ in months)
    periods = [*reversed(years), *reversed(quarters), *(f"{y}-{m:02}" for y, m in reversed(months))]
    return Catalog(
        project.project.name,
        project.project.currency,
        project.privacy.min_count,
        offered(ws),
        {n: Hierarchy(n, h.title or n.capitalize(), h.levels) for n, h in project.hierarchies.items()},
        tuple(project.cell_resolutions),
        tuple(ws.values("segment")),
        tuple(periods),
        whole[-1] if whole else "all",
        ws.manifest.created,
    )


def offered(ws: Workspace) -> dict[str, Measure]:
    """Return the measures that pages offer: those of which the project has a source, and none that only divides."""
    con = ws.cursor()
    absent = {name for name, text in _OBSERVED.items() if not con.execute(f"{text} LIMIT 1").fetchall()}
    return {
        name: measure
        for name, measure in ws.measures.items()
        if name not in _DIVISORS and absent.isdisjoint({name, measure.numerator, measure.denominator})
    }


def base(ws: Workspace, _: dict[str, Any]) -> str | None:
    """Return who is to be named for the base map, apart by semicolons; null where there is nothing to draw."""
    if not ws.cursor().execute("SELECT 1 FROM enrich.ground LIMIT 1").fetchall():
        return None
    drawn = ("land_uses", "buildings", "roads", "barriers")
    named = [source.attribution for source in ws.settings.sources.values() if source.kind in drawn]
    return "; ".join(dict.fromkeys(name for name in named if name))


def regions(ws: Workspace, question: dict[str, Any]) -> dict[str, Region]:
    """Return the regions of a level by identifier."""
    frame = ws.regions(question["level"])
    parents = zip(frame["parent_level"], frame["parent_id"], strict=True)
    steps = [(level, above) if isinstance(above, str) else None for level, above in parents]
    return {i: Region(n, p) for i, n, p in zip(frame["region_id"], frame["name"], steps, strict=True)}


def bounds(ws: Workspace, question: dict[str, Any]) -> tuple[float, float, float, float]:
    """Return west, south, east, north of one region of a level, or of all; of the Earth where there is none."""
    frame = ws.regions(question["level"])
    if question["region"] is not None:
        frame = frame[frame["region_id"] == question["region"]]
    west, south, east, north = (float(v) for v in frame.total_bounds)
    return EARTH if math.isnan(west) else (west, south, east, north)


def figures(ws: Workspace, question: dict[str, Any]) -> list[Row]:
    """Return a measure by region or cell, and what has no place, in the order of the identifiers."""
    by, measure = question["by"], question["measure"]
    table = ws.query([measure], by=[by], where=question["where"], period=question["period"]).table
    return [row_of(row, by, measure) for row in table.to_pylist()]


def row_of(row: Mapping[str, Any], by: str, measure: str) -> Row:
    """Return one place's figure from the row of an answer.

    Parameters
    ----------
    row
        A row of an answer.
    by
        The level, or cells.
    measure
        The measure.

    Returns
    -------
    Row
        The figure.
    """
    value = row[measure]
    name = row.get(f"{by}_name") or row[by] or ""
    return Row(row[by], name, None if value is None else float(value), row[f"{measure}_state"])


def before(ws: Workspace, question: dict[str, Any]) -> dict[str | None, float | None]:
    """Return a measure by region or cell in the period before; empty where the orders do not reach back so far."""
    then = period_before(ws, question["period"])
    if then is None:
        return {}
    return {row.id: row.value for row in figures(ws, {**question, "period": then})}


def kpis(ws: Workspace, question: dict[str, Any]) -> tuple[Kpi, ...]:
    """Return every measure of the region in focus against the region above it and the period before."""
    path = [(level, region) for level, region in question["path"]]
    return compare(ws, list(offered(ws)), path=path, period=question["period"], where=question["where"])


def name_before(ws: Workspace, question: dict[str, Any]) -> str:
    """Return what to call the period before; empty where there is none."""
    word = question["period"]
    then = period_before(ws, word)
    if then is None:
        return ""
    first, last = then
    if word and "Q" in word:
        return f"vs {first.year}-Q{(first.month + 2) // 3}"
    return f"vs {first:%Y-%m}" if word and len(word) == 7 else f"vs {first.year}" if word else f"vs {first} to {last}"


def points(ws: Workspace, question: dict[str, Any]) -> dict[str, Any] | None:
    """Return customers or prospects as points, none of them above the limit; None for who may not see records."""
    if not ws.scope.record_rights:
        return None
    limit = question["limit"]
    found = ws.points(question["kind"], where=question["where"], period=question["period"], limit=limit + 1)
    few = found.shown <= limit
    return {
        "rows": found.table.to_pylist() if few else [],
        "total": found.total,
        "without_location": found.without_location,
    }


def shapes(ws: Workspace, question: dict[str, Any]) -> list[Any]:
    """Return the geometry of cells."""
    return ws.shapes(ws.dimensions[question["by"]], question["cells"])


def intake(ws: Workspace, _: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return what came in: sources, rejected rows by reason, and places by how they were found."""
    wanted = {
        "sources": "SELECT source, kind, file, rows_in, rows_loaded, rows_rejected,"
        " rows_superseded + rows_deleted AS rows_replaced FROM ingest.source ORDER BY source, file",
        "rejected": "SELECT source, reason, count(*) AS rows FROM ingest.reject GROUP BY ALL ORDER BY source, reason",
        "located": "SELECT coalesce(match_level, 'not located') AS found_by, count(*) AS places,"
        " median(error_m) AS median_error_m FROM geocode.location GROUP BY ALL ORDER BY places DESC",
    }
    con = ws.cursor()
    return {name: con.execute(text).to_arrow_table().to_pylist() for name, text in wanted.items()}


def listing(ws: Workspace, question: dict[str, Any]) -> dict[str, Any] | None:
    """Return records one by one and how many there are; None for who may not see records."""
    if not ws.scope.record_rights:
        return None
    found = ws.listing(**question)
    return {"rows": found.table.to_pylist(), "total": found.total}


def card(ws: Workspace, question: dict[str, Any]) -> Card:
    """Return the card of one record."""
    return ws.card(question["kind"], question["id"])


def operation(ws: Workspace, _: dict[str, Any]) -> tuple[str | None, int]:
    """Return which operational store the snapshot was built with (None: none), and the newest change it read."""
    row = ws.cursor().execute("SELECT identity, last_change FROM ingest.operation").fetchone()
    return (row[0], int(row[1] or 0)) if row else (None, 0)


def waiting(ws: Workspace, _: dict[str, Any]) -> dict[str, Any] | None:
    """Return the addresses that wait for a person, and how many there are; None for who may not see records.

    The question names the keys that were decided about since the build, so that each answer is of its own.
    """
    if not ws.scope.record_rights:
        return None
    found = ws.review.queue()
    return {"rows": found.table.to_pylist(), "total": found.total}


def alternatives(ws: Workspace, question: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what else an address may be, the likeliest first."""
    rows: list[dict[str, Any]] = ws.review.alternatives(question["location_id"]).to_pylist()
    return rows


def addresses(ws: Workspace, question: dict[str, Any]) -> dict[int, str]:
    """Return the addresses of places by their numbers."""
    text = "SELECT location_id, address FROM geocode.location WHERE list_contains($places, location_id)"
    return dict(ws.cursor().execute(text, {"places": question["places"]}).fetchall())


def next_door(ws: Workspace, question: dict[str, Any]) -> dict[str, str]:
    """Say, per region of a level, how many of its customers (or prospects) might belong next door, where any might.

    Empty for cells, for other measures, and for who may not see records.
    """
    level = question["by"]
    kind = question["measure"]
    placed = kind in {"customers", "prospects"} and ws.dimensions[level].kind in {"region", "area"}
    if not placed or not ws.scope.record_rights:
        return {}
    rows = ws.uncertainty(level, kind=kind, where=question["where"], period=question["period"]).to_pylist()
    words = "of {records:,} {kind}, up to {up_to:,} might belong next door"
    return {row["region_id"]: words.format(kind=kind, **row) for row in rows if row["up_to"]}

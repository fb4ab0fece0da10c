"""Exchanged coordinates: points that lie in no region as they are, but would with lon and lat in each other's place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

from gcrm.columns import KINDS
from gcrm.errors import SourceError
from gcrm.sql import identifier

if TYPE_CHECKING:
    import duckdb

#: Regions that are looked at; a country has some thousands.
_REGIONS = 10_000
#: Of the points of a source at most this share may lie within the regions' bounds, and at least that when exchanged.
_MOST_INSIDE, _LEAST_EXCHANGED = 0.1, 0.5


def check(con: duckdb.DuckDBPyConnection) -> None:
    """Refuse a source whose points lie within the bounds of the regions only when lon and lat are exchanged.

    Parameters
    ----------
    con
        Connection with the tables of `ingest`.

    Raises
    ------
    SourceError
        If a source's coordinates are exchanged.
    """
    bounds = _bounds(con)
    if bounds is None:
        return
    values = dict(zip(("west", "south", "east", "north"), bounds, strict=True))
    inside = "count(*) FILTER ({x} BETWEEN $west AND $east AND {y} BETWEEN $south AND $north)"
    counts = f"{inside.format(x='lon', y='lat')}, {inside.format(x='lat', y='lon')}"
    for kind in KINDS.values():
        if not kind.located:
            continue
        found = con.execute(
            f"SELECT source, count(*), {counts} FROM ingest.{identifier(kind.table)} WHERE lon IS NOT NULL "
            "GROUP BY source ORDER BY source",
            values,
        ).fetchall()
        for source, points, right, exchanged in found:
            if right <= _MOST_INSIDE * points and exchanged >= _LEAST_EXCHANGED * points:
                msg = (
                    f"Source '{source}': of its {points} points {right} lie where the regions are, but {exchanged} "
                    "would if longitude and latitude were exchanged. Exchange 'lon' and 'lat' under 'columns' in "
                    "gcrm.toml, or mend the file."
                )
                raise SourceError(msg)


def _bounds(con: duckdb.DuckDBPyConnection) -> tuple[float, float, float, float] | None:
    """Return west, south, east and north of the regions; null where there are none."""
    rows = con.execute(
        f"SELECT geometry FROM ingest.region WHERE geometry IS NOT NULL ORDER BY row_no LIMIT {_REGIONS}"
    ).fetchall()
    if not rows:
        return None
    west, south, east, north = shapely.total_bounds(shapely.from_wkb([bytes(wkb) for (wkb,) in rows]))
    return float(west), float(south), float(east), float(north)

"""A world of made-up regions and points in DuckDB, and the answer that shapely gives."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import shapely

from gcrm import sql
from gcrm.conform import assign_points

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

Days = tuple[date | None, date | None]
ALWAYS: Days = (None, None)


def world(
    regions: Sequence[BaseGeometry],
    points: NDArray[np.float64],
    *,
    resolution: int,
    overlapping: bool = False,
    days: Sequence[Days] | None = None,
) -> duckdb.DuckDBPyConnection:
    """Attach `geocode` with the points, and `conform` with the regions as layer 7 and keys 10, 11, ..."""
    con = sql.connect()
    con.execute("ATTACH ':memory:' AS geocode")
    con.execute("ATTACH ':memory:' AS conform")
    table = pa.table({"location_id": np.arange(len(points)), "lon": points[:, 0], "lat": points[:, 1]})
    con.register("given", table)
    con.execute("CREATE TABLE geocode.location AS SELECT * FROM given")
    con.execute(
        "CREATE TABLE conform.layer AS SELECT 7::SMALLINT AS layer_id, $r AS resolution, $o AS overlapping",
        {"r": resolution, "o": overlapping},
    )
    days = days or [ALWAYS] * len(regions)
    table = pa.table(
        {
            "region_key": pa.array(range(10, 10 + len(regions)), pa.int32()),
            "layer_id": pa.array([7] * len(regions), pa.int16()),
            "geometry": pa.array([shapely.to_wkb(g) for g in regions], pa.binary()),
            "valid_from": pa.array([d[0] for d in days], pa.date32()),
            "valid_to": pa.array([d[1] for d in days], pa.date32()),
        }
    )
    con.register("given", table)
    con.execute("CREATE TABLE conform.region AS SELECT * FROM given")
    con.unregister("given")
    return con


def assigned(con: duckdb.DuckDBPyConnection, points: str = "geocode.location") -> set[tuple[int, int]]:
    """Assign the points to layer 7; return pairs of point and position of its region."""
    count = assign_points(con, points=points, key="location_id", layer_id=7, out="conform.location_region")
    rows = con.execute("SELECT location_id, region_key - 10 FROM conform.location_region").fetchall()
    assert len(rows) == len(set(rows)) == count
    return set(rows)


def covered(
    regions: Sequence[BaseGeometry], points: NDArray[np.float64], *, overlapping: bool = False
) -> set[tuple[int, int]]:
    """What shapely says: every pair of point and covering region, or each point's first."""
    geometry = shapely.points(points)
    pairs: set[tuple[int, int]] = set()
    taken = np.zeros(len(points), bool)
    for number, region in enumerate(regions):
        hit = shapely.covers(region, geometry)
        if not overlapping:
            hit &= ~taken
            taken |= hit
        pairs |= {(int(p), number) for p in np.flatnonzero(hit)}
    return pairs

"""Small road networks through the tables of a build, in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pyarrow as pa
import shapely

from gcrm.columns import KINDS
from gcrm.enrich.road.build import build_roads
from gcrm.enrich.road.network import Network, network
from gcrm.enrich.road.snap import Snap
from gcrm.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Metres of a degree at the equator, where the towns lie: of latitude, and of longitude.
LAT_M, LON_M = 110_574.2755, 111_319.4908
_COLUMNS = {"ingest.road": "roads", "ingest.road_condition": "road_conditions", "ingest.store": "stores"}


def line(*points: tuple[float, float]) -> bytes:
    """WKB of a line whose points are metres east and north of 0, 0."""
    return shapely.to_wkb(shapely.LineString([(x / LON_M, y / LAT_M) for x, y in points]))


def road(road_id: str, *points: tuple[float, float], **values: Any) -> dict[str, Any]:
    return {"road_id": road_id, "geometry": line(*points), **values}


def town(
    roads: Sequence[dict[str, Any]], conditions: Sequence[dict[str, Any]] = (), **rules: Any
) -> tuple[duckdb.DuckDBPyConnection, Network]:
    """Build the graph of some roads; junctions cost nothing unless the rules say so."""
    con = duckdb.connect(config={"threads": 1})
    for catalog in ("ingest", "geocode", "enrich"):
        con.execute(f"ATTACH ':memory:' AS {catalog}")
    for table, kind in _COLUMNS.items():
        fields = ", ".join(f"{f.name} {f.sql_type}" for f in KINDS[kind].fields)
        con.execute(f"CREATE TABLE {table} ({fields}, source VARCHAR, row_no BIGINT)")
    con.execute("CREATE TABLE ingest.order (ordered_on DATE)")
    con.execute("CREATE TABLE geocode.location (location_id BIGINT, lon DOUBLE, lat DOUBLE)")
    con.execute(
        "CREATE TABLE geocode.record_location (kind VARCHAR, source VARCHAR, row_no BIGINT, location_id BIGINT)"
    )
    for table, rows in (("ingest.road", roads), ("ingest.road_condition", conditions)):
        if rows:
            con.register("given", pa.Table.from_pylist([_row(table, i, row) for i, row in enumerate(rows)]))
            con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM given")
    rebuild(con, **rules)
    return con, network(con)


def _row(table: str, number: int, row: dict[str, Any]) -> dict[str, Any]:
    empty = {field.name: None for field in KINDS[_COLUMNS[table]].fields}
    return {**empty, "source": "roads", "row_no": number, **row}


def rebuild(con: duckdb.DuckDBPyConnection, **rules: Any) -> Any:
    raw = {"project": {"name": "Town", "metric_crs": "EPSG:3857"}, "roads": {"junction_s": 0, **rules}}
    return build_roads(con, settings=Settings.model_validate(raw))


def rows(con: duckdb.DuckDBPyConnection, text: str) -> list[tuple[Any, ...]]:
    return con.execute(text).fetchall()


def points(*xy: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Longitudes and latitudes of points in metres."""
    east, north = np.array(xy, float).T
    return east / LON_M, north / LAT_M


def at_nodes(net: Network, nodes: Sequence[int], graph: Any) -> Snap:
    """Put places right on junctions: at the end of a piece that can be travelled."""
    piece, share = [], []
    for node in nodes:
        out = [p for p in graph.open_pieces if node in {net.start[p], net.end[p]}]
        piece.append(out[0])
        share.append(0.0 if net.start[out[0]] == node else 1.0)
    return Snap(np.array(piece), np.array(share), np.zeros(len(piece)))


def grid(size: int, block_m: float = 100.0) -> list[dict[str, Any]]:
    """Streets of a square town: a piece of `block_m` metres between any two neighbouring crossings."""
    found = []
    for x in range(size):
        for y in range(size):
            here = (x * block_m, y * block_m)
            if x + 1 < size:
                found.append(road(f"e{x}-{y}", here, (here[0] + block_m, here[1])))
            if y + 1 < size:
                found.append(road(f"n{x}-{y}", here, (here[0], here[1] + block_m)))
    return found

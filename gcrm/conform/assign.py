"""Assign a table of points to a layer of regions: table names in, table out.

Cells wholly inside a region are an equi-join in DuckDB; the points of all other cells are tested one by one. The
result equals shapely's `covers` on the stored lon/lat to the last point: the hull of a cell contains each of its
points, so what holds for the hull holds for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from gcrm.conform.border import Groups, divide, first_covering
from gcrm.conform.cell import BATCH, column, write_cells
from gcrm.conform.clash import write_shares
from gcrm.conform.cover import cover
from gcrm.conform.layer import Layer, dates, read_layer
from gcrm.conform.table import insert, qualified, write
from gcrm.sql import identifier

if TYPE_CHECKING:
    import duckdb

#: Distinct cells compared with the regions at a time: some 200 MB.
_CELLS = 500_000
#: What an assignment knows for its own duration: the validity of each region, the cells inside a region, and the groups
#: of candidates of all other cells.
_WORK = (
    "conform_version (region_key INTEGER, valid_from DATE, valid_to DATE)",
    "conform_inside (cell UBIGINT, region_key INTEGER)",
    "conform_border (cell UBIGINT, group_no BIGINT)",
)


def assign_points(
    con: duckdb.DuckDBPyConnection, *, points: str, key: str, layer_id: int, out: str, catalog: str = "conform"
) -> int:
    """Assign every point of a table to the regions of a layer, and append the result to a table.

    In a partition a point that several regions cover goes to the lowest `region_id` of those valid at the same time; in
    an overlapping layer it gets them all. Points in no region get no row.

    Parameters
    ----------
    con
        Connection with the catalogs of all tables attached.
    points
        Table with one row per point: `key`, `lon`, `lat`. If it also has the layer's cells (`h3_rN`), they are used and
        points without one are left out; otherwise cells are computed.
    key
        Column that identifies a point.
    layer_id
        The layer's number in `catalog`.layer.
    out
        Table to append to, one row per point and region version: `key`, `layer_id`, `region_key`, `valid_from`,
        `valid_to`; made where it does not exist.
    catalog
        Catalog with the tables `layer` and `region`.

    Returns
    -------
    int
        Rows appended.

    Raises
    ------
    InternalError
        If there is no such layer.
    """
    layer = read_layer(con, layer_id, catalog)
    cell = column(layer.resolution)
    have = {row[0] for row in con.execute(f"SELECT column_name FROM (DESCRIBE {qualified(points)})").fetchall()}
    made = cell not in have
    if made:
        write_cells(con, points=points, key=key, resolutions=[layer.resolution], out="temp.conform_celled")
        points = "temp.conform_celled"
    name, source, target = identifier(key), qualified(points), qualified(out)
    view = f"SELECT {name} AS point_id, lon, lat, {identifier(cell)} AS cell FROM {source}"
    con.execute(f"CREATE OR REPLACE TEMP VIEW conform_point AS {view} WHERE {identifier(cell)} IS NOT NULL")
    con.execute(
        f"CREATE TABLE IF NOT EXISTS {target} AS SELECT {name}, 0::SMALLINT AS layer_id, 0::INTEGER AS region_key, "
        f"NULL::DATE AS valid_from, NULL::DATE AS valid_to FROM {source} LIMIT 0"
    )
    for table in _WORK:
        con.execute(f"CREATE OR REPLACE TEMP TABLE {table}")
    _write_versions(con, layer)
    groups = _write_cover(con, layer)
    rows = _join_inside(con, layer, target)
    rows += _test_border(con, layer, groups, target)
    con.execute("DROP VIEW conform_point")
    for table in (*_WORK, "conform_candidate", *(["conform_celled"] if made else [])):
        con.execute(f"DROP TABLE {table.partition(' ')[0]}")
    return rows


def _write_versions(con: duckdb.DuckDBPyConnection, layer: Layer) -> None:
    """Write the validity of each region as dates, null where open."""
    columns = {
        "region_key": layer.region_key,
        "valid_from": dates(layer.valid_from),
        "valid_to": dates(layer.valid_to),
    }
    insert(con, "conform_version", "SELECT * FROM arrow_rows", pa.table(columns))


def _write_cover(con: duckdb.DuckDBPyConnection, layer: Layer) -> Groups:
    """Write which cells lie inside a region and which belong to a group of candidates; return the groups."""
    cells = con.execute("SELECT DISTINCT cell FROM conform_point ORDER BY cell").fetchnumpy()["cell"]
    start, candidate, count, length = [np.zeros(1, np.int64)], [np.empty(0, np.int64)], 0, 0
    for begin in range(0, len(cells), _CELLS):
        part = np.asarray(cells[begin : begin + _CELLS])
        pairs = cover(layer.geometry, part, layer.resolution)
        certain, groups = divide(layer, pairs)
        inside = {"cell": part[pairs.cell[certain]], "region_key": layer.region_key[pairs.region[certain]]}
        insert(con, "conform_inside", "SELECT * FROM arrow_rows", pa.table(inside))
        border = {"cell": part[groups.cell], "group_no": np.arange(count, count + len(groups.cell))}
        insert(con, "conform_border", "SELECT * FROM arrow_rows", pa.table(border))
        start.append(groups.start[1:] + length)
        candidate.append(groups.candidate)
        count, length = count + len(groups.cell), length + len(groups.candidate)
    return Groups(np.empty(0, np.int64), np.concatenate(start), np.concatenate(candidate))


def _join_inside(con: duckdb.DuckDBPyConnection, layer: Layer, target: str) -> int:
    """Append the points of cells inside a region; return their number."""
    return write(
        con,
        f"INSERT INTO {target} SELECT point_id, {layer.layer_id}, region_key, valid_from, valid_to "
        "FROM conform_point JOIN conform_inside USING (cell) JOIN conform_version USING (region_key)",
    )


def _test_border(con: duckdb.DuckDBPyConnection, layer: Layer, groups: Groups, target: str) -> int:
    """Append the points of all other cells that a region covers; return their number."""
    candidates = write(
        con,
        "CREATE OR REPLACE TEMP TABLE conform_candidate AS "
        "SELECT point_id, lon, lat, group_no FROM conform_point JOIN conform_border USING (cell)",
    )
    clashing = not (layer.overlapping or layer.tidy)
    if clashing:
        write(
            con,
            "CREATE OR REPLACE TEMP TABLE conform_hit AS SELECT point_id, 0 AS region_key FROM conform_point LIMIT 0",
        )
    written = 0
    for begin in range(0, candidates, BATCH):
        rows = con.execute(
            "SELECT point_id, lon, lat, group_no FROM conform_candidate WHERE rowid >= $start AND rowid < $stop",
            {"start": begin, "stop": begin + BATCH},
        ).to_arrow_table()
        group, lon, lat = (rows.column(c).to_numpy() for c in ("group_no", "lon", "lat"))
        found = first_covering(layer, groups, group, lon, lat)
        hits = pa.table({"point_id": rows.column("point_id"), "region": found}).filter(pa.array(found >= 0))
        keys = layer.region_key[hits.column("region").to_numpy()]
        hits = hits.set_column(1, "region_key", pa.array(keys))
        query = f"SELECT point_id, {layer.layer_id}, region_key, valid_from, valid_to FROM arrow_rows "
        if clashing:
            insert(con, "conform_hit", "SELECT * FROM arrow_rows", hits)
        else:
            written += insert(con, target, query + "JOIN conform_version USING (region_key)", hits)
    return written + (write_shares(con, layer, target) if clashing else 0)

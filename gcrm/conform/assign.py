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
from gcrm.conform.cell import BATCH, CELLED, column, write_cells
from gcrm.conform.clash import write_shares
from gcrm.conform.cover import cover
from gcrm.conform.layer import Layer, dates, read_layer
from gcrm.conform.table import insert, qualified, row_numbers, write
from gcrm.sql import identifier

if TYPE_CHECKING:
    import duckdb

#: Distinct cells compared with the regions at a time: some 200 MB.
_CELLS = 500_000


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
        write_cells(con, points=points, key=key, resolutions=[layer.resolution], out=CELLED)
    name, source = identifier(key), qualified(CELLED if made else points)
    con.execute(
        f"CREATE OR REPLACE TEMP VIEW conform_point AS SELECT {name} AS point_id, lon, lat, {identifier(cell)} AS cell "
        f"FROM {source} WHERE {identifier(cell)} IS NOT NULL"
    )
    _write_versions(con, layer)
    _test_border(con, layer, _write_cover(con, layer))
    con.execute(
        f"CREATE TABLE IF NOT EXISTS {qualified(out)} AS SELECT point_id AS {name}, 0::SMALLINT AS layer_id, "
        "region_key, NULL::DATE AS valid_from, NULL::DATE AS valid_to FROM conform_hit LIMIT 0"
    )
    rows = _write_result(con, layer, qualified(out))
    con.execute("DROP VIEW conform_point")
    for table in ("version", "inside", "border", "candidate", "hit", "clash", "share", "celled"):
        con.execute(f"DROP TABLE IF EXISTS temp.conform_{table}")
    return rows


def _write_versions(con: duckdb.DuckDBPyConnection, layer: Layer) -> None:
    """Write the validity of each region as dates, null where open."""
    columns = {
        "region_key": layer.region_key,
        "valid_from": dates(layer.valid_from),
        "valid_to": dates(layer.valid_to),
    }
    con.execute("CREATE OR REPLACE TEMP TABLE conform_version (region_key INTEGER, valid_from DATE, valid_to DATE)")
    insert(con, "conform_version", "SELECT * FROM arrow_rows", pa.table(columns))


def _write_cover(con: duckdb.DuckDBPyConnection, layer: Layer) -> Groups:
    """Write which cells lie inside a region and which belong to a group of candidates; return the groups."""
    con.execute("CREATE OR REPLACE TEMP TABLE conform_inside (cell UBIGINT, region_key INTEGER)")
    con.execute("CREATE OR REPLACE TEMP TABLE conform_border (cell UBIGINT, group_no BIGINT)")
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


def _test_border(con: duckdb.DuckDBPyConnection, layer: Layer, groups: Groups) -> None:
    """Test the points of all other cells, and write those that a region covers."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE conform_candidate AS "
        "SELECT point_id, lon, lat, group_no FROM conform_point JOIN conform_border USING (cell)"
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE conform_hit AS SELECT point_id, 0 AS region_key FROM conform_point LIMIT 0"
    )
    for begin in range(0, row_numbers(con, "conform_candidate"), BATCH):
        rows = con.execute(
            "SELECT point_id, lon, lat, group_no FROM conform_candidate WHERE rowid >= $start AND rowid < $stop",
            {"start": begin, "stop": begin + BATCH},
        ).to_arrow_table()
        group, lon, lat = (rows.column(c).to_numpy() for c in ("group_no", "lon", "lat"))
        found = first_covering(layer, groups, group, lon, lat)
        hit = found >= 0
        hits = {"point_id": rows.column("point_id").filter(pa.array(hit)), "region_key": layer.region_key[found[hit]]}
        insert(con, "conform_hit", "SELECT * FROM arrow_rows", pa.table(hits))


def _write_result(con: duckdb.DuckDBPyConnection, layer: Layer, target: str) -> int:
    """Append what was found, with the time it holds for; return the rows appended."""
    inside = "SELECT point_id, region_key FROM conform_point JOIN conform_inside USING (cell)"
    found = f"({inside} UNION ALL SELECT point_id, region_key FROM conform_hit)"
    if layer.always:
        dated = f"SELECT point_id, region_key, NULL::DATE AS valid_from, NULL::DATE AS valid_to FROM {found}"
    elif layer.overlapping or layer.tidy:
        dated = (
            f"SELECT point_id, region_key, valid_from, valid_to FROM {found} JOIN conform_version USING (region_key)"
        )
    else:
        write_shares(con, layer)
        dated = (
            f"SELECT point_id, region_key, valid_from, valid_to FROM ({inside}) "
            "JOIN conform_version USING (region_key) "
            "UNION ALL SELECT point_id, region_key, valid_from, valid_to FROM conform_clash "
            "JOIN conform_share USING (regions)"
        )
    columns = f"point_id, {layer.layer_id}, region_key, valid_from, valid_to"
    return write(con, f"INSERT INTO {target} SELECT {columns} FROM ({dated})")

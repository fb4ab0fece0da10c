"""Assign a table of points to a layer of regions: table names in, table out.

Points are joined to regions by their cells: all points of a cell wholly inside a region belong to it, and only points
of other cells are tested one by one. The result equals shapely's `covers` on the stored lon/lat to the last point: the
hull of a cell contains each of its points, so what holds for the hull holds for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from gcrm.conform.atlas import Atlas
from gcrm.conform.cell import column
from gcrm.conform.clash import write_shares
from gcrm.conform.lattice import Lattice, coded
from gcrm.conform.layer import Layer, dates, read_layer
from gcrm.conform.table import batches, columns, insert, qualified, write
from gcrm.sql import identifier

if TYPE_CHECKING:
    import duckdb


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
    name, stored = identifier(key), column(layer.resolution) in columns(con, points)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE conform_hit AS "
        f"SELECT {name} AS point_id, 0::INTEGER AS region_key FROM {qualified(points)} LIMIT 0"
    )
    _find(con, layer, points, key, stored=stored)
    con.execute(
        f"CREATE TABLE IF NOT EXISTS {qualified(out)} AS SELECT point_id AS {name}, 0::SMALLINT AS layer_id, "
        "region_key, NULL::DATE AS valid_from, NULL::DATE AS valid_to FROM conform_hit LIMIT 0"
    )
    rows = _write_result(con, layer, qualified(out))
    for table in ("hit", "version", "clash", "share"):
        con.execute(f"DROP TABLE IF EXISTS temp.conform_{table}")
    return rows


def _find(con: duckdb.DuckDBPyConnection, layer: Layer, points: str, key: str, *, stored: bool) -> None:
    """Write each point with the regions that it belongs to."""
    atlas, lattice, cell = Atlas(layer), Lattice(layer.resolution), column(layer.resolution)
    for batch in batches(con, points, [key, "lon", "lat", *([cell] if stored else [])]):
        lon, lat = (batch.column(c).to_numpy() for c in ("lon", "lat"))
        cells = coded(batch.column(cell).to_numpy()) if stored else lattice.cells(lon, lat)
        point, region = atlas.regions(cells, lon, lat)
        hits = {"point_id": batch.column(key).take(pa.array(point)), "region_key": layer.region_key[region]}
        insert(con, "conform_hit", "SELECT * FROM arrow_rows", pa.table(hits))


def _write_result(con: duckdb.DuckDBPyConnection, layer: Layer, target: str) -> int:
    """Append what was found, with the time it holds for; return the rows appended."""
    dated = "valid_from, valid_to FROM conform_hit JOIN conform_version USING (region_key)"
    if layer.always:
        dated = "NULL, NULL FROM conform_hit"
    elif layer.overlapping or layer.tidy:
        _write_versions(con, layer)
    else:
        write_shares(con, layer)
        dated = "valid_from, valid_to FROM conform_clash JOIN conform_share USING (regions)"
    return write(con, f"INSERT INTO {target} SELECT point_id, {layer.layer_id}, region_key, {dated}")


def _write_versions(con: duckdb.DuckDBPyConnection, layer: Layer) -> None:
    """Write the validity of each region as dates, null where open."""
    versions = {
        "region_key": layer.region_key,
        "valid_from": dates(layer.valid_from),
        "valid_to": dates(layer.valid_to),
    }
    con.execute("CREATE OR REPLACE TEMP TABLE conform_version (region_key INTEGER, valid_from DATE, valid_to DATE)")
    insert(con, "conform_version", "SELECT * FROM arrow_rows", pa.table(versions))

"""Crossings: where two streets meet, by the ends of their segments or by the houses of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import shapely

from gcrm import sql

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb


def write_crossings(con: duckdb.DuckDBPyConnection, values: Mapping[str, Any]) -> int:
    """Write the temporary table `crossing`: one row per question of two streets that meet.

    Parameters
    ----------
    con
        Connection with the temporary tables `unanswered`, `alike` and `held_range`.
    values
        Values of the stage's SQL.

    Returns
    -------
    int
        Rows written.
    """
    sql.run(con, __package__, "node")
    named = sql.run(con, __package__, "crossed", values)
    if named:
        lines = con.execute(sql.read(__package__, "crossed_line")).to_arrow_table()
        con.from_arrow(_ends(lines)).filter("NOT isnan(lon)").distinct().insert_into("node")
    return sql.run(con, __package__, "crossing", values)


def _ends(lines: pa.Table) -> pa.Table:
    """Return the first and the last point of each line; what is no line has none."""
    shapes = shapely.from_wkb(lines.column("geometry").to_numpy(zero_copy_only=False), on_invalid="ignore")
    merged = shapely.line_merge(np.asarray(shapes, dtype=object))
    merged[shapely.get_type_id(merged) != 1] = None
    ends = np.concatenate((shapely.get_point(merged, 0), shapely.get_point(merged, -1)))
    streets = lines.column("street").to_pylist()
    return pa.table(
        {
            "street": pa.array([*streets, *streets], pa.string()),
            "lon": np.round(shapely.get_x(ends), 7),
            "lat": np.round(shapely.get_y(ends), 7),
        }
    )

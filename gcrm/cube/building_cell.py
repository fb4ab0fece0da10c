"""Buildings summed up per H3 cell: what a map shows where single ones are too many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from gcrm.conform.lattice import Lattice
from gcrm.cube.building import buildings
from gcrm.errors import QueryError

if TYPE_CHECKING:
    from gcrm.access.scope import Scope
    from gcrm.cube.building import Where
    from gcrm.cube.question import PeriodWord
    from gcrm.warehouse.reader import Reader

_SUMS = """
    SELECT lower(to_hex(cell)) AS cell, count(*) AS buildings, sum(units)::BIGINT AS units,
        sum(customers)::BIGINT AS customers, sum(prospects)::BIGINT AS prospects,
        sum(customers) FILTER (units > 0) / sum(units) FILTER (units > 0) AS penetration,
        mode(residence_type ORDER BY residence_type) AS residence_type,
        mode(building_use ORDER BY building_use) AS building_use
    FROM building_in_cell
    GROUP BY cell
    ORDER BY 1
"""


def building_cells(
    reader: Reader, resolution: int, *, scope: Scope, where: Where | None = None, period: PeriodWord = None
) -> pa.Table:
    """Sum up buildings per H3 cell; a building counts in the cell that holds its inner point.

    Parameters
    ----------
    reader
        The snapshot.
    resolution
        H3 resolution, 0 to 15.
    scope, where, period
        As in `gcrm.cube.building.buildings`.

    Returns
    -------
    pa.Table
        One row per cell with buildings: cell (hexadecimal), buildings, units (null where none is known), customers,
        prospects, penetration (customers by units of the buildings with units; null without), and the most frequent
        residence_type and building_use (null where none is known).

    Raises
    ------
    AccessError
        If the scope has no record rights.
    QueryError
        If a word is not known, or the resolution is none.
    """
    if not 0 <= resolution <= 15:
        msg = f"H3 has resolutions 0 to 15, and not {resolution}."
        raise QueryError(msg)
    table = buildings(reader, scope=scope, where=where, period=period)
    wanted = table.select(["units", "customers", "prospects", "residence_type", "building_use"])
    lon, lat = (np.asarray(table[name], float) for name in ("lon", "lat"))
    con = reader.cursor()
    con.register("building_in_cell", wanted.append_column("cell", pa.array(Lattice(resolution).cells(lon, lat).each)))
    try:
        return con.execute(_SUMS).to_arrow_table()
    finally:
        con.unregister("building_in_cell")

"""The form of the city per cell: how densely it is built, how high, and of which types."""

from __future__ import annotations

from typing import TYPE_CHECKING

import h3
import numpy as np
import pyarrow as pa

from gcrm.conform.lattice import Lattice
from gcrm.cube.building import choose
from gcrm.enrich.residence.kind import CLASSES
from gcrm.errors import QueryError

if TYPE_CHECKING:
    from gcrm.access.scope import Scope
    from gcrm.cube.building import Where
    from gcrm.warehouse.reader import Reader


def form(reader: Reader, resolution: int, *, scope: Scope, where: Where | None = None) -> pa.Table:
    """Measure density and form per H3 cell.

    A building counts in the cell that holds its inner point. Coverage is the area of footprints by that of the cell,
    the floor area ratio the known floor area by that of the cell; both are lower bounds where some are not known, and
    null where none is.

    Parameters
    ----------
    reader
        The snapshot.
    resolution
        H3 resolution, 0 to 15.
    scope, where
        As in `gcrm.cube.building.choose`.

    Returns
    -------
    pa.Table
        One row per cell with buildings: cell (hexadecimal), area_m2, buildings, units, units_per_hectare, coverage,
        floor_area_ratio, height_m and levels (means of the buildings that tell them), built_year (median), and per type
        of residence the share of the buildings whose type is known (`share_detached`, ...); null is unknown.

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
    chosen = choose(reader, scope=scope, where=where)
    con = reader.cursor()
    points = con.execute(
        f"SELECT building_key, lon, lat FROM enrich.building AS b WHERE {chosen.condition} ORDER BY 1", chosen.values
    ).fetchnumpy()
    cells = Lattice(resolution).cells(np.asarray(points["lon"], float), np.asarray(points["lat"], float)).each
    distinct = np.unique(cells)
    area = [h3.cell_area(h3.int_to_str(int(c)), unit="m^2") for c in distinct]
    con.register("form_cell", pa.table({"cell": distinct, "area_m2": pa.array(area, pa.float64())}))
    con.register("form_building", pa.table({"building_key": np.asarray(points["building_key"]), "cell": cells}))
    try:
        return con.execute(_FORM).to_arrow_table()
    finally:
        con.unregister("form_building")
        con.unregister("form_cell")


_SHARES = ", ".join(
    f"count(*) FILTER (b.residence_type = '{name}') / nullif(count(b.residence_type), 0) AS share_{name}"
    for name in CLASSES
)
_FORM = f"""
    SELECT lower(to_hex(c.cell)) AS cell, c.area_m2, count(*) AS buildings, sum(b.units)::BIGINT AS units,
        sum(b.units) / c.area_m2 * 10000 AS units_per_hectare, sum(b.footprint_m2) / c.area_m2 AS coverage,
        sum(b.floor_area_m2) / c.area_m2 AS floor_area_ratio, avg(b.height_m) AS height_m, avg(b.levels) AS levels,
        median(b.built_year)::INTEGER AS built_year, {_SHARES}
    FROM form_building AS f
    INNER JOIN form_cell AS c ON c.cell = f.cell
    INNER JOIN enrich.building AS b ON b.building_key = f.building_key
    GROUP BY c.cell, c.area_m2
    ORDER BY c.cell
"""

"""The outlines of buildings, as the registers of buildings and parcels give them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

from gcrm.cube.building import choose
from gcrm.frame import with_shapes

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

    from gcrm.access.scope import Scope
    from gcrm.warehouse.reader import Reader

_OUTLINES = """
    SELECT b.building_key, b.stand, coalesce(f.geometry, p.geometry) AS outline, b.lon, b.lat
    FROM enrich.building AS b
    LEFT JOIN ingest.building AS f ON b.stand = 'footprint' AND f.source = b.source AND f.row_no = b.row_no
    LEFT JOIN ingest.parcel AS p ON b.stand = 'parcel' AND p.source = b.source AND p.row_no = b.row_no
    WHERE list_contains($keys, b.building_key) AND {condition}
    ORDER BY b.building_key
"""


def footprints(reader: Reader, keys: Sequence[int], *, scope: Scope) -> gpd.GeoDataFrame:
    """Return the outlines of buildings that a scope may see.

    Parameters
    ----------
    reader
        The snapshot.
    keys
        Numbers of buildings.
    scope
        Who asks; it needs record rights.

    Returns
    -------
    geopandas.GeoDataFrame
        One row per building: building_key, stand, geometry (a point where nothing else is known).

    Raises
    ------
    AccessError
        If the scope has no record rights.
    """
    chosen = choose(reader, scope=scope)
    text = _OUTLINES.format(condition=chosen.condition)
    table = reader.cursor().execute(text, chosen.values | {"keys": list(keys)}).to_arrow_table()
    outlines = shapely.from_wkb(table["outline"].to_numpy(zero_copy_only=False))
    points = shapely.points(table["lon"].to_numpy(), table["lat"].to_numpy())
    shapes = [p if o is None else o for o, p in zip(outlines, points, strict=True)]
    return with_shapes(table.select(["building_key", "stand"]).to_pandas(), shapes)

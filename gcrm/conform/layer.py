"""A layer in memory: the regions of one level, ready to be asked about points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import shapely

from gcrm.errors import InternalError

if TYPE_CHECKING:
    import duckdb
    from numpy.typing import NDArray

#: The day that stands for an open end of validity; its negative for an open beginning.
OPEN = int(np.iinfo(np.int64).max)


@dataclass(frozen=True)
class Layer:
    """The region versions of one level that have a geometry, in the order of `region_key`.

    Attributes
    ----------
    layer_id
        The layer's number.
    resolution
        H3 resolution of the cells that points and regions are joined on.
    overlapping
        True where a place belongs to every region that covers it, false where to the first one only.
    region_key
        Keys in ascending order, which is the order of `region_id`.
    geometry
        Prepared polygons in lon/lat degrees.
    valid_from, valid_to
        First day valid and first day no longer valid, in days since 1970; the far ends of int64 where open.
    """

    layer_id: int
    resolution: int
    overlapping: bool
    region_key: NDArray[np.int32]
    geometry: NDArray[np.object_]
    valid_from: NDArray[np.int64]
    valid_to: NDArray[np.int64]

    @property
    def period(self) -> NDArray[np.int64]:
        """Number of each region's period of validity; equal periods have equal numbers."""
        days = np.column_stack([self.valid_from, self.valid_to])
        return np.unique(days, axis=0, return_inverse=True)[1].reshape(-1)

    @property
    def always(self) -> bool:
        """True where every region is valid for ever."""
        return bool(np.all(self.valid_from == -OPEN) and np.all(self.valid_to == OPEN))

    @property
    def tidy(self) -> bool:
        """True where any two regions are valid at exactly the same time or never at the same time."""
        days = np.unique(np.column_stack([self.valid_from, self.valid_to]), axis=0)
        return bool(np.all(days[1:, 0] >= days[:-1, 1]))


def read_layer(con: duckdb.DuckDBPyConnection, layer_id: int, catalog: str = "conform") -> Layer:
    """Read a layer from the tables `layer` and `region`.

    Parameters
    ----------
    con
        Connection with the catalog attached.
    layer_id
        The layer's number.
    catalog
        Catalog that holds the two tables.

    Returns
    -------
    Layer
        The layer, its polygons prepared.

    Raises
    ------
    InternalError
        If there is no such layer.
    """
    found = con.execute(
        f'SELECT resolution, overlapping FROM "{catalog}".layer WHERE layer_id = $layer_id', {"layer_id": layer_id}
    ).fetchone()
    if found is None:
        msg = f"layer {layer_id} does not exist"
        raise InternalError(msg)
    rows = con.execute(
        "SELECT region_key, geometry, coalesce(valid_from - DATE '1970-01-01', -$always) AS since, "
        "coalesce(valid_to - DATE '1970-01-01', $always) AS until "
        f'FROM "{catalog}".region WHERE layer_id = $layer_id AND geometry IS NOT NULL ORDER BY region_key',
        {"layer_id": layer_id, "always": OPEN},
    ).fetchnumpy()
    geometry = shapely.from_wkb(np.asarray([bytes(g) for g in rows["geometry"]], dtype=object))
    shapely.prepare(geometry)
    resolution, overlapping = found
    return Layer(
        layer_id,
        resolution,
        overlapping,
        np.asarray(rows["region_key"], np.int32),
        geometry,
        np.asarray(rows["since"], np.int64),
        np.asarray(rows["until"], np.int64),
    )


def dates(days: NDArray[np.int64]) -> pa.Array:
    """Return days since 1970 as Arrow dates, null where open."""
    unbounded = np.abs(days) == OPEN
    return pa.array(np.where(unbounded, 0, days).astype(np.int32), mask=unbounded).cast(pa.date32())

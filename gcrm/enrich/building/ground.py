"""Areas that buildings can be told by, footprints and parcels, read into arrays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gcrm.conform.region import metric, repaired
from gcrm.sql import identifier

if TYPE_CHECKING:
    import duckdb
    from numpy.typing import NDArray

#: Position of what is not there.
NONE = -1


@dataclass(frozen=True)
class Ground:
    """Areas of one kind, in the order of their identifiers.

    Attributes
    ----------
    id, parcel_id, source, row_no
        Identifier, parcel it stands on (of a parcel itself), and where it was read; parcel_id may be null.
    shape
        Areas in lon/lat, repaired where they were invalid.
    crs
        Metric CRS of the project.
    """

    id: NDArray[np.object_]
    parcel_id: NDArray[np.object_]
    source: NDArray[np.object_]
    row_no: NDArray[np.int64]
    shape: NDArray[np.object_]
    crs: str

    def __len__(self) -> int:
        """Return the number of areas."""
        return len(self.id)

    @cached_property
    def flat(self) -> NDArray[np.object_]:
        """The areas in the metric CRS."""
        return metric(self.shape, self.crs)

    @cached_property
    def area_m2(self) -> NDArray[np.float64]:
        """Their size in square metres."""
        found: NDArray[np.float64] = shapely.area(self.flat)
        return found

    @cached_property
    def point(self) -> NDArray[np.float64]:
        """A point inside of each, lon and lat."""
        found: NDArray[np.float64] = shapely.get_coordinates(shapely.point_on_surface(self.shape))
        return found

    def holding(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return for each point the smallest area that covers it, the first of several alike; `NONE` where none does.

        Parameters
        ----------
        lon, lat
            Points in degrees.

        Returns
        -------
        numpy.ndarray
            Position of the area.
        """
        if not len(self):
            return np.full(len(lon), NONE)
        # For a point, to meet an area is to be covered by it: its border counts.
        point, area = shapely.STRtree(self.shape).query(shapely.points(lon, lat), predicate="intersects")
        return _first(len(lon), point, area, self.area_m2[area])

    def nearest(self, x: NDArray[np.float64], y: NDArray[np.float64], reach_m: float) -> NDArray[np.int64]:
        """Return for each point the nearest area within a distance; `NONE` where there is none.

        Parameters
        ----------
        x, y
            Points in the metric CRS.
        reach_m
            The distance, in metres.

        Returns
        -------
        numpy.ndarray
            Position of the area; the first of several that are as near.
        """
        if not len(self) or not len(x) or not reach_m:
            return np.full(len(x), NONE)
        tree = shapely.STRtree(self.flat)
        point, area = tree.query_nearest(shapely.points(x, y), max_distance=reach_m, all_matches=True)
        return _first(len(x), point, area, np.zeros(len(area)))


def read_ground(con: duckdb.DuckDBPyConnection, table: str, key: str, crs: str) -> Ground:
    """Read the areas of a table of `ingest`.

    Parameters
    ----------
    con
        Connection with `ingest` attached.
    table
        `building` or `parcel`.
    key
        Column with the identifier.
    crs
        Metric CRS of the project.

    Returns
    -------
    Ground
        Its areas; of several under one identifier the first source and row counts. What has no area is left out.
    """
    name = identifier(key)
    found = con.execute(
        f"SELECT {name} AS id, parcel_id, source, row_no, geometry FROM ingest.{identifier(table)} "
        f"QUALIFY row_number() OVER (PARTITION BY {name} ORDER BY source, row_no) = 1 ORDER BY {name}"
    ).to_arrow_table()
    column = {n: found[n].to_numpy(zero_copy_only=False) for n in found.column_names}
    shape = shapely.force_2d(shapely.from_wkb(column["geometry"]))
    for i in np.flatnonzero(~shapely.is_valid(shape)):
        shape[i] = repaired(shape[i])
    fine = ~shapely.is_missing(shape) & (shapely.area(shape) > 0)
    return Ground(
        column["id"].astype(object)[fine],
        column["parcel_id"].astype(object)[fine],
        column["source"].astype(object)[fine],
        column["row_no"].astype(np.int64)[fine],
        shape[fine],
        crs,
    )


def _first(size: int, row: NDArray[np.int64], choice: NDArray[np.int64], order: NDArray[np.float64]) -> NDArray[Any]:
    """Return for each row the choice with the least order, and of those the first."""
    best = np.full(size, NONE)
    sorted_ = np.lexsort((choice, order, row))
    rows, at = np.unique(row[sorted_], return_index=True)
    best[rows] = choice[sorted_][at]
    return best

"""Points whose region is known because they were put there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

#: Coordinates are whole multiples of this many degrees (a centimetre).
DECIMALS = 7
#: Share of a zone's points that stand around its town rather than anywhere.
_TOWN_SHARE = 0.6


def scatter(
    zones: gpd.GeoDataFrame, count: int, seed: int = 0, *, weights: Floats | None = None
) -> tuple[Floats, Floats, Ints]:
    """Put points into zones.

    Parameters
    ----------
    zones
        Polygons in lon/lat that do not overlap.
    count
        Number of points.
    seed
        The same seed makes the same points.
    weights
        Expected share of every zone, in any unit; its area where null.

    Returns
    -------
    tuple
        lon, lat in degrees and the row number of the zone, one entry per point, in random order. Every point lies in
        the interior of its zone, never on a border.
    """
    rng = np.random.default_rng([seed, 2])
    share = shapely.area(zones.geometry.to_numpy()) if weights is None else weights
    lon, lat, zone = np.empty(count), np.empty(count), np.empty(count, dtype=np.int64)
    towns = Towns(zones)
    for start in range(0, count, 1_000_000):
        part = slice(start, min(count, start + 1_000_000))
        zone[part] = rng.choice(len(zones), part.stop - start, p=share / share.sum())
        lon[part], lat[part] = towns.points(zone[part], rng)
    return lon, lat, zone


class Towns:
    """The zones, prepared for putting points into them.

    Attributes
    ----------
    shapes
        The polygons.
    """

    def __init__(self, zones: gpd.GeoDataFrame) -> None:
        self.shapes = np.array(zones.geometry.to_numpy(), dtype=object)
        shapely.prepare(self.shapes)
        self._box = shapely.bounds(self.shapes)
        self._centre = shapely.get_coordinates(shapely.point_on_surface(self.shapes))
        self._spread = 0.12 * (self._box[:, 2:] - self._box[:, :2])

    def points(self, zone: Ints, rng: np.random.Generator) -> tuple[Floats, Floats]:
        """Return a point in the interior of each given zone: most around its town, the others anywhere.

        Candidates outside their zone are drawn again until none is left.

        Parameters
        ----------
        zone
            Row number of the zone, one per point.
        rng
            Random numbers.

        Returns
        -------
        tuple
            lon and lat in degrees.
        """
        place = np.empty((len(zone), 2))
        # In the order of the zones one polygon is tested at a time, which keeps it in the processor's cache.
        open_rows = np.argsort(zone, kind="stable")
        while len(open_rows):
            mine = zone[open_rows]
            anywhere = self._box[mine, :2] + rng.random((len(mine), 2)) * (self._box[mine, 2:] - self._box[mine, :2])
            town = self._centre[mine] + rng.normal(0, 1, (len(mine), 2)) * self._spread[mine]
            tried = np.round(np.where(rng.random((len(mine), 1)) < _TOWN_SHARE, town, anywhere), DECIMALS)
            good = self.holds(mine, tried)
            place[open_rows[good]] = tried[good]
            open_rows = open_rows[~good]
        return place[:, 0], place[:, 1]

    def holds(self, zone: Ints, place: Floats) -> NDArray[np.bool_]:
        """Say of every place whether it lies in the interior of its zone."""
        return np.asarray(shapely.contains_xy(self.shapes[zone], place[:, 0], place[:, 1]))

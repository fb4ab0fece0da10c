"""Which building a place lies in: the footprint or parcel that covers it, else the nearest one within reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gcrm.enrich.building.ground import NONE, Ground

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gcrm.settings.building import Buildings


@dataclass(frozen=True)
class Attachment:
    """Where places were attached.

    Attributes
    ----------
    footprint, parcel
        For each place, the position of its footprint or of the parcel that stands for its building; `NONE` without.
    how
        `covers`, `parcel` (nearest footprint on the same parcel) or `nearest`; empty without.
    parcel_of
        For each footprint, the position of its parcel; `NONE` without.
    """

    footprint: NDArray[np.int64]
    parcel: NDArray[np.int64]
    how: NDArray[np.object_]
    parcel_of: NDArray[np.int64]


def attach(
    footprints: Ground, parcels: Ground, lonlat: NDArray[np.float64], xy: NDArray[np.float64], reach: Buildings
) -> Attachment:
    """Attach places to footprints, and those without to parcels on which no footprint stands.

    A footprint that covers the place comes first; then the nearest footprint on the parcel that the place lies in; then
    the parcel itself; then, for places on no parcel, the nearest footprint within reach, and the nearest parcel that
    has none.

    Parameters
    ----------
    footprints, parcels
        Areas to attach to.
    lonlat, xy
        Places: two columns in degrees, and two in the metric CRS.
    reach
        How far a place may lie from its building.

    Returns
    -------
    Attachment
        Where each place was attached.
    """
    parcel_of = _parcel_of(footprints, parcels)
    footprint = footprints.holding(lonlat[:, 0], lonlat[:, 1])
    within = parcels.holding(lonlat[:, 0], lonlat[:, 1])
    how = np.where(footprint != NONE, "covers", "").astype(object)
    _on_parcel(footprints, parcel_of, within, xy, (footprint, how), reach.same_parcel_m)
    _within_reach(footprints, (footprint == NONE) & (within == NONE), xy, (footprint, how), reach.reach_m)
    built = np.zeros(len(parcels), bool)
    built[parcel_of[parcel_of != NONE]] = True
    # A footprint on the parcel that is too far off still keeps the parcel from being a second building.
    free = np.append(~built, False)[within]  # the last one answers for places on no parcel
    parcel = np.where((footprint == NONE) & free, within, NONE)
    how[parcel != NONE] = "covers"
    left = (footprint == NONE) & (within == NONE)
    _within_reach(_bare(parcels, built), left, xy, (parcel, how), reach.reach_m, np.flatnonzero(~built))
    return Attachment(footprint, parcel, how, parcel_of)


def _parcel_of(footprints: Ground, parcels: Ground) -> NDArray[np.int64]:
    """Return the parcel of each footprint: the one it names, else the one that covers its inner point."""
    known = {name: i for i, name in enumerate(parcels.id)}
    named = np.array([known.get(name, NONE) for name in footprints.parcel_id], dtype=np.int64)
    point = footprints.point if len(footprints) else np.empty((0, 2))
    return np.where(named != NONE, named, parcels.holding(point[:, 0], point[:, 1]))


def _on_parcel(
    footprints: Ground,
    parcel_of: NDArray[np.int64],
    within: NDArray[np.int64],
    xy: NDArray[np.float64],
    found: tuple[NDArray[np.int64], NDArray[np.object_]],
    most_m: float,
) -> None:
    """Attach places to the nearest footprint on their parcel."""
    footprint, how = found
    order = np.argsort(parcel_of, kind="stable")
    open_ = np.flatnonzero((footprint == NONE) & (within != NONE))
    first = np.searchsorted(parcel_of[order], within[open_], "left")
    count = np.searchsorted(parcel_of[order], within[open_], "right") - first
    place = np.repeat(open_, count)
    offset = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    area = order[np.repeat(first, count) + offset]
    if not len(area):
        return
    far = shapely.distance(shapely.points(xy[place]), footprints.flat[area])
    ranked = np.lexsort((area, far, place))
    ranked = ranked[far[ranked] <= most_m]
    places, at = np.unique(place[ranked], return_index=True)
    footprint[places] = area[ranked][at]
    how[places] = "parcel"


def _within_reach(
    ground: Ground,
    left: NDArray[np.bool_],
    xy: NDArray[np.float64],
    found: tuple[NDArray[np.int64], NDArray[np.object_]],
    reach_m: float,
    number: Sequence[int] | NDArray[np.int64] | None = None,
) -> None:
    """Attach places to the nearest area within reach; `number` gives the areas other positions."""
    target, how = found
    places = np.flatnonzero(left)
    near = ground.nearest(xy[places, 0], xy[places, 1], reach_m)
    hit = near != NONE
    target[places[hit]] = near[hit] if number is None else np.asarray(number)[near[hit]]
    how[places[hit]] = "nearest"


def _bare(parcels: Ground, built: NDArray[np.bool_]) -> Ground:
    """Return the parcels on which no footprint stands."""
    bare = ~built
    return Ground(
        parcels.id[bare],
        parcels.parcel_id[bare],
        parcels.source[bare],
        parcels.row_no[bare],
        parcels.shape[bare],
        parcels.crs,
    )

"""Regions as units of territories: where they are, who borders on whom, and the work that visits make."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: Regions this near to each other, along at least so much of their outlines, border on each other, in metres.
_GAP_M, _ALONG_M = 5.0, 15.0
#: Units a visit may come from: the nearest ones.
_AROUND = 6


def neighbours(shapes: NDArray[np.object_]) -> NDArray[np.int64]:
    """Return which regions border on each other; those that touch at a corner alone do not.

    Parameters
    ----------
    shapes
        Outlines in a metric CRS.

    Returns
    -------
    numpy.ndarray
        One row per pair of places, the lower one first.
    """
    first, second = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=_GAP_M)
    chosen = first < second
    first, second = first[chosen], second[chosen]
    # What lies along the other's outline, small gaps and overlaps of the drawing notwithstanding.
    wide = shapely.buffer(shapes, _GAP_M, quad_segs=2)
    along = shapely.length(shapely.intersection(shapely.boundary(shapes[first]), wide[second]))
    along = np.maximum(along, shapely.length(shapely.intersection(shapely.boundary(shapes[second]), wide[first])))
    # A region that is smaller than that borders with what it has.
    least = np.minimum(_ALONG_M, np.minimum(shapely.length(shapes[first]), shapely.length(shapes[second])) / 8)
    found: NDArray[np.int64] = np.column_stack([first, second])[along >= least].astype(np.int64)
    return found


def workload(visits: Floats, minutes: Floats, service_min: float) -> Floats:
    """Return the hours of work of each unit: visits times the time for a visit and for the way to it.

    The way is that from one of the units around: the mean over the nearest ones, each as often as it is visited. So it
    does not depend on which territory the unit will belong to.

    Parameters
    ----------
    visits
        Visits per unit.
    minutes
        Travel time from each unit (row) to each other one (column); NaN where there is no way.
    service_min
        Minutes that a visit takes.

    Returns
    -------
    numpy.ndarray
        Hours per unit.
    """
    way = np.where(np.isnan(minutes), np.inf, minutes)
    around = np.argsort(way, axis=1, kind="stable")[:, :_AROUND]
    near = np.take_along_axis(way, around, axis=1)
    weight = visits[around] * np.isfinite(near)
    sums = (np.where(np.isfinite(near), near, 0.0) * weight).sum(axis=1)
    mean = np.divide(sums, weight.sum(axis=1), out=np.zeros(len(sums)), where=weight.sum(axis=1) > 0)
    hours: Floats = visits * (service_min + mean) / 60
    return hours

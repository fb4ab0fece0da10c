"""The work that visits to the units of territories make."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: Units a visit may come from: the nearest ones.
_AROUND = 6


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

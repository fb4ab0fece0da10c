"""Travel times where a project has no roads: the straight line, so many times longer, at one speed. An estimate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pyproj import Geod
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gcrm.enrich.road.pace import Mode
    from gcrm.settings.roads import Roads

_GEOD = Geod(ellps="WGS84")


def minutes_per_m(rules: Roads, mode: Mode) -> float:
    """Return the minutes that a metre of straight line takes."""
    kmh = {"drive": rules.drive_kmh, "cycle": rules.cycle_kmh, "walk": rules.walk_kmh}[mode]
    return rules.circuity / kmh * 0.06


def estimated_between(
    origins: NDArray[np.float64], destinations: NDArray[np.float64], rules: Roads, mode: Mode
) -> NDArray[np.float64]:
    """Estimate the travel time from each origin to each destination.

    Parameters
    ----------
    origins, destinations
        Places, one row of lon and lat each; NaN where one is not known.
    rules
        `[roads]` of the project: circuity and speeds.
    mode
        How.

    Returns
    -------
    numpy.ndarray
        Minutes, one row per origin; NaN where a place is not known.
    """
    shape = (len(origins), len(destinations))
    ends = [np.broadcast_to(v, shape).ravel() for v in (origins[:, :1], origins[:, 1:], *destinations.T)]
    known = np.isfinite(ends).all(axis=0)
    metres = np.full(known.shape, np.nan)
    lon, lat, to_lon, to_lat = (v[known] for v in ends)
    metres[known] = _GEOD.inv(lon, lat, to_lon, to_lat)[2]
    return (metres * minutes_per_m(rules, mode)).reshape(shape)


def estimated_nearest(
    places: NDArray[np.float64], targets: NDArray[np.float64], rules: Roads, mode: Mode
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Find the target that is nearest to each place in a straight line, and estimate the travel time.

    The line through the earth tells which one that is: it grows with the one on the ellipsoid, in every direction alike
    to less than a millionth over a hundred kilometres. On a sphere, directions differ by some thousandths.

    Parameters
    ----------
    places, targets
        Points, one row of lon and lat each; NaN where one is not known.
    rules
        `[roads]` of the project.
    mode
        How.

    Returns
    -------
    tuple of numpy.ndarray
        Minutes (on the ellipsoid) and number of the target per place, the first of those at the same point; NaN and -1
        where either is not known.
    """
    minutes, which = np.full(len(places), np.nan), np.full(len(places), -1)
    known, there = np.flatnonzero(np.isfinite(places).all(axis=1)), np.flatnonzero(np.isfinite(targets).all(axis=1))
    if there.size and known.size:
        spots, first = np.unique(targets[there], axis=0, return_index=True)
        which[known] = there[first[cKDTree(_in_space(spots)).query(_in_space(places[known]))[1]]]
        own = targets[which[known]]
        _, _, metres = _GEOD.inv(places[known, 0], places[known, 1], own[:, 0], own[:, 1])
        minutes[known] = metres * minutes_per_m(rules, mode)
    return minutes, which


def _in_space(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return points of the ellipsoid in metres from the middle of the earth, along its three axes."""
    lon, lat = np.radians(places).T
    normal = _GEOD.a / np.sqrt(1 - _GEOD.es * np.sin(lat) ** 2)
    flat = normal * np.cos(lat)
    return np.column_stack([flat * np.cos(lon), flat * np.sin(lon), normal * (1 - _GEOD.es) * np.sin(lat)])

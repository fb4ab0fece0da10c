"""Travel times where a project has no roads: the straight line, so many times longer, at one speed. An estimate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pyproj import Geod

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gcrm.enrich.road.pace import Mode
    from gcrm.settings.roads import Roads

_GEOD = Geod(ellps="WGS84")
#: Mean radius of the Earth in metres.
_RADIUS_M = 6_371_008.8


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
        Minutes (on the ellipsoid) and number of the target per place; NaN and -1 where either is not known.
    """
    minutes, which = np.full(len(places), np.nan), np.full(len(places), -1)
    known, there = np.flatnonzero(np.isfinite(places).all(axis=1)), np.flatnonzero(np.isfinite(targets).all(axis=1))
    least = np.full(len(known), np.inf)
    for t in there:  # few targets, many places: one pass each keeps memory small
        far = _rough_m(places[known], targets[t])
        near = far < least
        least[near], which[known[near]] = far[near], t
    if there.size and known.size:
        own = targets[which[known]]
        _, _, metres = _GEOD.inv(places[known, 0], places[known, 1], own[:, 0], own[:, 1])
        minutes[known] = metres * minutes_per_m(rules, mode)
    return minutes, which


def _rough_m(places: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return great-circle distances in metres (haversine), good enough to tell which target is nearest."""
    lon, lat, to_lon, to_lat = np.radians([places[:, 0], places[:, 1], *(np.full(len(places), v) for v in target)])
    part = np.sin((to_lat - lat) / 2) ** 2 + np.cos(lat) * np.cos(to_lat) * np.sin((to_lon - lon) / 2) ** 2
    found: NDArray[np.float64] = 2 * _RADIUS_M * np.arcsin(np.sqrt(np.minimum(part, 1)))
    return found

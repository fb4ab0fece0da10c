"""Travel between points: on the roads of a snapshot, or by estimate where it has none; every answer says which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from pyproj import Geod

from gcrm.enrich.road.condition import When, when
from gcrm.enrich.road.estimate import estimated_between, estimated_nearest, minutes_per_m
from gcrm.enrich.road.network import Graph, Network, graph, network
from gcrm.enrich.road.pace import MODES
from gcrm.enrich.road.reach import isochrones
from gcrm.enrich.road.search import minutes_between, nearest
from gcrm.enrich.road.snap import Snap, snap
from gcrm.enrich.road.way import Way, way
from gcrm.errors import QueryError, near

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb
    from numpy.typing import NDArray

    from gcrm.enrich.road.pace import Mode

_GEOD = Geod(ellps="WGS84")
#: Corners of a circle that stands for an isochrone.
_CORNERS = 72
#: Distances between which a metre more or less of another map projection makes no difference.
_MARGIN = 1.05
_LONGEST_MIN = 24 * 60.0


@dataclass(frozen=True)
class Travel:
    """How and when somebody travels.

    Attributes
    ----------
    net
        The roads.
    mode
        drive, cycle or walk.
    time
        When.
    """

    net: Network
    mode: Mode
    time: When

    @property
    def graph(self) -> Graph:
        """The roads for this mode at this time."""
        return graph(self.net, self.mode, self.time)

    @property
    def basis(self) -> str:
        """What answers rest on: roads, roads with speeds of busy hours that are assumed, or an estimate."""
        if not self.net.is_there:
            return "estimate"
        return "roads, busy hours assumed" if self.graph.is_assumed else "roads"

    @property
    def note(self) -> str:
        """What a reader has to know of the answers, in a sentence."""
        rules = self.net.rules
        if not self.net.is_there:
            kmh = {"drive": rules.drive_kmh, "cycle": rules.cycle_kmh, "walk": rules.walk_kmh}[self.mode]
            return (
                f"Travel times are an estimate: there are no roads, so ways count as {rules.circuity:g} times as long"
                f" as the straight line, at {kmh:g} km/h."
            )
        said = f"Travel times are on roads ({self.mode}, {self.time.words})"
        if self.graph.is_assumed:
            said += f"; where no condition tells speeds of busy hours, {rules.peak_share:.0%} of the usual are assumed"
        return said + "."

    def snap(self, points: NDArray[np.float64]) -> Snap:
        """Return where points, one row of lon and lat each, reach the roads."""
        return snap(self.graph, points[:, 0], points[:, 1])

    def between(
        self, origins: NDArray[np.float64], destinations: NDArray[np.float64], limit_min: float = np.inf
    ) -> NDArray[np.float64]:
        """Return the travel time from each origin to each destination.

        Parameters
        ----------
        origins, destinations
            Points, one row of lon and lat each; NaN where one is not known.
        limit_min
            Longer ways are not looked for.

        Returns
        -------
        numpy.ndarray
            Minutes, one row per origin; NaN where there is no way, or a point is not known or too far from any road.
        """
        if self.net.is_there:
            found = minutes_between(self.graph, self.snap(origins), self.snap(destinations), limit_min=limit_min)
            same = (origins[:, None, :] == destinations[None, :, :]).all(axis=2)
            return np.where(same & ~np.isnan(found), 0.0, found)
        found = estimated_between(origins, destinations, self.net.rules, self.mode)
        return np.where(found <= limit_min, found, np.nan)

    def farthest_m(self, minutes: float) -> float:
        """Return a distance in metres, in a straight line, beyond which nothing is reached in so many minutes."""
        if not self.net.is_there:
            return minutes / minutes_per_m(self.net.rules, self.mode) * _MARGIN
        driven = self.graph
        least = np.minimum(driven.forward_min, driven.backward_min)[driven.open_pieces]
        fastest = float((self.net.length_m[driven.open_pieces] / least).max(initial=0.0))
        return (minutes * fastest + 2 * self.net.rules.reach_m) * _MARGIN

    def nearest(
        self, points: NDArray[np.float64], targets: NDArray[np.float64], *, towards: bool = True
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Find the target that is nearest to each point in time.

        Parameters
        ----------
        points, targets
            Points, one row of lon and lat each; NaN where one is not known.
        towards
            True for ways from a point to its target, false for ways from the target to the point.

        Returns
        -------
        tuple of numpy.ndarray
            Minutes and number of the target per point; NaN and -1 where none can be reached.
        """
        if self.net.is_there:
            return nearest(self.graph, self.snap(points), self.snap(targets), towards=towards)
        return estimated_nearest(points, targets, self.net.rules, self.mode)

    def areas(
        self, points: NDArray[np.float64], minutes: Sequence[float], *, towards: bool = False
    ) -> list[list[shapely.Geometry]]:
        """Return the areas that can be reached within so many minutes; see `reach.isochrones`.

        Parameters
        ----------
        points
            Points, one row of lon and lat each.
        minutes
            How many minutes.
        towards
            True for the areas from which a point is reached in time.

        Returns
        -------
        list of list of shapely.Geometry
            Per point one area per number of minutes, in WGS84; a circle where there are no roads.
        """
        if not self.net.is_there:
            return [[self._circle(p, m) for m in minutes] for p in points]
        found = isochrones(self.graph, self.snap(points), minutes, towards=towards)
        return [[self._in_world(area) for area in areas] for areas in found]

    def way(self, origin: NDArray[np.float64], destination: NDArray[np.float64]) -> Way | None:
        """Return the shortest way between two points, its line in WGS84; null where there is none.

        Parameters
        ----------
        origin, destination
            One row of lon and lat each.

        Returns
        -------
        Way or None
            The way; a straight line, but with the estimated length and time, where there are no roads.
        """
        if self.net.is_there:
            found = way(self.graph, self.snap(origin), self.snap(destination))
            return found and Way(found.minutes, found.metres, self._in_world(found.line), found.streets)
        minutes = float(self.between(origin, destination)[0, 0])
        metres = minutes / minutes_per_m(self.net.rules, self.mode) * self.net.rules.circuity
        return Way(minutes, metres, shapely.LineString(np.concatenate([origin, destination])), ())

    def _in_world(self, shape: Any) -> Any:
        return shapely.transform(shape, lambda xy: self.net.world(xy[:, 0], xy[:, 1]))

    def _circle(self, point: NDArray[np.float64], minutes: float) -> shapely.Polygon:
        """Return the circle that can be reached by estimate."""
        radius_m = minutes / minutes_per_m(self.net.rules, self.mode)
        turns = np.linspace(0, 360, _CORNERS, endpoint=False)
        west, south = (np.full(_CORNERS, v) for v in point)
        lon, lat, _ = _GEOD.fwd(west, south, turns, np.full(_CORNERS, radius_m))
        return shapely.Polygon(np.column_stack([lon, lat]))


def travel(
    con: duckdb.DuckDBPyConnection, mode: str = "drive", day_type: str | None = None, hour: int | None = None
) -> Travel:
    """Say how and when somebody travels.

    Parameters
    ----------
    con
        Connection with a snapshot attached.
    mode
        drive, cycle or walk.
    day_type, hour
        When, as of `condition.when`; free flow where both are null.

    Returns
    -------
    Travel
        What answers questions about times and ways.

    Raises
    ------
    QueryError
        If there is no such mode, day or hour.
    """
    if mode not in MODES:
        msg = f"mode is {', '.join(MODES)}; found '{mode}'.{near(str(mode), MODES)}"
        raise QueryError(msg)
    return Travel(network(con), next(m for m in MODES if m == mode), when(day_type, hour))


def checked_minutes(minutes: float | Sequence[float]) -> tuple[float, ...]:
    """Return minutes in rising order, each once.

    Raises
    ------
    QueryError
        If there are none, or one is not above 0 and at most a day.
    """
    every = sorted(set(np.atleast_1d(np.asarray(minutes, float)).tolist()))
    if not every or not all(0 < m <= _LONGEST_MIN for m in every):
        msg = f"minutes are numbers above 0 and up to {_LONGEST_MIN:g}; found {minutes!r}."
        raise QueryError(msg)
    return tuple(every)

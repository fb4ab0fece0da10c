"""Who is around, zone by zone and hour by hour: counted where a source counts, modelled and labelled so elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from gcrm.analysis.choice.decay import Decay
from gcrm.analysis.choice.market import Market, dense
from gcrm.analysis.choice.model import Model
from gcrm.analysis.crosswalk import sees_all, statistic
from gcrm.analysis.movement.modelled import HOURS, PROFILE, assumed, fitted
from gcrm.analysis.movement.presence import hourly
from gcrm.analysis.movement.tide import Draw, tide
from gcrm.enrich.road.travel import travel
from gcrm.errors import QueryError, near

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gcrm.access.scope import Scope
    from gcrm.warehouse.reader import Reader

    Floats = NDArray[np.float64]

#: Kind of day of people -> day of travel times.
WEEK = {"weekday": "weekday", "weekend": "saturday"}
#: Fewest zones with counts on which a model is fitted.
_FEWEST = 10
_ZONES = """
    SELECT r.region_id, r.name, d.lon, d.lat FROM cube.current_region AS r
    JOIN warehouse.dim_region AS d ON d.region_key = r.region_key
    WHERE r.level = $level AND NOT r.overlapping ORDER BY r.region_id"""
_STORES = """
    WITH last AS (SELECT max(ordered_on) AS day FROM warehouse.fact_order)
    SELECT s.store_id, s.floor_area_m2, l.lon, l.lat FROM warehouse.dim_store AS s CROSS JOIN last
    JOIN warehouse.dim_location AS l ON l.location_id = s.location_id
    WHERE l.lon IS NOT NULL AND coalesce(s.opened_on <= last.day, TRUE)
        AND coalesce(last.day < s.closed_on, s.closed_on IS NULL) ORDER BY s.store_id"""


@dataclass(frozen=True)
class Around:
    """People present in the zones of a level.

    Attributes
    ----------
    zones, names
        Identifiers and names of the zones.
    points
        A point inside each: lon, lat.
    persons
        Zones by hours; nan is unknown.
    basis
        `counted`, `modelled, fitted` or `modelled, assumed profile`.
    error
        Mean absolute error of zones held out, by the mean; null where nothing is counted.
    """

    zones: list[str]
    names: list[str]
    points: Floats
    persons: Floats
    basis: str
    error: float | None

    def frame(self, day_type: str) -> pd.DataFrame:
        """Return one row per zone and hour: member, name, day_type, hour, persons, basis, error.

        Parameters
        ----------
        day_type
            The type of day, for its column.

        Returns
        -------
        pandas.DataFrame
            The rows, by zone, then hour.
        """
        return pd.DataFrame(
            {
                "member": np.repeat(np.array(self.zones, object), HOURS),
                "name": np.repeat(np.array(self.names, object), HOURS),
                "day_type": day_type,
                "hour": np.tile(np.arange(HOURS), len(self.zones)),
                "persons": self.persons.ravel(),
                "basis": self.basis,
                "error": np.nan if self.error is None else self.error,
            }
        )


def around(
    reader: Reader,
    level: str,
    *,
    scope: Scope,
    day_type: str = "weekday",
    residents: str = "residents",
    jobs: str = "jobs",
    modelled: bool = False,
) -> Around:
    """Tell who is around in each zone of a level at each hour.

    Parameters
    ----------
    reader
        The snapshot.
    level
        A level of regions that do not overlap.
    scope
        Who asks; it must see every region, and needs record rights.
    day_type
        `weekday` or `weekend`.
    residents, jobs
        Statistics of the level from which people are modelled where none are counted.
    modelled
        True models people also where they are counted.

    Returns
    -------
    Around
        People present, and whether they are counted or modelled.

    Raises
    ------
    AccessError
        If the scope does not see every region, or has no record rights.
    QueryError
        If a word is not known, or there are neither counts of every hour nor both statistics.
    """
    sees_all(scope)
    if day_type not in PROFILE:
        msg = f"People present are told for {' and '.join(PROFILE)}; found '{day_type}'.{near(day_type, PROFILE)}"
        raise QueryError(msg)
    rows = reader.cursor().execute(_ZONES, {"level": level}).fetchall()
    if not rows:
        msg = f"There is no level '{level}' of regions that do not overlap."
        raise QueryError(msg)
    zones, names = [row[0] for row in rows], [row[1] for row in rows]
    points = np.array([row[2:] for row in rows], float)
    counted = _counted(reader, level, zones, scope, day_type)
    told = np.isfinite(counted).all(axis=1)
    if told.any() and not modelled:
        return Around(zones, names, points, counted, "counted", None)
    ids = np.array(zones, object)
    living, working = (statistic(reader, name, ids, level) for name in (residents, jobs))
    found = fitted(counted, living, working) if told.sum() >= _FEWEST else assumed(living, working, day_type)
    return Around(zones, names, points, found.persons, found.basis, found.error)


def _counted(reader: Reader, level: str, zones: list[str], scope: Scope, day_type: str) -> Floats:
    """Return the people counted in each zone and hour; a mean over the kinds of days that a weekend has."""
    table = hourly(reader, level, scope=scope, day_type=day_type)
    frame = table.to_pandas().dropna(subset=["member", "hour"])
    found = np.full((len(zones), HOURS), np.nan)
    at = {zone: i for i, zone in enumerate(zones)}
    means = frame.groupby(["member", "hour"])["persons"].agg(lambda v: v.mean(skipna=False))
    for (member, hour), persons in means.items():
        found[at[member], int(hour)] = persons
    return found


def demand(here: Around, draw: Draw) -> pd.DataFrame:
    """Tell which people each store could draw at each hour, from where they are and the travel times of that hour.

    Parameters
    ----------
    here
        Who is around.
    draw
        The stores.

    Returns
    -------
    pandas.DataFrame
        One row per store and hour: store_id, own, hour, people (who would choose it), share (of the people of the hour
        who choose any store), basis.
    """
    found = tide(here.persons, here.points, draw)
    total = found.sum(axis=0)
    return pd.DataFrame(
        {
            "store_id": np.repeat(np.array(draw.ids, object), HOURS),
            "own": np.repeat(draw.own, HOURS),
            "hour": np.tile(np.arange(HOURS), len(draw.ids)),
            "people": found.ravel(),
            "share": np.divide(found, total, out=np.full_like(found, np.nan), where=total > 0).ravel(),
            "basis": here.basis,
        }
    )


def by_floor_area(reader: Reader, mode: str, day_type: str) -> Draw:
    """Return what draws people to open stores where nothing was fitted: floor area over minutes, at least one of these.

    Parameters
    ----------
    reader
        The snapshot.
    mode
        drive, cycle or walk.
    day_type
        `weekday` or `weekend`: whose travel times count.

    Returns
    -------
    Draw
        The stores, by 1 each where one of them has no floor area.

    Raises
    ------
    QueryError
        If no open store is on the map.
    """
    stores = reader.cursor().execute(_STORES).fetchall()
    if not stores:
        msg = "There is no open store on the map for people to choose."
        raise QueryError(msg)
    at = np.array([row[2:] for row in stores], float)
    areas = [row[1] for row in stores]
    size = np.array([float(a) for a in areas]) if all(a for a in areas) else np.ones(len(stores))

    def market(points: Floats, hour: int) -> Market:
        return Market(dense(travel(reader.cursor(), mode, WEEK[day_type], hour).between(points, at)), size[:, None])

    own = np.ones(len(stores), dtype=bool)
    return Draw(tuple(row[0] for row in stores), own, Model(decay=Decay("power", (-1.0,), 1.0)), market)

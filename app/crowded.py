"""The question of who is around: people by zone and hour, counted or modelled, and what stores could draw of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import shapely

from gcrm.analysis.movement.place import STATION
from gcrm.errors import AccessError, QueryError
from gcrm.workspace.contrast import INDICES, weighed

if TYPE_CHECKING:
    from gcrm.workspace import Workspace


@dataclass(frozen=True)
class Crowd:
    """Who is around.

    Attributes
    ----------
    level
        Level of the zones; empty where nothing is known, which `note` explains.
    zones
        One row per zone: region_id, name, geometry, persons_0 to persons_23 (NaN is unknown).
    here
        People by hour in the zone around the point; empty where it lies in none.
    drawn
        Share of each store by hour, one row per store; empty where there are no open stores.
    note
        What the figures rest on, in a sentence.
    """

    level: str
    zones: pd.DataFrame
    here: pd.Series
    drawn: pd.DataFrame
    note: str


@dataclass(frozen=True)
class Balance:
    """Two sides of the people of places, weighed against each other.

    Attributes
    ----------
    level
        What the places are; empty where nothing is known.
    places
        As `ws.population.contrast` gives them.
    note
        What the figures rest on, in a sentence.
    """

    level: str
    places: gpd.GeoDataFrame | None
    note: str


def balance(ws: Workspace, question: dict[str, Any]) -> Balance:
    """Return the balance of places: of what is counted, else of what is modelled from residents and jobs.

    The question holds index, a word of `INDICES`.
    """
    index = question["index"]
    why = "No source counts what this index compares."
    for source in ws.settings.of_kind("floating_populations").values():
        level = source.level or STATION
        for measure, counted in (
            ("stock", "People present are counted."),
            ("footfall", "People who pass are counted."),
        ):
            try:
                found = ws.population.contrast(level, index, measure=measure)
            except AccessError as error:
                return Balance("", None, str(error))
            if found["balance"].notna().any():
                return Balance(level, found, f"{counted} Day is 9:00 to 18:00, night 0:00 to 6:00.")
    if index == "visitor_resident":
        return Balance("", None, why)
    days = [crowd(ws, {**question, "day_type": day, "lon": 0.0, "lat": 0.0}) for day in ("weekday", "weekend")]
    return _modelled(index, *days)


def _modelled(index: str, weekday: Crowd, weekend: Crowd) -> Balance:
    """Weigh people who are modelled; by day and by night they are those of weekdays."""
    if not weekday.level or not weekend.level:
        return Balance("", None, weekday.note)

    def mean(found: Crowd, hours: range) -> pd.Series:
        return found.zones.set_index("region_id")[[f"persons_{hour}" for hour in hours]].mean(axis=1, skipna=False)

    sides = (mean(weekday, range(9, 18)), mean(weekday, range(6)))
    if index == "weekday_weekend":
        sides = (mean(weekday, range(24)), mean(weekend, range(24)))
    table = weekday.zones[["region_id", "name", "geometry"]].rename(columns={"region_id": "member"})
    words = INDICES[index][1]
    for word, side in zip(words, sides, strict=True):
        table[word] = side.reindex(table["member"]).to_numpy(float)
    table["persons"] = mean(weekday, range(24)).reindex(table["member"]).to_numpy(float)
    return Balance(weekday.level, weighed(gpd.GeoDataFrame(table, crs="EPSG:4326"), index), weekday.note)


def crowd(ws: Workspace, question: dict[str, Any]) -> Crowd:
    """Return who is around at the finest level for which it is known.

    The question holds lon, lat, day_type and mode.
    """
    levels = [name for name, d in ws.dimensions.items() if d.kind == "region"]
    why = "This project counts no people by hour, and has no statistics of residents and jobs to model them from."
    for level in reversed(levels):
        try:
            found = ws.population.around(level, question["day_type"])
        except AccessError:
            why = "Only readers who see every region are told who is around."
            break
        except QueryError:  # nothing is known at this level
            continue
        return _told(ws, level, found, question)
    empty = pd.DataFrame()
    return Crowd("", empty, pd.Series(dtype=float), empty, why)


def _told(ws: Workspace, level: str, found: pd.DataFrame, question: dict[str, Any]) -> Crowd:
    hours = found.pivot_table(index="member", columns="hour", values="persons", dropna=False)
    hours.columns = [f"persons_{hour}" for hour in hours.columns]
    zones = ws.regions(level)[["region_id", "name", "geometry"]].merge(hours, left_on="region_id", right_index=True)
    point = shapely.Point(question["lon"], question["lat"])
    around = zones[shapely.covers(zones.geometry.to_numpy(), point)].head(1)
    here = pd.Series(dtype=float)
    if len(around):
        here = pd.Series(around.iloc[0][hours.columns].to_numpy(float), index=range(len(hours.columns)))
    basis, error = found["basis"].iloc[0], found["error"].iloc[0]
    how = basis.partition(", ")[2]
    note = f"People are modelled from residents and jobs of each {level} ({how})." if how else "People are counted."
    if not pd.isna(error):
        note += f" Zones that were held out are {error:.0%} off on average."
    return Crowd(level, pd.DataFrame(zones), here, _drawn(ws, level, question), note)


def _drawn(ws: Workspace, level: str, question: dict[str, Any]) -> pd.DataFrame:
    """Return the share of each store by hour; empty where no store is open."""
    try:
        found = ws.population.demand(level, question["day_type"], question["mode"])
    except QueryError:
        return pd.DataFrame()
    return found.pivot_table(index="store_id", columns="hour", values="share", dropna=False)

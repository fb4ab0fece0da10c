"""The question of who is around: people by zone and hour, counted or modelled, and what stores could draw of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
import shapely

from gcrm.errors import AccessError, QueryError

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

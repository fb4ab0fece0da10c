"""The question of where people go: trips that a source counts, else what customers ordered at which store."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import shapely

from gcrm.errors import AccessError, QueryError

if TYPE_CHECKING:
    from gcrm.workspace import Workspace

#: Flows that are drawn, and those that are listed.
DRAWN, LISTED = 60, 8
_STATION = "station"
_COLUMNS = ["origin", "origin_name", "destination", "destination_name", "trips", "geometry"]


@dataclass(frozen=True)
class Stream:
    """Where people go.

    Attributes
    ----------
    title
        What flows: `Trips` or `Orders`; empty where nothing is known, which `note` explains.
    levels, level
        Levels that flows can be told by, and the one that they are.
    drawn
        The largest flows between two places: origin, origin_name, destination, destination_name, trips, geometry.
    total
        How many flows there are between two places.
    here
        The largest flows from and to the place: origin_name, destination_name, trips.
    hours
        Trips by hour (row) that begin and end at the place (columns); empty where no hours are known.
    note
        What the figures rest on.
    """

    title: str
    levels: tuple[str, ...]
    level: str
    drawn: gpd.GeoDataFrame
    total: int
    here: pd.DataFrame
    hours: pd.DataFrame
    note: str


_NONE = gpd.GeoDataFrame(columns=_COLUMNS, geometry="geometry", crs="EPSG:4326")
_NOWHERE = Stream("", (), "", _NONE, 0, pd.DataFrame(), pd.DataFrame(), "")


def stream(ws: Workspace, question: dict[str, Any]) -> Stream:
    """Return the largest flows, and those of a place.

    The question holds store, lon, lat, level (the finest where empty), day_type and hour (null is all), where and
    period; where and period count for orders only.
    """
    first = next(iter(ws.settings.hierarchies.values()), None)
    own = first.levels if first and not first.overlapping else []
    levels = [*own[::-1], *(name for name, d in ws.dimensions.items() if d.kind == "region" and name not in own)]
    if not levels:
        return replace(_NOWHERE, note="This project has no regions between which people could go.")
    try:
        if len(ws.movement.flows(levels[0], top=1)):
            return _trips(ws, (*levels, _STATION), question)
        return _orders(ws, tuple(levels), question)
    except AccessError:
        return replace(_NOWHERE, note="Only readers with a right to single records are told where people go.")
    except QueryError as error:
        return replace(_NOWHERE, note=str(error))


def _trips(ws: Workspace, levels: tuple[str, ...], question: dict[str, Any]) -> Stream:
    level = question["level"] if question["level"] in levels else levels[0]
    when = question["day_type"], question["hour"]
    every = ws.movement.lines(level, *when, top=None)
    known = every.dropna(subset=["trips"])
    here = _member(ws, level, question)
    own = known[(known["origin"] == here) | (known["destination"] == here)]
    note = (
        f"Trips are counted{'' if question['hour'] is None else ' in this hour'}; those within one place are not drawn."
    )
    if lacking := int(every["unknown"].sum()):
        note += f" Of {lacking:,} counts it is not known how many they are."
    hours = pd.DataFrame()
    if here is not None:
        ends = ws.movement.ends(level, question["day_type"]).to_pandas()
        ends = ends[(ends["member"] == here) & ends["hour"].notna()]
        hours = ends.groupby("hour")[["trips_out", "trips_in"]].sum(min_count=1)
    return Stream("Trips", levels, level, known[_COLUMNS].head(DRAWN), len(known), own.head(LISTED), hours, note)


def _orders(ws: Workspace, levels: tuple[str, ...], question: dict[str, Any]) -> Stream:
    """Tell flows from where customers live to the stores at which they ordered."""
    level = question["level"] if question["level"] in levels else levels[0]
    asked = {"where": question["where"], "period": question["period"]}
    found = ws.query(["orders"], by=[level, "store"], **asked).frame
    found = found[found[level].notna() & found["store"].notna() & (pd.to_numeric(found["orders"]) > 0)]
    stores = ws.cursor().execute(
        "SELECT s.store_id, coalesce(s.name, s.store_id), l.lon, l.lat FROM warehouse.dim_store AS s "
        "JOIN warehouse.dim_location AS l ON l.location_id = s.location_id WHERE l.lon IS NOT NULL"
    )
    at = {store: (name, float(lon), float(lat)) for store, name, lon, lat in stores.fetchall()}
    regions = ws.regions(level)
    inner = shapely.get_coordinates(shapely.point_on_surface(regions.geometry.to_numpy()))
    homes = dict(zip(regions["region_id"], inner.tolist(), strict=True))
    names = dict(zip(regions["region_id"], regions["name"], strict=True))
    rows = [
        (home, names[home], store, at[store][0], float(orders), shapely.LineString([homes[home], at[store][1:]]))
        for home, store, orders in zip(found[level], found["store"], found["orders"], strict=True)
        if home in homes and store in at
    ]
    every = gpd.GeoDataFrame(rows, columns=_COLUMNS, geometry="geometry", crs="EPSG:4326")
    every = every.sort_values(["trips", "origin"], ascending=[False, True], ignore_index=True)
    own = every[every["destination"] == question["store"]] if question["store"] else every
    if not question["store"]:
        here = _member(ws, level, question)
        own = every[every["origin"] == here]
    shown = own if question["store"] else every
    note = f"Orders at stores, from the {level} of the customer's address; not everybody came from home."
    return Stream("Orders", levels, level, shown.head(DRAWN), len(shown), own.head(LISTED), pd.DataFrame(), note)


def _member(ws: Workspace, level: str, question: dict[str, Any]) -> str | None:
    """Return the region of a level that the place lies in; null where it lies in none, and for stations."""
    if level == _STATION:
        return None
    regions = ws.regions(level)
    held = shapely.covers(regions.geometry.to_numpy(), shapely.Point(question["lon"], question["lat"]))
    return str(regions["region_id"].to_numpy()[held][0]) if held.any() else None

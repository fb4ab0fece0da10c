"""The questions of the places page: stores, what is within reach of a point, and what travel times rest on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import shapely

from app.answers import Row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gcrm.workspace import Workspace

#: What is counted within reach, of what the project has.
COUNTED = ("customers", "prospects", "revenue")


@dataclass(frozen=True)
class Store:
    """One located store.

    Attributes
    ----------
    name
        What to call it.
    lon, lat
        Where it stands, in degrees.
    is_open
        True where it is open on the last day of the orders.
    """

    name: str
    lon: float
    lat: float
    is_open: bool


@dataclass(frozen=True)
class Band:
    """What is within so many minutes.

    Attributes
    ----------
    minutes
        How many minutes.
    area
        What can be reached, in EPSG:4326; empty where the point is too far from any road.
    figures
        Measure -> its figure among the addresses in the area.
    """

    minutes: float
    area: shapely.Geometry
    figures: Mapping[str, Row]


@dataclass(frozen=True)
class Reach:
    """The areas within reach of a point.

    Attributes
    ----------
    bands
        From the fewest minutes to the most; each holds those before it.
    note
        What the travel times rest on, in a sentence.
    """

    bands: tuple[Band, ...]
    note: str


def stores(ws: Workspace, _: dict[str, Any]) -> dict[str, Store]:
    """Return the located stores by identifier, those that are open first."""
    table = ws.roads.stores()
    rows = table[table["lon"].notna()].sort_values(["is_open", "name", "store_id"], ascending=[False, True, True])
    return {
        r["store_id"]: Store(r["name"] or r["store_id"], r["lon"], r["lat"], bool(r["is_open"]))
        for r in rows.to_dict("records")
    }


def reach(ws: Workspace, question: dict[str, Any]) -> Reach:
    """Return what can be reached from a point, and how many customers live there.

    The question holds lon, lat, minutes, mode, day_type, hour, where and period.
    """
    when = {"day_type": question["day_type"], "hour": question["hour"]}
    point = (question["lon"], question["lat"])
    found = ws.roads.isochrones(point, question["minutes"], question["mode"], **when)
    bands = [
        Band(minutes, area, _figures(ws, area, question))
        for minutes, area in zip(found["minutes"], found.geometry, strict=True)
    ]
    return Reach(tuple(bands), ws.roads.note(question["mode"], **when))


def _figures(ws: Workspace, area: shapely.Geometry, question: Mapping[str, Any]) -> dict[str, Row]:
    """Ask what lies in an area."""
    wanted = [name for name in COUNTED if name in ws.measures]
    if shapely.is_empty(area):
        return {}
    answer = ws.query(wanted, where=question["where"], period=question["period"], area=[{"within": area}])
    (row,) = answer.table.to_pylist()
    return {
        name: Row(None, "", None if row[name] is None else float(row[name]), row[f"{name}_state"]) for name in wanted
    }

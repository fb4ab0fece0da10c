"""A place that is looked at: a store, or a pin on the map; the bar that chooses it, and the map around it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import streamlit as st
from shapely.geometry import Point

from app import filters, questions, reached, routes
from app.base import base
from app.components import map as map_component
from app.selection import ALL
from gcrm.maps.description import Layer, MapDescription, Place
from gcrm.maps.labels import safe_label
from gcrm.maps.render_browser import to_browser

if TYPE_CHECKING:
    from app.look import Look
    from app.reached import Store
    from app.selection import Selection

#: Travel mode -> what to call it.
MODES = {"drive": "By car", "cycle": "By bicycle", "walk": "On foot"}
#: Kind of day -> what to call it; without one, roads are travelled in free flow.
DAYS = {"": "Free flow", "weekday": "Weekday", "saturday": "Saturday", "sunday": "Sunday"}
_HOUR, _MAP = 8, "place map"


@dataclass(frozen=True)
class Spot:
    """What the page looks at.

    Attributes
    ----------
    store
        Identifier of the store; empty for a pin.
    name
        What to call it.
    lon, lat
        Where it is, in degrees.
    mode
        drive, cycle or walk.
    day_type, hour
        When; null in free flow.
    """

    store: str
    name: str
    lon: float
    lat: float
    mode: str
    day_type: str | None
    hour: int | None

    @property
    def travel(self) -> dict[str, Any]:
        """The words of a question about travel."""
        return {"mode": self.mode, "day_type": self.day_type, "hour": self.hour}

    @property
    def words(self) -> str:
        """How and when people travel, as a reader says it."""
        when = DAYS[self.day_type or ""].lower()
        return f"{MODES[self.mode].lower()}, {when}" + ("" if self.hour is None else f" at {self.hour:02}:00")


def spot_of(seen: Look) -> Spot | None:
    """Return what the address line names, else the first open store; null where there is neither."""
    selection = seen.focus.selection
    mode, day = selection.word("mode"), selection.word("day")
    known = day if day in DAYS and day else None
    word = selection.word("hour")
    hour = (int(word) if word.isdecimal() and int(word) < 24 else _HOUR) if known else None
    pin = _pin(selection.word("pin"))
    stores: dict[str, Store] = {} if pin else seen.ask(reached.stores)
    chosen = selection.word("store")
    chosen = chosen if chosen in stores else next(iter(stores), "")
    if pin is None and not chosen:
        return None
    name, (lon, lat) = ("Pin", pin) if pin else (stores[chosen].name, (stores[chosen].lon, stores[chosen].lat))
    return Spot(chosen, name, lon, lat, mode if mode in MODES else "drive", known, hour)


def bar(seen: Look, spot: Spot | None) -> None:
    """Show what the page looks at, and how and when people travel."""
    selection = seen.focus.selection
    columns = st.columns([1.6, 1, 1, 0.8, 1], gap="small")
    stores = {i: s.name if s.is_open else f"{s.name} (closed)" for i, s in seen.ask(reached.stores).items()}
    with columns[0]:
        at = spot.store if spot else ""
        options = stores if at else {"": "The pin on the map" if spot else "Click the map", **stores}
        filters.select("Store", options, at, lambda i: selection.say(store=i, pin=""))
    with columns[1]:
        filters.select("Travelled", MODES, spot.mode if spot else "drive", lambda m: selection.say(mode=m))
    with columns[2]:
        day = (spot.day_type if spot else None) or ""
        filters.select("When", DAYS, day, lambda d: selection.say(day=d, hour=selection.word("hour") if d else ""))
    with columns[3]:
        hours = {i: f"{i:02}:00" for i in range(24)} if day else {0: "any"}
        hour = spot.hour if spot and spot.hour is not None else 0
        filters.select("Hour", hours, hour, lambda h: selection.say(hour=str(h)))
    with columns[4]:
        periods = {ALL: "All", **{p: p for p in seen.focus.catalog.periods}}
        latest = selection.period or seen.focus.catalog.latest
        filters.select("Period", periods, latest, lambda p: replace(selection, period=p))


def show_map(description: MapDescription, spot: Spot | None, seen: Look) -> None:
    """Draw the map around a spot: a click sets the pin, a click on a store goes there.

    Parameters
    ----------
    description
        What to draw below the stores: areas and their legend.
    spot
        What is looked at.
    seen
        What the page looks at.
    """
    data = _map_data(description, spot, seen)
    selection = seen.focus.selection
    map_component.show(data, key=_MAP, on_place=lambda: _placed(selection), on_open=lambda: _opened(selection))


def _map_data(description: MapDescription, spot: Spot | None, seen: Look) -> dict[str, Any]:
    """Return the map component's data."""
    stores: dict[str, Store] = seen.ask(reached.stores)
    spots = [Place(i, s.name, Point(s.lon, s.lat)) for i, s in stores.items()]
    if spot is not None and not spot.store:
        spots.append(Place("pin", spot.name, Point(spot.lon, spot.lat)))
    areas = [layer for layer in description.layers if layer.kind == "areas"] or [Layer("areas", "Areas", (), 0)]
    whole = replace(description, layers=(*areas, Layer("points", "Stores", tuple(spots), len(spots))))
    top = next(iter(seen.focus.catalog.hierarchies.values()), None)
    level = top.levels[0] if top else ""
    everywhere = tuple(seen.ask(questions.bounds, level=level, region=None)) if level else questions.EARTH
    around = replace(description, layers=tuple(areas)).bounds or whole.bounds or everywhere
    view = seen.focus.selection.view
    params = seen.focus.selection.to_params()
    return to_browser(whole) | {
        "level": "",
        "cells": False,
        "hint": "",
        "placing": True,
        "opening": True,
        "path": [{"level": "", "id": "", "name": spot.name if spot else "Click the map"}],
        "fit": {"bounds": list(around), "token": json.dumps([spot.store, spot.lon, spot.lat] if spot else [])},
        "view": None if view is None else {"lat": view.lat, "lon": view.lon, "zoom": view.zoom},
        "ground": routes.areas_url(seen.snapshot, level, {}) if level else "",
        "base": base(seen.ask, seen.snapshot),
        **routes.addresses(seen.snapshot),
        "stamp": json.dumps(params, sort_keys=True),
    }


def _placed(selection: Selection) -> None:
    """Set the pin where the map was clicked."""
    at = map_component.placed(_MAP)
    if at is not None:
        filters.go(selection.say(pin=f"{at[1]:.5f},{at[0]:.5f}", store=""))


def _opened(selection: Selection) -> None:
    """Go to the store that was clicked."""
    store = map_component.opened(_MAP)
    if store is not None:
        filters.go(selection.say(store=store, pin=""))


def _pin(text: str) -> tuple[float, float] | None:
    """Read longitude and latitude of the pin, written as `lat,lon`; null where the text is none."""
    try:
        lat, lon = (float(part) for part in text.split(","))
    except ValueError:
        return None
    return (lon, lat) if abs(lat) <= 90 and abs(lon) <= 180 else None


def heading(spot: Spot | None) -> str:
    """Return what is looked at, in words."""
    return f"{safe_label(spot.name)} · {spot.words}" if spot else "no place chosen"

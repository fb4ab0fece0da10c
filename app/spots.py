"""The map of one unsure address: the spots that it may be at, how far what was found reaches, and the pin."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from shapely.geometry import Point, Polygon

from app import questions, routes
from app.base import base
from gcrm.geocode.result.wording import against
from gcrm.maps.description import Layer, MapDescription, Place
from gcrm.maps.labels import number_text
from gcrm.maps.render_browser import to_browser

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.look import Look

    Row = dict[str, Any]

#: How far the map reaches around what it shows, in degrees.
_MARGIN = 0.002
_DEGREE_M, _CORNERS, _LEAST_M = 111_195.08, 64, 5.0


def map_data(row: Row, others: Sequence[Row], pin: tuple[float, float] | None, seen: Look) -> dict[str, Any]:
    """Return the map component's data: what was found, its alternatives, and the pin.

    Parameters
    ----------
    row
        The place, as `questions.waiting` returns it.
    others
        What else it may be, as `questions.alternatives` returns it.
    pin
        Longitude and latitude of the pin; null where none is set.
    seen
        What the page looks at.

    Returns
    -------
    dict
        What to draw, where the map goes, and the addresses of the library and the tiles.
    """
    description = _describe(row, others, pin)
    top = next(iter(seen.focus.catalog.hierarchies.values()), None)
    level = top.levels[0] if top else ""
    bounds = description.bounds or (
        tuple(seen.ask(questions.bounds, level=level, region=None)) if level else questions.EARTH
    )
    west, south, east, north = bounds
    return {
        **to_browser(description),
        "statements": [_statement(row, len(others), pin)],
        "level": "",
        "cells": False,
        "hint": "",
        "placing": True,
        "path": [{"level": "", "id": "", "name": row["address"]}],
        "fit": {
            "bounds": [west - _MARGIN, south - _MARGIN, east + _MARGIN, north + _MARGIN],
            "token": str(row["location_id"]),
        },
        "view": None,
        "ground": routes.areas_url(seen.snapshot, level, {}) if level else "",
        "base": base(seen.ask, seen.snapshot),
        **routes.addresses(seen.snapshot),
        "stamp": json.dumps([str(row["location_id"]), pin]),
    }


def _describe(row: Row, others: Sequence[Row], pin: tuple[float, float] | None) -> MapDescription:
    """Describe the spots, and the circle around what was found where nothing else is likely."""
    spots = [
        Place(str(o["rank"]), f"{o['rank']}: {o['address']}", Point(o["lon"], o["lat"]), facts=_facts(o))
        for o in others
    ]
    circle: tuple[Place, ...] = ()
    if not others and row["lon"] is not None:
        within = number_text(row["error_m"], "m")
        reach = _circle(row["lon"], row["lat"], row["error_m"])
        circle = (Place("reach", "Where it may be", reach, text=f"within {within}"),)
        spots.append(Place("found", "Found", Point(row["lon"], row["lat"]), facts=(("Within", within),)))
    if pin is not None:
        spots.append(Place("pin", "Pin", Point(*pin)))
    layers = (Layer("areas", "Reach", circle, len(circle)), Layer("points", "Places", tuple(spots), len(spots)))
    return MapDescription("In 95 of 100 cases", layers)


def _statement(row: Row, others: int, pin: tuple[float, float] | None) -> str:
    """Say what the map shows."""
    if others:
        said = f"Showing {others:,} of {row['alternatives']:,} addresses that it may be"
    elif row["lon"] is None:
        said = "Nothing was found for this address"
    else:
        said = f"In 95 of 100 cases it lies in the circle of {number_text(row['error_m'], 'm')}"
    return f"{said}. " + (f"The pin is at {pin[1]:.5f}, {pin[0]:.5f}." if pin else "A click sets the pin.")


def _circle(lon: float, lat: float, metres: float) -> Polygon:
    """Return the circle around a point, in degrees; on a sphere, which is exact enough to be looked at."""
    high = max(metres, _LEAST_M) / _DEGREE_M
    wide = high / max(math.cos(math.radians(lat)), 0.01)
    return Polygon(
        [
            (lon + wide * math.cos(turn), lat + high * math.sin(turn))
            for turn in (2 * math.pi * i / _CORNERS for i in range(_CORNERS))
        ]
    )


def _facts(other: Row) -> tuple[tuple[str, str], ...]:
    facts = [("Score", f"{other['score']:.0f}")]
    return (*facts, *(("Against it", words) for words in against(other["faults"])))

"""The territory page's scene: figures become one map description, and that the map's data."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from shapely.geometry import Point

from app import questions, routes
from app.base import base
from gcrm.maps.choropleth import describe, unit_of
from gcrm.maps.description import Layer, MapDescription, Place
from gcrm.maps.labels import value_text
from gcrm.maps.render_browser import to_browser

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.answers import Row
    from app.focus import Focus

    Ask = Callable[..., Any]

#: More customers than this are not drawn one by one, more places than this not listed.
POINTS, PLACES = 2000, 5000
#: Row of the whole project in the way up.
_WHOLE = {"level": "", "id": ""}


def describe_scene(focus: Focus, ask: Ask, snapshot: str) -> MapDescription:
    """Describe what the map shows: places by class, outlines that orient, and customers where they are few.

    Parameters
    ----------
    focus
        What is looked at.
    ask
        Asks a question of `questions` and returns its answer.
    snapshot
        Identifier of the snapshot, part of the addresses the browser fetches.

    Returns
    -------
    MapDescription
        Outlines, areas or cells, and points.
    """
    measure = focus.catalog.measures[focus.selection.measure]
    unit = unit_of(measure, focus.catalog.currency)
    found: list[Row] = ask(questions.figures, measure=measure.name, by=focus.drawn, **focus.inside)
    rows = _ranked([row for row in found if row.id is not None])
    shown = rows[:PLACES]
    shapes = (
        ask(questions.shapes, by=focus.drawn, cells=[r.id for r in shown]) if focus.is_cells else [None] * len(shown)
    )
    chart = describe(
        [(str(r.id), r.name, shape, r.value, r.state) for r, shape in zip(shown, shapes, strict=True)],
        title=measure.title,
        noun=focus.noun,
        unit=unit,
        method=focus.selection.method,
        min_count=focus.catalog.min_count,
        note=_nowhere(focus, found, ask),
        source=areas_source(focus, snapshot),
    )
    areas = chart.layers[0]
    doubt = ask(questions.next_door, measure=measure.name, by=focus.drawn, **focus.inside)
    areas = Layer(
        areas.kind,
        areas.title,
        tuple(_doubted(place, doubt) for place in areas.places),
        len(rows),
        areas.note,
        areas.source,
    )
    return MapDescription(chart.title, (*outlines(focus, snapshot), areas, *_points(focus, ask)), chart.legend)


def _doubted(place: Place, doubt: dict[str, str]) -> Place:
    """Add to a region's tooltip how many of its customers might belong next door, where any might."""
    words = doubt.get(place.id)
    return replace(place, facts=(*place.facts, ("Uncertain", words))) if words else place


def areas_source(focus: Focus, snapshot: str) -> str:
    """Return the address of the regions that are drawn; empty where cells are, which are sent along."""
    return "" if focus.is_cells else routes.areas_url(snapshot, focus.drawn, focus.selection.focus)


def map_data(focus: Focus, description: MapDescription, ask: Ask, snapshot: str) -> dict[str, Any]:
    """Return the map component's data.

    Parameters
    ----------
    focus, ask, snapshot
        As in `describe_scene`.
    description
        What to draw.

    Returns
    -------
    dict
        What to draw, where the map goes, and the addresses of the library and the tiles.
    """
    level, region = focus.selection.path[-1] if focus.selection.path else (_top(focus), None)
    view = focus.selection.view
    data = to_browser(description)
    outlines = data["outlines"]
    if outlines is not None:
        outlines |= {"level": level, "focus": region, "same": focus.drawn == level}
    data |= {
        "level": focus.drawn,
        "cells": focus.is_cells,
        "hint": "Click to look inside" if focus.drawn in focus.inner else "",
        "path": [
            {**_WHOLE, "name": focus.catalog.title},
            *({"level": lv, "id": i, "name": n} for (lv, i), n in zip(focus.selection.path, focus.names, strict=True)),
        ],
        "fit": {
            "bounds": list(
                ask(questions.bounds, level=level, region=region) if level else description.bounds or questions.EARTH
            ),
            "token": json.dumps([focus.selection.hierarchy, focus.selection.path]),
        },
        "view": None if view is None else {"lat": view.lat, "lon": view.lon, "zoom": view.zoom},
        "ground": _ground(focus, snapshot),
        "base": base(ask, snapshot),
        **routes.addresses(snapshot),
    }
    return data | {"stamp": json.dumps(focus.selection.to_params(), sort_keys=True)}


def _ranked(rows: Sequence[Row]) -> list[Row]:
    """Order rows from the highest figure down; what is not known stands last."""
    return sorted(rows, key=lambda r: (r.value is None, -(r.value or 0), r.state, r.name, str(r.id)))


def _nowhere(focus: Focus, rows: Sequence[Row], ask: Ask) -> str:
    """Say what has no place: of the measure where it adds up, else of the customers."""
    measure = focus.catalog.measures[focus.selection.measure]
    row = next((r for r in rows if r.id is None), None)
    if measure.kind == "ratio" or (row is not None and row.state == "unknown"):
        measure = focus.catalog.measures["customers"]
        others: list[Row] = ask(questions.figures, measure=measure.name, by=focus.drawn, **focus.inside)
        row = next((r for r in others if r.id is None), None)
    place = "location" if focus.is_cells else focus.noun.lower()
    if row is None or (row.state == "known" and not row.value):
        return f"no {measure.title.lower()} without {place}"
    unit = unit_of(measure, focus.catalog.currency)
    return f"{measure.title.lower()} without {place}: {value_text(row.value, row.state, unit)}"


def _top(focus: Focus) -> str:
    return focus.hierarchy.levels[0] if focus.hierarchy else ""


def outlines(focus: Focus, snapshot: str) -> tuple[Layer, ...]:
    """Outline the regions of the focus's own level, the focus among them, so that a reader can step aside.

    Parameters
    ----------
    focus, snapshot
        As in `describe_scene`.

    Returns
    -------
    tuple of Layer
        One layer; none where the project has no regions.
    """
    level = focus.selection.path[-1][0] if focus.selection.path else _top(focus)
    return (Layer("outlines", level, (), 0, source=routes.areas_url(snapshot, level, {})),) if level else ()


def _ground(focus: Focus, snapshot: str) -> str:
    """Return the address of the regions that stand for the land: the largest of the project's first hierarchy."""
    first = next(iter(focus.catalog.hierarchies.values()), None)
    return routes.areas_url(snapshot, first.levels[0], {}) if first else ""


def _points(focus: Focus, ask: Ask) -> tuple[Layer, ...]:
    """Show customers (or prospects) one by one where they are few and may be seen."""
    kind = "prospects" if focus.selection.measure == "prospects" else "customers"
    found = ask(questions.points, kind=kind, limit=POINTS, **focus.inside)
    if found is None:
        return ()
    places = tuple(
        Place(
            row["id"],
            row["name"] or row["id"],
            Point(row["lon"], row["lat"]),
            facts=(("Segment", row["segment"] or "unknown"), ("Found by", row["match_level"])),
        )
        for row in found["rows"]
    )
    note = f"{found['without_location']:,} not located to their address"
    if not places and found["total"] - found["without_location"] > POINTS:
        note += f"; single ones are shown where they are {POINTS:,} at most: look inside a region"
    return (Layer("points", kind.capitalize(), places, found["total"], note),)

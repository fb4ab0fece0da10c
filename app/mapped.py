"""The explorer's map: one figure per place becomes one map description, and that the map component's data."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from app import explored, questions, routes
from app.base import base
from gcrm.maps.choropleth import describe, noun_of, unit_of
from gcrm.maps.description import Layer, MapDescription
from gcrm.maps.labels import value_text
from gcrm.maps.render_browser import to_browser

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from app.answers import Picture
    from app.exploration import Exploration
    from app.offer import Offer

    Ask = Callable[..., Any]

#: More places than this are not drawn.
PLACES = 5000


def map_data(
    picture: Picture, shown: Exploration, offer: Offer, ask: Ask, snapshot: str, up: Sequence[Mapping[str, str]]
) -> dict[str, Any]:
    """Return the map component's data.

    Parameters
    ----------
    picture
        One figure per place.
    shown
        What is explored.
    offer
        What the reader can explore.
    ask
        Asks a question of `explored` or `questions` and returns its answer.
    snapshot
        Identifier of the snapshot, part of the addresses the browser fetches.
    up
        The way up, as the table beside it shows it.

    Returns
    -------
    dict
        What to draw, where the map goes, and the addresses of the library and the tiles.
    """
    place = offer.model.dimensions[picture.place]
    description, focus = _describe(picture, shown, offer, snapshot), _focus(picture, shown, offer)
    data = to_browser(description)
    if data["outlines"] is not None and focus is not None:
        data["outlines"] |= {"level": focus[0], "focus": focus[1], "same": False}
    drawn = [row.id for row in picture.rows if row.id is not None]
    if place.kind == "cell":
        bounds = list(description.bounds or questions.EARTH)
    else:
        bounds = list(ask(explored.extent, level=place.name, regions=sorted(drawn)))
    view = shown.view
    return data | {
        "level": place.name,
        "cells": place.kind == "cell",
        "hint": "Click to look inside" if offer.below(place.name) else "",
        "path": [dict(step) for step in up],
        "fit": {"bounds": bounds, "token": json.dumps([place.name, [list(s) for s in shown.trail], bounds])},
        "view": None if view is None else {"lat": view.lat, "lon": view.lon, "zoom": view.zoom},
        "ground": _ground(offer, snapshot),
        "base": base(ask, snapshot),
        **routes.addresses(snapshot),
    }


def _describe(picture: Picture, shown: Exploration, offer: Offer, snapshot: str) -> MapDescription:
    """Describe places by class or as hot and cold spots, over the outline of what was looked into."""
    source = "" if picture.outlines else routes.areas_url(snapshot, picture.place, {})
    if picture.spots is None:
        found = _classed(picture, offer, source)
    else:
        found = picture.spots.describe(picture.outlines, source)
    areas = found.layers[0]
    note = "; ".join(part for part in (areas.note, _note(picture, shown, offer)) if part)
    areas = replace(areas, places=areas.places[:PLACES], note=note)
    focus = _focus(picture, shown, offer)
    around = (Layer("outlines", focus[0], (), 0, source=routes.areas_url(snapshot, focus[0], {})),) if focus else ()
    return MapDescription(found.title, (*around, areas), found.legend)


def _classed(picture: Picture, offer: Offer, source: str) -> MapDescription:
    """Describe places by class, the largest first."""
    rows = sorted(
        (r for r in picture.rows if r.id is not None), key=lambda r: (r.value is None, -(r.value or 0), r.name)
    )
    return describe(
        [(str(r.id), r.name, picture.outlines.get(str(r.id)), r.value, r.state) for r in rows],
        title=picture.measure.title,
        noun=noun_of(picture.place),
        unit=unit_of(picture.measure, offer.catalog.currency),
        min_count=offer.catalog.min_count,
        source=source,
    )


def _focus(picture: Picture, shown: Exploration, offer: Offer) -> tuple[str, str] | None:
    """Return the region that was looked into last, where the map's places lie in its level."""
    own = offer.model.dimensions[picture.place]
    steps = [(name, member) for name, member in shown.trail if offer.model.dimensions[name].kind == "region"]
    if not steps or steps[-1][1] is None or shown.geography != "as is":
        return None
    name, member = steps[-1]
    return (
        (name, str(member)) if offer.model.dimensions[name].hierarchy == own.hierarchy or own.kind == "cell" else None
    )


def _note(picture: Picture, shown: Exploration, offer: Offer) -> str:
    """Say what of the figure has no place, and what the figures of the map are taken together over."""
    parts = []
    nowhere = next((r for r in picture.rows if r.id is None), None)
    if nowhere is not None and not (nowhere.state == "known" and not nowhere.value):
        words = value_text(nowhere.value, nowhere.state, unit_of(picture.measure, offer.catalog.currency))
        cells = offer.model.dimensions[picture.place].kind == "cell"
        what = "location" if cells else noun_of(picture.place).lower()
        parts.append(f"{picture.measure.title.lower()} without {what}: {words}")
    others = [offer.title(name).lower() for name in shown.by if name != picture.place]
    if picture.period:
        parts.append(f"of {picture.period}")
    elif others:
        parts.append(f"each over every {' and '.join(others)} of the table")
    return "; ".join(parts)


def _ground(offer: Offer, snapshot: str) -> str:
    """Return the address of the regions that stand for the land: the largest of the project's first hierarchy."""
    first = next(iter(offer.catalog.hierarchies.values()), None)
    return routes.areas_url(snapshot, first.levels[0], {}) if first else ""

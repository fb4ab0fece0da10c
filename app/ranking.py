"""The territory page's table: the places of a scene, ranked by the measure, with share and change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app import questions
from gcrm.maps.labels import change_text, number_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.focus import Focus
    from gcrm.maps.description import MapDescription, Place

    Ask = Callable[..., Any]

_UNSURE = " Where a figure is underlined, some of those counted might belong next door: point at it."


def table_data(focus: Focus, description: MapDescription, ask: Ask) -> dict[str, Any]:
    """Return the table component's data: places ranked by the measure, with share and change.

    Parameters
    ----------
    focus, ask
        As in `scene.describe_scene`.
    description
        What the map draws.

    Returns
    -------
    dict
        Columns, rows and what is said below them.
    """
    measure = focus.catalog.measures[focus.selection.measure]
    areas = next(layer for layer in description.layers if layer.kind == "areas")
    before: dict[str | None, float | None] = ask(questions.before, measure=measure.name, by=focus.drawn, **focus.inside)
    doubt: dict[str, str] = ask(questions.next_door, measure=measure.name, by=focus.drawn, **focus.inside)
    known = [p.value for p in areas.places if p.state == "known" and p.value is not None]
    longest = max((abs(v) for v in known), default=0.0) or 1.0
    # Regions may overlap, and some records lie in none: a share is of the region in focus, not of the rows' sum.
    total = next(k.here.value for k in ask(questions.kpis, **focus.compared) if k.measure.name == measure.name)
    shares = measure.kind != "ratio" and bool(total)
    colours = {e.key: e.colour for e in description.legend.entries} if description.legend else {}
    rows = []
    for rank, place in enumerate(areas.places, start=1):
        value = place.value if place.state == "known" else None
        cells = [
            {"text": place.name, "sort": place.name},
            _figure(place, value, doubt.get(place.id)),
        ]
        if shares:
            share = None if value is None or not total else value / total
            cells.append({"text": "" if share is None else number_text(share, "share"), "sort": share, "look": "faint"})
        cells.append(_change(value, before.get(place.id)))
        length = abs(value) / longest if value is not None else 0.0
        rows.append(
            {
                "id": place.id,
                "rank": f"{rank:,}" if value is not None else "",
                "cells": cells,
                "length": length,
                "colour": colours.get(place.key, "#ffffff"),
            }
        )
    return {
        "columns": ["#", focus.noun, measure.title, *(["Share"] if shares else []), "Change"],
        "rows": rows,
        "caption": f"{focus.noun} by {measure.title}",
        "statement": f"{areas.statement}. Change is against the period before." + (_UNSURE if doubt else ""),
        "empty": "No place has anything to show for these filters. Clear the segments or choose another period.",
        "level": focus.drawn,
        "drill": focus.drawn in focus.inner,
    }


def _figure(place: Place, value: float | None, note: str | None) -> dict[str, Any]:
    """Return the cell of the measure; a note says how many of those counted might belong next door."""
    cell = {"text": place.text, "sort": value, "look": "" if value is not None else "faint"}
    return {**cell, "note": note} if note else cell


def _change(value: float | None, before: float | None) -> dict[str, Any]:
    if value is None or before is None:
        return {"text": "unknown", "sort": None, "look": "faint"}
    if before == 0:
        return {"text": "new" if value else "0 %", "sort": None if value else 0.0, "look": "faint"}
    change = (value - before) / abs(before)
    return {"text": change_text(change), "sort": change, "look": "up" if change > 0 else "down" if change < 0 else ""}

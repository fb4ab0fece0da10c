"""The doubts: a queue of unsure addresses, a map of what each may be with a pin that moves, and what is decided."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st
from shapely.geometry import Point

from app import data, desk, questions, routes
from app.components import map as map_component
from gcrm.errors import UserError
from gcrm.maps.description import Layer, MapDescription, Place
from gcrm.maps.labels import number_text, safe_label
from gcrm.maps.render_browser import to_browser

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.look import Look
    from gcrm import crm

    Row = dict[str, Any]

#: Why an address waits, by its status.
WHY = {
    "tie": "several places answer",
    "review": "something speaks against the answer",
    "unmatched": "not found",
    "matched": "known to an area only, or with little confidence",
}
_MAP, _PIN = "review map", "review pin"
#: Decisions that are listed, the latest first.
_LATEST = 20
#: How far the map reaches around points, in degrees.
_MARGIN = 0.002


def queue(rows: Sequence[Row], total: int, currency: str) -> Row | None:
    """Show the queue; return the place that was chosen, the first one where none was.

    Parameters
    ----------
    rows
        Places that wait, as `questions.waiting` returns them.
    total
        How many wait.
    currency
        Currency of the orders.

    Returns
    -------
    dict or None
        The place; None where none waits.
    """
    st.caption(f"Addresses: showing {len(rows):,} of {total:,} that wait, those with the largest orders first")
    if not rows:
        st.info("No address waits for a person.")
        return None
    shown = [
        {**row, "why": _why(row), "revenue": None if row["revenue"] is None else float(row["revenue"])} for row in rows
    ]
    columns: dict[str, Any] = {
        "address": st.column_config.TextColumn("Address", width="medium"),
        "why": "Why",
        "customers": st.column_config.NumberColumn("Customers", width="small"),
        "revenue": st.column_config.NumberColumn(f"Orders ({currency})", format="localized", width="small"),
    }
    event = st.dataframe(
        shown,
        hide_index=True,
        column_order=list(columns),
        column_config=columns,
        height=430,
        placeholder="",
        on_select="rerun",
        selection_mode="single-row",
        key=f"review queue {hash(tuple(row['location_id'] for row in rows))}",
    )
    picked = event["selection"]["rows"]
    return rows[picked[0] if picked else 0]


def _why(row: Row) -> str:
    words = str(WHY.get(row["status"], row["status"]))
    return f"{words}; {row['pile_up']:,} addresses at this point" if row["pile_up"] else words


def decide(row: Row, seen: Look) -> None:
    """Show what an address may be, on a map and as buttons, and take down what is decided.

    Parameters
    ----------
    row
        The place.
    seen
        What the page looks at.
    """
    place = row["location_id"]
    others = seen.ask(questions.alternatives, location_id=place)
    about = f"{row['customers']:,} customers · {row['prospects']:,} prospects · {_why(row)}"
    against = f"<p>Against it: {safe_label(row['faults'])}</p>" if row["faults"] else ""
    st.html(
        f'<section class="gcrm-card"><h2>{safe_label(row["address"])}</h2><p>{safe_label(about)}</p>{against}</section>'
    )
    pin = st.session_state.get(_PIN)
    pin = pin[1:] if pin and pin[0] == place else None
    map_component.show(_map(row, others, pin, seen), key=_MAP, on_place=partial(_place, place))
    st.caption("Click beside the points to set or move the pin.")
    note = st.text_input("Note", key=f"review note {place}", placeholder="Why (optional)", label_visibility="collapsed")
    word = partial(_decide, place, note)
    for other in others:
        label = f"Accept {other['rank']}: {other['address']} ({number_text(other['apart_m'], 'm')} from the first)"
        st.button(label, key=f"accept {place} {other['rank']}", on_click=word, args=("accept", None, other["rank"]))
    here, nowhere = st.columns(2)
    here.button(
        "Move to the pin", type="primary", disabled=pin is None, on_click=word, args=("move", pin), key=f"move {place}"
    )
    nowhere.button("Not found", on_click=word, args=("not_found",), key=f"nowhere {place}")


def _map(row: Row, others: Sequence[Row], pin: tuple[float, float] | None, seen: Look) -> dict[str, Any]:
    """Return the map component's data: what was found, its alternatives, and the pin."""
    spots = [
        Place(str(o["rank"]), f"{o['rank']}: {o['address']}", Point(o["lon"], o["lat"]), facts=_facts(o))
        for o in others
    ]
    if not others and row["lon"] is not None:
        within = (("Within", number_text(row["error_m"], "m")),)
        spots.append(Place("found", f"Found: {row['match_level']}", Point(row["lon"], row["lat"]), facts=within))
    if pin is not None:
        spots.append(Place("pin", "The pin", Point(*pin)))
    layers = (Layer("areas", "Regions", (), 0), Layer("points", "Places", tuple(spots), len(spots)))
    description = MapDescription("Address", layers)
    top = next(iter(seen.focus.catalog.hierarchies.values()), None)
    level = top.levels[0] if top else ""
    bounds = description.bounds or (
        tuple(seen.ask(questions.bounds, level=level, region=None)) if level else questions.EARTH
    )
    west, south, east, north = bounds
    return {
        **to_browser(description),
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
        **routes.addresses(seen.snapshot),
        "stamp": json.dumps([str(row["location_id"]), pin]),
    }


def _facts(other: Row) -> tuple[tuple[str, str], ...]:
    facts = [("Score", f"{other['score']:.0f}")]
    return tuple([*facts, ("Against it", other["faults"])] if other["faults"] else facts)


def _place(place: int) -> None:
    """Set the pin where the map was clicked."""
    at = map_component.placed(_MAP)
    if at is not None:
        st.session_state[_PIN] = (place, *at)


def _decide(
    place: int, note: str, action: Any, point: tuple[float, float] | None = None, rank: int | None = None
) -> None:
    """Take down a decision, when a button is pressed."""
    ws = data.workspace()
    _write(
        lambda: ws.review.decide(place, action, point=point, rank=rank, note=note.strip() or None, actor=desk.actor()),
        "Decided; the next build follows.",
    )


def decided(decisions: Sequence[crm.Decision], ask: Callable[..., Any]) -> None:
    """Show the latest decisions; each can be taken back.

    Parameters
    ----------
    decisions
        Every decision, the latest first.
    ask
        Asks a question of `questions` and returns its answer.
    """
    if not decisions:
        return
    with st.expander(f"Decided ({len(decisions):,})"):
        latest = decisions[:_LATEST]
        names = ask(questions.addresses, places=[d.location_id for d in latest if d.location_id is not None])
        for one in latest:
            words, back = st.columns([4, 1], vertical_alignment="center")
            where = names.get(one.location_id, "an address that is no longer in the data")
            day = f"{one.changed_at:%Y-%m-%d}" if one.changed_at else ""
            words.text(f"{where} · {one.action.replace('_', ' ')} · {one.changed_by}, {day}")
            back.button("Undo", key=f"undo {one.id}", on_click=_undo, args=(one,))


def _undo(decision: crm.Decision) -> None:
    desk.remove(decision, "Taken back; the next build follows.")


def _write(action: Callable[[], object], done: str) -> None:
    try:
        action()
    except UserError as error:
        desk.tell(str(error))
        return
    st.toast(done, icon=":material/check:")

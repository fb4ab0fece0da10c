"""The places page: a store or a pin on the map, and what surrounds it, in sections."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from app import crowd, desk, filters, place, reach, stream, style, trading
from app.look import look
from gcrm.maps.description import MapDescription

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.look import Look
    from app.place import Spot

#: Word of the address line -> title of a section, and what shows it.
SECTIONS: dict[str, tuple[str, Callable[[Look, Spot], None]]] = {
    "reach": ("Within reach", reach.show),
    "trading": ("Trading areas", trading.show),
    "crowd": ("Who is around", crowd.show),
    "stream": ("Where people go", stream.show),
}

seen = look()
selection = seen.focus.selection
spot = place.spot_of(seen)
style.head("Places", place.heading(spot))
if mistake := desk.notice():
    style.explain(mistake)
place.bar(seen, spot)
chosen = selection.word("section") if selection.word("section") in SECTIONS else next(iter(SECTIONS))
if len(SECTIONS) > 1:
    st.session_state["place section"] = chosen
    st.segmented_control(
        "Section",
        list(SECTIONS),
        format_func=lambda name: SECTIONS[name][0],
        key="place section",
        label_visibility="collapsed",
        on_change=lambda: filters.go(selection.say(section=st.session_state["place section"] or "")),
    )
if spot is None:
    st.info("This project has no stores on the map. Click the map to set a pin.")
    place.show_map(MapDescription("Places", ()), spot, seen)
else:
    SECTIONS[chosen][1](seen, spot)

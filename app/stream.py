"""The section of the places page that shows where people go: the largest flows on the map, those of a place beside."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from app import filters, place, streamed, style
from gcrm.maps.arrows import describe_flows
from gcrm.maps.choropleth import noun_of
from gcrm.maps.description import MapDescription

if TYPE_CHECKING:
    from app.look import Look
    from app.place import Spot
    from app.streamed import Stream


def show(seen: Look, spot: Spot) -> None:
    """Show flows between regions as tapered arrows, and which of them begin or end here.

    Parameters
    ----------
    seen
        What the page looks at.
    spot
        The place.
    """
    selection = seen.focus.selection
    asked = {"store": spot.store, "lon": spot.lon, "lat": spot.lat, "level": selection.word("flow")}
    when = {"day_type": spot.day_type, "hour": spot.hour}
    found: Stream = seen.ask(streamed.stream, **asked, **when, **seen.focus.inside)
    if not found.title:
        place.show_map(MapDescription("Where people go", ()), spot, seen)
        st.info(found.note)
        return
    left, right = st.columns([1.75, 1], gap="small")
    with left:
        place.show_map(_describe(found), spot, seen)
    with right:
        options = {name: noun_of(name) for name in found.levels}
        filters.select("Between", options, found.level, lambda name: selection.say(flow=name))
        st.markdown(f"**{found.title}** · the largest from and to here")
        if len(found.here):
            every = zip(found.here["origin_name"], found.here["destination_name"], found.here["trips"], strict=True)
            rows = [{"origin_name": a, "destination_name": b, "trips": f"{n:,.0f}"} for a, b, n in every]
            style.table(rows, {"origin_name": "From", "destination_name": "To", "trips": found.title})
        else:
            st.caption("No flow begins or ends here.")
        if len(found.hours):
            st.markdown("**At which hour**")
            hours = found.hours.rename(columns={"trips_out": "begin here", "trips_in": "end here"})
            st.bar_chart(hours, x_label="hour", y_label="trips", height=190, stack=False)
        st.caption(found.note)


def _describe(found: Stream) -> MapDescription:
    names = list(zip(found.drawn["origin_name"], found.drawn["destination_name"], strict=True))
    lines, trips = list(found.drawn.geometry), found.drawn["trips"].tolist()
    return describe_flows(names, lines, trips, title=found.title, note=found.note, total=found.total)

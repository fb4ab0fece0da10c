"""The section of the places page that shows who is around: people by zone, hour by hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from app import crowded, filters, place, reached, style
from gcrm.maps.choropleth import describe
from gcrm.maps.description import MapDescription
from gcrm.workspace.contrast import INDICES
from gcrm.workspace.contrast import describe as contrast

if TYPE_CHECKING:
    from app.crowded import Balance, Crowd
    from app.look import Look
    from app.place import Spot
    from app.reached import Store
    from gcrm.maps.choropleth import Figure

_HOUR, _KEY = 12, "crowd hour"
#: Places of either side that are named beside the map.
_MOST = 5


def show(seen: Look, spot: Spot) -> None:
    """Show who is around at an hour on the map, and around the clock beside it.

    Parameters
    ----------
    seen
        What the page looks at.
    spot
        The place.
    """
    selection = seen.focus.selection
    options = {"": "People at the hour", **{name: title for name, (title, *_) in INDICES.items()}}
    index = selection.word("index") if selection.word("index") in options else ""
    first, _ = st.columns([1.1, 2.5], gap="small")
    with first:
        filters.select("Shown", options, index, lambda name: selection.say(index=name))
    if index:
        _balance(seen, spot, index)
        return
    day = "weekday" if spot.day_type in {None, "weekday"} else "weekend"
    found: Crowd = seen.ask(crowded.crowd, lon=spot.lon, lat=spot.lat, day_type=day, mode=spot.mode)
    if not found.level:
        place.show_map(MapDescription("Who is around", ()), spot, seen)
        st.info(found.note)
        return
    hour = _HOUR if spot.hour is None else spot.hour
    left, right = st.columns([1.75, 1], gap="small")
    with left:
        hour = _slider(seen, spot, hour)
        place.show_map(_describe(found, hour), spot, seen)
    with right:
        st.markdown(f"**Around the clock** · {day}")
        if len(found.here):
            st.bar_chart(
                pd.DataFrame({"People": found.here}), x_label="hour", y_label="people here", height=190, color="#0b5a73"
            )
        else:
            st.caption(f"The place lies in no {found.level}.")
        _stores(found, hour, seen)
        st.caption(found.note)


def _balance(seen: Look, spot: Spot, index: str) -> None:
    """Show two sides of the people of places on the map, and beside it the strongest of either side."""
    found: Balance = seen.ask(crowded.balance, index=index, mode=spot.mode)
    if found.places is None:
        place.show_map(MapDescription(INDICES[index][0], ()), spot, seen)
        st.info(found.note)
        return
    title, (first, second), words = INDICES[index]
    left, right = st.columns([1.75, 1], gap="small")
    with left:
        place.show_map(contrast(found.places, found.level, index), spot, seen)
    known = found.places[found.places["balance"].notna()].sort_values("surplus", ascending=False)
    with right:
        st.markdown(f"**{title}** · the strongest {found.level}s")
        for word, rows in ((words[0], known.head(_MOST)), (words[1], known.tail(_MOST)[::-1])):
            style.table(
                [
                    {"name": row["name"], "first": f"{row[first]:,.1f}", "second": f"{row[second]:,.1f}"}
                    for row in rows.to_dict("records")
                ],
                {
                    "name": f"More by {word}" if word in {"day", "night"} else f"More {word}",
                    "first": words[0].capitalize(),
                    "second": words[1].capitalize(),
                },
            )
        st.caption(
            f"Figures are means of an hour. A place is weighed by its share of everybody ({words[0]}) and of everybody"
            f" ({words[1]}): pale is as everywhere. {found.note}"
        )


def _slider(seen: Look, spot: Spot, hour: int) -> int:
    """Show the slider of hours; it says the hour in the address line."""
    selection = seen.focus.selection
    st.session_state[_KEY] = hour

    def move() -> None:
        filters.go(selection.say(day=spot.day_type or "weekday", hour=str(st.session_state[_KEY])))

    return st.slider("Hour of the day", 0, 23, key=_KEY, format="%d:00", on_change=move)


def _describe(found: Crowd, hour: int) -> MapDescription:
    """Describe the people of an hour by zone."""
    rows = zip(
        found.zones["region_id"],
        found.zones["name"],
        found.zones["geometry"],
        found.zones[f"persons_{hour}"],
        strict=True,
    )
    figures: list[Figure] = [
        (key, str(name), shape, None if pd.isna(v) else round(v), "unknown" if pd.isna(v) else "known")
        for key, name, shape, v in rows
    ]
    return describe(figures, title=f"People at {hour:02}:00", noun=f"{found.level}s", unit="count", note=found.note)


def _stores(found: Crowd, hour: int, seen: Look) -> None:
    """Show which stores could draw the people of the hour."""
    if hour not in found.drawn:
        return
    share = found.drawn[hour].dropna().sort_values(ascending=False).head(5)
    stores: dict[str, Store] = seen.ask(reached.stores)
    st.markdown(f"**Where they could shop** at {hour:02}:00")
    style.table(
        [{"store": stores[str(i)].name, "share": f"{value:.1%}"} for i, value in share.items()],
        {"store": "Store", "share": "Share of people"},
    )

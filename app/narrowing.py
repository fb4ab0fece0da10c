"""What narrows a question besides filters: versions of the regions, areas, top members, conditions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import streamlit as st

from app.widgets import go, many, number, select, tick
from gcrm.cube.question import Top

if TYPE_CHECKING:
    from app.exploration import Exploration
    from app.offer import Offer

_GEOGRAPHIES = {"as is": "Today's regions", "as was": "Regions of each event's day", "day": "Regions of one day"}


def geography(shown: Exploration) -> None:
    """Choose which version of the regions figures are told by."""
    day = shown.geography not in _GEOGRAPHIES
    title = f"Regions of {shown.geography}" if day else _GEOGRAPHIES[shown.geography]
    with st.popover(title, icon=":material/history:", width="stretch"):
        choice = "day" if day else shown.geography
        today = str(date.today())  # noqa: DTZ011 - the reader's own day
        select(
            "Figures by",
            _GEOGRAPHIES,
            choice,
            lambda word: replace(shown, geography=today if word == "day" else word, behind=None),
        )
        if day:
            key = "explore day"
            st.session_state[key] = _day(shown.geography)
            st.date_input(
                "Day",
                key=key,
                format="YYYY-MM-DD",
                on_change=lambda: go(replace(shown, geography=str(st.session_state[key]), behind=None)),
            )
        st.caption(
            "Regions change. Today's restate all figures; those of each event's day keep them as they were told."
        )


def area(shown: Exploration) -> None:
    """Narrow the question to a drawn shape, or to what lies near a store."""
    with st.popover("Area (on)" if shown.area else "Area", icon=":material/pentagon:", width="stretch"):
        key = "explore area"
        st.session_state[key] = "\n".join(shown.area)
        st.text_area(
            "Only places in, or near",
            key=key,
            height=140,
            placeholder='POLYGON ((...)), GeoJSON, or {"near": {"store": "S1"}, "distance_m": 500}',
            help="One line each; a place must meet all of them. WKT and GeoJSON are in degrees, longitude first.",
            on_change=lambda: go(replace(shown, area=_lines(st.session_state[key]), behind=None)),
        )


def top(shown: Exploration, offer: Offer) -> None:
    """Keep the members with the largest figures."""
    top, members = shown.top, [n for n in shown.by if offer.model.dimensions[n].kind != "period"]
    active = top is not None and top.by in shown.by
    title = f"Top {top.n}" if active and top else "Top members"
    with st.popover(title, icon=":material/leaderboard:", width="stretch"):
        if not members:
            st.caption("Put something other than a period in rows or columns.")
            return
        now = top if active and top else Top(0, shown.measures[0], members[0])
        number("How many (0 shows all)", now.n, lambda n: _with_top(shown, replace(now, n=n)))
        by = {n: offer.title(n) for n in members}
        select("Of", by, now.by, lambda name: _with_top(shown, replace(now, by=name)))
        measures = {m: offer.title(m) for m in (*shown.measures, *offer.measures)}
        select("By", measures, now.measure or shown.measures[0], lambda m: _with_top(shown, replace(now, measure=m)))
        tick("Smallest instead", now.smallest, lambda on: _with_top(shown, replace(now, smallest=on)))
        tick("Show all others together", now.others, lambda on: _with_top(shown, replace(now, others=on)))


def having(shown: Exploration) -> None:
    """Leave out rows that do not meet conditions."""
    count = len(shown.having)
    with st.popover(f"Conditions ({count})" if count else "Conditions", icon=":material/rule:", width="stretch"):
        many(
            "Only rows with",
            {text: text for text in shown.having},
            shown.having,
            lambda texts: replace(shown, having=texts, behind=None),
            typed=True,
            help="Type a condition and press Enter: customers >= 10. Totals stay whole.",
        )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.today()  # noqa: DTZ011 - the reader's own day


def _lines(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def _with_top(shown: Exploration, top: Top) -> Exploration:
    return replace(shown, top=top if top.n else None, behind=None)

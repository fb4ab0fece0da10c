"""The section of the places page about trading areas: a store by several methods, or what a new store would take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely
import streamlit as st

from app import filters, place, style, traded
from gcrm.errors import UserError
from gcrm.maps import palettes
from gcrm.maps.description import Entry, Layer, Legend, MapDescription, Place

if TYPE_CHECKING:
    from app.look import Look
    from app.place import Spot
    from app.traded import Taken, Traded

_TITLES = {
    "method": "Area",
    "km2": "km²",
    "customers": "Customers",
    "share": "Of all its own",
    "others": "Of others",
}


def show(seen: Look, spot: Spot) -> None:
    """Show the trading areas of a store, or what a store at the pin would take from whom.

    Parameters
    ----------
    seen
        What the page looks at.
    spot
        The place.
    """
    try:
        if spot.store:
            _store(seen, spot)
        else:
            _pin(seen, spot)
    except UserError as error:
        style.explain(str(error))


def _store(seen: Look, spot: Spot) -> None:
    selection = seen.focus.selection
    options: dict[str, str] = seen.ask(traded.titles)
    word = selection.word("trade") if selection.word("trade") in options else next(iter(options))
    filters.select("Drawn", options, word, lambda name: selection.say(trade=name))
    asked = {"store": spot.store, "drawn": word, "mode": spot.mode, **seen.focus.inside}
    found: tuple[Traded, ...] = seen.ask(traded.areas, **asked)
    left, right = st.columns([1.75, 1], gap="small")
    with left:
        drawn = next((t for t in found if t.method == word), None)
        place.show_map(_describe(drawn), spot, seen)
    with right:
        st.markdown("**Trading areas** · the same store by several methods")
        style.table([_row(t) for t in found], _TITLES)
        if drawn is None or drawn.area is None:
            st.info("This store has no such area: it could not be located, or too few customers are known.")
        words = "Counted are customers inside who bought in the period: the store's own, and those of others."
        if drawn is not None and drawn.outer is not None:
            words += " The lighter rim is what other samples of the customers would have drawn (90 % of them)."
        st.caption(words)
        if drawn is not None and drawn.people:
            st.markdown(f"**Who lives there** · {drawn.title.lower()}")
            style.table(
                [{"what": name.replace("_", " "), "figure": f"{value:,.0f}"} for name, value in drawn.people],
                {"what": "Statistic", "figure": "About"},
            )
            st.caption("Figures of zones, shared out by the ground that they have in common with the area.")


def _pin(seen: Look, spot: Spot) -> None:
    asked = {"lon": spot.lon, "lat": spot.lat, "mode": spot.mode, **seen.focus.inside}
    found: Taken = seen.ask(traded.taken, **asked)
    left, right = st.columns([1.75, 1], gap="small")
    with left:
        place.show_map(MapDescription("A new store", ()), spot, seen)
    with right:
        st.markdown(f"**A new store here** · about {found.total:,.0f} customers")
        rows = [
            {
                "store": name,
                "before": f"{before:,.0f}",
                "taken": f"{lost:,.1f}",
                "share": f"{lost / before:.0%}" if before else "",
            }
            for name, before, lost in found.rows
        ]
        style.table(rows, {"store": "Taken from", "before": "Expected now", "taken": "Customers", "share": "Share"})
        st.caption(found.note)


def _describe(drawn: Traded | None) -> MapDescription:
    """Describe the area, and the rim that other samples would have added."""
    if drawn is None or drawn.area is None:
        return MapDescription("Trading area", ())
    dark, light = palettes.sequential(4)[2], palettes.sequential(4)[0]
    places = [Place("area", "Trading area", drawn.area, 1.0, "known", "area", drawn.title)]
    entries = [Entry("area", drawn.title, dark, "plain", None)]
    rim = None if drawn.outer is None else shapely.difference(drawn.outer, drawn.area)
    if rim is not None and not rim.is_empty:
        places.append(Place("rim", "Less sure", rim, 0.0, "known", "rim", "in other samples"))
        entries.append(Entry("rim", "in other samples", light, "plain", None))
    layer = Layer("areas", "Areas", tuple(places), len(places))
    return MapDescription("Trading area", (layer,), Legend("Trading area", "", tuple(entries)))


def _row(found: Traded) -> dict[str, str]:
    known = found.area is not None
    return {
        "method": found.title,
        "km2": f"{found.km2:,.1f}" if known else "none",
        "customers": f"{found.customers:,}" if known else "",
        "share": f"{found.own_share:.0%}" if known and found.own_share is not None else "",
        "others": f"{found.others:,}" if known else "",
    }

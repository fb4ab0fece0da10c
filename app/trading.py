"""The section of the places page about trading areas: a store by several methods, or what a new store would take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely
import streamlit as st

from app import change, changed, filters, place, style, traded
from gcrm.errors import UserError
from gcrm.maps import palettes
from gcrm.maps.description import Entry, Layer, Legend, MapDescription, Place

if TYPE_CHECKING:
    from app.changed import Changed
    from app.look import Look
    from app.place import Spot
    from app.traded import Traded

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
    what = selection.word("change") if selection.word("change") in changed.CHANGES else ""
    first, second, _ = st.columns([1.1, 0.9, 1.6], gap="small")
    with first:
        filters.select("Drawn", options, word, lambda name: selection.say(trade=name))
    with second:
        titles = {name: title for name, (title, _) in changed.CHANGES.items()}
        filters.select("What if it", titles, what, lambda name: selection.say(change=name))
    if what:
        drawn = word if word in changed.DRAWN else changed.DRAWN[0]
        about = {"store": spot.store, "change": what, "drawn": drawn, "mode": spot.mode}
        moved: Changed = seen.ask(changed.changed, **about, **seen.focus.inside)
        change.show(seen, spot, moved, f"{spot.name}: {changed.CHANGES[what][0].lower()}", traded.METHODS[drawn][0])
        return
    asked = {"store": spot.store, "drawn": word, "mode": spot.mode, **seen.focus.inside}
    found: tuple[Traded, ...] = seen.ask(traded.areas, **asked)
    left, right = st.columns([1.75, 1], gap="small")
    with left:
        one = next((t for t in found if t.method == word), None)
        place.show_map(_describe(one), spot, seen)
    with right:
        st.markdown("**Trading areas** · the same store by several methods")
        style.table([_row(t) for t in found], _TITLES)
        if one is None or one.area is None:
            st.info("This store has no such area: it could not be located, or too few customers are known.")
        words = "Counted are customers inside who bought in the period: the store's own, and those of others."
        if one is not None and one.outer is not None:
            words += " The lighter rim is what other samples of the customers would have drawn (90 % of them)."
        st.caption(words)
        if one is not None and one.people:
            st.markdown(f"**Who lives there** · {one.title.lower()}")
            style.table(
                [{"what": name.replace("_", " "), "figure": f"{value:,.0f}"} for name, value in one.people],
                {"what": "Statistic", "figure": "About"},
            )
            st.caption("Figures of zones, shared out by the ground that they have in common with the area.")


def _pin(seen: Look, spot: Spot) -> None:
    selection = seen.focus.selection
    size = selection.word("change") if selection.word("change") in changed.SIZES else ""
    word = selection.word("trade") if selection.word("trade") in changed.DRAWN else changed.DRAWN[0]
    first, second, _ = st.columns([1.1, 0.9, 1.6], gap="small")
    with first:
        options = {name: traded.METHODS[name][0] for name in changed.DRAWN}
        filters.select("Drawn", options, word, lambda name: selection.say(trade=name))
    with second:
        titles = {name: title for name, (title, _) in changed.SIZES.items()}
        filters.select("A new store", titles, size, lambda name: selection.say(change=name))
    asked = {"lon": spot.lon, "lat": spot.lat, "drawn": word, "size": size, "mode": spot.mode, **seen.focus.inside}
    moved: Changed = seen.ask(changed.opened, **asked)
    change.show(seen, spot, moved, "A new store here", traded.METHODS[word][0])


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

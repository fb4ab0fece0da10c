"""What a change of a store would move, on the map and as a table: part of the places page's trading areas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from app import place, style
from gcrm.maps import palettes
from gcrm.maps.description import Entry, Layer, Legend, MapDescription, Place
from gcrm.maps.labels import safe_label

if TYPE_CHECKING:
    from app.changed import Changed, Moved
    from app.look import Look
    from app.place import Spot


def show(seen: Look, spot: Spot, found: Changed, words: str, drawn: str) -> None:
    """Show what a change would move.

    Parameters
    ----------
    seen
        What the page looks at.
    spot
        The place.
    found
        What is moved.
    words
        What happens.
    drawn
        What the areas are.
    """
    left, right = st.columns([1.35, 1], gap="small")
    with left:
        place.show_map(_describe(found, drawn), spot, seen)
    with right:
        st.markdown(f"**{safe_label(words)}** · {_headline(found)}")
        titles = {
            "name": "Given to" if found.gives else "Taken from",
            "moved": "Customers",
            "share": "Share",
            "ground": "Ground",
            "living": "Live there",
            "sales": f"Sales ({seen.focus.catalog.currency})",
        }
        style.table([_row(row) for row in found.rows], titles)
        st.caption(_legend(found, drawn))
        st.caption(found.note)


def _headline(found: Changed) -> str:
    """Say in words what the store has before and after."""
    if not found.before:
        return f"about {found.after:,.0f} customers"
    if not found.after:
        return f"about {found.before:,.0f} customers go elsewhere"
    return f"about {found.after:,.0f} customers instead of {found.before:,.0f}"


def _legend(found: Changed, drawn: str) -> str:
    """Explain the columns of the table."""
    loser, taker = ("this store", "that of the other") if found.gives else ("the other store", "the area here")
    return (
        f"**Customers** go over by Huff's model; **Share** is of all that {loser} expects. **Ground** is the share of"
        f" the area of {loser} ({drawn.lower()}) in common; **Live there**: its customers who live in {taker}, with"
        " their sales: at most so much is at stake."
    )


def _row(row: Moved) -> dict[str, str]:
    return {
        "name": row.name,
        "moved": f"{row.moved:,.1f}",
        "share": "" if row.share is None else f"{row.share:.1%}",
        "ground": "" if row.ground is None else f"{row.ground:.0%}",
        "living": "" if row.customers is None else f"{row.customers:,}",
        "sales": "" if row.sales is None else f"{row.sales:,.0f}",
    }


def _describe(found: Changed, drawn: str) -> MapDescription:
    if found.area is None:
        return MapDescription("Trading area", ())
    area = Place("area", "Trading area", found.area, 1.0, "known", "area", drawn)
    entry = Entry("area", drawn, palettes.sequential(4)[2], "plain", None)
    return MapDescription("Trading area", (Layer("areas", "Areas", (area,), 1),), Legend("Trading area", "", (entry,)))

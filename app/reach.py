"""The section of the places page that shows what is within reach: areas by minutes, and who lives there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely
import streamlit as st

from app import place, reached, style
from gcrm.maps import palettes
from gcrm.maps.choropleth import unit_of
from gcrm.maps.description import Entry, Layer, Legend, MapDescription, Place
from gcrm.maps.labels import value_text

if TYPE_CHECKING:
    from app.look import Look
    from app.place import Spot
    from app.reached import Band, Reach

#: Minutes that are drawn.
MINUTES = (5, 10, 15)


def show(seen: Look, spot: Spot) -> None:
    """Show the areas within reach on the map, and what they hold beside it.

    Parameters
    ----------
    seen
        What the page looks at.
    spot
        The place.
    """
    asked = {"lon": spot.lon, "lat": spot.lat, "minutes": list(MINUTES), **spot.travel, **seen.focus.inside}
    found: Reach = seen.ask(reached.reach, **asked)
    left, right = st.columns([1.75, 1], gap="small")
    with left:
        place.show_map(_describe(found, seen), spot, seen)
    with right:
        st.markdown("**Within reach** · each line holds those before it")
        titles = {"within": "Within", **{n: seen.focus.catalog.measures[n].title for n in _measures(found)}}
        style.table([_row(band, seen) for band in found.bands], titles)
        if all(shapely.is_empty(band.area) for band in found.bands):
            st.info("This point is too far from any road to start from; choose another one.")
        st.caption(f"{found.note} Counted are those whose address lies in the area.")


def _describe(found: Reach, seen: Look) -> MapDescription:
    """Describe the areas as rings, the nearest darkest."""
    colours = palettes.sequential(len(found.bands) + 1)[:0:-1]
    places, entries = [], []
    before: shapely.Geometry | None = None
    for band, colour in zip(found.bands, colours, strict=True):
        ring = band.area if before is None else shapely.difference(band.area, before)
        facts = tuple((_title(name, seen), text) for name, text in _texts(band, seen).items())
        words = f"{band.minutes:g} min"
        places.append(Place(words, f"Within {words}", ring, band.minutes, "known", words, words, facts))
        entries.append(Entry(words, f"within {words}", colour, "plain", None))
        before = band.area
    layer = Layer("areas", "Areas", tuple(places), len(places))
    return MapDescription("Travel time", (layer,), Legend("Travel time", "", tuple(entries)))


def _row(band: Band, seen: Look) -> dict[str, Any]:
    return {"within": f"{band.minutes:g} min", **_texts(band, seen)}


def _texts(band: Band, seen: Look) -> dict[str, str]:
    """Return the figures of an area as written."""
    catalog = seen.focus.catalog
    return {
        name: value_text(row.value, row.state, unit_of(catalog.measures[name], catalog.currency))
        for name, row in band.figures.items()
    }


def _measures(found: Reach) -> list[str]:
    return list(dict.fromkeys(name for band in found.bands for name in band.figures))


def _title(name: str, seen: Look) -> str:
    return seen.focus.catalog.measures[name].title

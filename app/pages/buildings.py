"""The buildings page: who lives in which building, what kinds of homes they are, and where customers are missing."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from app import desk, filters, homes, housing, style
from app.components import map as map_component
from app.components import table as table_component
from app.focus import path_to
from app.look import look
from app.selection import ALL

seen = look()
focus, ask, selection = seen.focus, seen.ask, seen.focus.selection


def picked() -> None:
    """Go to the region that was chosen on the map: beside the one in focus, or above it."""
    choice = map_component.picked("buildings map")
    if choice is not None:
        filters.go(selection.focus_on(path_to(*choice, seen.regions)))


style.head("Buildings", style.joined(focus.title, focus.period or "all periods"))
if mistake := desk.notice():
    style.explain(mistake)
colour = selection.word("colour") if selection.word("colour") in housing.COLOURS else housing.FIRST
columns = st.columns([1.3, 1.4, 1.2, 1, 1.2], gap="small")
with columns[0]:
    hierarchies = {name: h.title for name, h in focus.catalog.hierarchies.items()} or {"": "none"}
    current = focus.hierarchy.name if focus.hierarchy else ""
    filters.select("Regions", hierarchies, current, lambda n: replace(selection.focus_on(()), hierarchy=n))
with columns[1]:
    inside = focus.inner[0] if focus.inner else ""
    above = selection.path[-1] if selection.path else None
    regions = seen.regions(inside) if inside else {}
    within = {i: r.name for i, r in regions.items() if above is None or r.parent == above}
    filters.select(
        "Look inside",
        {"": f"all of {focus.title}"} | within,
        "",
        lambda i: selection.focus_on((*selection.path, (inside, i))) if i else selection,
    )
with columns[2]:
    filters.select("Coloured by", housing.COLOURS, colour, lambda name: selection.say(colour=name))
with columns[3]:
    periods = {ALL: "All", **{p: p for p in focus.catalog.periods}}
    latest = selection.period or focus.catalog.latest
    filters.select("Period", periods, latest, lambda p: replace(selection, period=p))

found = ask(homes.listed, **focus.inside)
if found is None:
    st.info("Single buildings are shown to readers with record rights only. The explorer counts by type of residence.")
elif not found["total"]:
    st.info(
        "No buildings are known here: gcrm.toml names no footprints, parcels, dwellings or addresses of this region."
    )
else:
    description = housing.describe_homes(focus, colour, ask, seen.snapshot)
    left, right = st.columns([1.75, 1], gap="small")
    with left:
        data = housing.map_data(focus, description, ask, seen.snapshot)
        map_component.show(data, key="buildings map", on_pick=picked)
    with right:
        table_component.show(housing.leads_data(focus, ask), key="buildings table", on_pick=lambda: None)
    st.markdown("**Homes of customers** · 100 is average: as many customers as there are homes of the type")
    titles = {"type": "Type", "customers": "Customers", "units": "Units", "index": "Index", "interval": "95 % interval"}
    style.table(housing.profile_rows(focus, ask), titles)

"""The territory page: one selection drives figures, map and table."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app import desk, filters, notes, pages, questions, ranking, scene, style, views
from app.components import map as map_component
from app.components import table as table_component
from app.focus import path_to
from app.look import look

seen = look()
focus, ask, snapshot, regions = seen.focus, seen.ask, seen.snapshot, seen.regions


def picked(key: str) -> None:
    """Look inside the region that was chosen on the map or in the table."""
    choice = map_component.picked(key)
    if choice is not None:
        filters.go(focus.selection.focus_on(path_to(*choice, regions)))


def opened(key: str) -> None:
    """Note the customer or prospect that was chosen on the map; the page goes there when it is made again."""
    found = map_component.opened(key)
    if found is not None:
        kind = "prospects" if focus.selection.measure == "prospects" else "customers"
        st.session_state["open card"] = f"{kind}:{found}"


if card := st.session_state.pop("open card", ""):
    st.switch_page(pages.CUSTOMERS, query_params=focus.selection.say(record=card).to_params())
heading, listed, noted, saved = st.columns([5, 1.1, 1.1, 1.1], vertical_alignment="center")
with heading:
    style.title(focus)
with listed:
    st.page_link(
        pages.CUSTOMERS, label="List customers", icon=":material/group:", query_params=focus.selection.to_params()
    )
with noted:
    notes.show(focus)
with saved:
    views.show("territory", focus.selection)
if mistake := desk.notice():
    style.explain(mistake)
if focus.dropped:
    names = ", ".join(focus.dropped)
    st.warning(f"This link names something that the project does not have ({names}); the rest of it is shown.")
filters.bar(focus)
kpis = ask(questions.kpis, **focus.compared)
style.kpi_strip(kpis, focus, ask(questions.name_before, period=focus.period))

description = scene.describe_scene(focus, ask, snapshot)
left, right = st.columns([1.75, 1], gap="small")
with left:
    map_component.show(
        scene.map_data(focus, description, ask, snapshot),
        key="map",
        on_pick=partial(picked, "map"),
        on_open=partial(opened, "map"),
    )
with right:
    table_component.show(ranking.table_data(focus, description, ask), key="table", on_pick=partial(picked, "table"))

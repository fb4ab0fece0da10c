"""The page of scenarios: territories are drafted on the map apart from what holds, compared, and published."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from app import desk, drafted, filters, planning, scenarios, style
from app.components import map as map_component
from app.look import look

seen = look()
focus, ask, snapshot = seen.focus, seen.ask, seen.snapshot
style.head("Scenarios", planning.words(focus))
if mistake := desk.notice():
    style.explain(mistake)
known = drafted.names()
wanted = focus.selection.word("scenario")
name = wanted if wanted in known else next(iter(known), "")
if not name:
    scenarios.bar(focus, None, known)
    st.info("No scenario was begun yet. A scenario is a plan of territories apart from what holds: begin one above.")
    st.stop()
scenario = drafted.get(name)
if focus.drawn != scenario.unit:
    hierarchy = next((n for n, h in focus.catalog.hierarchies.items() if scenario.unit in h.levels), "")
    filters.go(replace(focus.selection.focus_on(()), hierarchy=hierarchy, level=scenario.unit))
    st.rerun()
against = focus.selection.word("against")
plan = drafted.Drafted.read(focus, ask, scenario, against if against in known and against != name else drafted.TODAY)
scenarios.bar(focus, plan, known)


def give(key: str) -> None:
    """Give the unit that was clicked to the territory in hand; nobody's again where it was its already."""
    told = map_component.given(key)
    if told is not None:
        units, number = told
        plan.write({unit: to or None for unit, to in units.items() if plan.owners.get(unit) != (to or None)})
        planning.seen(number)
        return
    choice = map_component.picked(key)
    if choice is not None and choice[0] == focus.drawn:
        plan.toggle(choice[1], focus.selection.word("territory") or None)


left, right = st.columns([1.4, 1], gap="small")
with left:
    at_once = scenario.state == "draft"
    data = planning.map_data(focus, plan, ask, snapshot, word="territory", title="Territory", at_once=at_once)
    map_component.show(data, key="scenario map", on_pick=partial(give, "scenario map"))
with right:
    planning.show_totals(plan, title="Territory")
    scenarios.actions(plan)
    if st.toggle("Compare and say why", key="compare scenarios"):
        scenarios.comparison(plan)
    else:
        planning.show_table(plan, title="Territory")

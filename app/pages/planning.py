"""The planning page: regions are given to sales people on the map or in the table, and the totals follow."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app import desk, filters, planning, style
from app.components import map as map_component
from app.look import look
from app.plan import Plan

seen = look()
focus, ask, snapshot = seen.focus, seen.ask, seen.snapshot
style.head("Planning", planning.words(focus))
if mistake := desk.notice():
    style.explain(mistake)
plan = Plan.of(focus, ask)
filters.planning_bar(focus, plan.people)
if focus.is_cells:
    st.info("Sales people look after regions, not cells. Choose a level of regions.")
    st.stop()


def give(key: str) -> None:
    """Give the region that was clicked to the person in hand; nobody's again where it was theirs already."""
    choice = map_component.picked(key)
    if choice is not None and choice[0] == focus.drawn:
        plan.toggle(choice[1], focus.selection.word("person") or None)


left, right = st.columns([1.4, 1], gap="small")
with left:
    map_component.show(planning.map_data(focus, plan, ask, snapshot), key="plan map", on_pick=partial(give, "plan map"))
with right:
    planning.show_totals(plan)
    planning.show_actions(plan)
    planning.show_table(plan)

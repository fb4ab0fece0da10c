"""The campaign page: areas are chosen by a threshold, and whom one may write to there goes into a file."""

from __future__ import annotations

import streamlit as st

from app import campaign, desk, filters, style
from app.components import map as map_component
from app.look import look

seen = look()
focus, ask, snapshot = seen.focus, seen.ask, seen.snapshot
style.head("Campaign", campaign.words(focus))
if mistake := desk.notice():
    style.explain(mistake)
filters.bar(focus)
choice = campaign.Choice.of(focus, ask)
filters.campaign_bar(focus, choice.least, choice.most)
left, right = st.columns([1.5, 1], gap="small")
with left:
    map_component.show(campaign.map_data(focus, choice, ask, snapshot), key="campaign map", on_pick=lambda: None)
with right:
    campaign.show_people(focus, choice)
    campaign.show_areas(focus, choice)

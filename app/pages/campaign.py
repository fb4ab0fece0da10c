"""The campaign page: areas are chosen by a threshold, and whom one may write to there goes into a file."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app import campaign, data, desk, filters, questions, style
from app.components import map as map_component
from app.focus import fit
from app.selection import Selection

snapshot = data.workspace().manifest.id
ask = partial(data.answer, snapshot)
focus = fit(
    Selection.from_params({name: st.query_params.get_all(name) for name in st.query_params}),
    ask(questions.catalog),
    lambda level: ask(questions.regions, level=level),
)
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

"""The customers page: a list that narrows down, and the card of the one that was chosen."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app import card, data, desk, filters, questions, roster, style
from app.focus import fit
from app.selection import Selection

snapshot = data.workspace().manifest.id
ask = partial(data.answer, snapshot)
focus = fit(
    Selection.from_params({name: st.query_params.get_all(name) for name in st.query_params}),
    ask(questions.catalog),
    lambda level: ask(questions.regions, level=level),
)
kind, _, record = focus.selection.word("record").partition(":")

style.head("Customers", style.joined(roster.words(focus), desk.news(*ask(questions.operation))))
if mistake := desk.notice():
    style.explain(mistake)
filters.people_bar(focus)
left, right = st.columns([1, 1.05], gap="medium")
with left:
    roster.show(focus, ask)
with right:
    if record:
        card.show(ask(questions.card, kind=kind, id=record), focus.catalog)
    else:
        st.info("Choose a row to open a card: orders, contacts, notes and tasks, and what surrounds the address.")

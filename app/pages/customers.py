"""The customers page: a list that narrows down, and the card of the one that was chosen."""

from __future__ import annotations

import streamlit as st

from app import card, desk, filters, questions, roster, style
from app.look import look

seen = look()
focus, ask = seen.focus, seen.ask
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

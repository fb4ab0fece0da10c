"""The review page: addresses that geocoding is not sure of, what else they may be, and where a person says they lie."""

from __future__ import annotations

import streamlit as st

from app import desk, doubts, questions, style
from app.look import look
from gcrm import crm

seen = look()
decisions = desk.store().find(crm.Decision, order_by="-changed_at")
found = seen.ask(questions.waiting, decided=sorted(d.address_key for d in decisions))

style.head("Review", style.joined("unsure addresses", desk.news(*seen.ask(questions.operation))))
if mistake := desk.notice():
    style.explain(mistake)
if found is None:
    st.info("You may see figures by region, but no single records.")
else:
    left, right = st.columns([1, 1.1], gap="medium")
    with left:
        chosen = doubts.queue(found["rows"], found["total"], seen.focus.catalog.currency)
        doubts.decided(decisions, seen.ask)
    with right:
        if chosen is not None:
            doubts.decide(chosen, seen)

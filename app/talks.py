"""The talks of a card: how they can be reached, when we spoke, and the visits that are planned."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any

import streamlit as st

from app import desk, style
from gcrm import crm
from gcrm.maps.labels import safe_label

if TYPE_CHECKING:
    import pyarrow as pa

_REACH = ("name", "role", "email", "phone")


def contacts(subject: crm.Subject, known: pa.Table) -> None:
    """Show how they can be reached, and take another way.

    Parameters
    ----------
    subject
        Whose card it is.
    known
        Contacts of the snapshot; those of the store are read from the store itself.
    """
    found = desk.store().find(crm.Contact, subject=subject)
    rows = [*_published(known, "contact_id"), *({name: getattr(c, name) for name in _REACH} for c in found)]
    if rows:
        style.table(rows, {name: name.capitalize() for name in _REACH})
    with st.form("new contact", clear_on_submit=True, border=False):
        parts = st.columns([1.3, 1, 1.5, 1.1, 0.7], vertical_alignment="bottom")
        titles = ("Contact", "Role", "E-mail", "Phone")
        texts = [part.text_input(title, max_chars=200) for part, title in zip(parts, titles, strict=False)]
        if parts[4].form_submit_button("Add", width="stretch"):
            name, role, email, phone = (text or None for text in texts)
            made = crm.Contact(subject=subject, name=name, role=role, email=email, phone=phone)
            desk.take(lambda unit: unit.add(made), "Contact added.")


def visits(subject: crm.Subject, people: dict[str, str]) -> None:
    """Show the visits that are planned, and take another."""
    for visit in desk.store().find(crm.Visit, subject=subject, state="planned", order_by="planned_at"):
        who = f" · {people.get(visit.owner_id, visit.owner_id)}" if visit.owner_id else ""
        words, made, missed = st.columns([4, 0.8, 0.9], vertical_alignment="center")
        line = f"<b>Visit planned</b> <span>{safe_label(f'{visit.planned_at:%Y-%m-%d %H:%M}{who}')}</span>"
        words.html(f'<p class="gcrm-line">{line}</p>')
        for column, title, state in ((made, "Made", "done"), (missed, "Missed", "missed")):
            column.button(
                title,
                key=f"{state} {visit.id} {visit.version}",
                on_click=desk.change,
                args=(visit, "Visit noted."),
                kwargs={"state": state},
                width="stretch",
            )
    with st.form("new visit", clear_on_submit=True, border=False):
        parts = st.columns([1.2, 1, 1.6, 0.7], vertical_alignment="bottom")
        day = parts[0].date_input("Visit on", value=None, format="YYYY-MM-DD")
        at = parts[1].time_input("At", value=time(9))
        owner = parts[2].selectbox("By", [None, *people], format_func=lambda i: people.get(i, "nobody yet"))
        if parts[3].form_submit_button("Plan", width="stretch") and day is not None:
            made_visit = crm.Visit(subject=subject, planned_at=datetime.combine(day, at), owner_id=owner)
            desk.take(lambda unit: unit.add(made_visit), "Visit planned.")


def interactions(subject: crm.Subject, known: pa.Table) -> None:
    """Show when we spoke, the latest first, and take another conversation.

    Parameters
    ----------
    subject
        Whose card it is.
    known
        Interactions of the snapshot; those of the store are read from the store itself.
    """
    with st.form("new talk", clear_on_submit=True, border=False):
        how, outcome, add = st.columns([1, 3, 0.7], vertical_alignment="bottom")
        channel = how.selectbox("Spoke by", desk.CHANNELS)
        text = outcome.text_input("Outcome", placeholder="What came of it?", max_chars=200)
        if add.form_submit_button("Add", width="stretch"):
            made = crm.Interaction(
                subject=subject,
                occurred_at=datetime.now().replace(microsecond=0),  # noqa: DTZ005 - local time, as the field says
                channel=channel,
                kind="visit" if channel == "visit" else "call" if channel == "phone" else "message",
                outcome=text or None,
            )
            desk.take(lambda unit: unit.add(made), "Interaction added.")
    store = desk.store()
    own = [
        {"occurred_at": i.occurred_at, "kind": i.kind, "channel": i.channel, "outcome": i.outcome}
        for i in store.find(crm.Interaction, subject=subject)
    ]
    own += [
        {"occurred_at": v.planned_at, "kind": "visit", "channel": "visit", "outcome": v.outcome or v.state}
        for v in store.find(crm.Visit, subject=subject, state=["done", "missed"])
    ]
    rows = [*own, *_published(known, "interaction_id")]
    rows.sort(key=lambda row: row["occurred_at"], reverse=True)
    if not rows:
        st.info("No contact is on record.")
        return
    titles = {"occurred_at": "When", "kind": "What", "channel": "By", "campaign_id": "Campaign", "outcome": "Outcome"}
    style.table(rows, titles)


def _published(table: pa.Table, key: str) -> list[dict[str, Any]]:
    """Return the rows that came from files."""
    return [row for row in table.to_pylist() if not row[key].startswith(f"{desk.SOURCE}-")]

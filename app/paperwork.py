"""The paperwork of a card: tasks, notes and consents, shown and taken."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import streamlit as st

from app import desk, style
from gcrm import crm
from gcrm.maps.labels import safe_label

if TYPE_CHECKING:
    import pyarrow as pa


def tasks(subject: crm.Subject, tasks: list[crm.Task], people: dict[str, str]) -> None:
    """Show what is to be done, and take more.

    Parameters
    ----------
    subject
        Whose card it is.
    tasks
        What is to be done.
    people
        Sales person -> name.
    """
    for task in tasks:
        due = f" · due {task.due_on}" if task.due_on else ""
        owner = f" · {people.get(task.owner_id, task.owner_id)}" if task.owner_id else ""
        late = task.due_on is not None and task.due_on < date.today()  # noqa: DTZ011 - the reader's own day
        done, words = st.columns([0.12, 1], vertical_alignment="center")
        done.button(
            "Done",
            key=f"done {task.id} {task.version}",
            help="Mark the task as done",
            on_click=desk.change,
            args=(task, "Task done."),
            kwargs={"state": "done"},
        )
        look = ' class="late"' if late else ""
        line = f"<b>{safe_label(task.title)}</b><span{look}>{safe_label(due + owner)}</span>"
        words.html(f'<p class="gcrm-line">{line}</p>')
    with st.form("new task", clear_on_submit=True, border=False):
        title, due_on, whom, add = st.columns([2, 1.1, 1.3, 0.7], vertical_alignment="bottom")
        text = title.text_input("New task", placeholder="What is to be done?", max_chars=200)
        day = due_on.date_input("Due", value=None, format="YYYY-MM-DD")
        who = whom.selectbox("For", [None, *people], format_func=lambda i: people.get(i, "nobody yet"))
        if add.form_submit_button("Add", width="stretch"):
            made = crm.Task(subject=subject, title=text, due_on=day, owner_id=who)
            desk.take(lambda unit: unit.add(made), "Task added.")


def notes(subject: crm.Subject) -> None:
    """Show what people noted, the latest first, and take more."""
    with st.form(f"new note {subject}", clear_on_submit=True, border=False):
        words, add = st.columns([4.4, 0.7], vertical_alignment="bottom")
        text = words.text_area("New note", placeholder="What is worth knowing?", height=80)
        if add.form_submit_button("Add", width="stretch"):
            desk.take(lambda unit: unit.add(crm.Note(subject=subject, text=text)), "Note added.")
    for note in desk.store().find(crm.Note, subject=subject, order_by="-created_at", limit=50):
        with st.container(border=True):
            st.text(note.text)
            words, remove = st.columns([5, 0.9], vertical_alignment="center")
            words.caption(safe_label(f"{note.created_by} · {_moment(note.created_at)}"))
            remove.button(
                "Remove",
                key=f"remove {note.id} {note.version}",
                type="tertiary",
                on_click=desk.remove,
                args=(note, "Note removed."),
            )


def consents(subject: crm.Subject, known: pa.Table) -> None:
    """Show what was agreed to, and take what was given or withdrawn."""
    names = ("channel", "purpose", "granted", "given_on", "evidence")
    found = desk.store().find(crm.Consent, subject=subject)
    rows = [{name: getattr(c, name) for name in names} for c in found]
    rows += [row for row in known.to_pylist() if row["source"] != desk.SOURCE]
    rows.sort(key=lambda row: row["given_on"] or date.min, reverse=True)
    if rows:
        shown = [row | {"granted": "given" if row["granted"] else "withdrawn"} for row in rows]
        titles = {"channel": "Channel", "purpose": "Purpose", "granted": "Consent", "given_on": "On"}
        style.table(shown, titles | {"evidence": "Evidence"})
    st.caption("Without a consent for its channel and purpose nobody is written to; the latest entry counts.")
    with st.form("new consent", clear_on_submit=True, border=False):
        parts = st.columns([1, 1.1, 1, 1.8, 0.7], vertical_alignment="bottom")
        channel = parts[0].selectbox("Channel", desk.CHANNELS)
        purpose = parts[1].selectbox("Purpose", desk.PURPOSES)
        word = parts[2].selectbox("Consent", ["given", "withdrawn"])
        evidence = parts[3].text_input("Evidence", placeholder="Where is it on file?", max_chars=200)
        if parts[4].form_submit_button("Add", width="stretch"):
            made = crm.Consent(
                subject=subject,
                channel=channel,
                purpose=purpose,
                granted=word == "given",
                given_on=date.today(),  # noqa: DTZ011 - the reader's own day
                evidence=evidence or None,
            )
            desk.take(lambda unit: unit.add(made), "Consent added.")


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else ""

"""The paperwork of a card: tasks, notes, conversations and consents, shown and taken."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from app import desk
from gcrm import crm
from gcrm.maps.labels import safe_label

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

_REACH = ("name", "role", "email", "phone")


def tasks(subject: crm.Subject, tasks: list[crm.Task], people: dict[str, str]) -> None:
    """Show what is to be done, and take more."""
    for task in tasks:
        due = f" · due {task.due_on}" if task.due_on else ""
        owner = f" · {people.get(task.owner_id, task.owner_id)}" if task.owner_id else ""
        late = task.due_on is not None and task.due_on < date.today()  # noqa: DTZ011 - the reader's own day
        done, words = st.columns([0.12, 1], vertical_alignment="center")
        done.button(
            "Done",
            key=f"done {task.id} {task.version}",
            help="Mark the task as done",
            on_click=desk.act,
            args=(partial(_finish, task), "Task done."),
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
            _do(lambda unit: unit.add(made), "Task added.")


def notes(subject: crm.Subject) -> None:
    """Show what people noted, the latest first, and take more."""
    with st.form(f"new note {subject}", clear_on_submit=True, border=False):
        words, add = st.columns([4.4, 0.7], vertical_alignment="bottom")
        text = words.text_area("New note", placeholder="What is worth knowing?", height=80)
        if add.form_submit_button("Add", width="stretch"):
            _do(lambda unit: unit.add(crm.Note(subject=subject, text=text)), "Note added.")
    for note in desk.store().find(crm.Note, subject=subject, order_by="-created_at", limit=50):
        with st.container(border=True):
            st.text(note.text)
            words, remove = st.columns([5, 0.9], vertical_alignment="center")
            words.caption(safe_label(f"{note.created_by} · {_moment(note.created_at)}"))
            remove.button(
                "Remove",
                key=f"remove {note.id} {note.version}",
                type="tertiary",
                on_click=desk.act,
                args=(partial(_remove, note), "Note removed."),
            )


def contacts(subject: crm.Subject, known: pa.Table, interactions: pa.Table) -> None:
    """Show how they can be reached and when we spoke; take a new conversation."""
    found = desk.store().find(crm.Contact, subject=subject)
    rows = [*_published(known, "contact_id"), *({name: getattr(c, name) for name in _REACH} for c in found)]
    if rows:
        _table(rows, {name: name.capitalize() for name in _REACH})
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
            _do(lambda unit: unit.add(made), "Interaction added.")
    own = [
        {"occurred_at": i.occurred_at, "kind": i.kind, "channel": i.channel, "outcome": i.outcome}
        for i in desk.store().find(crm.Interaction, subject=subject)
    ]
    talks = sorted(
        [*own, *_published(interactions, "interaction_id")], key=lambda row: row["occurred_at"], reverse=True
    )
    if not talks:
        st.info("No contact is on record.")
        return
    titles = {"occurred_at": "When", "kind": "What", "channel": "By", "campaign_id": "Campaign", "outcome": "Outcome"}
    st.dataframe(talks, hide_index=True, height=300, placeholder="", column_config=titles, column_order=list(titles))


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
        _table(shown, titles | {"evidence": "Evidence"})
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
            _do(lambda unit: unit.add(made), "Consent added.")


def _table(rows: list[dict[str, Any]], titles: dict[str, Any]) -> None:
    """Show rows under readable titles."""
    st.dataframe(
        rows, hide_index=True, height="content", placeholder="", column_config=titles, column_order=list(titles)
    )


def _published(table: pa.Table, key: str) -> list[dict[str, Any]]:
    """Return the rows that came from files; those of the store are read from the store itself."""
    return [row for row in table.to_pylist() if not row[key].startswith(f"{desk.SOURCE}-")]


# A click acts on the record as it was shown: where somebody changed it since, the store refuses and says who did.
def _finish(task: crm.Task, unit: crm.Unit) -> None:
    unit.change(task, state="done")


def _remove(note: crm.Note, unit: crm.Unit) -> None:
    unit.remove(note)


def _do(action: Callable[[crm.Unit], object], done: str) -> None:
    """Write, say so, and make the page again: what was written shows at once."""
    desk.write(action, done)
    st.rerun()


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else ""

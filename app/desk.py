"""The desk: what people write while they work. Read anew with every run, written at once, never cached."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import streamlit as st

from app import data
from gcrm import crm, exports
from gcrm.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable

#: Source of everything in a snapshot that was read from the store.
SOURCE = "crm"
#: What is offered where a channel or a purpose is asked for; the store takes others too.
CHANNELS = ("email", "phone", "mail", "visit")
PURPOSES = ("campaign", "newsletter", "service")
#: Where the word for what went wrong waits for the next run.
_NOTICE = "desk notice"


def store() -> crm.Store:
    """Return the project's operational store."""
    return data.workspace().crm


def actor() -> str:
    """Return who writes: the person signed in, else the system's user."""
    user = getattr(st.user, "email", None) if getattr(st.user, "is_logged_in", False) else None
    return str(user or crm.local_actor())


def write(action: Callable[[crm.Unit], object], done: str = "") -> bool:
    """Write in one transaction, and say so; a mistake is said in words and changes nothing.

    Parameters
    ----------
    action
        Called with the unit of work.
    done
        What to say when it is stored.

    Returns
    -------
    bool
        True where it is stored.
    """
    try:
        with store().write(actor=actor()) as unit:
            action(unit)
    except UserError as error:
        st.session_state[_NOTICE] = str(error)
        return False
    if done:
        st.toast(done, icon=":material/check:")
    return True


def tell(mistake: str) -> None:
    """Let the next run say what went wrong."""
    st.session_state[_NOTICE] = mistake


def notice() -> str:
    """Return what went wrong since the last run, once; empty where nothing did."""
    return str(st.session_state.pop(_NOTICE, ""))


def take(action: Callable[[crm.Unit], object], done: str) -> None:
    """Write what a form brought, and make the page again: it shows at once."""
    write(action, done)
    st.rerun()


def change(record: crm.Record, done: str, **changes: Any) -> None:
    """Change a record as it was shown, when a button is pressed: where somebody changed it since, the store refuses."""
    write(lambda unit: unit.change(record, **changes), done)


def remove(record: crm.Record, done: str) -> None:
    """Remove a record as it was shown, when a button is pressed."""
    write(lambda unit: unit.remove(record), done)


def news(identity: str | None, number: int) -> str:
    """Say how many changes the next build will read; empty where there is none.

    Parameters
    ----------
    identity, number
        As `questions.operation` returns them.

    Returns
    -------
    str
        Such as `3 changes since the last build`.
    """
    ws = data.workspace()
    if not crm.exists(ws.folder, ws.settings):
        return ""
    count = store().pending(identity, number)
    return f"{count:,} change{'s' if count != 1 else ''} since the last build" if count else ""


def people(day: date | None = None) -> dict[str, str]:
    """Return the sales people of a day (today where null): identifier -> name, in the order of the names."""
    found = exports.owners(data.workspace(), day or date.today())  # noqa: DTZ011 - the reader's own day
    names = {str(owner): str(row["owner_name"] or owner) for owner, row in found.items()}
    return dict(sorted(names.items(), key=lambda one: (one[1], one[0])))

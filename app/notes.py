"""Notes on the region in focus."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from app import desk, paperwork
from gcrm import crm

if TYPE_CHECKING:
    from app.focus import Focus


def show(focus: Focus) -> None:
    """Offer the notes on the region in focus; the whole project has none.

    Parameters
    ----------
    focus
        What is looked at.
    """
    if not focus.selection.path:
        return
    level, region = focus.selection.path[-1]
    subject = crm.Subject("region", region, level)
    count = len(desk.store().find(crm.Note, subject=subject))
    with st.popover(f"Notes ({count})" if count else "Notes", icon=":material/edit_note:", width="stretch"):
        paperwork.notes(subject)

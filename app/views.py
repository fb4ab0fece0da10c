"""Saved views: a page with its selection, kept under a name for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode

import streamlit as st

from app import desk, pages
from gcrm import crm
from gcrm.maps.labels import safe_label

if TYPE_CHECKING:
    from app.exploration import Exploration
    from app.selection import Selection


def show(page: str, selection: Selection | Exploration) -> None:
    """Offer the saved views of a page, and to save this one.

    Parameters
    ----------
    page
        Name of the page: a module of `pages`.
    selection
        What is looked at.
    """
    found = desk.store().find(crm.SavedView, page=page, order_by="name")
    with st.popover(f"Views ({len(found)})" if found else "Views", icon=":material/bookmark:", width="stretch"):
        for view in found:
            name, remove = st.columns([5, 1], vertical_alignment="center")
            name.page_link(getattr(pages, page.upper()), label=safe_label(view.name), query_params=parse_qs(view.query))
            remove.button(
                "Remove",
                key=f"remove view {view.id} {view.version}",
                type="tertiary",
                on_click=desk.remove,
                args=(view, "View removed."),
            )
        with st.form("new view", clear_on_submit=True, border=False):
            words, add = st.columns([3, 1], vertical_alignment="bottom")
            title = words.text_input("Save this view as", max_chars=100)
            if add.form_submit_button("Save", width="stretch"):
                made = crm.SavedView(name=title, page=page, query=urlencode(selection.to_params(), doseq=True))
                desk.take(lambda unit: unit.add(made), "View saved.")

"""The pivot table: members to look into, figures whose records can be listed, linked both ways with the map."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

if TYPE_CHECKING:
    from collections.abc import Callable

_HERE = Path(__file__).parent

_mount = st.components.v2.component(
    "gcrm_pivot",
    css=(_HERE / "pivot.css").read_text(encoding="utf-8"),
    js=(_HERE / "pivot.js").read_text(encoding="utf-8"),
)


def show(
    data: dict[str, Any],
    *,
    key: str,
    on_drill: Callable[[], None],
    on_back: Callable[[], None],
    on_open: Callable[[], None],
) -> None:
    """Draw or update the pivot table.

    Parameters
    ----------
    data
        `grid.grid_data`: headers, rows, the way up, and what is said below them.
    key
        Name of this table; the same name is the same table over every rerun.
    on_drill
        Called when a member is chosen, before the page is made again; `said(key, "drilled", "step")` says which.
    on_back
        Called when a step of the way up is chosen; `said(key, "backed", "steps")` says how many are left.
    on_open
        Called when a figure is chosen; `said(key, "opened", "cell", "measure")` says whose records are wanted.
    """
    _mount(key=key, data=data, on_drilled_change=on_drill, on_backed_change=on_back, on_opened_change=on_open)


def said(key: str, event: str, *names: str) -> tuple[str, ...] | None:
    """Return what was just chosen in a table.

    Parameters
    ----------
    key
        Name of the table.
    event
        What happened: `drilled`, `backed` or `opened`.
    *names
        What it says.

    Returns
    -------
    tuple of str or None
        One text per name; null where nothing was chosen, or something else than texts came.
    """
    choice = (st.session_state.get(key) or {}).get(event)
    found = [choice.get(name) for name in names] if isinstance(choice, dict) else []
    texts = tuple(text for text in found if isinstance(text, str))
    return texts if texts and len(texts) == len(names) else None

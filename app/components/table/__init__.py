"""The ranked table of regions, linked both ways with the map."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

if TYPE_CHECKING:
    from collections.abc import Callable

_HERE = Path(__file__).parent

_mount = st.components.v2.component(
    "gcrm_table",
    css=(_HERE / "table.css").read_text(encoding="utf-8"),
    js=(_HERE / "table.js").read_text(encoding="utf-8"),
)


def show(data: dict[str, Any], *, key: str, on_pick: Callable[[], None]) -> None:
    """Draw or update the table.

    Parameters
    ----------
    data
        `scene.Scene.table`: columns, ranked rows and what is said below them.
    key
        Name of this table; the same name is the same table over every rerun.
    on_pick
        Called when a row is chosen, before the page is made again; `components.map.picked(key)` says which.
    """
    _mount(key=key, data=data, on_picked_change=on_pick)

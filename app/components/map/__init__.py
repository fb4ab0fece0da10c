"""The map component: MapLibre GL JS, driven by a map description."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

if TYPE_CHECKING:
    from collections.abc import Callable

_HERE = Path(__file__).parent

_mount = st.components.v2.component(
    "gcrm_map",
    css=(_HERE / "map.css").read_text(encoding="utf-8"),
    js=(_HERE / "map.js").read_text(encoding="utf-8"),
)


def show(data: dict[str, Any], *, key: str, on_pick: Callable[[], None]) -> None:
    """Draw or update the map.

    Parameters
    ----------
    data
        `scene.Scene.map`: what to draw, where, and where the browser finds the library.
    key
        Name of this map; the same name is the same map over every rerun.
    on_pick
        Called when a region is chosen, before the page is made again; `picked(key)` says which.
    """
    _mount(key=key, data=data, on_picked_change=on_pick)


def picked(key: str) -> tuple[str, str] | None:
    """Return (level, region) that was just chosen on a component, both empty for the whole project; None where none."""
    choice = (st.session_state.get(key) or {}).get("picked")
    if not isinstance(choice, dict):
        return None
    level, region = choice.get("level"), choice.get("id")
    return (level, region) if isinstance(level, str) and isinstance(region, str) else None

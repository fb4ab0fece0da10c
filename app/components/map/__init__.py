"""The map component: MapLibre GL JS, driven by a map description."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

if TYPE_CHECKING:
    from collections.abc import Callable

_HERE = Path(__file__).parent
#: The parts of the script, each using those before it; a component takes one.
_PARTS = ("page", "base", "layers", "pointing", "labels", "map")

_mount = st.components.v2.component(
    "gcrm_map",
    css=(_HERE / "map.css").read_text(encoding="utf-8"),
    js="\n".join((_HERE / f"{part}.js").read_text(encoding="utf-8") for part in _PARTS),
)


def _ignore() -> None:
    """Do nothing."""


def show(
    data: dict[str, Any],
    *,
    key: str,
    on_pick: Callable[[], None] = _ignore,
    on_open: Callable[[], None] = _ignore,
    on_place: Callable[[], None] = _ignore,
) -> None:
    """Draw or update the map.

    Parameters
    ----------
    data
        `scene.Scene.map`: what to draw, where, and where the browser finds the library.
    key
        Name of this map; the same name is the same map over every rerun.
    on_pick
        Called when a region is chosen, before the page is made again; `picked(key)` says which.
    on_open
        Called when a point is chosen; `opened(key)` says which.
    on_place
        Called when a place beside the points is chosen, where the data says `placing`; `placed(key)` says where.
    """
    _mount(key=key, data=data, on_picked_change=on_pick, on_opened_change=on_open, on_placed_change=on_place)


def picked(key: str) -> tuple[str, str] | None:
    """Return (level, region) that was just chosen on a component, both empty for the whole project; None where none."""
    choice = (st.session_state.get(key) or {}).get("picked")
    if not isinstance(choice, dict):
        return None
    level, region = choice.get("level"), choice.get("id")
    return (level, region) if isinstance(level, str) and isinstance(region, str) else None


def given(key: str) -> tuple[dict[str, str], int] | None:
    """Return what clicks gave: region -> to what (empty: nothing), and the number of the last click; None where none.

    Clicks that came while the page was being made are told together.
    """
    choice = (st.session_state.get(key) or {}).get("picked")
    if not isinstance(choice, dict) or not isinstance(choice.get("given"), dict):
        return None
    found = {unit: to for unit, to in choice["given"].items() if isinstance(unit, str) and isinstance(to, str)}
    number = choice.get("number")
    return (found, int(number)) if isinstance(number, int | float) else None


def opened(key: str) -> str | None:
    """Return the identifier of the point that was just chosen on a map; None where none was."""
    choice = (st.session_state.get(key) or {}).get("opened")
    found = choice.get("id") if isinstance(choice, dict) else None
    return found if isinstance(found, str) else None


def placed(key: str) -> tuple[float, float] | None:
    """Return longitude and latitude of the place that was just chosen on a map; None where none was."""
    choice = (st.session_state.get(key) or {}).get("placed")
    if not isinstance(choice, dict):
        return None
    lon, lat = choice.get("lon"), choice.get("lat")
    return (float(lon), float(lat)) if isinstance(lon, int | float) and isinstance(lat, int | float) else None

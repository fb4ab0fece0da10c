"""The filter bar: widgets that show the selection and write it to the address line when they change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from app.selection import ALL, Selection
from gcrm.maps.choropleth import noun_of
from gcrm.maps.classes import METHODS

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.focus import Focus


def go(selection: Selection) -> None:
    """Write a selection to the address line; the page is made again from there. The map's position stays its own."""
    st.query_params.from_dict(replace(selection, view=None).to_params())


def bar(focus: Focus) -> None:
    """Show the filters."""
    selection, catalog = focus.selection, focus.catalog
    columns = st.columns([1.3, 1.1, 1.2, 1, 1.8, 1.1], gap="small")
    hierarchies = {n: h.title for n, h in catalog.hierarchies.items()}
    current = focus.hierarchy.name if focus.hierarchy else ""
    with columns[0]:
        _select(
            "Regions",
            hierarchies or {"": "none"},
            current,
            lambda name: replace(selection.focus_on(()), hierarchy=name),
        )
    with columns[1]:
        _select("Shown inside", {name: noun_of(name) for name in focus.choices}, focus.drawn, lambda n: _draw(focus, n))
    with columns[2]:
        titles = {name: m.title for name, m in catalog.measures.items()}
        _select("Measure", titles, selection.measure, lambda name: replace(selection, measure=name))
    with columns[3]:
        periods = {ALL: "All", **{p: p for p in catalog.periods}}
        _select("Period", periods, selection.period or catalog.latest, lambda p: replace(selection, period=p))
    with columns[4]:
        _segments(focus)
    with columns[5]:
        _select("Classes", dict(METHODS), selection.method, lambda method: replace(selection, method=method))


def _draw(focus: Focus, name: str) -> Selection:
    """Draw another level, or cells, inside the focus."""
    if name in focus.inner:
        return replace(focus.selection, level=name, cells=None)
    return replace(focus.selection, level="", cells=int(name.removeprefix("h3_r")))


def _select(label: str, options: dict[Any, str], current: Any, chosen: Callable[[Any], Selection]) -> None:
    """Show one choice; the widget follows the selection and never the other way round."""
    key = f"filter {label}"
    st.session_state[key] = current
    st.selectbox(
        label,
        list(options),
        format_func=lambda name: options[name],
        key=key,
        on_change=lambda: go(chosen(st.session_state[key])),
    )


def _segments(focus: Focus) -> None:
    key = "filter Segments"
    st.session_state[key] = list(focus.selection.segments)
    st.multiselect(
        "Segments",
        [*focus.catalog.segments, None],
        format_func=lambda segment: segment or "unknown",
        placeholder="All",
        key=key,
        on_change=lambda: go(replace(focus.selection, segments=tuple(st.session_state[key]))),
    )

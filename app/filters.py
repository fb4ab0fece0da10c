"""The filter bar: widgets that show the selection and write it to the address line when they change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import streamlit as st

from app import desk
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
        select(
            "Regions",
            hierarchies or {"": "none"},
            current,
            lambda name: replace(selection.focus_on(()), hierarchy=name),
        )
    with columns[1]:
        select("Shown inside", {name: noun_of(name) for name in focus.choices}, focus.drawn, lambda n: _draw(focus, n))
    with columns[2]:
        titles = {name: m.title for name, m in catalog.measures.items()}
        select("Measure", titles, selection.measure, lambda name: replace(selection, measure=name))
    with columns[3]:
        periods = {ALL: "All", **{p: p for p in catalog.periods}}
        select("Period", periods, selection.period or catalog.latest, lambda p: replace(selection, period=p))
    with columns[4]:
        _segments(focus)
    with columns[5]:
        select("Classes", dict(METHODS), selection.method, lambda method: replace(selection, method=method))


def campaign_bar(focus: Focus, least: float | None, most: float | None) -> None:
    """Show the threshold that chooses areas, and by which channel and for what people are to be reached.

    Parameters
    ----------
    focus
        What is looked at.
    least, most
        The threshold; null has no bound.
    """
    selection = focus.selection
    columns = st.columns([1, 1, 1, 1, 2.2], gap="small")
    for column, label, word, value in ((columns[0], "At least", "least", least), (columns[1], "At most", "most", most)):
        key = f"filter {label}"
        st.session_state[key] = value
        column.number_input(
            label,
            key=key,
            value=None,
            format="%g",
            placeholder="no bound",
            on_change=lambda word=word, key=key: go(selection.say(**{word: _text(st.session_state[key])})),
        )
    with columns[2]:
        channels = {word: word for word in desk.CHANNELS}
        select("Channel", channels, selection.word("channel"), lambda word: selection.say(channel=word))
    with columns[3]:
        purposes = {word: word for word in desk.PURPOSES}
        select("Purpose", purposes, selection.word("purpose"), lambda word: selection.say(purpose=word))


def _text(value: float | None) -> str:
    return "" if value is None else str(int(value) if value.is_integer() else value)


def planning_bar(focus: Focus, people: dict[str, str]) -> None:
    """Show what is planned, for which day, and whom a click gives a region to."""
    selection, catalog = focus.selection, focus.catalog
    columns = st.columns([1.3, 1.1, 1, 1.6, 1], gap="small")
    with columns[0]:
        hierarchies = {n: h.title for n, h in catalog.hierarchies.items()} or {"": "none"}
        current = focus.hierarchy.name if focus.hierarchy else ""
        select("Regions", hierarchies, current, lambda name: replace(selection.focus_on(()), hierarchy=name))
    with columns[1]:
        levels = {name: noun_of(name) for name in focus.choices if name in focus.inner} or {"": "none"}
        select("Planned", levels, focus.drawn if focus.drawn in levels else "", lambda name: _draw(focus, name))
    with columns[2]:
        periods = {ALL: "All", **{p: p for p in catalog.periods}}
        select("Figures of", periods, selection.period or catalog.latest, lambda p: replace(selection, period=p))
    with columns[3]:
        select("A click gives to", {"": "nobody"} | people, selection.word("person"), lambda i: selection.say(person=i))
    with columns[4]:
        key = "filter From"
        st.session_state[key] = _day_of(selection.word("from"))
        st.date_input(
            "From",
            key=key,
            format="YYYY-MM-DD",
            on_change=lambda: go(selection.say(from_=str(st.session_state[key]))),
        )


def _day_of(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.today()  # noqa: DTZ011 - the reader's own day


def people_bar(focus: Focus) -> None:
    """Show what narrows a list of people: what they are, where, when, and what to look for."""
    selection, catalog = focus.selection, focus.catalog
    columns = st.columns([1, 1.5, 1, 1.7, 1.1, 1.9], gap="small")
    with columns[0]:
        kinds = {"customers": "Customers", "prospects": "Prospects"}
        select("People", kinds, selection.word("kind", "customers"), lambda k: selection.say(kind=k, record=""))
    with columns[1]:
        steps = {(): "Whole project"} | {
            selection.path[: i + 1]: f"{noun_of(level)}: {name}"
            for i, ((level, _), name) in enumerate(zip(selection.path, focus.names, strict=True))
        }
        select("Where (choose on the map)", steps, selection.path, selection.focus_on)
    with columns[2]:
        periods = {ALL: "All", **{p: p for p in catalog.periods}}
        select("Period", periods, selection.period or catalog.latest, lambda p: replace(selection, period=p))
    with columns[3]:
        _segments(focus)
    with columns[4]:
        orders = {"revenue": "Revenue", "last_order": "Last order", "name": "Name", "since": "Since"}
        select("Order by", orders, selection.word("order", "revenue"), lambda o: selection.say(order=o))
    with columns[5]:
        key = "filter Find"
        st.session_state[key] = selection.word("find")
        st.text_input(
            "Find",
            key=key,
            placeholder="Name, identifier or address",
            on_change=lambda: go(selection.say(find=st.session_state[key].strip())),
        )


def _draw(focus: Focus, name: str) -> Selection:
    """Draw another level, or cells, inside the focus."""
    if name in focus.inner:
        return replace(focus.selection, level=name, cells=None)
    return replace(focus.selection, level="", cells=int(name.removeprefix("h3_r")))


def select(label: str, options: dict[Any, str], current: Any, chosen: Callable[[Any], Selection]) -> None:
    """Show one choice; the widget follows the selection and never the other way round.

    Parameters
    ----------
    label
        What is chosen.
    options
        Choice -> what to call it.
    current
        What the selection says.
    chosen
        Makes the next selection of a choice.
    """
    key = f"filter {label}"
    st.session_state[key] = current if current in options else next(iter(options))
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

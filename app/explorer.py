"""The explorer's widgets: they show the question and write it to the address line when they change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import streamlit as st

from app import explored
from app.exploration import TOTALS, Exploration
from app.offer import of_table
from gcrm.cube.question import Top

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.offer import Offer

    Ask = Callable[..., Any]

_FORMULA = (
    "Choose measures, or type a formula and press Enter: revenue / customers, share_of_parent(revenue),"
    " growth(buyers), rank(revenue)."
)
_GEOGRAPHIES = {"as is": "Today's regions", "as was": "Regions of each event's day", "day": "Regions of one day"}


def go(shown: Exploration) -> None:
    """Write an exploration to the address line; the page is made again from there. The map's position stays its own."""
    st.query_params.from_dict(replace(shown, view=None).to_params())


def bar(shown: Exploration, offer: Offer, ask: Ask) -> None:
    """Show the question: what is counted, what stands in rows and columns, and what it is narrowed to.

    Parameters
    ----------
    shown
        What is explored.
    offer
        What the reader can explore.
    ask
        Asks a question of `explored` and returns its answer.
    """
    if offer.exact:
        _layout(shown, offer)
    else:
        _tables(shown, offer)
    filters, regions, area, top, having, drawn = st.columns([1, 1.25, 1, 1.05, 1, 1.25], gap="small")
    with filters:
        _filters(shown, offer, ask)
    if any(offer.model.dimensions[name].is_place for name in shown.by):
        with drawn:
            titles = {name: f"Map: {offer.title(name)}" for name in shown.measures}
            _select("Map", titles, shown.drawn or shown.measures[0], lambda m: replace(shown, drawn=m), hidden=True)
    with area:
        _area(shown)
    if not offer.exact:
        return
    with regions:
        _geography(shown)
    with top:
        _top(shown, offer)
    with having:
        _having(shown)


def _layout(shown: Exploration, offer: Offer) -> None:
    """Show measures, rows, columns, period and totals."""
    columns = st.columns([1.9, 1.5, 1.5, 0.9, 0.9], gap="small")
    with columns[0]:
        _many(
            "Measures",
            {**offer.measures, **{m: m for m in shown.measures if m not in offer.measures}},
            shown.measures,
            lambda names: replace(shown, measures=names or shown.measures[:1], drawn="", behind=None),
            typed=True,
            help=_FORMULA,
        )
    for column, label, axis, names in (
        (columns[1], "Rows", "rows", shown.rows),
        (columns[2], "Columns", "across", shown.across),
    ):
        with column:
            _many(label, offer.dimensions, names, lambda n, axis=axis: shown.put(axis, n))  # type: ignore[misc]
    with columns[3]:
        _period(shown, offer)
    with columns[4]:
        _select("Totals", TOTALS, shown.totals, lambda word: replace(shown, totals=word, behind=None))


def _tables(shown: Exploration, offer: Offer) -> None:
    """Show which of the tables that are given out is looked at: a reader without record rights has no other."""
    columns = st.columns([1.6, 1.9, 0.9, 0.9], gap="small")
    number = next((t.number for t in offer.tables if set(t.by) == set(shown.by)), 0)
    tables = {t.number: t for t in offer.tables}
    with columns[0]:
        titles = {n: ", ".join(offer.title(name) for name in t.by) or "Total" for n, t in tables.items()}
        _select("Table", titles, number, lambda n: of_table(tables[n], offer, shown.measures))
    with columns[1]:
        known = {n: offer.title(n) for n in tables[number].measures} if number else offer.measures
        _many("Measures", known, shown.measures, lambda names: replace(shown, measures=names or shown.measures[:1]))
    with columns[2]:
        _period(shown, offer)
    with columns[3]:
        _select("Totals", TOTALS, shown.totals, lambda word: replace(shown, totals=word))


def _period(shown: Exploration, offer: Offer) -> None:
    words = dict.fromkeys((*offer.catalog.periods, *([shown.period] if shown.period else [])))
    periods = {"": "All", **{p: p.replace("..", " to ") for p in words}}
    _select("Period", periods, shown.period, lambda p: replace(shown, period=p, behind=None))


def _filters(shown: Exploration, offer: Offer, ask: Ask) -> None:
    """Offer to narrow the question to some members of any dimension, also of one that is not shown."""
    count = sum(1 for _, members in shown.where if members)
    with st.popover(f"Filters ({count})" if count else "Filters", icon=":material/filter_alt:", width="stretch"):
        own = dict(shown.where)
        kinds = {n: d.kind for n, d in offer.model.dimensions.items()}
        free = {n: t for n, t in offer.dimensions.items() if n not in own and kinds[n] not in {"period", "cell"}}
        if not offer.exact:
            free = {n: t for n, t in free.items() if n in shown.by or kinds[n] == "region"}
        for name, members in own.items():
            known: dict[str | None, str] = {**ask(explored.names, dimension=name), None: "unknown"}
            known |= {m: str(m) for m in members if m not in known}
            _many(
                offer.title(name),
                known,
                members,
                lambda chosen, name=name: replace(shown, where=_filtered(own, name, chosen), behind=None),  # type: ignore[misc]
                key=f"members {name}",
            )
        _select(
            "Add a filter",
            {"": "Choose what to filter by", **free},
            "",
            lambda name: replace(shown, where=(*shown.where, (name, ()))) if name else shown,
        )


def _filtered(
    own: dict[str, tuple[str | None, ...]], name: str, members: tuple[str | None, ...]
) -> tuple[tuple[str, tuple[str | None, ...]], ...]:
    """Set the members of one filter; without members it goes."""
    return tuple((n, members if n == name else kept) for n, kept in own.items() if n != name or members)


def _geography(shown: Exploration) -> None:
    """Choose which version of the regions figures are told by."""
    day = shown.geography not in _GEOGRAPHIES
    title = f"Regions of {shown.geography}" if day else _GEOGRAPHIES[shown.geography]
    with st.popover(title, icon=":material/history:", width="stretch"):
        choice = "day" if day else shown.geography
        today = str(date.today())  # noqa: DTZ011 - the reader's own day
        _select(
            "Figures by",
            _GEOGRAPHIES,
            choice,
            lambda word: replace(shown, geography=today if word == "day" else word, behind=None),
        )
        if day:
            key = "explore day"
            st.session_state[key] = _day(shown.geography)
            st.date_input(
                "Day",
                key=key,
                format="YYYY-MM-DD",
                on_change=lambda: go(replace(shown, geography=str(st.session_state[key]), behind=None)),
            )
        st.caption(
            "Regions change. Today's restate all figures; those of each event's day keep them as they were told."
        )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.today()  # noqa: DTZ011 - the reader's own day


def _area(shown: Exploration) -> None:
    """Narrow the question to a drawn shape, or to what lies near a store."""
    with st.popover("Area (on)" if shown.area else "Area", icon=":material/pentagon:", width="stretch"):
        key = "explore area"
        st.session_state[key] = "\n".join(shown.area)
        st.text_area(
            "Only places in, or near",
            key=key,
            height=140,
            placeholder='POLYGON ((...)), GeoJSON, or {"near": {"store": "S1"}, "distance_m": 500}',
            help="One line each; a place must meet all of them. WKT and GeoJSON are in degrees, longitude first.",
            on_change=lambda: go(replace(shown, area=_lines(st.session_state[key]), behind=None)),
        )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def _top(shown: Exploration, offer: Offer) -> None:
    """Keep the members with the largest figures."""
    top, members = shown.top, [n for n in shown.by if offer.model.dimensions[n].kind != "period"]
    active = top is not None and top.by in shown.by
    title = f"Top {top.n}" if active and top else "Top members"
    with st.popover(title, icon=":material/leaderboard:", width="stretch"):
        if not members:
            st.caption("Put something other than a period in rows or columns.")
            return
        now = top if active and top else Top(0, shown.measures[0], members[0])
        _number("How many (0 shows all)", now.n, lambda n: _with_top(shown, replace(now, n=n)))
        by = {n: offer.title(n) for n in members}
        _select("Of", by, now.by, lambda name: _with_top(shown, replace(now, by=name)))
        measures = {m: offer.title(m) for m in (*shown.measures, *offer.measures)}
        _select("By", measures, now.measure or shown.measures[0], lambda m: _with_top(shown, replace(now, measure=m)))
        _tick("Smallest instead", now.smallest, lambda on: _with_top(shown, replace(now, smallest=on)))
        _tick("Show all others together", now.others, lambda on: _with_top(shown, replace(now, others=on)))


def _with_top(shown: Exploration, top: Top) -> Exploration:
    return replace(shown, top=top if top.n else None, behind=None)


def _having(shown: Exploration) -> None:
    """Leave out rows that do not meet conditions."""
    count = len(shown.having)
    with st.popover(f"Conditions ({count})" if count else "Conditions", icon=":material/rule:", width="stretch"):
        _many(
            "Only rows with",
            {text: text for text in shown.having},
            shown.having,
            lambda texts: replace(shown, having=texts, behind=None),
            typed=True,
            help="Type a condition and press Enter: customers >= 10. Totals stay whole.",
        )


def _select(
    label: str, options: dict[Any, str], current: Any, chosen: Callable[[Any], Exploration], *, hidden: bool = False
) -> None:
    """Show one choice; the widget follows the question and never the other way round."""
    key = f"explore {label}"
    st.session_state[key] = current if current in options else next(iter(options), None)
    st.selectbox(
        label,
        list(options),
        format_func=lambda name: options[name],
        key=key,
        label_visibility="collapsed" if hidden else "visible",
        on_change=lambda: go(chosen(st.session_state[key])),
    )


def _many(
    label: str,
    options: dict[Any, str],
    current: Sequence[Any],
    chosen: Callable[[tuple[Any, ...]], Exploration],
    *,
    typed: bool = False,
    key: str = "",
    help: str | None = None,  # noqa: A002 - Streamlit's word
) -> None:
    """Show several choices; where they may be typed, also what stands in no list."""
    key = f"explore {key or label}"
    st.session_state[key] = list(current)
    st.multiselect(
        label,
        list(options),
        format_func=lambda name: options.get(name, name),
        key=key,
        help=help,
        placeholder="Type, then Enter" if typed and not options else "None",
        accept_new_options=typed,
        on_change=lambda: go(chosen(tuple(st.session_state[key]))),
    )


def _number(label: str, current: int, chosen: Callable[[int], Exploration]) -> None:
    key = f"explore {label}"
    st.session_state[key] = current
    st.number_input(label, 0, 999, key=key, on_change=lambda: go(chosen(int(st.session_state[key]))))


def _tick(label: str, current: bool, chosen: Callable[[bool], Exploration]) -> None:  # noqa: FBT001 - a widget's value
    key = f"explore {label}"
    st.session_state[key] = current
    st.checkbox(label, key=key, on_change=lambda: go(chosen(bool(st.session_state[key]))))

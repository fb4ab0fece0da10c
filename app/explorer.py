"""The explorer's widgets: they show the question and write it to the address line when they change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from app import explored, narrowing
from app.exploration import TOTALS, Exploration
from app.offer import of_table
from app.widgets import many, select

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.offer import Offer

    Ask = Callable[..., Any]

_FORMULA = (
    "Choose measures, or type a formula and press Enter: revenue / customers, share_of_parent(revenue),"
    " growth(buyers), rank(revenue)."
)


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
            drawn_as = {False: "Map", True: "Hot spots"}
            titles = {
                (m, spots): f"{word}: {offer.title(m)}" for spots, word in drawn_as.items() for m in shown.measures
            }
            now = (shown.drawn or shown.measures[0], shown.spots)
            select("Map", titles, now, lambda m: replace(shown, drawn=m[0], spots=m[1]), hidden=True)
    with area:
        narrowing.area(shown)
    if not offer.exact:
        return
    with regions:
        narrowing.geography(shown)
    with top:
        narrowing.top(shown, offer)
    with having:
        narrowing.having(shown)


def _layout(shown: Exploration, offer: Offer) -> None:
    """Show measures, rows, columns, period and totals."""
    columns = st.columns([1.9, 1.5, 1.5, 0.9, 0.9], gap="small")
    with columns[0]:
        many(
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
            many(label, offer.dimensions, names, lambda n, axis=axis: shown.put(axis, n))  # type: ignore[misc]
    with columns[3]:
        _period(shown, offer)
    with columns[4]:
        select("Totals", TOTALS, shown.totals, lambda word: replace(shown, totals=word, behind=None))


def _tables(shown: Exploration, offer: Offer) -> None:
    """Show which of the tables that are given out is looked at: a reader without record rights has no other."""
    columns = st.columns([1.6, 1.9, 0.9, 0.9], gap="small")
    number = next((t.number for t in offer.tables if set(t.by) == set(shown.by)), 0)
    tables = {t.number: t for t in offer.tables}
    with columns[0]:
        titles = {n: ", ".join(offer.title(name) for name in t.by) or "Total" for n, t in tables.items()}
        select("Table", titles, number, lambda n: of_table(tables[n], offer, shown.measures))
    with columns[1]:
        known = {n: offer.title(n) for n in tables[number].measures} if number else offer.measures
        many("Measures", known, shown.measures, lambda names: replace(shown, measures=names or shown.measures[:1]))
    with columns[2]:
        _period(shown, offer)
    with columns[3]:
        select("Totals", TOTALS, shown.totals, lambda word: replace(shown, totals=word))


def _period(shown: Exploration, offer: Offer) -> None:
    words = dict.fromkeys((*offer.catalog.periods, *([shown.period] if shown.period else [])))
    periods = {"": "All", **{p: p.replace("..", " to ") for p in words}}
    select("Period", periods, shown.period, lambda p: replace(shown, period=p, behind=None))


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
            many(
                offer.title(name),
                known,
                members,
                lambda chosen, name=name: replace(shown, where=_filtered(own, name, chosen), behind=None),  # type: ignore[misc]
                key=f"members {name}",
            )
        select(
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

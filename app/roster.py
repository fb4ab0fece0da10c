"""The roster: customers or prospects one by one, as the filters leave them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from app import filters, questions

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.focus import Focus

    Ask = Callable[..., Any]

#: Rows that are listed at most; a search reaches the others.
ROWS = 500
KINDS = {"customers": "Customers", "prospects": "Prospects"}


def words(focus: Focus) -> str:
    """Return what the list is narrowed to, in words."""
    place = ", ".join(reversed(focus.names)) or "whole project"
    return " · ".join([place, focus.period or "all periods", f"data of {focus.catalog.created[:10]}"])


def show(focus: Focus, ask: Ask) -> None:
    """Show the list; a chosen row opens its card.

    Parameters
    ----------
    focus
        What is looked at.
    ask
        Asks a question of `questions` and returns its answer.
    """
    kind = _kind(focus)
    found = ask(
        questions.listing,
        kind=kind,
        **focus.inside,
        search=focus.selection.word("find"),
        order=focus.selection.word("order", "revenue"),
        limit=ROWS,
    )
    if found is None:
        st.info("You may see figures by region, but no single records.")
        return
    rows = found["rows"]
    more = "; search, or look inside a region, to see the others" if found["total"] > len(rows) else ""
    st.caption(f"{KINDS[kind]}: showing {len(rows):,} of {found['total']:,}{more}")
    if not rows:
        st.info("Nobody is left. Clear the search or the filters.")
        return
    key = f"list {kind} {hash((tuple(focus.selection.focus), focus.period, focus.selection.words))}"
    st.dataframe(
        rows,
        key=key,
        hide_index=True,
        height=620,
        row_height=30,
        placeholder="",
        column_order=[c for c in _columns(focus.catalog.currency) if kind == "customers" or c not in _ORDERED],
        column_config=_columns(focus.catalog.currency),
        selection_mode=["single-row", "single-cell"],
        on_select=lambda: _open(focus, kind, [row["id"] for row in rows], key),
        alt=f"{KINDS[kind]} as the filters leave them",
    )


def _kind(focus: Focus) -> str:
    kind = focus.selection.word("kind", "customers")
    return kind if kind in KINDS else "customers"


_ORDERED = {"revenue", "orders", "last_order"}


def _columns(currency: str) -> dict[str, Any]:
    text, number, day = st.column_config.TextColumn, st.column_config.NumberColumn, st.column_config.DateColumn
    return {
        "id": text("ID", width="small"),
        "name": text("Name", width="medium"),
        "segment": text("Segment", width="small"),
        "revenue": number(currency, help="Revenue of the period", format="accounting", width="small"),
        "orders": number("Orders", format="localized", width="small"),
        "last_order": day("Last order", width="small"),
        "owner": text("Owner", width="small"),
        "address": text("Address", width="medium"),
        "match_level": text("Found by", width="small"),
    }


def _open(focus: Focus, kind: str, ids: list[str], key: str) -> None:
    """Open the card of the row that was just chosen."""
    chosen = st.session_state[key]["selection"]
    rows = [*chosen["rows"], *(row for row, _ in chosen["cells"])]
    filters.go(focus.selection.say(record=f"{kind}:{ids[rows[0]]}" if rows else ""))

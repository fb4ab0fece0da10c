"""The duplicates page: pairs that may be one party, side by side with what speaks for it, and the word of a person."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from app import data, desk, style
from gcrm.linkage.decision import settle
from gcrm.maps.labels import chance_text

if TYPE_CHECKING:
    from gcrm.cube.duplicates import State

STATES: dict[State, str] = {"open": "To decide", "same": "Joined", "different": "Kept apart"}
RULES = {
    "likely": "likely",
    "unsure": "unsure",
    "became": "prospect became customer",
    "family": "family: other given names",
    "given_name_differs": "same day of birth, other given name",
    "name_differs": "other name",
    "legal_form_differs": "other legal form",
    "official_id_differs": "other official number",
    "born_on_differs": "other day of birth",
    "decided_same": "decided: the same",
    "decided_different": "decided: not the same",
}
LIST = {"name_a": "One", "address_a": "Address", "name_b": "The other", "address_b": "Its address"}
FIELDS = {"field": "Compared", "value_a": "One", "value_b": "The other", "level": "They are", "weight": "Weight"}
WORDS: dict[bool | None, str] = {True: "The same", False: "Not the same", None: "Leave it to the model"}


def record(pair: dict[str, Any], side: str) -> str:
    """Return one of two records as decisions name it."""
    return f"{pair['kind' + side]}:{pair['id' + side]}"


def decide(pair: dict[str, Any], same: bool | None) -> None:  # noqa: FBT001 - the answer itself
    """Keep what a person says about a pair."""
    desk.write(lambda unit: settle(unit, record(pair, "_a"), record(pair, "_b"), same=same), "Kept for the next build")


def compare(pair: dict[str, Any]) -> None:
    """Show two records side by side, what each field adds, and the buttons."""
    words = (
        f"{chance_text(pair['probability'])} likely by the model" if pair["probability"] is not None else "not compared"
    )
    st.markdown(f"**{words}** · {RULES[pair['rule']]}")
    for column, (same, label) in zip(st.columns(3), WORDS.items(), strict=True):
        taken = pair["decided"] == {True: "same", False: "different", None: None}[same]
        column.button(label, on_click=partial(decide, pair, same), disabled=taken, width="stretch", key=f"word {same}")
    if pair["weight"] is not None:
        rows = ws.duplicates.compare(record(pair, "_a"), record(pair, "_b")).to_pylist()
        compared = [{**row, "field": row["field"].replace("_", " ")} for row in rows]
        style.table(compared, FIELDS)
        st.caption("A weight of 1 doubles the odds that both are one; of -1 it halves them. Rare values weigh more.")


ws = data.workspace()
style.head("Duplicates", "Records that may be one person or company. Decisions count from the next build on.")
if mistake := desk.notice():
    style.explain(mistake)
state: State = st.segmented_control(
    "Pairs", list(STATES), format_func=STATES.__getitem__, default="open", required=True
)
pairs = ws.duplicates.pairs(state, limit=500).to_pylist()
if not pairs:
    st.info("There is no such pair.")
    st.stop()
left, right = st.columns([1.3, 1], gap="medium")
with left:
    shown = [{**pair, "why": RULES[pair["rule"]]} for pair in pairs]
    titles: dict[str, Any] = {**LIST, "why": "Why"}
    options: dict[str, Any] = {"on_select": "rerun", "selection_mode": "single-row"}
    options["height"] = style.fitting(len(pairs), 560)
    chosen = st.dataframe(shown, hide_index=True, column_config=titles, column_order=list(titles), **options)
    st.caption(f"Showing {len(pairs):,} pairs, the likeliest first.")
with right:
    rows = chosen["selection"]["rows"]
    compare(pairs[rows[0] if rows and rows[0] < len(pairs) else 0])

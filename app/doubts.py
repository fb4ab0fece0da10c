"""The doubts: a queue of unsure addresses, a map of what each may be with a pin that moves, and what is decided."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from app import data, desk, questions, spots, style
from app.components import map as map_component
from gcrm.errors import UserError
from gcrm.geocode.result.wording import against
from gcrm.maps.labels import chance_text, number_text, safe_label
from gcrm.workspace import reason

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.look import Look
    from gcrm import crm

    Row = dict[str, Any]

_MAP, _PIN = "review map", "review pin"
#: Decisions that are listed, the latest first.
_LATEST = 20
#: Widths of the queue's columns in pixels: address, why, customers, orders.
_WIDTHS = (140, 125, 72, 85)


def queue(rows: Sequence[Row], total: int, currency: str) -> Row | None:
    """Show the queue; return the place that was chosen, the first one where none was.

    Parameters
    ----------
    rows
        Places that wait, as `questions.waiting` returns them.
    total
        How many wait.
    currency
        Currency of the orders.

    Returns
    -------
    dict or None
        The place; None where none waits.
    """
    st.caption(f"Addresses: showing {len(rows):,} of {total:,} that wait, those with the largest orders first")
    if not rows:
        st.info("No address waits for a person.")
        return None
    shown = [
        {**row, "why": reason.words(row), "revenue": None if row["revenue"] is None else float(row["revenue"])}
        for row in rows
    ]
    columns: dict[str, Any] = {
        "address": st.column_config.TextColumn("Address", width=_WIDTHS[0]),
        "why": st.column_config.TextColumn("Why", width=_WIDTHS[1]),
        "customers": st.column_config.NumberColumn("Customers", width=_WIDTHS[2]),
        "revenue": st.column_config.NumberColumn(f"Orders ({currency})", format="accounting", width=_WIDTHS[3]),
    }
    event = st.dataframe(
        shown,
        hide_index=True,
        column_order=list(columns),
        column_config=columns,
        height=style.fitting(len(rows), 560),
        placeholder="",
        on_select="rerun",
        selection_mode="single-row",
        key=f"review queue {hash(tuple(row['location_id'] for row in rows))}",
    )
    picked = event["selection"]["rows"]
    return rows[picked[0] if picked else 0]


def decide(row: Row, seen: Look) -> None:
    """Show what an address may be, on a map and as buttons, and take down what is decided.

    Parameters
    ----------
    row
        The place.
    seen
        What the page looks at.
    """
    place = row["location_id"]
    others = seen.ask(questions.alternatives, location_id=place)
    lines = "".join(f"<p>{safe_label(line)}</p>" for line in _about(row))
    st.html(f'<section class="gcrm-card"><h2>{safe_label(row["address"])}</h2>{lines}</section>')
    pin = st.session_state.get(_PIN)
    pin = pin[1:] if pin and pin[0] == place else None
    word = partial(_decide, place)
    for other in others:
        label = f"Accept {other['rank']}: {other['address']} ({number_text(other['apart_m'], 'm')} from the first)"
        st.button(label, key=f"accept {place} {other['rank']}", on_click=word, args=("accept", None, other["rank"]))
    if not others and row["lon"] is not None and "area" not in row["reasons"]:
        st.button("Accept the point that was found", key=f"accept {place}", on_click=word, args=("accept",))
    why, here, nowhere = st.columns([2.2, 1, 0.8])
    why.text_input("Note", key=_note(place), placeholder="Why (optional)", label_visibility="collapsed")
    here.button(
        "Move to the pin",
        type="primary",
        disabled=pin is None,
        help="A click on the map sets the pin, another one moves it.",
        on_click=word,
        args=("move", pin),
        key=f"move {place}",
        width="stretch",
    )
    nowhere.button("Not found", on_click=word, args=("not_found",), key=f"nowhere {place}", width="stretch")
    map_component.show(spots.map_data(row, others, pin, seen), key=_MAP, on_place=partial(_place, place))


def _about(row: Row) -> list[str]:
    """Return what is known of an address that waits, in lines."""
    parties = ((row["customers"], "customer"), (row["prospects"], "prospect"))
    counted = [f"{n:,} {word}{'' if n == 1 else 's'}" for n, word in parties if n]
    found = [f"found as {row['matched_address']}"] if row["matched_address"] else []
    if row["confidence"] is not None and row["lon"] is not None:
        found.append(f"{chance_text(row['confidence'])} sure, within {number_text(row['error_m'], 'm')}")
    return [
        " · ".join([*counted, reason.words(row)]),
        *([" · ".join(found)] if found else []),
        *([f"Against it: {'; '.join(against(row['faults']))}"] if row["faults"] else []),
    ]


def _place(place: int) -> None:
    """Set the pin where the map was clicked."""
    at = map_component.placed(_MAP)
    if at is not None:
        st.session_state[_PIN] = (place, *at)


def _note(place: int) -> str:
    return f"review note {place}"


def _decide(place: int, action: Any, point: tuple[float, float] | None = None, rank: int | None = None) -> None:
    """Take down a decision, when a button is pressed."""
    ws = data.workspace()
    note = st.session_state.get(_note(place), "").strip() or None
    _write(
        lambda: ws.review.decide(place, action, point=point, rank=rank, note=note, actor=desk.actor()),
        "Decided; the next build follows.",
    )


def decided(decisions: Sequence[crm.Decision], ask: Callable[..., Any]) -> None:
    """Show the latest decisions; each can be taken back.

    Parameters
    ----------
    decisions
        Every decision, the latest first.
    ask
        Asks a question of `questions` and returns its answer.
    """
    if not decisions:
        return
    with st.expander(f"Decided ({len(decisions):,})"):
        latest = decisions[:_LATEST]
        names = ask(questions.addresses, places=[d.location_id for d in latest if d.location_id is not None])
        for one in latest:
            words, back = st.columns([4, 1], vertical_alignment="center")
            where = names.get(one.location_id, "an address that is no longer in the data")
            day = f"{one.changed_at:%Y-%m-%d}" if one.changed_at else ""
            words.text(f"{where} · {one.action.replace('_', ' ')} · {one.changed_by}, {day}")
            back.button("Undo", key=f"undo {one.id}", on_click=_undo, args=(one,))


def _undo(decision: crm.Decision) -> None:
    desk.remove(decision, "Taken back; the next build follows.")


def _write(action: Callable[[], object], done: str) -> None:
    try:
        action()
    except UserError as error:
        desk.tell(str(error))
        return
    st.toast(done, icon=":material/check:")

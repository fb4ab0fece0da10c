"""The explorer's single widgets: each shows one part of the question, and writes the next question when it changes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.exploration import Exploration


def go(shown: Exploration) -> None:
    """Write an exploration to the address line; the page is made again from there. The map's position stays its own."""
    st.query_params.from_dict(replace(shown, view=None).to_params())


def select(
    label: str, options: dict[Any, str], current: Any, chosen: Callable[[Any], Exploration], *, hidden: bool = False
) -> None:
    """Show one choice; the widget follows the question and never the other way round.

    Parameters
    ----------
    label
        What is chosen.
    options
        Choice -> what to call it.
    current
        What the question says.
    chosen
        Makes the next question of a choice.
    hidden
        Leave the label to screen readers.
    """
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


def many(
    label: str,
    options: dict[Any, str],
    current: Sequence[Any],
    chosen: Callable[[tuple[Any, ...]], Exploration],
    *,
    typed: bool = False,
    key: str = "",
    help: str | None = None,  # noqa: A002 - Streamlit's word
) -> None:
    """Show several choices; where they may be typed, also what stands in no list.

    Parameters
    ----------
    label, options, current, chosen
        As in `select`.
    typed
        Take words that are not among the options.
    key
        Name of the widget, where it is not its label.
    help
        What to say beside it.
    """
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


def number(label: str, current: int, chosen: Callable[[int], Exploration]) -> None:
    """Show a number from 0 to 999.

    Parameters
    ----------
    label, current, chosen
        As in `select`.
    """
    key = f"explore {label}"
    st.session_state[key] = current
    st.number_input(label, 0, 999, key=key, on_change=lambda: go(chosen(int(st.session_state[key]))))


def tick(label: str, current: bool, chosen: Callable[[bool], Exploration]) -> None:  # noqa: FBT001 - a widget's value
    """Show something to tick.

    Parameters
    ----------
    label, current, chosen
        As in `select`.
    """
    key = f"explore {label}"
    st.session_state[key] = current
    st.checkbox(label, key=key, on_change=lambda: go(chosen(bool(st.session_state[key]))))

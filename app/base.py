"""The base map: what is drawn under everything else, where the project knows anything of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app import questions, routes

if TYPE_CHECKING:
    from collections.abc import Callable


def base(ask: Callable[..., Any], snapshot: str) -> dict[str, str] | None:
    """Return what the map component draws under its layers.

    Parameters
    ----------
    ask
        Asks a question of `questions` and returns its answer.
    snapshot
        Identifier of the snapshot, part of the address the browser fetches.

    Returns
    -------
    dict or None
        Address of the tiles, and who is to be named; null where there is nothing to draw.
    """
    named = ask(questions.base)
    return None if named is None else {"tiles": routes.ground_url(snapshot), "attribution": named}

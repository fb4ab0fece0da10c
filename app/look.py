"""What a page looks at: the address line, fitted to the newest snapshot, and a way to ask it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from app import data, questions
from app.focus import fit
from app.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.answers import Region
    from app.focus import Focus


@dataclass(frozen=True)
class Look:
    """What one run of a page looks at.

    Attributes
    ----------
    snapshot
        Identifier of the snapshot.
    ask
        Asks a question of `questions` and returns its answer.
    focus
        The selection of the address line, fitted to the project.
    """

    snapshot: str
    ask: Callable[..., Any]
    focus: Focus

    def regions(self, level: str) -> dict[str, Region]:
        """Return the regions of a level."""
        found: dict[str, Region] = self.ask(questions.regions, level=level)
        return found


def look() -> Look:
    """Look at what the address line says."""
    snapshot = data.workspace().manifest.id
    ask = partial(data.answer, snapshot)
    params = {name: st.query_params.get_all(name) for name in st.query_params}
    focus = fit(
        Selection.from_params(params), ask(questions.catalog), lambda level: ask(questions.regions, level=level)
    )
    return Look(snapshot, ask, focus)

"""Where clicks on the explorer's table and map lead: into a member, back up, to the records behind a figure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from app import offer
from app.components import map as map_component
from app.components import pivot
from app.exploration import parse_trail
from app.widgets import go

if TYPE_CHECKING:
    from app.exploration import Exploration
    from app.offer import Offer

#: Names of the two components.
TABLE, MAP = "pivot", "map"


def drilled(shown: Exploration, known: Offer) -> None:
    """Look into the member that was chosen in the table."""
    steps = parse_trail((pivot.said(TABLE, "drilled", "step") or ("",))[0])
    if steps:
        go(offer.drill(shown, *steps[0], known))


def backed(shown: Exploration, known: Offer) -> None:
    """Go back up to the step that was chosen above the table."""
    steps = pivot.said(TABLE, "backed", "steps")
    if steps is not None and steps[0].isdecimal():
        go(offer.back(shown, int(steps[0]), known))


def opened(shown: Exploration) -> None:
    """Open the figure that was chosen in the table."""
    cell = pivot.said(TABLE, "opened", "cell", "measure")
    if cell is not None and cell[1] in shown.measures:
        go(replace(shown, behind=(parse_trail(cell[0]), cell[1])))


def picked(shown: Exploration, known: Offer) -> None:
    """Look into the region that was chosen on the map, or go back up to the step that was chosen above it."""
    choice = map_component.picked(MAP)
    if choice is not None and choice[0].isdecimal():
        go(offer.back(shown, int(choice[0]), known))
    elif choice is not None:
        go(offer.beside(shown, *choice, known))

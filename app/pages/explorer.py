"""The explorer: any question to the cube, as a map and a pivot table side by side."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from app import data, desk, explored, explorer, grid, mapped, offer, style, taken, views
from app.components import map as map_component
from app.components import pivot
from app.exploration import Exploration, parse_trail
from gcrm.errors import UserError

if TYPE_CHECKING:
    from app.answers import Picture
    from app.crosstab import Crosstab

snapshot = data.workspace().manifest.id
ask = partial(data.answer, snapshot)
params = {name: st.query_params.get_all(name) for name in st.query_params}
known = ask(explored.offer)
shown, dropped = offer.fit(Exploration.from_params(params), known)


def drilled() -> None:
    """Look into the member that was chosen in the table."""
    steps = parse_trail((pivot.said("pivot", "drilled", "step") or ("",))[0])
    if steps:
        explorer.go(offer.drill(shown, *steps[0], known))


def backed() -> None:
    """Go back up to the step that was chosen above the table."""
    steps = pivot.said("pivot", "backed", "steps")
    if steps is not None and steps[0].isdecimal():
        explorer.go(offer.back(shown, int(steps[0]), known))


def opened() -> None:
    """Open the cell that was chosen."""
    cell = pivot.said("pivot", "opened", "cell", "measure")
    if cell is not None and cell[1] in shown.measures:
        explorer.go(replace(shown, behind=(parse_trail(cell[0]), cell[1])))


def picked() -> None:
    """Look into the region that was chosen on the map, or go back up."""
    choice = map_component.picked("map")
    if choice is not None and choice[0].isdecimal():
        explorer.go(offer.back(shown, int(choice[0]), known))
    elif choice is not None:
        explorer.go(offer.beside(shown, *choice, known))


taken.card()
heading, explained, exported, saved = st.columns([5, 1.1, 1.1, 1.1], vertical_alignment="center")
if mistake := desk.notice():
    style.explain(mistake)
if dropped:
    st.warning(f"This link names something that cannot be asked here ({', '.join(dropped)}); the rest of it is shown.")
if not shown.measures:
    st.info("Nothing is given out to readers without record rights: [releases] in gcrm.toml declares tables.")
    st.stop()
explorer.bar(shown, known, ask)
table: Crosstab | None = None
picture: Picture | None = None
try:
    words = shown.bare.to_params()
    table = ask(explored.table, params=words)
    picture = ask(explored.picture, params=words, measure=shown.drawn or shown.measures[0])
except UserError as error:
    style.explain(str(error))
with heading:
    said = grid.caption(table, known) if table else ""
    style.head("Explorer", style.joined(said, shown.period or "all periods", f"data of {known.catalog.created[:10]}"))
with explained:
    taken.explain(shown, table)
with saved:
    views.show("explorer", shown)
if table is not None:
    with exported:
        taken.files(shown, known)
    names = {name: ask(explored.names, dimension=name) for name, _ in shown.trail}
    grid_data = grid.grid_data(table, shown, known, names)
    left, right = st.columns([1, 1.15], gap="small") if picture else (None, st.container())
    if picture and left:
        described = mapped.map_data(picture, shown, known, ask, snapshot, grid_data["path"])
        stamp = json.dumps({name: values for name, values in params.items() if name != "view"}, sort_keys=True)
        with left:
            map_component.show(described | {"stamp": stamp}, key="map", on_pick=picked)
    with right:
        up = [] if picture else grid_data["path"]
        pivot.show(grid_data | {"path": up}, key="pivot", on_drill=drilled, on_back=backed, on_open=opened)
    taken.receipt(shown, ask)
    taken.records(shown, known, ask)

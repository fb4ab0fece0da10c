"""The explorer: any question to the cube, as a map and a pivot table side by side."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from app import data, desk, explored, explorer, grid, mapped, moves, offer, style, taken, views
from app.components import map as map_component
from app.components import pivot
from app.exploration import Exploration
from gcrm.errors import UserError
from gcrm.maps.labels import safe_label

if TYPE_CHECKING:
    from app.answers import Picture
    from app.crosstab import Crosstab

snapshot = data.workspace().manifest.id
ask = partial(data.answer, snapshot)
params = {name: st.query_params.get_all(name) for name in st.query_params}
known = ask(explored.offer)
shown, dropped = offer.fit(Exploration.from_params(params), known)


taken.card()
heading, explained, exported, saved = st.columns([5, 1.1, 1.1, 1.1], vertical_alignment="center")
if mistake := desk.notice():
    style.explain(mistake)
if dropped:
    words = safe_label(", ".join(dropped))
    st.warning(f"This link names something that cannot be asked here ({words}); the rest of it is shown.")
if not shown.measures:
    st.info("Nothing is given out to readers without record rights: [releases] in gcrm.toml declares tables.")
    st.stop()
explorer.bar(shown, known, ask)
table: Crosstab | None = None
picture: Picture | None = None
try:
    asked = shown.bare.to_params()
    table = ask(explored.table, params=asked)
    picture = ask(explored.picture, params=asked, measure=shown.drawn or shown.measures[0], spots=shown.spots)
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
            map_component.show(described | {"stamp": stamp}, key=moves.MAP, on_pick=partial(moves.picked, shown, known))
    with right:
        up = [] if picture else grid_data["path"]
        pivot.show(
            grid_data | {"path": up},
            key=moves.TABLE,
            on_drill=partial(moves.drilled, shown, known),
            on_back=partial(moves.backed, shown, known),
            on_open=partial(moves.opened, shown),
        )
    taken.receipt(shown, ask)
    taken.records(shown, known, ask)

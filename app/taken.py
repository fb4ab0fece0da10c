"""What can be had of an exploration besides looking: files, receipts, its words, and the records behind a cell."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import streamlit as st

from app import data, desk, explored, pages, style
from app.exploration import step_text
from app.widgets import go
from gcrm import exports
from gcrm.maps.labels import safe_label

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.crosstab import Crosstab
    from app.exploration import Exploration
    from app.offer import Offer

    Ask = Callable[..., Any]

_FILES = {"csv": "CSV", "xlsx": "Excel", "parquet": "Parquet"}
_PLACES = {"gpkg": "GeoPackage", "geojson": "GeoJSON"}
_ORIGINS = {"measure": "Measure", "by": "By", "of": "Of", "source": "Taken from", "why": "Why"}
#: Column of a list of records that says whose card it opens -> kind of card.
_CARDS = {"customer_id": "customers", "prospect_id": "prospects"}


def files(shown: Exploration, offer: Offer) -> None:
    """Offer the answer as a file; who takes it stands in the log of exports with its receipt.

    Parameters
    ----------
    shown
        What is explored.
    offer
        What the reader can explore.
    """
    places = any(offer.model.dimensions[name].is_place for name in shown.by)
    with st.popover("Export", icon=":material/download:", width="stretch"):
        for suffix, title in (_FILES | (_PLACES if places else {})).items():
            st.download_button(
                title,
                partial(_file, shown, suffix, desk.actor()),
                file_name=f"figures.{suffix}",
                key=f"take figures {suffix}",
                width="stretch",
            )
        st.caption("Each file is logged with its receipt. Figures that are withheld are withheld there, too.")


def _file(shown: Exploration, suffix: str, actor: str) -> bytes:
    """Make a file of the answer, and log who takes it; this runs apart from the page, which alone knows who."""
    ws = data.workspace()
    result = explored.result_of(ws, shown)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"figures.{suffix}"
        exports.save(ws, "query", result, path, actor=actor)
        return path.read_bytes()


def explain(shown: Exploration, table: Crosstab | None) -> None:
    """Tell how the figures are found: the same question in Python, and the statement that answers it.

    Parameters
    ----------
    shown
        What is explored.
    table
        The answer; null where there is none.
    """
    with st.popover("Explain", icon=":material/code:", width="stretch"):
        if table is None:
            st.caption("This question has no answer: the page says why.")
            return
        st.markdown("**The same question in Python**")
        st.code(in_python(shown), language="python", wrap_lines=True)
        st.markdown("**What each measure means**")
        st.markdown("\n".join(f"- {safe_label(m.title)}: {safe_label(m.help)}" for m in table.measures))
        if table.origins:
            st.markdown("**Where each figure is taken from**")
            style.table([dict(row) for row in table.origins], _ORIGINS)
        st.markdown("**The statement that answers it**")
        st.code(table.sql, language="sql", wrap_lines=True, height=260)
        st.json(dict(table.parameters), expanded=False)


def in_python(shown: Exploration) -> str:
    """Return what to type in a notebook for the same figures."""
    words = explored.question_of(data.workspace(), shown).words()
    words = {name: value for name, value in words.items() if value or name == "measures"}
    parts = [f"    {name}={_top(value) if name == 'top' else repr(value)}," for name, value in words.items()]
    imported = ["from gcrm.cube.question import Top"] if "top" in words else []
    return "\n".join(["import gcrm", *imported, "", 'ws = gcrm.open("FOLDER")', "ws.query(", *parts, ").frame"])


def _top(words: dict[str, Any]) -> str:
    return f"Top({', '.join(f'{name}={value!r}' for name, value in words.items())})"


def receipt(shown: Exploration, ask: Ask) -> None:
    """Show the id under which the figures can be asked for again, and offer to keep it."""
    found = ask(explored.receipt, params=shown.bare.to_params())
    words, keep = st.columns([6, 1], vertical_alignment="center")
    words.caption(f"Receipt `{found}`. Once kept or exported, `gcrm replay {found}` gives the same figures again.")
    if keep.button("Keep receipt", type="tertiary", width="stretch"):
        ws = data.workspace()
        exports.keep(ws, explored.result_of(ws, shown), actor=desk.actor())
        st.toast(f"Receipt {found} kept.", icon=":material/check:")


def records(shown: Exploration, offer: Offer, ask: Ask) -> None:
    """List the records behind the cell that was opened, over the page.

    Parameters
    ----------
    shown
        What is explored.
    offer
        What the reader can explore.
    ask
        Asks a question of `explored` and returns its answer.
    """
    if shown.behind is None or not offer.exact:
        return
    closed = partial(go, replace(shown, behind=None))
    st.dialog("Records behind this figure", width="large", on_dismiss=closed)(_records)(shown, offer, ask)


def _records(shown: Exploration, offer: Offer, ask: Ask) -> None:
    members, measure = shown.behind or ((), "")
    cell = "/".join(map(step_text, members))
    found = ask(explored.behind, params=shown.bare.to_params(), cell=cell, measure=measure)
    names = {name: ask(explored.names, dimension=name) for name, _ in members}
    where = [f"{offer.title(n)} {'unknown' if m is None else names[n].get(m, m)}" for n, m in members]
    rows = found["rows"]
    st.markdown(safe_label(" · ".join([offer.title(measure), *where])))
    more = "" if len(rows) == found["total"] else "; export the audience of a campaign to have more"
    st.caption(f"Showing {len(rows):,} of {found['total']:,} with a part in {offer.title(found['measure'])}{more}.")
    titles: dict[str, Any] = {name: name.replace("_", " ").capitalize() for name in found["columns"]}
    paid = {"amount"} | ({"figure"} if offer.model.measure(found["measure"]).unit == "currency" else set())
    titles |= {n: st.column_config.NumberColumn(titles[n], format="accounting") for n in paid & set(titles)}
    opens = next((name for name in _CARDS if name in found["columns"]), "")
    key = f"behind {cell} {measure}"
    st.dataframe(
        rows,
        key=key,
        hide_index=True,
        height=430,
        row_height=30,
        placeholder="",
        column_config=titles,
        selection_mode=["single-row", "single-cell"],
        on_select=partial(_chosen, key, [row.get(opens) for row in rows], _CARDS.get(opens, "")),
    )
    if opens:
        st.caption("Choose a row to open its card.")


def _chosen(key: str, ids: list[str | None], kind: str) -> None:
    """Note whose card was chosen; the page goes there when it is made again."""
    chosen = st.session_state[key]["selection"]
    rows = [*chosen["rows"], *(row for row, _ in chosen["cells"])]
    if rows and kind and ids[rows[0]] is not None:
        st.session_state["open card"] = f"{kind}:{ids[rows[0]]}"


def card() -> None:
    """Go to the card that was chosen, once."""
    if found := st.session_state.pop("open card", ""):
        st.switch_page(pages.CUSTOMERS, query_params={"record": found})

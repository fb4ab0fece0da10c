"""The data page: what came in, what was rejected and why, and how places were found."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from app import data, desk, questions, style

snapshot = data.workspace().manifest.id
ask = partial(data.answer, snapshot)
catalog = ask(questions.catalog)
intake = ask(questions.intake)


def table(rows: list[dict[str, Any]], titles: dict[str, str], empty: str) -> None:
    """Show rows under readable titles, or say that there are none.

    Parameters
    ----------
    rows
        Records: column -> value.
    titles
        Column -> what stands above it.
    empty
        What to say when there is no row.
    """
    if not rows:
        st.info(empty)
        return
    numbers = {name for name in titles if isinstance(rows[0][name], int | float)}
    columns: dict[str, Any] = {
        name: st.column_config.NumberColumn(title, format="localized") if name in numbers else title
        for name, title in titles.items()
    }
    order = list(titles)
    st.dataframe(
        rows, hide_index=True, column_config=columns, column_order=order, height="content", placeholder="unknown"
    )


words = (
    f"{catalog.title} · snapshot {snapshot} · published {catalog.created.replace('T', ' ').removesuffix('+00:00')} UTC"
)
style.head("Data", style.joined(words, desk.news(*ask(questions.operation))))
left, right = st.columns([1.6, 1], gap="medium")
with left:
    st.markdown("**Sources** · every record is loaded, gives way to a later change, or is rejected with file and line")
    table(
        intake["sources"],
        {
            "source": "Source",
            "kind": "Holds",
            "file": "File",
            "rows_in": "Records",
            "rows_loaded": "Loaded",
            "rows_rejected": "Rejected",
        }
        | ({"rows_replaced": "Replaced"} if any(row["rows_replaced"] for row in intake["sources"]) else {}),
        "The project names no source. Add some to gcrm.toml and build it.",
    )
with right:
    st.markdown("**Rejected records** · by source and reason")
    table(intake["rejected"], {"source": "Source", "reason": "Reason", "rows": "Records"}, "No record was rejected.")
    st.markdown("**Places** · by how they were found")
    table(
        intake["located"],
        {"found_by": "Found by", "places": "Places", "median_error_m": "Median error (m)"},
        "No record carries an address or a point.",
    )

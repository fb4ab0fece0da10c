"""How the pages look, beyond Streamlit's theme, and the pieces of HTML they share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from gcrm.maps.choropleth import unit_of
from gcrm.maps.labels import change_text, number_text, safe_label, value_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.focus import Focus
    from gcrm.analysis.change import Kpi

_CSS = """
<style>
.stMainBlockContainer { padding: 3.9rem 1.25rem 1rem; max-width: none; }
.stMainBlockContainer [data-testid="stVerticalBlock"] { gap: 0.6rem; }
/* Map and table keep their colours while the page is made again. */
.st-key-map, .st-key-table, .st-key-map *, .st-key-table * { opacity: 1 !important; }
/* What leaves the building is safe to open and logged; a table's own button would be neither. */
[data-testid="stElementToolbarButton"]:has([aria-label^="Download as CSV"]) { display: none; }
.gcrm-title { display: flex; align-items: baseline; gap: 12px; flex-wrap: wrap; }
.gcrm-title h1 { font-size: 1.35rem; font-weight: 650; margin: 0; padding: 0; line-height: 1.3; }
.gcrm-title p { margin: 0; color: #4b5763; font-size: 0.85rem; }
.gcrm-card h2 { font-size: 1.15rem; font-weight: 650; margin: 0; padding: 0; }
.gcrm-card h2 small { font-weight: 400; font-size: 0.85rem; color: #4b5763; margin-left: 6px; }
.gcrm-card p { margin: 0; font-size: 0.85rem; color: #4b5763; }
.gcrm-card dl { margin-top: 8px; }
.gcrm-line { margin: 0; font-size: 0.9rem; }
.gcrm-line b { font-weight: 600; }
.gcrm-line span { color: #4b5763; }
.gcrm-line .late { color: #91450d; }
.gcrm-facts { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 0; padding: 0 !important;
  font-size: 0.9rem; }
.gcrm-facts dt { color: #4b5763; font-weight: 400; }
.gcrm-facts dd { margin: 0; }
.gcrm-kpis { display: grid; grid-template-columns: repeat(auto-fit, minmax(118px, 1fr));
  margin: 0; padding: 0 !important;
  border: 1px solid #d5dbe0; background: #fff; }
.gcrm-kpis > div { padding: 8px 10px 9px; border-right: 1px solid #e6eaed; box-shadow: 0 1px #e6eaed; }
.gcrm-kpis dt { font-size: 12px; color: #4b5763; font-weight: 400; }
.gcrm-kpis dd { margin: 0; font-size: 12px; line-height: 1.4; color: #67727d; font-variant-numeric: tabular-nums;
  min-height: 1.4em; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.gcrm-kpis dd.value { font-size: 20px; line-height: 1.3; font-weight: 600; color: #17202a; white-space: nowrap; }
.gcrm-kpis .on { background: #eef3f6; box-shadow: inset 0 2px #0b5a73; }
.gcrm-kpis dd.faint { color: #67727d; font-weight: 400; }
.gcrm-kpis b { font-weight: 600; }
.gcrm-kpis .up b { color: #174a92; }
.gcrm-kpis .down b { color: #91450d; }
</style>
"""


def apply() -> None:
    """Give the page its style; it holds no data."""
    st.html(_CSS)


def head(name: str, words: str) -> None:
    """Head a page with its name and what it is narrowed to."""
    st.html(f'<div class="gcrm-title"><h1>{safe_label(name)}</h1><p>{safe_label(words)}</p></div>')


def joined(*words: str) -> str:
    """Return what is said side by side, without what is empty."""
    return " · ".join(word for word in words if word)


def title(focus: Focus) -> None:
    """Head the page with the region in focus and what narrows it."""
    period = focus.period or "all periods"
    parts = [focus.catalog.title if focus.names else "Whole project", period]
    parts += [f"segments: {', '.join(s or 'unknown' for s in focus.selection.segments)}"] if focus.where else []
    head(focus.title, " · ".join([*parts, f"data of {focus.catalog.created[:10]}"]))


def kpi_strip(kpis: Sequence[Kpi], focus: Focus, before: str) -> None:
    """Show the figures of the region in focus against the region above it and the period before.

    Parameters
    ----------
    kpis
        One per measure.
    focus
        What is looked at.
    before
        What to call the period before.
    """
    above = focus.names[-2] if len(focus.names) > 1 else "all"
    tiles = "".join(_tile(kpi, focus, above, before) for kpi in kpis)
    st.html(f'<dl class="gcrm-kpis" aria-label="Figures of the region">{tiles}</dl>')


def table(rows: list[dict[str, Any]], titles: dict[str, Any]) -> None:
    """Show a few rows under readable titles: column -> title, or how it is shown."""
    st.dataframe(
        rows, hide_index=True, height="content", placeholder="", column_config=titles, column_order=list(titles)
    )


def fitting(rows: int, most: int, row: int = 31) -> int:
    """Return the height of a table: that of its rows and its head.

    Parameters
    ----------
    rows
        How many there are.
    most
        Greatest height, in pixels.
    row
        Height of a row, in pixels.

    Returns
    -------
    int
        Pixels.
    """
    return min(most, row * (rows + 1) + 3)


def explain(message: str) -> None:
    """Say what is wrong and what to do, in the words of the error; its text may hold names of files and members."""
    st.error("\n\n".join(safe_label(line) for line in message.splitlines()), icon=":material/info:")


def _tile(kpi: Kpi, focus: Focus, above: str, before: str) -> str:
    unit = unit_of(kpi.measure, focus.catalog.currency)
    text = value_text(kpi.here.value, kpi.here.state, unit)
    look = "value" if kpi.here.state == "known" else "value faint"
    chosen = ' class="on"' if kpi.measure.name == focus.selection.measure else ""
    return (
        f'<div{chosen} title="{safe_label(kpi.measure.help)}"><dt>{safe_label(kpi.measure.title)}</dt>'
        f'<dd class="{look}">{safe_label(text)}</dd>{_change(kpi, before)}{_above(kpi, above, unit)}</div>'
    )


def _change(kpi: Kpi, before: str) -> str:
    if kpi.change is None:
        return f"<dd>{'no comparison' if before else 'no period before'}</dd>"
    look = "up" if kpi.change > 0 else "down" if kpi.change < 0 else ""
    arrow = {"up": "▲ ", "down": "▼ "}.get(look, "")
    return f'<dd class="{look}"><b>{safe_label(arrow + change_text(kpi.change))}</b> {safe_label(before)}</dd>'


def _above(kpi: Kpi, above: str, unit: str) -> str:
    if kpi.above is None:
        return "<dd></dd>"
    if kpi.share is not None:
        return f"<dd>{safe_label(number_text(kpi.share, 'share'))} of {safe_label(above)}</dd>"
    text = value_text(kpi.above.value, kpi.above.state, unit)
    return f"<dd>{safe_label(above)}: {safe_label(text)}</dd>"

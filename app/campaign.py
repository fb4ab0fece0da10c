"""A campaign: the areas that a threshold chooses, and the people in them who agreed to be written to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from statistics import quantiles
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from app import data, desk, questions, scene, style
from gcrm import exports
from gcrm.errors import UserError
from gcrm.maps.categories import Member, describe_categories
from gcrm.maps.choropleth import unit_of
from gcrm.maps.labels import value_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.answers import Row
    from app.focus import Focus

    Ask = Callable[..., Any]

KINDS = ("customers", "prospects")
_FILES: dict[Literal["csv", "xlsx"], str] = {"csv": "CSV", "xlsx": "Excel"}
#: Whether an area is chosen -> its words and colour.
_IN, _OUT = "in", "out"
_WORDS = {_IN: "chosen", _OUT: "not chosen"}
_COLOURS = {_IN: "#0b5a73", _OUT: "#e4e9ed"}


@dataclass(frozen=True)
class Choice:
    """The areas that are chosen.

    Attributes
    ----------
    rows
        Every area with its figure, the highest first; areas whose figure is not known come last and are never chosen.
    least, most
        The threshold: figures from `least` to `most` are chosen; None has no bound.
    unit
        Unit of the measure.
    """

    rows: tuple[Row, ...]
    least: float | None
    most: float | None
    unit: str

    @staticmethod
    def of(focus: Focus, ask: Ask) -> Choice:
        """Choose areas by the threshold of the address line; without one, the highest quarter."""
        selection = focus.selection
        found = ask(
            questions.figures,
            measure=selection.measure,
            by=focus.drawn,
            where={**focus.where, **selection.focus},
            period=focus.period,
        )
        rows = sorted((r for r in found if r.id is not None), key=lambda r: (r.value is None, -(r.value or 0), r.name))
        least, most = _number(selection.word("least")), _number(selection.word("most"))
        known = [r.value for r in rows if r.state == "known" and r.value is not None]
        if least is None and most is None and len(known) > 1:
            least = round(quantiles(known, n=4)[2], 2)
        unit = unit_of(focus.catalog.measures[selection.measure], focus.catalog.currency)
        return Choice(tuple(rows), least, most, unit)

    def takes(self, row: Row) -> bool:
        """Say whether an area is chosen."""
        if row.state != "known" or row.value is None:
            return False
        return (self.least is None or row.value >= self.least) and (self.most is None or row.value <= self.most)

    @property
    def chosen(self) -> list[Row]:
        """The chosen areas, the highest figure first."""
        return [row for row in self.rows if self.takes(row)]


def words(focus: Focus) -> str:
    """Return what is looked at, in words."""
    place = ", ".join(reversed(focus.names)) or "whole project"
    return f"{focus.noun} of {place} · {focus.period or 'all periods'}"


def map_data(focus: Focus, choice: Choice, ask: Ask, snapshot: str) -> dict[str, Any]:
    """Return the map component's data: areas that are chosen and areas that are not.

    Parameters
    ----------
    focus, choice
        What is looked at, and what is chosen.
    ask
        Asks a question of `questions` and returns its answer.
    snapshot
        Identifier of the snapshot, part of the addresses the browser fetches.

    Returns
    -------
    dict
        As `scene.map_data`.
    """
    measure = focus.catalog.measures[focus.selection.measure]
    cells = [row.id for row in choice.rows]
    shapes = ask(questions.shapes, by=focus.drawn, cells=cells) if focus.is_cells else [None] * len(cells)
    members = [
        Member(
            str(row.id),
            row.name,
            shape,
            _IN if choice.takes(row) else _OUT if row.state == "known" else None,
            ((measure.title, value_text(row.value, row.state, choice.unit)),),
        )
        for row, shape in zip(choice.rows, shapes, strict=True)
    ]
    description = describe_categories(
        members,
        _WORDS,
        title="Areas",
        noun=focus.noun,
        none="figure not known",
        colours=_COLOURS,
        source=scene.areas_source(focus, snapshot),
    )
    return scene.map_data(focus, description, ask, snapshot) | {"hint": ""}


def show_people(focus: Focus, choice: Choice) -> None:
    """Show how many people of the chosen areas are in the file, and why the others are not; offer the file."""
    if not choice.chosen:
        st.info("No area reaches the threshold. Lower it, or choose another measure.")
        return
    channel, purpose = (
        focus.selection.word("channel", desk.CHANNELS[0]),
        focus.selection.word("purpose", desk.PURPOSES[0]),
    )
    try:
        found = audience(focus, choice)
    except UserError as error:
        style.explain(str(error))
        return
    total, areas = sum(found.counts.values()), len(choice.chosen)
    st.markdown(
        f"**{found.counts.get('included', 0):,} of {total:,} people** in {areas:,}"
        f" chosen area{'' if areas == 1 else 's'} may be reached by {channel} for a {purpose}"
    )
    rows = [
        {"People": exports.REASONS[reason].capitalize(), "Number": f"{n:,}"} for reason, n in found.counts.items() if n
    ]
    st.dataframe(rows, hide_index=True, height="content", row_height=30)
    for column, (suffix, title) in zip(st.columns(2), _FILES.items(), strict=True):
        column.download_button(
            f"Export {title}",
            partial(_file, focus, choice, suffix, desk.actor()),
            file_name=f"campaign.{suffix}",
            key=f"export {suffix}",
            disabled=not found.counts.get("included"),
            width="stretch",
        )
    st.caption("Each export is logged with who, when and the question behind it.")


def show_areas(focus: Focus, choice: Choice) -> None:
    """Show the chosen areas."""
    measure = focus.catalog.measures[focus.selection.measure]
    rows = [
        {focus.noun: row.name, measure.title: value_text(row.value, row.state, choice.unit)} for row in choice.chosen
    ]
    st.markdown(f"**Chosen areas** · {len(rows):,} of {len(choice.rows):,}")
    st.dataframe(rows, hide_index=True, height=style.fitting(len(rows), 300, 30), row_height=30)


def audience(focus: Focus, choice: Choice) -> exports.Audience:
    """Return the people of the chosen areas; consents are read as they are now."""
    channel, purpose = _asked(focus)
    return exports.audience(
        data.workspace(),
        where={**focus.where, focus.drawn: [row.id for row in choice.chosen]},
        period=focus.period,
        kinds=KINDS,
        channel=channel,
        purpose=purpose,
    )


def _asked(focus: Focus) -> tuple[str, str]:
    """Return the channel and the purpose of the address line."""
    selection = focus.selection
    return selection.word("channel", desk.CHANNELS[0]), selection.word("purpose", desk.PURPOSES[0])


def _file(focus: Focus, choice: Choice, suffix: Literal["csv", "xlsx"], actor: str) -> bytes:
    """Make the file and log who takes it; this runs apart from the page, which alone knows who that is."""
    found, name = audience(focus, choice), f"campaign.{suffix}"
    return exports.download(data.workspace(), "audience", found, suffix, name=name, actor=actor)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None

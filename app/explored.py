"""The questions that the explorer asks: each takes the workspace and plain values and returns plain values."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from app import questions
from app.answers import Picture
from app.crosstab import Crosstab, crosstab
from app.exploration import Exploration
from app.offer import Offer
from gcrm.cube import operation
from gcrm.cube.query import Period
from gcrm.errors import QueryError

if TYPE_CHECKING:
    from gcrm.cube.question import Question
    from gcrm.result import Result
    from gcrm.workspace import Workspace

#: Rows of an answer that are still laid out; more are no table for people.
MOST = 100_000
#: Records that are listed behind a cell.
LISTED = 500
#: What is called by a name of its own -> its table, identifier and name.
_NAMED = {
    "owner": ("dim_owner", "owner_id", "name"),
    "store": ("dim_store", "store_id", "name"),
    "product": ("dim_product", "product_id", "name"),
}


def offer(ws: Workspace, _: dict[str, Any]) -> Offer:
    """Return what the reader can explore."""
    return Offer(questions.catalog(ws, {}), ws.model, ws.scope.record_rights, ws.released)


def question_of(ws: Workspace, asked: Exploration) -> Question:
    """Return the question of an exploration: its words, and the members that were looked into.

    Parameters
    ----------
    ws
        The project.
    asked
        What is explored.

    Returns
    -------
    Question
        What to ask.

    Raises
    ------
    QueryError
        If a member of the trail lies outside of the days that are asked for.
    """
    found, model, whole = asked.question(), ws.model, Period(*ws.period_range)
    for dimension, member in asked.trail:
        found = operation.narrowed(found, {dimension: member}, model, whole)
    return found


def result_of(ws: Workspace, asked: Exploration) -> Result:
    """Ask the question of an exploration; a reader to whom totals are not given out gets the rows alone.

    Parameters
    ----------
    ws
        The project.
    asked
        What is explored.

    Returns
    -------
    Result
        What it found.

    Raises
    ------
    QueryError
        If it cannot be asked.
    """
    question = question_of(ws, asked)
    try:
        return ws.ask(question)
    except QueryError:
        if ws.scope.record_rights or question.totals == "none":
            raise
        return ws.ask(replace(question, totals="none"))


def table(ws: Workspace, question: dict[str, Any]) -> Crosstab:
    """Return the pivot table of an exploration."""
    asked = Exploration.from_params(question["params"])
    result = result_of(ws, asked)
    if result.table.num_rows > MOST:
        msg = (
            f"This table has {result.table.num_rows:,} rows, more than anybody reads; at most {MOST:,} are laid out. "
            "Take a dimension away, set a filter, or ask for the top members. gcrm query gives all of them."
        )
        raise QueryError(msg)
    return crosstab(result, asked.rows, asked.across, {name: names(ws, {"dimension": name}) for name in asked.by})


def picture(ws: Workspace, question: dict[str, Any]) -> Picture | None:
    """Return one figure per place of an exploration, whatever else its table parts; None where it has no place.

    Where `spots` is asked for, also where the figures are high or low all around.

    For a reader to whom a place is given out by period only, the figures are of the last period.
    """
    asked = Exploration.from_params(question["params"])
    place = next((name for name in asked.by if ws.dimensions[name].is_place), None)
    if place is None:
        return None
    wanted = replace(question_of(ws, asked), measures=(question["measure"],), by=(place,), totals="none")
    wanted = replace(wanted, having=(), top=None)
    try:
        return _picture(ws, place, wanted, "", spots=question["spots"])
    except QueryError:
        periods = [name for name in asked.by if ws.dimensions[name].kind == "period"]
        if ws.scope.record_rights or not periods:
            raise
    result = result_of(ws, asked)
    last = max(member for member in result.table[periods[0]].to_pylist() if member)
    whole = Period(*ws.period_range)
    return _picture(
        ws, place, operation.narrowed(wanted, {periods[0]: last}, ws.model, whole), last, spots=question["spots"]
    )


def _picture(ws: Workspace, place: str, wanted: Question, period: str, *, spots: bool) -> Picture:
    result = ws.ask(wanted)
    measure = result.answer.query.measures[0]
    rows = tuple(
        questions.row_of(row, place, measure.name)
        for row in result.table.to_pylist()
        if ws.scope.record_rights or row[place] is not None
    )
    outlines = {}
    if ws.dimensions[place].kind == "cell" or wanted.geography != "as is":
        frame = result.geo
        shapes = frame.geometry.simplify(_DEGREES) if ws.dimensions[place].kind != "cell" else frame.geometry
        outlines = dict(zip(frame[place], shapes, strict=True))
    return Picture(place, measure, rows, outlines, period, result.hot_spots() if spots else None)


#: What outlines that are sent along are simplified by: some three metres.
_DEGREES = 0.00003


def names(ws: Workspace, question: dict[str, Any]) -> dict[str, str]:
    """Return what to call the members of a dimension, in the order of their identifiers; of some only these."""
    name = question["dimension"]
    kind = ws.dimensions[name].kind
    if kind in {"region", "area"}:
        return {i: region.name for i, region in questions.regions(ws, {"level": name}).items()}
    if name in _NAMED:
        source, key, label = _NAMED[name]
        found = ws.cursor().execute(f"SELECT {key}, coalesce({label}, {key}) FROM warehouse.{source} ORDER BY 1")
        return dict(found.fetchall())
    return {member: member for member in ws.values(name)} if kind == "attribute" else {}


def extent(ws: Workspace, question: dict[str, Any]) -> tuple[float, float, float, float]:
    """Return west, south, east, north of some regions of a level; of all of them where none is named."""
    frame = ws.regions(question["level"])
    kept = frame[frame["region_id"].isin(question["regions"])]
    west, south, east, north = (float(v) for v in (kept if len(kept) else frame).total_bounds)
    return (west, south, east, north) if west <= east else questions.EARTH


def behind(ws: Workspace, question: dict[str, Any]) -> dict[str, Any] | None:
    """Return the records behind a cell, and how many there are; None for who may not see records."""
    if not ws.scope.record_rights:
        return None
    asked = Exploration.from_params(question["params"])
    members, measure = dict(Exploration.from_params({"at": [question["cell"]]}).trail), question["measure"]
    result = ws.ask(replace(question_of(ws, asked), measures=(measure,), having=(), top=None, totals="none"))
    by = result.question.by
    totalled = sum(1 << (len(by) - 1 - i) for i, name in enumerate(by) if name not in members)
    row = {name: members.get(name) for name in by} | {"grouping": totalled}
    found = result.records(row, measure, limit=LISTED)
    return {
        "rows": found.table.to_pylist(),
        "total": found.total,
        "measure": found.measure,
        "columns": found.table.column_names,
    }


def receipt(ws: Workspace, question: dict[str, Any]) -> str:
    """Return the id of the receipt of an exploration's figures."""
    return str(result_of(ws, Exploration.from_params(question["params"])).receipt["id"])

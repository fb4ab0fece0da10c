"""Adding up figures of regions that share nothing, so that zero, unknown and withheld stay apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from gcrm.cube.model import MEASURES, Measure

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

State = Literal["known", "unknown", "suppressed"]
#: A figure and whether it is known.
Figure = tuple[Any, State]


def fold(rows: Iterable[Mapping[str, Any]], measure: str) -> Figure:
    """Add up a measure of rows that share nothing, such as the regions of one person.

    Parameters
    ----------
    rows
        Rows with the measure, or for a ratio with the measures that it is made of, and their states.
    measure
        Name of the measure.

    Returns
    -------
    tuple
        The figure and its state; suppressed where one of the parts is, else unknown where one is.
    """
    rows, made = list(rows), MEASURES[measure]
    if made.kind == "ratio":
        (over, a), (under, b) = fold(rows, made.numerator), fold(rows, made.denominator)
        state = _worst([a, b])
        if state != "known":
            return None, state
        return (float(over) / float(under), "known") if under else (None, "unknown")
    state = _worst([row[f"{measure}_state"] for row in rows])
    return (sum((row[measure] for row in rows), start=0) if state == "known" else None), state


def with_parts(measures: Sequence[str]) -> list[str]:
    """Return the measures and those that ratios among them are made of, each once."""
    found: list[str] = []
    for name in measures:
        made: Measure | None = MEASURES.get(name)
        found += [name, *((made.numerator, made.denominator) if made and made.kind == "ratio" else ())]
    return list(dict.fromkeys(found))


def figures_of(rows: Sequence[Mapping[str, Any]], measures: Sequence[str]) -> dict[str, Any]:
    """Return each measure of some rows together, and its state."""
    folded = {m: fold(rows, m) for m in measures}
    return {m: value for m, (value, _) in folded.items()} | {f"{m}_state": state for m, (_, state) in folded.items()}


def _worst(states: Sequence[State]) -> State:
    if "suppressed" in states:
        return "suppressed"
    return "unknown" if "unknown" in states else "known"

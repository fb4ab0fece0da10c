"""Unions of cells that are given out: what a drawn shape, or several regions together, come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcrm import sql

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from gcrm.cube.model import Measure

quote = sql.identifier


def united(measures: Sequence[Measure], shown: Collection[str]) -> list[str]:
    """Write the figures of a union of cells and their states.

    Parameters
    ----------
    measures
        What is asked for.
    shown
        Measures of the table the cells are taken from.

    Returns
    -------
    list of str
        For each measure its figure and its state. Sums are known where every cell's figure is; a ratio needs both its
        parts; what does not add over places (different buyers, medians) is unknown, unless there is one cell only;
        what the table does not show is withheld.
    """
    found = []
    for m in measures:
        if m.name not in shown:
            found += [f"NULL::DOUBLE AS {quote(m.name)}", f"'suppressed' AS {quote(m.name + '_state')}"]
            continue
        figure = _figure(m, shown)
        withheld = f"bool_or({quote(m.name + '_state')} = 'suppressed')"
        found.append(f"CASE WHEN NOT {withheld} THEN {figure} END AS {quote(m.name)}")
        found.append(
            f"CASE WHEN {withheld} THEN 'suppressed' WHEN {figure} IS NULL THEN 'unknown' ELSE 'known' END"
            f" AS {quote(m.name + '_state')}"
        )
    return found


def _figure(measure: Measure, shown: Collection[str]) -> str:
    if _adds(measure):
        kind = "::BIGINT" if measure.kind == "distinct" else "::DECIMAL(18, 2)" if measure.unit == "currency" else ""
        return f"({_sum(measure.name)}){kind}"
    parts = (measure.numerator, measure.denominator)
    if measure.kind == "ratio" and all(p in shown for p in parts):
        return f"({_sum(parts[0])})::DOUBLE / nullif({_sum(parts[1])}, 0)"
    return f"CASE WHEN count(*) = 1 THEN any_value({quote(measure.name)}) END"


def _adds(measure: Measure) -> bool:
    """Say whether a figure of several places is the sum of theirs: what is there once, or happens once."""
    summed = measure.kind in {"additive", "semi-additive"} or measure.of == "order_id"
    return measure.is_taken and (summed or (measure.is_stock and not measure.of))


def _sum(name: str) -> str:
    """Write a sum that is unknown where a part is."""
    return f"CASE WHEN count({quote(name)}) = count(*) THEN sum({quote(name)}) END"

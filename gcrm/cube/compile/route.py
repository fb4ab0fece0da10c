"""The router: from which cuboid a measure of one set of dimensions is taken, or why from the facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from gcrm.cube.compile.need import Need, month_end, months, need_of
from gcrm.cube.cuboid.column import column_of, is_kept, needs_proof
from gcrm.cube.model import FACTS, Dimension, Measure

if TYPE_CHECKING:
    from gcrm.cube.cuboid.cuboid import Cuboid
    from gcrm.cube.model.formula import Frame
    from gcrm.cube.plan import Plan

_STRETCHES = {"day": "days", "month": "whole months", "ends": "month ends"}
_CONTENTS = {"sums": "", "visits": " and the month before", "things": " and what is counted"}


@dataclass(frozen=True)
class Route:
    """Where a measure of one set of dimensions comes from.

    Attributes
    ----------
    cuboid
        The smallest that can answer; null for the facts.
    why
        The reason, in words.
    """

    cuboid: Cuboid | None
    why: str


def route(plan: Plan, frame: Frame, fact: str, measure: Measure, kept: tuple[Dimension, ...], back: str) -> Route:
    """Choose where a measure of one set of dimensions comes from.

    Parameters
    ----------
    plan
        The question with its keys resolved.
    frame
        Which days and members are looked at.
    fact
        The fact that answers the measure.
    measure
        A measure that is taken from it.
    kept
        The dimensions of the set.
    back
        The interval by which the frame's days come before the row's own; empty where they do not.

    Returns
    -------
    Route
        The smallest cuboid that gives the same figures, else the facts; and why.
    """
    general = _never(plan, fact, measure, kept)
    if general:
        return Route(None, general)
    need, column = need_of(plan, frame, fact, kept, back), column_of(measure)
    near = [c for c in plan.catalogue.cuboids if c.fact == fact and column in c.columns and need.read <= c.dimensions]
    if not near:
        names = ", ".join(sorted(need.read)) or "nothing"
        return Route(None, f"no cuboid of {fact} keeps {measure.name} by {names}")
    reasons = []
    for cuboid in near:
        reason = _untimely(cuboid, need) or _mixed(plan, need, cuboid, measure)
        if not reason:
            return Route(cuboid, f"{cuboid.rows:,} rows by {_words(cuboid)}")
        reasons.append(reason)
    return Route(None, reasons[-1])


def _words(cuboid: Cuboid) -> str:
    grain = {"ends": "month end"}.get(cuboid.grain, cuboid.grain)
    return " and ".join([*sorted(cuboid.dimensions), grain]) + _CONTENTS[cuboid.content]


def _never(plan: Plan, fact: str, measure: Measure, kept: tuple[Dimension, ...]) -> str:
    """Say why no cuboid whatever can answer; empty where one may."""
    known = plan.model.dimensions
    reasons = {
        "the snapshot has no cuboids": not plan.catalogue.cuboids,
        "zone statistics are small": fact not in FACTS,
        "cuboids hold the regions of today": plan.geography.kind != "is",
        "a spatial filter chooses single places": bool(plan.places),
        f"{measure.name} needs every record ({measure.kind})": not is_kept(measure),
        "single records are asked for": any(known.get(d.name) != d for d in (*kept, *(d for d, _ in plan.where))),
    }
    return next((why for why, holds in reasons.items() if holds), "")


def _untimely(cuboid: Cuboid, need: Need) -> str:
    """Say why the stretches of time of a cuboid do not fit; empty where they do."""
    if cuboid.grain == "day":
        return ""
    if need.grain == "day":
        return f"the days asked for cannot be made of {_STRETCHES[cuboid.grain]}"
    if cuboid.grain == "ends":
        return _not_counted(cuboid, need)
    begins, ends = need.first.day == 1, need.last == month_end(need.last)
    if not need.back:  # no record lies beyond the first and the last
        begins, ends = begins or need.first <= cuboid.first, ends or need.last >= cuboid.last
    return "" if begins and ends else "the period is not made of whole months"


def _not_counted(cuboid: Cuboid, need: Need) -> str:
    """Say why a stock is not counted on the days asked for; empty where it is."""
    last = need.last
    earliest = min(need.first, date(last.year, last.month, 1))
    if need.back:
        before = earliest.year * 12 + earliest.month - 1 - months(need.back)
        if last != month_end(last) or before < 12:
            return f"{last} less {need.back.lower()} is no month end"
        earliest = date(before // 12, before % 12 + 1, 1)
    if last not in {month_end(last), cuboid.today}:
        return f"{last} is no month end"
    inside = cuboid.first <= month_end(earliest) and last <= cuboid.last
    return "" if inside else "the stock is not kept for such days"


def _mixed(plan: Plan, need: Need, cuboid: Cuboid, measure: Measure) -> str:
    """Say why rows of a cuboid must not be added; empty where they may be."""
    if cuboid.content == "things":
        return ""
    if need.areas:
        return "areas overlap, so that a place may count in several"
    if not needs_proof(measure):
        return ""
    proven = plan.catalogue.proofs.get((cuboid.fact, column_of(measure)), frozenset())
    mixed = sorted(cuboid.dimensions - need.apart - proven)
    if mixed:
        return f"what {measure.name} counts may be in several members of {mixed[0]}"
    if cuboid.content == "sums" and "day" not in proven:
        return f"what {measure.name} counts may be in several of the {_STRETCHES[cuboid.grain]}"
    return ""

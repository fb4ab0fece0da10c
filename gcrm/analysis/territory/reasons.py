"""Why a unit moves: one sentence per unit, each part of it computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gcrm.analysis.territory.compare import codes, cost, deviation, graph_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gcrm.analysis.territory.compare import Comparison, Floats, Numbers, Placing
    from gcrm.analysis.territory.graph import Graph
    from gcrm.analysis.territory.rules import Units

_SHOWN = 0.0005
_FEW_MIN, _FEW_M = 0.5, 50.0


@dataclass(frozen=True)
class Reason:
    """What the move of a unit does.

    Attributes
    ----------
    unit, was, now
        The unit, and its territory before and after; null is nobody's.
    evens
        Activity -> by which share of the average the territories lie nearer to it than if this unit alone stayed where
        it was; below 0 they lie farther.
    nearer
        By how much less it costs to get from the unit to the centre of its territory: minutes, or metres. NaN where it
        was or is nobody's.
    borders
        How many fewer borders lie between territories than if this unit alone stayed.
    alone
        True where none of its neighbours belongs to the territory it was in any more.
    keeps
        Share of its accounts that keep their sales person; NaN where there are none, or that is not known.
    sentence
        All of that in words.
    """

    unit: str
    was: str | None
    now: str | None
    evens: Mapping[str, float]
    nearer: float
    borders: int
    alone: bool
    keeps: float
    sentence: str


def reasons(
    units: Units,
    before: Placing,
    after: Placing,
    compared: Comparison,
    keeps: Mapping[str, float] | None = None,
) -> list[Reason]:
    """Say what the move of each unit does, in the order of the units.

    Parameters
    ----------
    units
        The units.
    before, after
        The two layouts.
    compared
        The two of them compared.
    keeps
        Unit -> share of its accounts that keep their sales person; others are not known.

    Returns
    -------
    list of Reason
        One per unit whose territory differs.
    """
    place = {u: i for i, u in enumerate(units.ids)}
    own, names = codes(units, after)
    loads = np.array([[np.nan_to_num(v[own == t]).sum() for v in units.activities.values()] for t in range(len(names))])
    loads = loads.reshape(len(names), len(units.activities))
    graph, number = graph_of(units), {name: t for t, name in enumerate(names)}
    found = []
    for unit in compared.moved:
        i, was, now = place[unit], before.get(unit), after.get(unit)
        amount = np.array([np.nan_to_num(v[i]) for v in units.activities.values()])
        evens = dict(
            zip(units.activities, _evens(loads, amount, number.get(was or ""), number.get(now or "")), strict=True)
        )
        nearer = _nearer(units, place, compared, unit, was, now)
        borders, alone = _borders(graph, own, i, -1 if was is None else number.get(was, -2))
        kept = (keeps or {}).get(unit, np.nan)
        known = {"evens": evens, "nearer": nearer, "borders": borders, "alone": alone, "keeps": kept}
        words = [
            _even_words(evens),
            _near_words(nearer, minutes=units.travel is not None),
            f"no longer borders on {was}" if alone and was is not None else "",
            _border_words(borders),
            "" if np.isnan(kept) else f"keeps {kept:.0%} of accounts".replace("%", " %"),
        ]
        sentence = ", ".join(w for w in words if w) or "changes no figure"
        way = f"from {was} to {now}" if was and now else f"to {now}" if now else f"from {was} to nobody"
        found.append(Reason(unit, was, now, sentence=f"moved {way}: {sentence}", **known))  # type: ignore[arg-type]
    return found


def _evens(loads: Floats, amount: Floats, was: int | None, now: int | None) -> list[float]:
    """Return by how much more even each activity is than if one unit stayed where it was."""
    back = loads.copy()
    if now is not None:
        back[now] -= amount
    if was is not None:
        back[was] += amount
    gain = deviation(back).mean(axis=0) - deviation(loads).mean(axis=0) if len(loads) else np.zeros(len(amount))
    return [float(g) for g in gain]


def _nearer(
    units: Units, place: Mapping[str, int], compared: Comparison, unit: str, was: str | None, now: str | None
) -> float:
    """Return how much nearer the centre is."""
    if was is None or now is None:
        return float("nan")
    centres = [compared.before.territories[was].centre, compared.after.territories[now].centre]
    old, new = cost(units, [place[unit]], [place[c] for c in centres])[0].tolist()
    return float(old - new)


def _borders(graph: Graph, own: Numbers, i: int, was: int) -> tuple[int, bool]:
    """Return how many fewer borders are cut than if a unit stayed, and whether it has no neighbour left there."""
    around: Sequence[int] = graph.neighbours[i]
    there = sum(1 for v in around if own[v] == was)
    here = sum(1 for v in around if own[v] == own[i])
    return here - there, bool(around) and not there


def _even_words(evens: Mapping[str, float]) -> str:
    if not evens:
        return ""
    name, gain = max(evens.items(), key=lambda one: abs(one[1]))
    if abs(gain) < _SHOWN:
        return ""
    size = f"{abs(gain) * 100:.2g} %"
    return f"evens {name} by {size}" if gain > 0 else f"makes {name} less even by {size}"


def _near_words(nearer: float, *, minutes: bool) -> str:
    if np.isnan(nearer) or abs(nearer) < (_FEW_MIN if minutes else _FEW_M):
        return ""
    size = f"{abs(nearer):.0f} minutes" if minutes else f"{abs(nearer) / 1000:.1f} km"
    size = size.replace("1 minutes", "1 minute") if size == "1 minutes" else size
    return f"{size} {'nearer' if nearer > 0 else 'farther'}"


def _border_words(borders: int) -> str:
    if not borders:
        return ""
    count = abs(borders)
    return f"{count} {'fewer' if borders > 0 else 'more'} border{'s' if count > 1 else ''} between territories"

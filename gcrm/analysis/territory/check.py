"""What cannot be: units and rules that are refused before anything is solved, each with what to do about it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from gcrm.analysis.territory.graph import Graph
from gcrm.errors import DesignError, near

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from gcrm.analysis.territory.band import Bands
    from gcrm.analysis.territory.rules import Rules, Units

    Floats = NDArray[np.float64]


def places(ids: Sequence[str]) -> dict[str, int]:
    """Return the place of each unit; refuse one that is there twice."""
    twice = [name for name, times in Counter(ids).items() if times > 1]
    if twice:
        refuse(f"unit '{twice[0]}' is there {Counter(ids)[twice[0]]} times. Each unit may stand once.")
    return {name: i for i, name in enumerate(ids)}


def question(units: Units, rules: Rules, place: Mapping[str, int]) -> None:
    """Refuse counts, bands and names that mean nothing.

    Parameters
    ----------
    units, rules
        What is asked.
    place
        Unit -> place.
    """
    if not 1 <= rules.count <= len(units.ids):
        refuse(f"{rules.count} territories cannot be made of {len(units.ids)} units.")
    if not rules.bands:
        refuse("nothing has to be balanced. Name at least one activity and by which share it may differ.")
    for name in rules.bands:
        activity(units, name)
        if not rules.bands[name] >= 0:
            refuse(f"the band of '{name}' is {rules.bands[name]}; it must be 0 or more.")
    if rules.centres and len(rules.centres) != rules.count:
        refuse(f"{rules.count} territories are asked for, but {len(rules.centres)} have a centre. Name all or none.")
    named = (*rules.centres.values(), *rules.locked, *(u for g in rules.together for u in g))
    for unit in (*named, *(u for pair in (*rules.bridges, *rules.barriers) for u in pair)):
        known(unit, place)
    territories(units, rules)
    if rules.keep is not None:
        owners(units, rules, place)


def territories(units: Units, rules: Rules) -> None:
    """Refuse territories that are named but have no centre, and sizes, weights and capacities that mean nothing."""
    for name in (*rules.locked.values(), *rules.sizes, *rules.capacities):
        if name not in rules.centres:
            refuse(f"a rule speaks of the territory '{name}', which has no centre.{near(name, rules.centres)}")
    for name, price in rules.weights.items():
        if name not in rules.bands or not 0 <= price < np.inf:
            refuse(f"the weight of '{name}' is {price}; name a balanced activity and a price of 0 or more.")
    for name, size in rules.sizes.items():
        if not 0 < size < np.inf:
            refuse(f"the size of '{name}' is {size}; it must be more than 0.")
    for name in {name for most in rules.capacities.values() for name in most}:
        activity(units, name)


def owners(units: Units, rules: Rules, place: Mapping[str, int]) -> None:
    """Refuse owners that are no territories, and what cannot be kept.

    Parameters
    ----------
    units, rules
        What is asked.
    place
        Unit -> place.
    """
    keep = rules.keep
    if keep is None:
        return
    if not rules.centres:
        refuse("to keep accounts with their owners, name a centre for every owner's territory.")
    activity(units, keep.activity)
    if not (0 <= keep.share <= 1 and 0 <= keep.price < np.inf):
        refuse(f"to keep {keep.share} at a price of {keep.price} means nothing: a share from 0 to 1, and 0 or more.")
    for unit, name in keep.owner.items():
        known(unit, place)
        if name not in rules.centres:
            refuse(f"unit '{unit}' is owned by '{name}', which has no centre.{near(name, rules.centres)}")


def activity(units: Units, name: str) -> None:
    """Refuse an activity that is not there or cannot be balanced."""
    if name not in units.activities:
        refuse(f"there is no activity '{name}'.{near(name, units.activities)}")
    amount = np.asarray(units.activities[name], dtype=np.float64)
    if not np.isfinite(amount).all() or (amount < 0).any():
        bad = units.ids[int(np.flatnonzero(~np.isfinite(amount) | (amount < 0))[0])]
        refuse(f"activity '{name}' of unit '{bad}' is negative or unknown. Give every unit an amount, 0 or more.")
    if not amount.any():
        refuse(f"activity '{name}' is zero everywhere, so there is nothing to balance. Leave it out.")


def known(unit: str, place: Mapping[str, int]) -> int:
    """Return the place of a unit; refuse one that is not there."""
    if unit not in place:
        refuse(f"there is no unit '{unit}'.{near(unit, place)}")
    return place[unit]


def weights(units: Units, member: NDArray[np.int64], load: Floats, bands: Bands) -> None:
    """Refuse a unit that no territory may hold.

    Parameters
    ----------
    units
        What is asked.
    member
        Group of each unit.
    load
        Amount of each activity (column) of each group (row), as a share of an average territory's.
    bands
        How much of what a territory may have.
    """
    most = np.where(np.isinf(bands.price), bands.high.max(axis=0), np.inf)
    heavy = np.argwhere(load > most + 1e-12)
    if len(heavy):
        place, a = heavy[0].tolist()
        unit = units.ids[int(first(member)[place])]
        refuse(
            f"unit '{unit}' has {load[place, a]:.2f} times the '{bands.names[a]}' of an average territory; at most "
            f"{most[a]:.2f} are allowed. Ask for fewer territories, a wider band, or smaller units."
        )


def pieces(
    units: Units,
    rules: Rules,
    pairs: NDArray[np.int64],
    member: NDArray[np.int64],
    numbers: tuple[Floats, Bands, NDArray[np.int64]],
) -> None:
    """Refuse a map with pieces that nobody borders on and that no number of territories fits.

    Parameters
    ----------
    units, rules
        What is asked.
    pairs
        Places of units that border on each other.
    member
        Group of each unit.
    numbers
        Amount of each activity (column) of each group (row); the bands; and the places of the centres.
    """
    load, bands, given = numbers
    kinds = np.flatnonzero(np.isinf(bands.price[: len(rules.bands)]))
    low, high = bands.low.min(axis=0)[kinds], bands.high.max(axis=0)[kinds]
    linked = np.concatenate([pairs, np.column_stack([np.arange(len(member)), first(member)[member]])])
    linked = linked[linked[:, 0] != linked[:, 1]]
    for part in Graph(len(member), linked).parts(range(len(member))):
        whole = load[sorted({int(member[u]) for u in part})].sum(axis=0)[kinds]
        least = np.ceil(whole / high - 1e-9).max(initial=1)
        most = np.floor(whole / np.maximum(low, 1e-12) + 1e-9).min(initial=np.inf)
        inside = sum(unit in part for unit in given.tolist())
        if max(least, 1) > most or (len(given) and not max(least, 1) <= inside <= most):
            held = f"and holds {whole.min(initial=0):.2f} of an average territory"
            centres = f" and {inside} centres" if len(given) else ""
            refuse(
                f"unit '{units.ids[min(part)]}' lies in a piece of {len(part)} units that borders on no other unit "
                f"{held}{centres}, which no whole number of territories fits. Add a bridge, join islands to the "
                "nearest unit, ask for another number of territories, or leave these units out."
            )


def first(member: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the first unit of each group."""
    return np.unique(member, return_index=True)[1]


def refuse(why: str) -> NoReturn:
    """Refuse, in the words of territories."""
    msg = f"Territories: {why}"
    raise DesignError(msg)

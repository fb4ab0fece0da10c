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
        activity(units, rules, name)
    if rules.centres and len(rules.centres) != rules.count:
        refuse(f"{rules.count} territories are asked for, but {len(rules.centres)} have a centre. Name all or none.")
    for unit in (*rules.centres.values(), *rules.locked, *(u for g in rules.together for u in g)):
        known(unit, place)
    for unit, territory in rules.locked.items():
        if territory not in rules.centres:
            refuse(f"unit '{unit}' is locked to '{territory}', which has no centre.{near(territory, rules.centres)}")


def activity(units: Units, rules: Rules, name: str) -> None:
    """Refuse an activity that is not there or cannot be balanced.

    Parameters
    ----------
    units, rules
        What is asked.
    name
        The activity.
    """
    if name not in units.activities:
        refuse(f"there is no activity '{name}'.{near(name, units.activities)}")
    amount = np.asarray(units.activities[name], dtype=np.float64)
    if not np.isfinite(amount).all() or (amount < 0).any():
        bad = units.ids[int(np.flatnonzero(~np.isfinite(amount) | (amount < 0))[0])]
        refuse(f"activity '{name}' of unit '{bad}' is negative or unknown. Give every unit an amount, 0 or more.")
    if not amount.any():
        refuse(f"activity '{name}' is zero everywhere, so there is nothing to balance. Leave it out.")
    if rules.bands[name] < 0:
        refuse(f"the band of '{name}' is {rules.bands[name]}; it must be 0 or more.")


def known(unit: str, place: Mapping[str, int]) -> int:
    """Return the place of a unit; refuse one that is not there."""
    if unit not in place:
        refuse(f"there is no unit '{unit}'.{near(unit, place)}")
    return place[unit]


def weights(units: Units, member: NDArray[np.int64], load: Floats, band: Floats, names: list[str]) -> None:
    """Refuse a unit that no territory may hold.

    Parameters
    ----------
    units
        What is asked.
    member
        Group of each unit.
    load
        Amount of each activity (column) of each group (row), as a share of an average territory's.
    band, names
        Band and name of each activity.
    """
    heavy = np.argwhere(load > 1 + band + 1e-12)
    if len(heavy):
        place, a = heavy[0].tolist()
        unit = units.ids[int(first(member)[place])]
        refuse(
            f"unit '{unit}' has {load[place, a]:.2f} times the '{names[a]}' of an average territory; at most "
            f"{1 + band[a]:.2f} are allowed. Ask for fewer territories, a wider band, or smaller units."
        )


def pieces(units: Units, pairs: NDArray[np.int64], member: NDArray[np.int64], load: Floats, band: Floats) -> None:
    """Refuse a map with pieces that nobody borders on and that no number of territories fits.

    Parameters
    ----------
    units
        What is asked.
    pairs
        Places of units that border on each other.
    member
        Group of each unit.
    load
        Amount of each activity (column) of each group (row), as a share of an average territory's.
    band
        Band of each activity.
    """
    linked = np.concatenate([pairs, np.column_stack([np.arange(len(member)), first(member)[member]])])
    linked = linked[linked[:, 0] != linked[:, 1]]
    for part in Graph(len(member), linked).parts(range(len(member))):
        whole = load[sorted({int(member[u]) for u in part})].sum(axis=0)
        least, most = (
            np.ceil(whole / (1 + band) - 1e-9).max(),
            np.floor(whole / np.maximum(1 - band, 1e-12) + 1e-9).min(),
        )
        if max(least, 1) > most:
            refuse(
                f"unit '{units.ids[min(part)]}' lies in a piece of {len(part)} units that borders on no other unit and "
                f"holds {whole.min():.2f} of an average territory, which no whole number of territories fits. Add a "
                "border (a bridge or ferry), ask for another number of territories, or leave these units out."
            )


def first(member: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the first unit of each group."""
    return np.unique(member, return_index=True)[1]


def refuse(why: str) -> NoReturn:
    """Refuse, in the words of territories."""
    msg = f"Territories: {why}"
    raise DesignError(msg)

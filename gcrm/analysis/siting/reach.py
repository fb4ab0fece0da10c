"""The centre problem: sites so that the place that is worst off is as well off as possible."""

from __future__ import annotations

import time

import numpy as np

from gcrm.analysis.siting.cover import cover_all
from gcrm.analysis.siting.sites import Choice, Sites, checked, nearest, refuse
from gcrm.errors import DesignError


def centre(asked: Sites, count: int, *, seconds: float = 60.0) -> Choice:
    """Choose a number of sites so that the longest way of any place is as short as possible.

    The answer is one of the costs; by halves it is found for which of them so many sites reach every place (Minieka
    1970, "The m-center problem", SIAM Review 12).

    Parameters
    ----------
    asked
        Places and sites; places that need nothing are left out.
    count
        How many sites, those that are there already among them.
    seconds
        How long to look at most.

    Returns
    -------
    Choice
        Its value is the longest way.

    Raises
    ------
    DesignError
        If so many sites cannot be chosen, or cannot reach every place.
    """
    cost = checked(asked, count)
    needed = np.asarray(asked.weight) > 0
    own = Sites(cost[needed], np.asarray(asked.weight)[needed], asked.opened, asked.closed)
    steps = np.unique(own.cost[np.isfinite(own.cost)])
    deadline = time.monotonic() + seconds
    low, high, best = 0, len(steps), None
    while low < high:
        middle = (low + high) // 2
        found = _within(own, float(steps[middle]), max(deadline - time.monotonic(), 1.0))
        if found is not None and len(found.sites) <= count:
            high, best = middle, found
        elif found is None or found.bound > count:
            low = middle + 1
        else:
            break  # not decided in time
    if best is None:
        refuse(f"no {count} sites can reach every place. Choose more of them, or leave places out.")
    sites = _filled(best.sites, asked, count, cost.shape[1])
    served = nearest(cost, sites)
    value = float(own.cost[:, list(sites)].min(axis=1).max())
    bound = float(steps[low]) if low < len(steps) else value
    return Choice(sites, served, value, min(bound, value), "optimal" if bound >= value else "bounded")


def _within(asked: Sites, reach: float, seconds: float) -> Choice | None:
    """Return as few sites as reach every place; null where none do."""
    try:
        return cover_all(asked, reach, seconds=seconds)
    except DesignError:
        return None


def _filled(sites: tuple[int, ...], asked: Sites, count: int, there: int) -> tuple[int, ...]:
    """Add any sites until there are as many as were asked for; that lengthens no way."""
    others = [site for site in range(there) if site not in {*sites, *asked.closed}]
    return tuple(sorted((*sites, *others[: count - len(sites)])))

"""What is asked of siting, and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NoReturn

import numpy as np

from gcrm.errors import DesignError

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int64]

State = Literal["optimal", "bounded", "heuristic"]


@dataclass(frozen=True)
class Sites:
    """Places that need something, and sites that could serve them.

    Attributes
    ----------
    cost
        What it costs one of a place (row) to be served from a site (column): metres, minutes; infinite or NaN where a
        site cannot serve it.
    weight
        How much each place needs: people, customers; 0 or more.
    opened
        Sites that are there already and stay.
    closed
        Sites that must not be opened.
    """

    cost: Floats
    weight: Floats
    opened: Collection[int] = ()
    closed: Collection[int] = ()


@dataclass(frozen=True)
class Choice:
    """Sites that were chosen.

    Attributes
    ----------
    sites
        Chosen sites, in order.
    served
        The site that serves each place; -1 where none does.
    value
        What was made small or large: see the function that chose.
    bound
        No choice is better than this.
    state
        `optimal`: none is better. `bounded`: none is better than `bound`. `heuristic`: no bound is known.
    """

    sites: tuple[int, ...]
    served: Numbers
    value: float
    bound: float
    state: State

    @property
    def gap(self) -> float:
        """By which share of its value the choice could be better at most."""
        return abs(self.value - self.bound) / abs(self.value) if self.value else 0.0


def checked(asked: Sites, count: int | None = None) -> Floats:
    """Refuse sites that mean nothing; return the costs, infinite where a site cannot serve, or must not.

    Parameters
    ----------
    asked
        Places and sites.
    count
        How many sites are to be chosen, those that are there already among them; null where that is what is asked.

    Returns
    -------
    numpy.ndarray
        Costs, with infinity for NaN and for sites that must not be opened.

    Raises
    ------
    DesignError
        If numbers do not fit together, or rules contradict each other.
    """
    cost = np.where(np.isnan(asked.cost), np.inf, np.asarray(asked.cost, dtype=np.float64))
    if cost.ndim != 2 or not cost.size or cost.shape[0] != len(asked.weight):
        refuse(f"costs of shape {cost.shape} do not fit {len(asked.weight)} places. Give one row per place.")
    if (cost < 0).any() or not np.isfinite(asked.weight).all() or (np.asarray(asked.weight) < 0).any():
        refuse("a cost or a need is negative or unknown. Give every place a need of 0 or more.")
    for site in (*asked.opened, *asked.closed):
        if not 0 <= site < cost.shape[1]:
            refuse(f"there is no site {site}; there are {cost.shape[1]}, from 0 on.")
    both = set(asked.opened) & set(asked.closed)
    if both:
        refuse(f"site {min(both)} is there already and must not be opened. Take one of the two rules away.")
    free = cost.shape[1] - len(set(asked.closed))
    if count is not None and not max(1, len(set(asked.opened))) <= count <= free:
        refuse(f"{count} sites cannot be chosen: {len(set(asked.opened))} stay open, and {free} may be open.")
    cost[:, list(asked.closed)] = np.inf
    return cost


def nearest(cost: Floats, sites: Collection[int]) -> Numbers:
    """Return the cheapest of some sites for each place; -1 where none can serve it."""
    chosen = np.array(sorted(sites), dtype=np.int64)
    found = cost[:, chosen]
    return np.where(np.isfinite(found.min(axis=1)), chosen[found.argmin(axis=1)], -1)


def refuse(why: str) -> NoReturn:
    """Refuse, in the words of sites."""
    msg = f"Sites: {why}"
    raise DesignError(msg)

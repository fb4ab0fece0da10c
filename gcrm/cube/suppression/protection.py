"""Decides which cells are withheld: the small ones, and others until every one of them can have been many counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gcrm.cube.suppression.neighbourhood import around
from gcrm.cube.suppression.witness import Wish, find

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gcrm.cube.suppression.system import System

#: Sizes of the neighbourhoods in which a protection is sought, one after the other; then everything.
_SIZES = (250, 800, 2_500, 25_000)
#: How often the counts of a neighbourhood are moved together before each is looked at by itself.
_ROUNDS = 4
#: Widths closer than this are the same.
_TINY = 1e-6


@dataclass(frozen=True)
class Protection:
    """What is withheld, and how well that holds.

    Attributes
    ----------
    hidden
        True for each cell that is withheld.
    low, high
        For each variable, the counts that it can have been, as far as they were looked for.
    exposed
        Numbers of the withheld variables that cannot be protected, because what was given out before tells them.
    """

    hidden: NDArray[np.bool_]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    exposed: tuple[int, ...]


def protect(system: System, small: NDArray[np.bool_], min_count: int) -> Protection:
    """Decide which cells to withhold.

    Parameters
    ----------
    system
        What an attacker knows.
    small
        True for each cell that has to be withheld.
    min_count
        k: no withheld count may be narrowed to an interval shorter than `k - 1`.

    Returns
    -------
    Protection
        The cells, and the proof.
    """
    state = _State(system, small.copy(), float(min_count - 1))
    withheld = -1
    while len(pending := state.pending()) or withheld != state.hidden.sum():
        if not len(pending):  # what could not be protected may be by now
            withheld = int(state.hidden.sum())
            pending, state.exposed = np.array(sorted(state.exposed), dtype=np.int64), set()
        for seed in pending:
            if state.width(seed) > _TINY:
                state.settle(seed)
    return Protection(
        state.hidden, state.low, state.high, tuple(v for v in sorted(state.exposed) if state.width(v) > _TINY)
    )


class _State:
    """What is withheld so far, and how far witnesses spread each count."""

    def __init__(self, system: System, hidden: NDArray[np.bool_], wanted: float) -> None:
        self.system, self.hidden, self.wanted = system, hidden, wanted
        self.low, self.high = system.counts.copy(), system.counts.copy()
        self.exposed: set[int] = set()
        self.tried = np.zeros(len(system.counts), dtype=np.int64)
        self.price = np.log2(1 + system.counts)
        self.open = (system.cell >= 0) & ~system.known

    def width(self, variable: int) -> float:
        """How much wider the interval of a count must become."""
        return float(self.wanted - (self.high[variable] - self.low[variable]))

    def lacking(self) -> NDArray[np.bool_]:
        """Withheld variables that are not spread wide enough."""
        narrow = self.wanted - (self.high - self.low) > _TINY
        return narrow & self.system.spread(self.hidden) & ~self.system.known

    def pending(self) -> NDArray[np.int64]:
        """Numbers of the variables to look at, in order."""
        lacking = self.lacking()
        lacking[sorted(self.exposed)] = False
        return np.flatnonzero(lacking)

    def free(self) -> NDArray[np.bool_]:
        """Variables that an attacker does not know."""
        return self.system.spread(self.hidden, other=True) & ~self.system.known

    def settle(self, seed: int) -> None:
        """Spread one variable, and others on the way; withhold more cells where that is needed."""
        for size in (*_SIZES, len(self.system.counts)):
            if size == _SIZES[0] or size >= len(self.system.counts):
                self.stir(around(self.system, seed, self.free(), size))
            if self.width(seed) <= _TINY or self.part(seed, size):
                return
            if size >= len(self.system.counts):
                break
        self.exposed.add(seed)

    def stir(self, variables: NDArray[np.int64]) -> None:
        """Move the counts of a neighbourhood as far as they need, all at once, some up and some down."""
        for turn in range(_ROUNDS):
            short = self.lacking()[variables] & (self.tried[variables] <= turn)
            if short.sum() < 2:
                return
            counts = self.system.counts[variables]
            up = (counts <= self.wanted) ^ _coin(variables, turn)
            rise, fall = self.goals(variables)
            lowest = np.where(
                short & ~up,
                np.maximum(self.system.least[variables] - counts, fall),
                self.system.least[variables] - counts,
            )
            highest = np.where(short & up, rise, np.inf)
            gain = np.where(short, np.where(up, 1.0, -1.0), 0.0)
            self.tried[variables[short]] += 1
            self.take(Wish(variables, lowest, highest, gain, np.zeros(len(variables))))

    def part(self, seed: int, size: int) -> bool:
        """Move one variable as far as it needs at the least price; what else must move is withheld."""
        allowed = self.free() | self.open
        variables = around(self.system, seed, allowed, size)
        place = int(np.searchsorted(variables, seed))
        counts = self.system.counts[variables]
        price = np.where(self.free()[variables], 0.0, self.price[variables])
        rise, fall = self.goals(variables)
        ways = [(rise[place], np.inf), (-np.inf, fall[place])]
        if counts[place] > self.wanted:
            ways.reverse()
        for lowest, highest in ways:
            low = self.system.least[variables] - counts
            high = np.full(len(variables), np.inf)
            if highest < low[place]:
                continue
            low[place], high[place] = max(low[place], lowest), highest
            if self.take(Wish(variables, low, high, np.zeros(len(variables)), price)):
                return True
        return False

    def goals(self, variables: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return how far each variable would have to rise, or to fall, to be spread wide enough."""
        counts = self.system.counts[variables]
        rise = self.low[variables] + self.wanted - counts
        fall = self.high[variables] - self.wanted - counts
        return np.maximum(rise, 0.0), np.minimum(fall, 0.0)

    def take(self, wish: Wish) -> bool:
        """Look for a witness, remember how far it spreads each count, and withhold what it changes."""
        found = find(self.system, wish)
        if found is None:
            return False
        counts = self.system.counts[wish.variables] + found
        self.low[wish.variables] = np.minimum(self.low[wish.variables], counts)
        self.high[wish.variables] = np.maximum(self.high[wish.variables], counts)
        moved = self.system.cell[wish.variables[np.abs(found) > _TINY]]
        self.hidden[moved[moved >= 0]] = True
        return True


def _coin(variables: NDArray[np.int64], turn: int) -> NDArray[np.bool_]:
    """Toss a coin for each variable; the same in every run. None is tossed in the first turn."""
    mixed = (variables + 1) * np.int64(2_654_435_761) >> np.int64(9 + 3 * turn)
    return (mixed & 1 > 0) if turn else np.zeros(len(variables), dtype=bool)

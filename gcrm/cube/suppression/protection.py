"""Decides which cells are withheld: the small ones, and others until every one of them can have been many counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy

from gcrm.cube.suppression.standing import TINY, Standing
from gcrm.cube.suppression.witness import Wish

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from gcrm.cube.suppression.system import System

    Numbers = NDArray[np.int64]

#: How many variables a block has in which many counts are spread by one program: what hangs together, or a part of it.
_WHOLE, _BLOCK = 2_500, 1_000
#: Where so many counts are left in all, they are spread together too, and others are withheld for them, some more than
#: one by one: in blocks of so many variables, of which a constraint brings along so many, as long as a block has so
#: many counts to spread, block by block so often.
_MASS = 1_000
_PAID, _LINE, _MANY, _PASSES = 2_000, 60, 10, 2
#: What is paid for spreading a count by one, beside the least price of a withheld count (1).
_EAGER = 100.0
#: How often the counts of a block are moved together at most; they take turns in rising.
_ROUNDS, _TURNS = 60, 3
#: A program is worth its time where it spreads one in so many counts of its block: without withholding more, and with.
_WORTH, _WORTH_PAID = 100, 400
#: Sizes of the neighbourhoods in which single counts are spread, one after the other: variables, how many of them a
#: constraint brings along, and how many counts may be looked at there in one build.
_SIZES = ((250, 10, 1_000_000_000), (1_200, 40, 2_000), (5_000, 5_000, 200), (25_000, 25_000, 20))
#: What spreading other counts on the way is worth, beside the least price of a withheld count (1).
_ASIDE = 0.01


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
    state = Standing(system, small, float(min_count - 1))
    guard = _Guard(state)
    exposed: set[int] = set()
    withheld = -1
    while len(pending := _others(state, exposed)) or withheld != state.hidden.sum():
        if not len(pending):  # what could not be protected may be by now
            withheld = int(state.hidden.sum())
            pending, exposed = np.array(sorted(exposed), dtype=np.int64), set()
        guard.stir(pending)
        exposed |= {int(seed) for seed in pending if state.width(seed) > TINY and not guard.settle(int(seed))}
    return Protection(state.hidden, state.low, state.high, tuple(v for v in sorted(exposed) if state.width(v) > TINY))


def _others(state: Standing, exposed: Iterable[int]) -> Numbers:
    """Numbers of the variables to look at, in order."""
    lacking = state.lacking()
    lacking[sorted(exposed)] = False
    return np.flatnonzero(lacking)


class _Guard:
    """Finds witnesses, for many counts at once and for single ones.

    Parameters
    ----------
    state
        How things stand.
    """

    def __init__(self, state: Standing) -> None:
        self.state = state
        self.left = [times for *_, times in _SIZES]

    def stir(self, pending: Numbers) -> None:
        """Spread counts block by block: first as far as it goes without withholding more, then with."""
        for block in self._blocks(pending, free=True):
            self._stir(block, 2, _WORTH)
        for _ in range(_PASSES):
            if self.state.lacking().sum() > _MASS:
                for block in self._blocks(pending, free=False):
                    self._stir(block, _MANY, _WORTH_PAID)

    def _blocks(self, pending: Numbers, *, free: bool) -> Iterator[Numbers]:
        """Yield blocks of variables that hold what is left."""
        state = self.state
        seen = np.zeros(len(state.free), dtype=bool)
        for seed in pending.tolist():
            if seen[seed] or state.width(seed) <= TINY:
                continue
            block = (
                state.around(seed, _WHOLE, _WHOLE, free=True) if free else state.around(seed, _PAID, _LINE, free=False)
            )
            if free and len(block) == _WHOLE:
                block = state.around(seed, _BLOCK, _BLOCK, free=True)
            seen[block] = True
            yield block

    def _stir(self, block: Numbers, fewest: int, worth: int) -> None:
        """Let the counts of a block take turns in moving as far as they need; the others make room."""
        state, idle = self.state, 0
        counts = state.system.counts[block]
        least = state.system.least[block] - counts
        small = counts <= state.wanted
        for turn in range(_ROUNDS):
            lacking = state.lacking(block)
            if lacking.sum() < fewest or idle == _TURNS:
                return
            short = lacking & (_drawn(block, turn) if lacking.sum() > _TURNS else True)
            rise, fall = state.goals(block)
            lowest = np.where(short & ~small, np.maximum(least, fall), least)
            highest = np.where(short & small, rise, np.inf)
            gain = np.where(short, np.where(small, _EAGER, -_EAGER), 0.0)
            price = np.where(state.free[block], 0.0, state.price[block])
            state.take(Wish(block, lowest, highest, gain, price))
            settled = lacking.sum() - state.lacking(block).sum()
            idle = 0 if settled * worth > len(block) else idle + 1

    def settle(self, seed: int) -> bool:
        """Spread one count, and others on the way; withhold more cells where that is needed."""
        for i, (size, most, _) in enumerate(_SIZES):
            if self.left[i]:
                self.left[i] -= 1
                variables = self.state.around(seed, size, most, free=False)
                if self._move(seed, variables):
                    return True
                if len(variables) < size and most >= size:
                    break
        return self._enlarge(seed)

    def _move(self, seed: int, variables: Numbers) -> bool:
        """Move one variable as far as it needs at the least price; what else must move is withheld."""
        state = self.state
        place = int(np.searchsorted(variables, seed))
        counts = state.system.counts[variables]
        price = np.where(state.free[variables], 0.0, state.price[variables])
        rise, fall = state.goals(variables)
        others = state.lacking(variables) & (counts <= state.wanted) & _drawn(variables, seed)
        gain = np.where(others, _ASIDE, 0.0)
        gain[place] = 0.0
        ways = [(rise[place], np.inf), (-np.inf, fall[place])]
        if counts[place] > state.wanted:
            ways.reverse()
        for lowest, highest in ways:
            low = state.system.least[variables] - counts
            high = np.where(others, rise + 3 * state.wanted, np.inf)
            if highest < low[place]:
                continue
            low[place], high[place] = max(low[place], lowest), highest
            if state.take(Wish(variables, low, high, gain, price)):
                return True
        return False

    def _enlarge(self, seed: int) -> bool:
        """Withhold everything that depends on a count: then all of it may have been larger, by the same factor."""
        state, system = self.state, self.state.system
        columns = np.flatnonzero(state.may)
        part = system.matrix[:, columns]
        both = scipy.sparse.block_array([[None, part.T], [part, None]], format="csr")  # counts, constraints: one graph
        label = scipy.sparse.csgraph.connected_components(both, directed=False)[1][: len(columns)]
        joined = columns[label == label[np.searchsorted(columns, seed)]]
        difference = system.counts[joined] * (state.wanted / system.counts[seed])
        moved = system.matrix[:, joined] @ difference
        fall, rise = system.slack
        if ((moved < fall - TINY) | (moved > rise + TINY)).any():
            return False
        state.note(joined, difference)
        return True


def _drawn(variables: Numbers, turn: int) -> NDArray[np.bool_]:
    """Say whose turn it is, each one's once in three; drawn anew after that, and the same in every run."""
    mixed = (variables + 1 + turn // _TURNS * 7_919) * np.int64(2_654_435_761) >> np.int64(11)
    drawn: NDArray[np.bool_] = mixed % _TURNS == turn % _TURNS
    return drawn

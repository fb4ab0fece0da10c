"""Collects variables and constraints until they are a system."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import scipy

from gcrm.cube.suppression.system import System

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]


@dataclass
class Draft:
    """Variables and constraints on their way to a system.

    Attributes
    ----------
    counts, cell
        One array per group of variables: true counts and cells.
    known
        Numbers of variables that were given out before.
    names
        Numbers of variables, and what to call each in later releases, one pair of arrays per group.
    rows, columns, signs
        Entries of the matrix, one array per group of constraints.
    lowest, highest
        Bounds, one array per group of constraints.
    """

    counts: list[NDArray[np.float64]] = field(default_factory=list)
    cell: list[Numbers] = field(default_factory=list)
    known: set[int] = field(default_factory=set)
    names: list[tuple[Numbers, NDArray[np.object_]]] = field(default_factory=list)
    rows: list[Numbers] = field(default_factory=list)
    columns: list[Numbers] = field(default_factory=list)
    signs: list[NDArray[np.float64]] = field(default_factory=list)
    lowest: list[NDArray[np.float64]] = field(default_factory=list)
    highest: list[NDArray[np.float64]] = field(default_factory=list)

    @property
    def variables(self) -> int:
        """Number of variables so far."""
        return sum(len(c) for c in self.counts)

    @property
    def constraints(self) -> int:
        """Number of constraints so far."""
        return sum(len(b) for b in self.lowest)

    def add(self, counts: NDArray[np.float64], cell: Numbers) -> Numbers:
        """Add variables; what counts zero gets none, because zeros are shown.

        Parameters
        ----------
        counts, cell
            True count and cell of each; -1 where it is never given out.

        Returns
        -------
        NDArray
            Number of each variable; -1 for a zero.
        """
        some = counts > 0
        numbers = np.full(len(counts), -1, dtype=np.int64)
        numbers[some] = self.variables + np.arange(int(some.sum()))
        self.counts.append(counts[some].astype(np.float64))
        self.cell.append(cell[some].astype(np.int64))
        return numbers

    def name(self, numbers: Numbers, keys: NDArray[np.object_]) -> None:
        """Say what variables are called in later releases; one may have several names.

        Parameters
        ----------
        numbers, keys
            Number of the variable, -1 where a count is zero, and its name.
        """
        self.names.append((numbers[numbers >= 0], keys[numbers >= 0]))

    def bind(
        self, rows: Numbers, columns: Numbers, signs: NDArray[np.float64], bounds: tuple[NDArray[np.float64], ...]
    ) -> None:
        """Add constraints.

        Parameters
        ----------
        rows, columns, signs
            Entries: number of the constraint, counted from 0, number of the variable, and its factor.
        bounds
            Lowest and highest value, one each per constraint.
        """
        self.rows.append(rows + self.constraints)
        self.columns.append(columns)
        self.signs.append(signs)
        self.lowest.append(bounds[0])
        self.highest.append(bounds[1])

    def sums(self, wholes: Numbers, parts: Numbers, owner: Numbers, *, exact: bool = True) -> None:
        """Say that wholes are the sums of their parts; where they are not, that they lie between largest part and sum.

        Parameters
        ----------
        wholes, parts
            Numbers of variables; -1 where a count is zero.
        owner
            For each part, the place of its whole in `wholes`.
        exact
            False: an attacker cannot know that the parts add up, even where they do (people counted in each period).
        """
        real = (parts >= 0) & (wholes[owner] >= 0)
        parts, owner = parts[real], owner[real]
        counts = np.concatenate([*self.counts, np.zeros(1)])  # the last one for what is zero
        total = np.bincount(owner, weights=counts[parts], minlength=len(wholes))
        present = wholes >= 0
        equal = present & (total == counts[wholes]) & exact
        self._sum(wholes, parts, owner, equal, 0.0)
        loose = present & ~equal
        self._sum(wholes, parts, owner, loose, -np.inf)
        chosen = loose[owner]
        self.order(parts[chosen], wholes[owner[chosen]])

    def at_most(self, smaller: Numbers, parts: Numbers, owner: Numbers) -> None:
        """Say that counts are no larger than the sums of others.

        Parameters
        ----------
        smaller, parts
            Numbers of variables; -1 where a count is zero.
        owner
            For each part, the place in `smaller`.
        """
        real = (parts >= 0) & (smaller[owner] >= 0)
        self._sum(smaller, parts[real], owner[real], smaller >= 0, -np.inf)

    def _sum(self, wholes: Numbers, parts: Numbers, owner: Numbers, chosen: NDArray[np.bool_], lowest: float) -> None:
        """Add `lowest <= whole - parts <= 0` for the wholes chosen."""
        place = np.cumsum(chosen) - 1
        taken = chosen[owner]
        n = int(chosen.sum())
        rows = np.concatenate([np.arange(n), place[owner[taken]]])
        columns = np.concatenate([wholes[chosen], parts[taken]])
        signs = np.concatenate([np.ones(n), -np.ones(int(taken.sum()))])
        self.bind(rows, columns, signs, (np.full(n, lowest), np.zeros(n)))

    def order(self, smaller: Numbers, larger: Numbers) -> None:
        """Say that counts are no larger than others.

        Parameters
        ----------
        smaller, larger
            Numbers of variables, pair by pair; -1 where a count is zero.
        """
        real = (smaller >= 0) & (larger >= 0) & (smaller != larger)
        smaller, larger = smaller[real], larger[real]
        n = len(smaller)
        rows = np.tile(np.arange(n), 2)
        signs = np.repeat([1.0, -1.0], n)
        self.bind(rows, np.concatenate([smaller, larger]), signs, (np.full(n, -np.inf), np.zeros(n)))

    def system(self, cells: int) -> System:
        """Return what was collected.

        Parameters
        ----------
        cells
            Number of cells.

        Returns
        -------
        System
            Every variable and constraint.
        """
        shape = (self.constraints, self.variables)
        rows, columns = _joined(self.rows, np.int64), _joined(self.columns, np.int64)
        entries = (_joined(self.signs, np.float64), (rows, columns))
        return System(
            _joined(self.counts, np.float64),
            scipy.sparse.coo_array(entries, shape=shape).tocsr(),
            _joined(self.lowest, np.float64),
            _joined(self.highest, np.float64),
            _joined(self.cell, np.int64),
            np.isin(np.arange(self.variables), sorted(self.known)),
            cells,
        )


def _joined(parts: list, kind: type) -> NDArray:  # type: ignore[type-arg]
    return np.concatenate([*parts, np.empty(0, dtype=kind)]).astype(kind)

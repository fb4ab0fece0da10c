"""What was given out earlier stays known: an attacker lays every release beside the ones before.

Kept are the counts that were given out, and the system of those that were withheld, as far as it is not settled by
what was given out. A count that two releases agree on is taken to be known not to have changed, and where no count of
events has fallen, none is taken to be known to: an attacker may have reason to think so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gcrm.cube.suppression.draft import Draft
    from gcrm.cube.suppression.protection import Protection
    from gcrm.cube.suppression.system import System

    Numbers = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Words = NDArray[np.object_]


@dataclass(frozen=True)
class History:
    """What earlier releases tell of one fact.

    Attributes
    ----------
    shown_keys, shown_counts
        Names of counts that were given out, and the counts.
    counts, withheld
        True count of each unknown, and whether it was withheld; otherwise it is a part that was never a cell.
    keys, unknowns
        Names of unknowns, and their numbers.
    rows, columns, factors
        Entries of the constraints between the unknowns.
    fall, rise
        How far each constraint may fall and rise from its true value.
    """

    shown_keys: Words
    shown_counts: Floats
    counts: Floats
    withheld: NDArray[np.bool_]
    keys: Words
    unknowns: Numbers
    rows: Numbers
    columns: Numbers
    factors: Floats
    fall: Floats
    rise: Floats

    @classmethod
    def empty(cls) -> History:
        """Return the history of a project that has not given out anything."""
        words, floats, numbers = (np.empty(0, dtype=kind) for kind in (object, np.float64, np.int64))
        none = np.empty(0, dtype=bool)
        return cls(words, floats, floats, none, words, numbers, numbers, numbers, floats, floats, floats)


def recall(draft: Draft, history: History, cells: int, *, grows: bool) -> NDArray[np.bool_]:
    """Take earlier releases into the system of the one that is being made.

    Parameters
    ----------
    draft
        The system in the making; it takes up the unknowns of earlier releases.
    history
        What earlier releases tell.
    cells
        Number of cells of the release that is being made.
    grows
        True for events: their counts do not fall where they have not.

    Returns
    -------
    NDArray
        One value per cell, those of earlier releases after the others: true for withheld ones of earlier releases.
    """
    counts = np.concatenate([*draft.counts, np.empty(0)])
    is_cell = np.concatenate([*draft.cell, np.empty(0)]) >= 0
    cell = np.where(history.withheld, cells + np.cumsum(history.withheld) - 1, -1)
    numbers = draft.add(history.counts, cell)
    sums = np.bincount(history.rows, history.factors * history.counts[history.columns], minlength=len(history.fall))
    bounds = sums + history.fall, sums + history.rise
    draft.bind(history.rows, numbers[history.columns], history.factors, bounds)
    changes = list(_changes(draft, history, numbers, counts))
    # Who sees only cells may take them to grow where none of them fell, whatever happened in their parts.
    fell = {bool(is_cell[variable]) for variable, _, before, now in changes if now < before}
    may = {True: grows and True not in fell, False: grows and not fell}
    for variable, unknown, before, now in changes:
        if unknown is None and now == before:
            draft.known.add(variable)
        elif now == before or (may[bool(is_cell[variable])] and now > before):
            _link(draft, variable, unknown, before, exact=now == before)
    draft.name(numbers[history.unknowns], history.keys)
    return np.concatenate([np.zeros(cells, dtype=bool), np.ones(int(history.withheld.sum()), dtype=bool)])


def _changes(
    draft: Draft, history: History, numbers: Numbers, counts: Floats
) -> Iterator[tuple[int, int | None, float, float]]:
    """Yield the counts that had the same name earlier.

    Each is the number of the variable now, that of the one then (null where it was given out), the count then and now.
    """
    earlier: dict[str, list[tuple[int | None, float]]] = {}
    for key, count in zip(history.shown_keys.tolist(), history.shown_counts.tolist(), strict=True):
        earlier.setdefault(key, []).append((None, count))
    for key, unknown in zip(history.keys.tolist(), history.unknowns.tolist(), strict=True):
        earlier.setdefault(key, []).append((int(numbers[unknown]), float(history.counts[unknown])))
    for variables, keys in draft.names:
        for variable, key in zip(variables.tolist(), keys.tolist(), strict=True):
            for unknown, before in earlier.get(key, ()):
                yield variable, unknown, before, float(counts[variable])


def _link(draft: Draft, variable: int, unknown: int | None, before: float, *, exact: bool) -> None:
    """Say that a count is what it was earlier, or no less."""
    columns = np.array([variable] if unknown is None else [variable, unknown])
    lowest = before if unknown is None else 0.0
    bounds = np.array([lowest]), np.array([lowest if exact else np.inf])
    draft.bind(np.zeros(len(columns), dtype=np.int64), columns, np.array([1.0, -1.0][: len(columns)]), bounds)


def remember(draft: Draft, system: System, found: Protection, history: History, cells: int) -> History:
    """Return what this release and earlier ones tell together.

    Parameters
    ----------
    draft, system
        What the releases say.
    found
        What is withheld.
    history
        What earlier releases told.
    cells
        Number of cells of this release.

    Returns
    -------
    History
        What the next release has to reckon with.
    """
    withheld = system.spread(found.hidden)
    free = system.spread(found.hidden, other=True) & ~system.known
    kept = _joined_to(system, free, withheld)
    number = np.cumsum(kept) - 1
    part = system.matrix[:, np.flatnonzero(kept)].tocoo()
    rows, bonds = np.unique(part.coords[0], return_inverse=True)
    fall, rise = system.slack
    variables = np.concatenate([v for v, _ in draft.names] or [np.empty(0, dtype=np.int64)])
    keys = np.concatenate([k for _, k in draft.names] or [np.empty(0, dtype=object)])
    # Of this release; what earlier ones gave out is in the history already.
    shown = ~withheld[variables] & (system.cell[variables] >= 0) & (system.cell[variables] < cells)
    pairs = dict.fromkeys(zip(history.shown_keys.tolist(), history.shown_counts.tolist(), strict=True))
    pairs |= dict.fromkeys(zip(keys[shown].tolist(), system.counts[variables[shown]].tolist(), strict=True))
    named = kept[variables]
    both = History(
        np.array([k for k, _ in pairs], dtype=object),
        np.array([c for _, c in pairs], dtype=np.float64),
        system.counts[kept],
        withheld[kept],
        keys[named],
        number[variables[named]],
        bonds.astype(np.int64),
        part.coords[1].astype(np.int64),
        part.data,
        fall[rows],
        rise[rows],
    )
    return merged(both)


def _joined_to(system: System, free: NDArray[np.bool_], withheld: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the unknowns that anything withheld depends on."""
    columns = np.flatnonzero(free)
    part = system.matrix[:, columns]
    both = scipy.sparse.block_array([[None, part.T], [part, None]], format="csr")  # counts and constraints as one graph
    label = scipy.sparse.csgraph.connected_components(both, directed=False)[1][: len(columns)]
    wanted = np.isin(label, label[withheld[columns]])
    kept = np.zeros(len(free), dtype=bool)
    kept[columns[wanted]] = True
    return kept


def merged(history: History) -> History:
    """Return a history in which unknowns that are known to be equal are one, and each constraint stands once.

    Parameters
    ----------
    history
        What releases tell.

    Returns
    -------
    History
        The same, in fewer unknowns.
    """
    size = len(history.counts)
    shape = (len(history.fall), size)
    matrix = scipy.sparse.coo_array((history.factors, (history.rows, history.columns)), shape=shape).tocsr()
    entries = np.diff(matrix.indptr)
    # A difference that is known is not enough: it may be that of a count and one of its parts, the others being shown.
    alike = (matrix.sum(axis=1) == 0) & (matrix @ history.counts == 0)
    pairs = (entries == 2) & alike & (history.fall == 0) & (history.rise == 0)
    ends = matrix[np.flatnonzero(pairs)].indices.reshape(-1, 2)
    graph = scipy.sparse.coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(size, size))
    groups, label = scipy.sparse.csgraph.connected_components(graph, directed=False)
    first = np.unique(label, return_index=True)[1]
    fewer = matrix @ scipy.sparse.coo_array((np.ones(size), (np.arange(size), label)), shape=(size, groups)).tocsr()
    fewer.eliminate_zeros()
    fewer.sort_indices()
    chosen = _different(fewer, history.fall, history.rise)
    part = fewer[chosen].tocoo()
    names = dict.fromkeys(zip(history.keys.tolist(), label[history.unknowns].tolist(), strict=True))
    return History(
        history.shown_keys,
        history.shown_counts,
        history.counts[first],
        np.bincount(label, history.withheld, minlength=groups) > 0,
        np.array([key for key, _ in names], dtype=object),
        np.array([unknown for _, unknown in names], dtype=np.int64),
        part.coords[0].astype(np.int64),
        part.coords[1].astype(np.int64),
        part.data,
        history.fall[chosen],
        history.rise[chosen],
    )


def _different(matrix: scipy.sparse.csr_array, fall: Floats, rise: Floats) -> Numbers:
    """Return the constraints that say something, each once."""
    found: dict[tuple[bytes, bytes, float, float], int] = {}
    for row in range(matrix.shape[0]):
        place = slice(matrix.indptr[row], matrix.indptr[row + 1])
        if place.stop > place.start:
            content = matrix.indices[place].tobytes(), matrix.data[place].tobytes(), float(fall[row]), float(rise[row])
            found.setdefault(content, row)
    return np.array(list(found.values()), dtype=np.int64)

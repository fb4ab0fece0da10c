"""Bad rows on purpose: how many, where, and for which reason each must be rejected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gcrm.generate.frame import Frame, stack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

#: Added to the identifiers of bad rows, once per flaw, so that they meet nobody else's.
_FRESH = 10**12


@dataclass(frozen=True)
class Flaw:
    """One way of being bad.

    Attributes
    ----------
    reason
        The reason ingest must give.
    column
        The column to spoil; the key for repeated rows.
    values
        What to put there; empty for repeated rows.
    """

    reason: str
    column: str
    values: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Spoiled:
    """A chunk with its bad rows.

    Attributes
    ----------
    frame
        Good and bad rows in random order.
    rows
        Positions of the rows to reject, counted from 0.
    flaws
        Their flaws, as positions in the list of flaws.
    """

    frame: Frame
    rows: Ints
    flaws: Ints


def spoil(frame: Frame, flaws: Sequence[Flaw], bad: Sequence[int], rng: np.random.Generator) -> Spoiled:
    """Add bad rows to a chunk and shuffle it.

    A bad row is a copy of a good one with one column spoiled. It has an identifier of its own, unless it is bad by
    repeating one.

    Parameters
    ----------
    frame
        Good rows; the first column identifies them.
    flaws
        The ways of being bad.
    bad
        Bad rows of every flaw; not more than good rows.
    rng
        Random numbers.

    Returns
    -------
    Spoiled
        The chunk with its bad rows and the truth about them.
    """
    good = len(frame)
    originals = [rng.choice(good, count, replace=False) for count in bad]
    copies = [
        _spoiled(frame.take(rows), flaw, _FRESH * number, rng)
        for number, (flaw, rows) in enumerate(zip(flaws, originals, strict=True), start=1)
    ]
    order = rng.permutation(good + sum(bad))
    position = np.argsort(order)
    rejected, begin = [], good
    for flaw, rows in zip(flaws, originals, strict=True):
        copy = position[begin : begin + len(rows)]
        # Of two rows with the same key the later one is the repetition.
        rejected.append(copy if flaw.values else np.maximum(copy, position[rows]))
        begin += len(rows)
    return Spoiled(
        stack([frame, *copies]).take(order),
        np.concatenate(rejected).astype(np.int64),
        np.repeat(np.arange(len(flaws)), bad),
    )


def _spoiled(copy: Frame, flaw: Flaw, fresh: int, rng: np.random.Generator) -> Frame:
    if not flaw.values:
        return copy
    wrong = np.array(flaw.values)[rng.integers(len(flaw.values), size=len(copy))]
    renamed = copy.with_columns(**{copy.key: copy.columns[copy.key] + fresh})
    return renamed.with_columns(**{flaw.column: wrong.astype(copy.columns[flaw.column].dtype)})

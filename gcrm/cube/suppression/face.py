"""A face of the cube: counts by some of its dimensions and at most one period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    Words = NDArray[np.object_]


@dataclass(frozen=True)
class Face:
    """Counts of one table, one row per cell.

    Attributes
    ----------
    dimensions
        Its dimensions without the period, in order.
    period
        Its period dimension; empty where it counts the whole range of days.
    members
        Members by dimension; null is the unknown member.
    labels
        Period of each row; empty where it counts the whole range.
    counts
        Counts by measure.
    """

    dimensions: tuple[str, ...]
    period: str
    members: Mapping[str, Words]
    labels: Words
    counts: Mapping[str, NDArray[np.float64]]

    @property
    def rows(self) -> int:
        """Number of cells."""
        return len(self.labels)

    def columns(self, dimensions: Sequence[str]) -> list[Words]:
        """Return the members of some dimensions."""
        return [self.members[d] for d in dimensions]

    def keys(self, measure: str) -> Words:
        """Return what to call each count in later releases.

        Parameters
        ----------
        measure
            What is counted.

        Returns
        -------
        NDArray
            One text per row.
        """
        order = sorted(self.dimensions)
        head = f"{measure}|{','.join(order)}|{self.period}"
        parts = zip(*self.columns(order), self.labels, strict=True)
        return np.array(["|".join([head, *(_said(p) for p in row)]) for row in parts], dtype=object)


def _said(member: str | None) -> str:
    return "\\" if member is None else str(member).replace("\\", "\\\\").replace("|", "\\p")


def places(wanted: list[Words], given: list[Words]) -> Numbers:
    """Return for each row of `wanted` the place of the same row in `given`, or -1.

    Parameters
    ----------
    wanted, given
        Columns of two tables, in the same order; the rows of `given` differ from each other.

    Returns
    -------
    NDArray
        One place per row of `wanted`.
    """
    length = len(wanted[0])
    codes = np.zeros(length + len(given[0]), dtype=np.int64)
    for left, right in zip(wanted, given, strict=True):
        words: dict[object, int] = {}
        column = np.array([words.setdefault(w, len(words)) for part in (left, right) for w in part.tolist()])
        codes = np.unique(codes * max(len(words), 1) + column, return_inverse=True)[1]
    found = np.full(int(codes.max(initial=-1)) + 1, -1, dtype=np.int64)
    found[codes[length:]] = np.arange(len(codes) - length)
    return found[codes[:length]]


def distinct(columns: list[Words]) -> tuple[Numbers, Numbers]:
    """Return the first place of each different row, and for each row the place of its like among those.

    Parameters
    ----------
    columns
        Columns of one table.

    Returns
    -------
    tuple of NDArray
        Places of the different rows, and one number per row.
    """
    codes = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        words: dict[object, int] = {}
        numbers = np.array([words.setdefault(w, len(words)) for w in column.tolist()], dtype=np.int64)
        codes = np.unique(codes * max(len(words), 1) + numbers, return_inverse=True)[1]
    _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    return first, inverse

"""Clusters: records that are one party, and never two that are known to be different."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

Two = tuple[int, int]


class Clusters:
    """Records joined to clusters, one link after the other; a link that would join what is different is refused."""

    def __init__(self, different: Iterable[Two] = ()) -> None:
        self._above: dict[int, int] = {}
        self._foes: dict[int, set[int]] = {}
        for a, b in different:
            self._foes.setdefault(a, set()).add(b)
            self._foes.setdefault(b, set()).add(a)

    def root(self, record: int) -> int:
        """Return the record that stands for the cluster: the lowest number in it."""
        above = self._above
        top = record
        while (higher := above.get(top, top)) != top:
            top = higher
        while record != top:  # the way is shorter for who comes next
            step = above[record]
            above[record] = top
            record = step
        return top

    def join(self, a: int, b: int) -> bool:
        """Join the clusters of two records.

        Parameters
        ----------
        a, b
            The records.

        Returns
        -------
        bool
            False where that would bring two together that are different; nothing is changed then.
        """
        low, high = sorted((self.root(a), self.root(b)))
        if low == high:
            return True
        mine, theirs = self._foes.get(low, set()), self._foes.get(high, set())
        few, other = (mine, high) if len(mine) <= len(theirs) else (theirs, low)
        if any(self.root(foe) == other for foe in few):
            return False
        self._above[high] = low
        if theirs:
            self._foes[low] = mine | theirs
        return True

    @property
    def joined(self) -> dict[int, int]:
        """Record -> the record that stands for its cluster, for those that stand behind another."""
        return {record: self.root(record) for record in sorted(self._above)}

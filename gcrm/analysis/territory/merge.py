"""A layout that was edited elsewhere comes back: merged with what was taken along and with what stands here now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    Placing = Mapping[str, str | None]


@dataclass(frozen=True)
class Clash:
    """Something that was changed on both sides, differently.

    Attributes
    ----------
    name
        The unit, or the territory.
    base, ours, theirs
        What it was given to when it was taken along, here now, and in the file; null is nobody.
    """

    name: str
    base: str | None
    ours: str | None
    theirs: str | None


@dataclass(frozen=True)
class Merged:
    """What a merge finds.

    Attributes
    ----------
    taken
        What only the file changed: name -> what it is given to.
    clashes
        What both changed, differently; ours holds unless somebody decides otherwise.
    ours
        Names that only we changed.
    same
        Names that both changed alike.
    missing
        Names that the file does not have; they stay as they are.
    """

    taken: dict[str, str | None]
    clashes: tuple[Clash, ...]
    ours: tuple[str, ...]
    same: tuple[str, ...]
    missing: tuple[str, ...]


def merge(base: Placing, ours: Placing, theirs: Placing) -> Merged:
    """Merge what came back with what changed meanwhile.

    Parameters
    ----------
    base
        What was taken along.
    ours
        What is here now.
    theirs
        What came back; names that it lacks stay as they are.

    Returns
    -------
    Merged
        What changes, and what both changed differently.
    """
    taken: dict[str, str | None] = {}
    clashes, only_ours, same = [], [], []
    for name in sorted(set(theirs) | set(ours)):
        was, here = base.get(name), ours.get(name)
        there = theirs.get(name, was)
        if there == was:
            if here != was:
                only_ours.append(name)
        elif here == there:
            same.append(name)
        elif here == was:
            taken[name] = there
        else:
            clashes.append(Clash(name, was, here, there))
    missing = tuple(sorted(set(ours) - set(theirs)))
    return Merged(taken, tuple(clashes), tuple(only_ours), tuple(same), missing)

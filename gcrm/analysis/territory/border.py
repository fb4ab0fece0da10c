"""The borders that count: those of the map, with bridges and without barriers, and ways to islands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gcrm.analysis.territory import check
from gcrm.analysis.territory.graph import Graph

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from gcrm.analysis.territory.rules import Rules, Units

    Numbers = NDArray[np.int64]


def pairs_of(pairs: Iterable[tuple[str, str]], place: Mapping[str, int]) -> Numbers:
    """Return the places of pairs of units, each pair once, the lower place first."""
    found = [(check.known(a, place), check.known(b, place)) for a, b in pairs if a != b]
    return np.unique(np.sort(np.array(found, dtype=np.int64).reshape(-1, 2), axis=1), axis=0)


def borders(units: Units, rules: Rules, place: Mapping[str, int]) -> Numbers:
    """Return the pairs of units that count as neighbours.

    Parameters
    ----------
    units, rules
        What is asked.
    place
        Unit -> place.

    Returns
    -------
    numpy.ndarray
        One row per pair, the lower place first.
    """
    size = len(units.ids)
    found = pairs_of([*units.borders, *rules.bridges], place)
    cut = pairs_of(rules.barriers, place)
    found = found[~np.isin(found @ [size, 1], cut @ [size, 1])]
    return np.concatenate([found, _ways(units, found)]) if rules.islands == "join" else found


def _ways(units: Units, found: Numbers) -> Numbers:
    """Join each piece of the map but the largest to the nearest unit outside of it, from the smallest piece on."""
    spots = np.column_stack([units.x, units.y]).astype(np.float64)
    added: list[tuple[int, int]] = []
    while True:
        now = np.concatenate([found, np.array(added, dtype=np.int64).reshape(-1, 2)])
        parts = Graph(len(spots), now).parts(range(len(spots)))
        if len(parts) == 1:
            return np.array(added, dtype=np.int64).reshape(-1, 2)
        own = np.array(sorted(parts[-1]))
        rest = np.setdiff1d(np.arange(len(spots)), own)
        far = np.hypot(*(spots[own][:, None] - spots[rest][None]).transpose(2, 0, 1))
        i, j = np.unravel_index(int(far.argmin()), far.shape)
        added.append((min(int(own[i]), int(rest[j])), max(int(own[i]), int(rest[j]))))

"""The radiation model of movement: trips go to the nearest places that offer enough, without a parameter.

Simini, Gonzalez, Maritan and Barabasi, "A universal model for mobility and migration patterns", Nature 484 (2012).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def shares(mass: Floats, distance: Floats, *, whole: bool = False) -> Floats:
    """Return the share of each place's trips that goes to each other place.

    The share from i to j is m_i m_j / ((m_i + s_ij) (m_i + m_j + s_ij)), where s_ij is the mass nearer to i than j.
    Where several are equally far, they come one after the other.

    Parameters
    ----------
    mass
        Mass of each place: residents, jobs, or trips that end there.
    distance
        Distance of each pair; nan and inf cannot be reached.
    whole
        True scales the shares of each place to sum to 1, for a system of finite size.

    Returns
    -------
    numpy.ndarray
        Shares, origins by destinations, 0 on the diagonal. Rows sum to 1 - m_i / M exactly, where M is the mass that i
        can reach with its own, or to 1; to 0 for a place without mass.
    """
    count = len(mass)
    found = np.zeros((count, count))
    for i in range(count):
        others = np.flatnonzero(np.isfinite(distance[i]) & (np.arange(count) != i))
        order = others[np.argsort(distance[i, others], kind="stable")]
        if mass[i] <= 0:
            continue
        after = mass[i] + np.cumsum(mass[order])
        before = after - mass[order]
        found[i, order] = mass[i] * mass[order] / (before * after)
    if not whole:
        return found
    total = found.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(found, total, out=np.zeros_like(found), where=total > 0))

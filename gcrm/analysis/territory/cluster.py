"""Clusters of units: a smaller problem whose assignments cost almost what those of the units do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from gcrm.analysis.territory.graph import Graph

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gcrm.analysis.territory.problem import Problem

    Numbers = NDArray[np.int64]

#: Clusters per territory, at least so many in all.
_PER_TERRITORY, _LEAST = 16, 250


def clustered(problem: Problem, chance: np.random.Generator) -> tuple[Problem, Numbers]:
    """Put units into clusters around some of them, drawn at random.

    Parameters
    ----------
    problem
        Units and rules.
    chance
        Where to draw from.

    Returns
    -------
    tuple of Problem and numpy.ndarray
        A problem of clusters, with every unit as a possible centre still, good for assignments alone; and the cluster
        of each unit. The problem itself where it is small, or its centres are given.
    """
    wanted = max(_LEAST, _PER_TERRITORY * problem.count)
    if problem.size < 2 * wanted or len(problem.centres):
        return problem, np.arange(problem.size)
    heads = np.sort(chance.choice(problem.size, size=wanted, replace=False))
    cluster = problem.cost[:, heads].argmin(axis=1)
    cluster[heads] = np.arange(wanted)
    order = np.argsort(cluster, kind="stable")
    begins = np.searchsorted(cluster[order], np.arange(wanted))
    small = replace(
        problem,
        cost=np.add.reduceat(problem.cost[order], begins, axis=0),
        load=np.add.reduceat(problem.load[order], begins, axis=0),
        graph=Graph(wanted, np.empty((0, 2), dtype=np.int64)),
        locked=np.full(wanted, -1, dtype=np.int64),
        kept=np.zeros((wanted, problem.count)),
    )
    return small, cluster.astype(np.int64)

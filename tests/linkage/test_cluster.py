"""Clusters: what is linked is one, what is different never is, and the order of what does not conflict is no matter."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gcrm.linkage.cluster import Clusters

RECORD = st.integers(0, 12)
LINKS = st.lists(st.tuples(RECORD, RECORD), max_size=30)


def partition(clusters: Clusters) -> set[frozenset[int]]:
    """Clusters of the records 0 to 12, as sets."""
    groups: dict[int, set[int]] = {}
    for record in range(13):
        groups.setdefault(clusters.root(record), set()).add(record)
    return {frozenset(group) for group in groups.values()}


@given(LINKS)
def test_without_differences_they_are_the_connected_components(links):
    clusters = Clusters()
    assert all(clusters.join(a, b) for a, b in links)
    reach = np.eye(13, dtype=int)
    for a, b in links:
        reach[a, b] = reach[b, a] = 1
    for _ in range(4):  # ways of up to 16 links
        reach = (reach @ reach > 0).astype(int)
    assert partition(clusters) == {frozenset(np.flatnonzero(row).tolist()) for row in reach}
    assert all(clusters.root(r) == min(c) for c in partition(clusters) for r in c)
    assert set(clusters.joined.items()) == {(r, min(c)) for c in partition(clusters) for r in c if r != min(c)}


@given(LINKS, st.lists(st.tuples(RECORD, RECORD).filter(lambda t: t[0] != t[1]), max_size=12))
def test_what_is_different_is_never_one(links, different):
    clusters = Clusters(different)
    taken = [clusters.join(a, b) for a, b in links]
    groups = partition(clusters)
    assert not any({a, b} <= group for a, b in different for group in groups)
    for (a, b), was in zip(links, taken, strict=True):
        together = any({a, b} <= group for group in groups)
        assert together or not was
        if not was:  # it would still bring two together that are different
            both = clusters.root(a), clusters.root(b)
            union = {r for r in range(13) if clusters.root(r) in both}
            assert together or any({x, y} <= union for x, y in different)


def test_a_long_chain_is_no_deep_recursion():
    count = 50_000
    clusters = Clusters([(0, count)])
    for i in range(count, 0, -1):
        if not clusters.join(i - 1, i):
            assert i == 1
    assert clusters.root(count) == 1
    assert clusters.root(0) == 0

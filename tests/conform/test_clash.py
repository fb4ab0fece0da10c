"""Each day goes to the first claimant."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gcrm.conform.clash import share


def test_later_claimants_keep_what_is_left() -> None:
    assert share([(10, 20), (0, 15), (5, 40), (12, 18)]) == [[(10, 20)], [(0, 10)], [(20, 40)], []]
    assert share([(10, 20), (0, 30)]) == [[(10, 20)], [(0, 10), (20, 30)]]
    assert share([]) == []


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 9)).map(lambda p: (p[0], p[0] + p[1])), max_size=6))
def test_every_day_has_exactly_its_first_claimant(periods: list[tuple[int, int]]) -> None:
    shares = share(periods)
    for day in range(30):
        holders = [i for i, kept in enumerate(shares) for a, b in kept if a <= day < b]
        assert holders == [i for i, (a, b) in enumerate(periods) if a <= day < b][:1]

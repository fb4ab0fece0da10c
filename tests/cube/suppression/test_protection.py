"""What is withheld in small tables: published examples, and every table that could have been, one by one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gcrm.cube.suppression.draft import Draft
from gcrm.cube.suppression.protection import protect
from gcrm.cube.suppression.witness import Wish, find

if TYPE_CHECKING:
    from gcrm.cube.suppression.system import System


def grid(counts: list[list[int]]) -> tuple[System, np.ndarray]:
    """A table with the totals of its rows and columns, as an attacker sees it; all its counts in one column."""
    inner = np.array(counts, dtype=float)
    full = np.block([[inner, inner.sum(axis=1, keepdims=True)], [inner.sum(axis=0), inner.sum()]])
    draft, cells = Draft(), np.arange(full.size)
    numbers = draft.add(full.ravel(), cells).reshape(full.shape)
    for lines in (numbers, numbers.T):
        owner = np.repeat(np.arange(len(lines)), lines.shape[1] - 1)
        draft.sums(lines[:, -1], lines[:, :-1].ravel(), owner)
    return draft.system(full.size), full.ravel()


def interval(system: System, hidden: list[int], cell: int) -> tuple[float, float]:
    """To what a withheld count can be narrowed, nothing being known of it but that it is not negative."""
    variables = np.flatnonzero(np.isin(system.cell, hidden))
    counts = system.counts[variables]
    gain = (system.cell[variables] == cell).astype(float)
    ends = []
    for sign in (-1, 1):
        wish = Wish(variables, -counts, np.full(len(counts), np.inf), sign * gain, np.zeros(len(counts)))
        found = find(system, wish)
        assert found is not None
        ends.append(float((counts + found) @ gain))
    return ends[0], ends[1]


def test_a_published_pattern_narrows_the_count_as_published() -> None:
    # Investments by activity and region: Fischetti and Salazar-Gonzalez, Mathematical Programming 84 (1999), 283-312.
    system, _ = grid([[20, 50, 10], [8, 19, 22], [17, 32, 12]])
    assert interval(system, [4, 6, 8, 10], 6) == (5, 30)


def test_one_small_count_of_a_line_takes_another_with_it() -> None:
    system, counts = grid([[3, 50, 60]])
    found = protect(system, counts == 3, 10)  # its column has one row: it shows the count again
    hidden = found.hidden.reshape(2, 4)
    assert hidden[0].tolist() == hidden[1].tolist()
    assert hidden[0].sum() == 2
    assert hidden[0][0]


def test_two_small_counts_whose_sum_tells_too_much_take_a_third() -> None:
    # 2 + 3 + 40: if only the small ones were withheld, each would be known to be 1 to 4.
    system, counts = grid([[2, 3, 40, 50], [30, 30, 30, 30]])
    found = protect(system, (counts > 0) & (counts < 10), 10)
    assert found.hidden.reshape(3, 5)[0, :4].sum() >= 3
    withheld = found.hidden[system.cell]
    assert (found.high - found.low)[withheld].min() >= 9


def test_what_was_given_out_before_cannot_be_withheld_and_is_said_to_be_exposed() -> None:
    system, counts = grid([[3, 50], [40, 60]])
    system = replace(system, known=system.counts != 3)
    found = protect(system, counts == 3, 10)
    assert [int(system.cell[v]) for v in found.exposed] == [0]
    assert found.hidden.tolist() == [True] + [False] * 8


def test_nothing_small_withholds_nothing() -> None:
    system, counts = grid([[0, 50], [40, 0]])
    assert not protect(system, (counts > 0) & (counts < 10), 10).hidden.any()


@settings(max_examples=60, deadline=None)
@given(counts=st.lists(st.lists(st.integers(0, 5), min_size=2, max_size=2), min_size=2, max_size=3))
def test_every_table_that_could_have_been_is_enumerated(counts: list[list[int]]) -> None:
    k, most = 3, 9
    system, truth = grid(counts)
    hidden = protect(system, (truth > 0) & (truth < k), k).hidden
    rows, columns = len(counts), len(counts[0])
    places = [r * (columns + 1) + c for r in range(rows) for c in range(columns)]
    options = [np.arange(1, most) if hidden[p] else truth[[p]] for p in places]
    guess = np.stack([axis.ravel() for axis in np.meshgrid(*options)], axis=1).reshape(-1, rows, columns)
    wide = np.concatenate([guess, guess.sum(axis=2, keepdims=True)], axis=2)
    full = np.concatenate([wide, wide.sum(axis=1, keepdims=True)], axis=1).reshape(len(guess), -1)
    alike = full[((full == truth) | (hidden & (full > 0))).all(axis=1)]
    assert (alike.max(axis=0) - alike.min(axis=0) >= k - 1)[hidden].all()
    assert all(t == 0 or t >= k for t in truth[~hidden])

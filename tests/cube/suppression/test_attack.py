"""Random cubes are given out and attacked: no withheld count can be narrowed to an interval shorter than k - 1."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gcrm.cube.suppression.history import History, recall, remember
from gcrm.cube.suppression.knowledge import Knowledge
from gcrm.cube.suppression.protection import protect
from tests.cube.suppression.attacker import Release, attack
from tests.cube.suppression.town import PLACES, Town, calendar, count, later, random_town

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.cube.suppression.attacker import Cell

_K = 10
#: Counts that are given out, in turn.
_GIVEN = (("buyers", "orders"), ("buyers",), ("orders",))


def give_out(
    town: Town, measures: tuple[str, ...], history: History | None = None
) -> tuple[Release, History, dict[str, int]]:
    """Protect a town's tables: what is shown, what has to be kept for the next time, and how much was withheld."""
    tables = [count(town, d, p) for d, p in town.tables]
    periods = calendar(town, [p for _, p in town.tables])
    dimensions = tuple(d for d in PLACES if any(d in t.dimensions for t in tables))
    knowledge = Knowledge(tables, {p: count(town, dimensions, p) for p in periods.chain}, periods)
    knowledge.flow(*(m if m in measures else "" for m in ("buyers", "orders")))
    history = history or History.empty()
    small = recall(knowledge.draft, history, sum(t.rows for t in tables), grows=True)
    primary = np.concatenate([t.counts["buyers"] < _K for t in tables])
    small[: len(primary)] |= primary
    system = knowledge.draft.system(len(small))
    found = protect(system, small, _K)
    assert found.exposed == ()
    assert found.hidden[small].all()
    history = remember(knowledge.draft, system, found, history, len(primary))
    shown: dict[Cell, int | None] = {}
    truth: dict[Cell, int] = {}
    for table, cells in zip(tables, knowledge.cells, strict=True):
        for i in range(table.rows):
            key = (*(table.members[d][i] for d in table.dimensions), table.labels[i])
            for m in measures:
                cell = (m, table.dimensions, table.period, key)
                truth[cell] = int(table.counts[m][i])
                shown[cell] = None if found.hidden[cells[i]] else truth[cell]
    hidden = found.hidden[: len(primary)]
    sizes = {"cells": len(hidden), "small": int(primary.sum()), "withheld": int(hidden.sum())}
    people = np.concatenate([t.counts["buyers"] for t in tables])
    sizes |= {"people": int(people.sum()), "people_withheld": int(people[hidden].sum())}
    return Release(town, shown, truth), history, sizes


def narrowed(releases: list[Release]) -> dict[object, float]:
    """Withheld counts that an attacker narrows to an interval shorter than k - 1."""
    return {c: w for c, w in attack(releases, _K - 1).items() if w < _K - 1 - 1e-6}


def campaign(seeds: Iterable[int]) -> Counter[str]:
    """Give random towns out, every other one twice, attack them, and count what was withheld and what was recovered."""
    loss: Counter[str] = Counter()
    for seed in seeds:
        town = random_town(seed)
        if not town.orders:
            continue
        first, history, sizes = give_out(town, _GIVEN[seed % 3])
        releases = [first]
        loss.update(sizes)
        if seed % 2:
            second, _, more = give_out(later(town, seed), _GIVEN[seed % 3], history)
            releases.append(second)
            loss.update({f"second_{name}": n for name, n in more.items()})
        loss.update(cubes=1, recovered=len(narrowed(releases)))
    return loss


@pytest.mark.soak
def test_no_withheld_count_is_recovered_from_random_cubes(soak: Callable[..., int]) -> None:
    loss = campaign(range(soak(1_020, 24)))  # some towns are empty
    assert loss["recovered"] == 0
    assert loss["cells"] > loss["withheld"] > loss["small"] > 0


def test_the_attacker_recovers_what_only_the_small_cells_withhold() -> None:
    """Without complementary cells the same attacker does find counts: he is no straw man."""
    found = 0
    for seed in range(6):
        town = random_town(seed)
        if town.orders:
            release, _, _ = give_out(town, ("buyers",))
            shown = {cell: n if n >= _K else None for cell, n in release.truth.items()}
            found += len(narrowed([Release(town, shown, release.truth)]))
    assert found > 0


def test_where_no_search_helps_what_hangs_together_is_withheld(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a program for single counts more is withheld, and nothing is recovered."""
    plain = campaign(range(4))
    monkeypatch.setattr("gcrm.cube.suppression.protection._SIZES", ())
    coarse = campaign(range(4))
    assert coarse["recovered"] == plain["recovered"] == 0
    assert coarse["withheld"] > plain["withheld"]


def street(*counts: int) -> Town:
    """A town of zones with so many customers each, given out by zone and as a total."""
    orders = [((None, f"z{z}", "p"), 1_000 * z + i, 0) for z, n in enumerate(counts) for i in range(n)]
    return Town(tuple(orders), ((("zone",), ""), ((), "")), 1)


def test_the_difference_of_two_releases_opens_no_cell() -> None:
    # The first release hides z0 and z1. When z4 comes, it would be the cheapest to hide beside z0: z1 would be shown.
    towns = [street(3, 20, 40, 60), street(3, 20, 40, 60, 12)]
    apart = [give_out(town, ("buyers",))[0] for town in towns]
    assert all(narrowed([release]) == {} for release in apart)
    assert narrowed(apart) != {}
    first, history, _ = give_out(towns[0], ("buyers",))
    second, _, _ = give_out(towns[1], ("buyers",), history)
    assert narrowed([first, second]) == {}


def test_a_third_release_reckons_with_both_before() -> None:
    releases, history = [], None
    for town in (street(3, 20, 40, 60), street(3, 20, 40, 60, 12), street(3, 20, 41, 60, 30, 11)):
        release, history, _ = give_out(town, ("buyers",), history)
        releases.append(release)
    assert narrowed(releases) == {}


def test_counts_that_differ_by_what_is_shown_stay_two() -> None:
    """What is kept holds the true counts, also where one is known to be so much more than another."""
    for seed in (87, 507):
        town = random_town(seed)
        first, history, _ = give_out(town, _GIVEN[seed % 3])
        kept = dict(zip(history.keys.tolist(), history.counts[history.unknowns].tolist(), strict=True))
        names = {"|".join([m, ",".join(d), p, *key]): n for (m, d, p, key), n in first.truth.items() if None not in key}
        both = kept.keys() & names.keys()
        assert len(both) > 10
        assert {k: kept[k] for k in both} == {k: names[k] for k in both}
        second, _, _ = give_out(later(town, seed), _GIVEN[seed % 3], history)
        assert narrowed([first, second]) == {}


def test_giving_out_the_same_again_adds_nothing_to_what_is_kept() -> None:
    for seed in (1, 3, 5):
        town = random_town(seed)
        first, history, _ = give_out(town, ("buyers", "orders"))
        second, again, _ = give_out(town, ("buyers", "orders"), history)
        assert second.shown == first.shown
        sizes = [(len(h.shown_keys), len(h.counts), len(h.fall)) for h in (history, again)]
        assert sizes[0] == sizes[1]

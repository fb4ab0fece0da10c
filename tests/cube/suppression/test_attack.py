"""Random cubes are given out and attacked: no withheld count can be narrowed to an interval shorter than k - 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from gcrm.cube.suppression.knowledge import Knowledge
from gcrm.cube.suppression.protection import protect
from tests.cube.suppression.attacker import attack
from tests.cube.suppression.town import PLACES, calendar, count, random_town

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cube.suppression.attacker import Cell
    from tests.cube.suppression.town import Town

_K = 10
#: Counts that are given out, in turn.
_GIVEN = (("buyers", "orders"), ("buyers",), ("orders",))


def give_out(town: Town, measures: tuple[str, ...]) -> tuple[dict[Cell, int | None], dict[Cell, int], dict[str, int]]:
    """Protect a town's tables: what is shown, the truth, and how much was withheld."""
    tables = [count(town, d, p) for d, p in town.tables]
    periods = calendar(town, [p for _, p in town.tables])
    dimensions = tuple(d for d in PLACES if any(d in t.dimensions for t in tables))
    knowledge = Knowledge(tables, {p: count(town, dimensions, p) for p in periods.chain}, periods)
    knowledge.flow(*(m if m in measures else "" for m in ("buyers", "orders")))
    small = np.concatenate([t.counts["buyers"] < _K for t in tables])
    found = protect(knowledge.draft.system(np.zeros(len(small), dtype=bool)), small, _K)
    assert found.exposed == ()
    assert found.hidden[small].all()
    shown: dict[Cell, int | None] = {}
    truth: dict[Cell, int] = {}
    for table, cells in zip(tables, knowledge.cells, strict=True):
        for i in range(table.rows):
            key = (*(table.members[d][i] for d in table.dimensions), table.labels[i])
            for m in measures:
                cell = (m, table.dimensions, table.period, key)
                truth[cell] = int(table.counts[m][i])
                shown[cell] = None if found.hidden[cells[i]] else truth[cell]
    return shown, truth, {"cells": len(small), "small": int(small.sum()), "withheld": int(found.hidden.sum())}


@pytest.mark.soak
def test_no_withheld_count_is_recovered_from_random_cubes(soak: Callable[..., int], record_property) -> None:
    loss = {"cells": 0, "small": 0, "withheld": 0}
    for seed in range(1_000 if soak(1_000) == 1_000 else 40):
        town = random_town(seed)
        if not town.orders:
            continue
        shown, truth, sizes = give_out(town, _GIVEN[seed % 3])
        widths = attack(town, shown, truth, _K - 1)
        assert {c: w for c, w in widths.items() if w < _K - 1 - 1e-6} == {}, seed
        loss = {name: n + sizes[name] for name, n in loss.items()}
    record_property("loss", loss)
    assert loss["cells"] > loss["withheld"] > loss["small"] > 0


def test_the_attacker_recovers_what_only_the_small_cells_withhold() -> None:
    """Without complementary cells the same attacker does find counts: he is no straw man."""
    found = 0
    for seed in range(10):
        town = random_town(seed)
        if town.orders:
            _, truth, _ = give_out(town, ("buyers",))
            shown = {cell: n if n >= _K else None for cell, n in truth.items()}
            found += sum(w < _K - 1 for w in attack(town, shown, truth, _K - 1).values())
    assert found > 0

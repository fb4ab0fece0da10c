"""Designs of territories: published optima, every plan of a few units, bounds that hold, and rules that cannot."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gcrm.analysis.territory import Keep, Rules, Units, design
from gcrm.analysis.territory.bound import Relaxation
from gcrm.analysis.territory.problem import problem_of
from gcrm.errors import DesignError
from tests.analysis.territory import brute, instance

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

#: Proved by others, and contiguous (Rios-Mercado & Fernandez 2009; Sudoso 2024).
OPTIMA = {
    "2DU60-05-1": 5305.5662,
    "2DU60-05-3": 5507.8799,
    "2DU60-05-4": 5935.6702,
    "2DU60-05-5": 5303.2004,
    "2DU80-05-1": 5825.9176,
}


def grid(width: int, height: int, **amounts: Any) -> Units:
    """Make units on a grid, named by row and column."""
    dot = "." if max(width, height) > 10 else ""
    name = [[f"{r}{dot}{c}" for c in range(width)] for r in range(height)]
    ids = [unit for row in name for unit in row]
    borders = [(row[c], row[c + 1]) for row in name for c in range(width - 1)]
    borders += [(name[r][c], name[r + 1][c]) for r in range(height - 1) for c in range(width)]
    y, x = (v.ravel().astype(float) for v in np.mgrid[0:height, 0:width])
    amounts = amounts or {"customers": np.ones(len(ids))}
    return Units(ids, x, y, {name: np.asarray(v, dtype=float) for name, v in amounts.items()}, borders)


def check(units: Units, rules: Rules, **more: Any) -> Any:
    found = design(units, rules, **more)
    assert brute.faults(units, rules, found.territory) == []
    assert found.cost == pytest.approx(
        brute.cost(units, found) + brute.surcharge(units, rules, found.territory), abs=1e-6
    )
    assert found.bound <= found.cost * (1 + 1e-9)
    return found


@pytest.mark.soak
@pytest.mark.parametrize("name", OPTIMA)
def test_published_optima_are_reached_and_proved(name: str, testdata: Path, soak: Callable[..., int]) -> None:
    if name != "2DU60-05-1" and soak(2) < 2:
        pytest.skip("one of them is enough in `make test`; `make soak` proves all")
    units, rules = instance.read(testdata / "territories" / f"{name}.dat")
    found = check(units, rules, seconds=240)
    assert found.state == "optimal"
    assert found.cost == pytest.approx(OPTIMA[name], abs=1e-3)


def named(draw: st.DrawFn, units: Units, rules: Rules) -> Rules:
    """Draw rules of territories that have a name and a centre."""
    count, pick = rules.count, st.sampled_from(units.ids)
    centres = draw(st.lists(pick, min_size=count, max_size=count, unique=True))
    rules = replace(rules, centres={f"T{i}": u for i, u in enumerate(centres)})
    if draw(st.booleans()):
        rules = replace(rules, locked={draw(pick): "T0"})
    if draw(st.booleans()):
        rules = replace(rules, sizes={"T0": draw(st.sampled_from([0.5, 1.5]))})
    if draw(st.booleans()):
        rules = replace(rules, capacities={"T0": {"customers": draw(st.integers(2, 12))}})
    if draw(st.booleans()):
        owner = {u: f"T{draw(st.integers(0, count - 1))}" for u in units.ids if draw(st.booleans())}
        price, share = draw(st.sampled_from([0.0, 2.5])), draw(st.sampled_from([0.0, 0.6]))
        rules = replace(rules, keep=Keep(owner, "customers", share, price))
    return rules


@st.composite
def small(draw: st.DrawFn) -> tuple[Units, Rules]:
    """Draw a few units and rules."""
    width, height = draw(st.sampled_from([(3, 2), (4, 2), (3, 3), (2, 2), (5, 1)]))
    size = width * height
    amounts = draw(st.lists(st.integers(1, 4), min_size=size, max_size=size))
    units = grid(width, height, customers=amounts, visits=np.ones(size))
    spots = st.lists(st.integers(0, 20), min_size=size, max_size=size)
    units = replace(units, x=np.array(draw(spots), dtype=float), y=np.array(draw(spots), dtype=float))
    units = replace(units, borders=[b for b in units.borders if draw(st.integers(0, 5))])
    count = draw(st.integers(1, min(3, size)))
    rules = Rules(count, {"customers": draw(st.sampled_from([0.2, 0.5, 0.9]))})
    if draw(st.booleans()):
        rules = replace(rules, bands=rules.bands | {"visits": 0.6})
    pick = st.sampled_from(units.ids)
    if draw(st.booleans()):
        rules = named(draw, units, rules)
    if draw(st.booleans()):
        rules = replace(rules, weights={"customers": draw(st.sampled_from([0.0, 3.0, 30.0]))})
    if draw(st.booleans()):
        rules = replace(rules, apart=[(draw(pick), draw(pick))])
    if draw(st.booleans()):
        rules = replace(rules, bridges=[(draw(pick), draw(pick))])
    if units.borders and draw(st.booleans()):
        rules = replace(rules, barriers=[draw(st.sampled_from(list(units.borders)))])
    return units, rules


@settings(max_examples=25, deadline=None)
@given(small())
def test_small_plans_are_the_cheapest_there_are(case: tuple[Units, Rules]) -> None:
    units, rules = case
    known = brute.cheapest(units, rules)
    try:
        found = check(units, rules, seconds=60)
    except DesignError:
        assert known == float("inf")
    else:
        assert found.state == "optimal"
        assert found.cost == pytest.approx(known, rel=1e-6, abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(small(), st.integers(0, 5))
def test_no_bound_is_higher_than_what_the_cheapest_plan_costs(case: tuple[Units, Rules], seed: int) -> None:
    units, rules = case
    known = brute.cheapest(units, rules)
    if known == float("inf") or rules.centres:  # the relaxation is of free centres
        return
    relaxation = Relaxation(problem_of(units, replace(rules, apart=())))
    relaxation.prices = np.random.default_rng(seed).uniform(0, 30, len(units.ids))
    for _ in range(3):
        for _ in range(20):
            relaxation.turn()
        assert relaxation.prove().value <= known + 1e-6


def test_where_nobody_owns_anything_every_share_of_it_stays() -> None:
    rules = Rules(2, {"customers": 0.2}, centres={"T0": "00", "T1": "01"}, keep=Keep({}, "customers", 0.6))
    assert check(grid(2, 2), rules).state == "optimal"


def test_units_that_stay_together_and_apart() -> None:
    units = grid(6, 4)
    rules = Rules(4, {"customers": 0.2}, together=[["00", "01", "02", "03"]], apart=[("35", "34")])
    check(units, rules)


def test_many_units_come_with_a_bound() -> None:
    units = grid(14, 14, customers=np.random.default_rng(1).uniform(0.5, 1.5, 196), visits=np.ones(196))
    rules = Rules(5, {"customers": 0.05, "visits": 0.05})
    told = []
    found = check(units, rules, seconds=20, gap=0.06, on_progress=lambda p: told.append(p) or True)
    assert found.gap <= 0.06
    assert found.state == "bounded"
    assert [p.bound for p in told] == sorted(p.bound for p in told)
    assert [p.cost for p in told] == sorted((p.cost for p in told), reverse=True)


def test_whoever_stops_has_the_best_plan_so_far() -> None:
    units = grid(20, 20)
    found = check(units, Rules(8, {"customers": 0.1}), seconds=60, on_progress=lambda _: False)
    assert len(found.history) == 1


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "too many": ({"count": 9}, "9 territories cannot be made of 4 units"),
    "none": ({"bands": {}}, "Name at least one activity"),
    "unknown activity": ({"bands": {"custmers": 0.1}}, "Did you mean 'customers'"),
    "zero": ({"bands": {"none": 0.1}}, "zero everywhere"),
    "negative": ({"bands": {"debts": 0.1}}, "of unit '01' is negative or unknown"),
    "heavy": ({"bands": {"sales": 0.1}}, "unit '11' has 1.70 times the 'sales' of an average territory"),
    "half of the centres": ({"centres": {"A": "00"}}, "Name all or none"),
    "one centre twice": ({"centres": {"A": "00", "B": "00"}}, "centre in one unit"),
    "locked to nobody": ({"locked": {"00": "A"}}, "which has no centre"),
    "locked elsewhere": ({"centres": {"A": "00", "B": "01"}, "locked": {"00": "B"}}, "to another territory"),
    "unknown unit": ({"apart": [("00", "99")]}, "no unit '99'"),
    "together and apart": ({"together": [["00", "01"]], "apart": [("00", "01")]}, "both together and apart"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_is_told_before_anything_is_solved(case: str) -> None:
    changed, words = WRONG[case]
    units = grid(2, 2, customers=np.ones(4), none=np.zeros(4), debts=[1, -1, 1, 1], sales=[1, 1, 1, 17.0])
    with pytest.raises(DesignError, match=words):
        design(units, replace(Rules(2, {"customers": 0.1}), **changed))


def test_an_island_and_rules_that_clash_are_told() -> None:
    units = grid(3, 2)
    lonely = replace(units, borders=[b for b in units.borders if "02" not in b])
    with pytest.raises(DesignError, match="unit '02' lies in a piece of 1 units that borders on no other"):
        design(lonely, Rules(2, {"customers": 0.2}))
    with pytest.raises(DesignError, match="proved that the rules contradict each other"):
        design(grid(5, 1, customers=[1, 2, 1, 1, 1]), Rules(3, {"customers": 0.01}))
    narrow = Rules(2, {"customers": 0.1}, centres={"A": "00", "B": "01"}, locked={"04": "A", "02": "B", "03": "A"})
    with pytest.raises(DesignError, match=r"proved.* Without any one of these there is a plan: the locks\.$"):
        design(grid(5, 1, customers=[2, 1, 1, 1, 1]), replace(narrow, bands={"customers": 0.5}))
    with pytest.raises(DesignError, match=r"the band of 'customers' \(1\.0%\)\.$"):
        design(grid(5, 1, customers=[1, 2, 1, 1, 1]), Rules(3, {"customers": 0.01}))
    with pytest.raises(DesignError, match="'00' is there 2 times"):
        design(replace(units, ids=["00", *units.ids[:-1]]), Rules(2, {"customers": 0.2}))

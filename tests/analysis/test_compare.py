"""Two layouts side by side, and why units move: on a row of units whose figures are counted by hand."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.analysis.territory.compare import compare, summary
from gcrm.analysis.territory.merge import Clash, merge
from gcrm.analysis.territory.reasons import reasons
from gcrm.analysis.territory.rules import Units

#: Six units in a row, a kilometre apart: a-b-c-d-e-f.
IDS = list("abcdef")
ROW = Units(
    IDS,
    np.arange(6) * 1000.0,
    np.zeros(6),
    {"customers": np.array([10.0, 20, 30, 20, 10, 30]), "revenue": np.array([1.0, 1, 1, 1, 1, np.nan])},
    list(pairwise(IDS)),
)
BEFORE = {"a": "West", "b": "West", "c": "East", "d": "East", "e": "East", "f": "East"}
AFTER = BEFORE | {"c": "West"}


def test_a_layout_is_described():
    found = summary(ROW, BEFORE)
    west, east = found.territories["West"], found.territories["East"]
    assert (west.units, west.amounts["customers"], west.centre, west.pieces) == (2, 30, "b", 1)
    assert west.travel == pytest.approx(1000 * 10 / 30)
    assert (east.units, east.amounts, east.centre) == (4, {"customers": 90, "revenue": 3}, "d")
    assert east.travel == pytest.approx((30 * 1000 + 10 * 1000 + 30 * 2000) / 90)
    assert found.travel == pytest.approx((30 * west.travel + 90 * east.travel) / 120)
    assert found.imbalance["customers"] == found.widest["customers"] == pytest.approx(0.5)
    assert (found.cut, found.nobodys) == (1, 0)
    apart = summary(ROW, BEFORE | {"f": "West", "a": None})
    assert (apart.territories["West"].pieces, apart.cut, apart.nobodys) == (2, 3, 1)


def test_two_layouts_are_compared():
    found = compare(ROW, BEFORE, AFTER)
    assert found.moved == ("c",)
    assert found.amounts == {"customers": 30, "revenue": 1}
    assert found.shares == {"customers": pytest.approx(0.25), "revenue": pytest.approx(0.2)}
    assert found.after.imbalance["customers"] == pytest.approx(0)
    assert compare(ROW, AFTER, AFTER).moved == ()


def test_what_is_not_known_is_left_out_and_counted():
    found = compare(ROW, BEFORE, AFTER)
    assert found.unknown == {"customers": 0, "revenue": 1}
    assert found.before.widest["revenue"] == pytest.approx(0.2)  # 2 and 3 around 2.5
    nothing = {"customers": ROW.activities["customers"], "visits": np.full(6, np.nan)}
    none = compare(replace(ROW, activities=nothing), BEFORE, AFTER)
    assert none.unknown["visits"] == 6
    assert np.isnan([none.amounts["visits"], none.shares["visits"], none.before.widest["visits"]]).all()
    assert none.before.widest["customers"] == found.before.widest["customers"]
    east = replace(ROW, activities={"visits": np.array([1.0, 2, np.nan, np.nan, np.nan, np.nan])})
    part = summary(east, BEFORE)
    assert (part.territories["West"].amounts["visits"], part.widest["visits"]) == (3, 0)  # one alone is the average
    assert np.isnan(part.territories["East"].amounts["visits"])


def test_a_reason_says_what_a_move_does():
    compared = compare(ROW, BEFORE, AFTER)
    (found,) = reasons(ROW, BEFORE, AFTER, compared, {"c": 0.92})
    assert (found.unit, found.was, found.now) == ("c", "East", "West")
    assert found.evens["customers"] == pytest.approx(0.5)
    assert (found.nearer, found.borders, found.alone, found.keeps) == (0, 0, False, 0.92)
    assert found.sentence == "moved from East to West: evens customers by 50 %, keeps 92 % of accounts"


def test_a_reason_tells_distance_borders_and_isolation():
    travel = np.abs(np.subtract.outer(np.arange(6), np.arange(6))) * 6.0
    minutes = Units(ROW.ids, ROW.x, ROW.y, {"customers": ROW.activities["customers"]}, ROW.borders, travel)
    before = BEFORE | {"f": "West"}
    back = {r.unit: r for r in reasons(minutes, before, BEFORE, compare(minutes, before, BEFORE))}["f"]
    # The centre of West (a, b, f) was b, four steps from f; that of East (c to f) is d, two steps away.
    assert (back.nearer, back.borders, back.alone) == (12, 1, True)
    assert "12 minutes nearer, no longer borders on West, 1 fewer border between territories" in back.sentence
    worse = {r.unit: r for r in reasons(ROW, BEFORE, before, compare(ROW, BEFORE, before))}["f"]
    assert (worse.borders, worse.nearer) == (-1, 2000 - 4000)
    assert "2.0 km farther, 1 more border between territories" in worse.sentence


def test_units_of_nobody_have_reasons_too():
    old = BEFORE | {"a": None}
    (given_,) = reasons(ROW, old, BEFORE, compare(ROW, old, BEFORE))
    assert given_.sentence.startswith("moved to West: ")
    assert np.isnan(given_.nearer)
    (left,) = reasons(ROW, BEFORE, old, compare(ROW, BEFORE, old))
    assert left.sentence.startswith("moved from West to nobody: ")


PLANS = st.fixed_dictionaries({u: st.sampled_from(["N", "S", "E", None]) for u in IDS})


@given(PLANS, PLANS)
def test_effects_of_a_move_are_those_of_taking_it_back(before, after):
    """Each part of a reason is the difference between the whole plan and the plan with this one unit put back."""
    compared = compare(ROW, before, after)
    for found in reasons(ROW, before, after, compared):
        back = summary(ROW, after | {found.unit: found.was})
        now = compared.after
        if set(back.territories) == set(now.territories) and None not in (found.was, found.now):
            gain = back.imbalance["customers"] - now.imbalance["customers"]
            assert found.evens["customers"] == pytest.approx(gain, abs=1e-12)
            assert found.borders == back.cut - now.cut
    assert compared.amounts["customers"] == sum(
        n for u, n in zip(IDS, ROW.activities["customers"], strict=True) if before[u] != after[u]
    )


def test_a_merge_takes_what_one_side_changed_and_lists_what_both_did():
    base = {"a": "N", "b": "N", "c": "N", "d": "N", "e": "N"}
    found = merge(base, base | {"b": "S", "c": "S", "d": "S"}, {"a": "S", "b": "N", "c": "S", "d": None})
    assert found.taken == {"a": "S"}
    assert found.ours == ("b",)
    assert found.same == ("c",)
    assert found.clashes == (Clash("d", "N", "S", None),)
    assert found.missing == ("e",)


@given(PLANS, PLANS, PLANS)
def test_a_merge_loses_nothing(base, ours, theirs):
    found = merge(base, ours, theirs)
    clashing = {c.name for c in found.clashes}
    merged = ours | found.taken
    for u in IDS:
        changed = [side[u] for side in (ours, theirs) if side[u] != base[u]]
        if u in clashing:
            assert len(set(changed)) == 2
            assert merged[u] == ours[u]
        else:
            assert merged[u] == (changed[0] if changed else base[u])
    assert merge(base, theirs, ours).clashes == tuple(Clash(c.name, c.base, c.theirs, c.ours) for c in found.clashes)

"""Territories with few borders between them: published optima of counties, and every plan of a few units."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gcrm.analysis.territory import Keep, Rules, Units, compact
from gcrm.errors import DesignError
from tests.analysis.territory import brute
from tests.analysis.territory.test_design import grid

#: Contiguous, people within half a percent; printed by Validi & Buchanan. Territories, and borders cut.
COUNTIES = {"ID": (2, 10), "NM": (3, 17), "NE": (3, 19), "OK": (5, 40)}


def counties(testdata, state):
    """Read counties: people and borders."""
    read = json.loads((testdata / "territories" / f"us_counties_{state}.json").read_text())
    rows = read["units"]
    lon, lat = (np.array([row[name] for row in rows]) for name in ("lon", "lat"))
    people = {"people": np.array([row["population"] for row in rows], dtype=float)}
    x = lon * 111e3 * np.cos(np.radians(lat.mean()))
    return Units([str(row["id"]) for row in rows], x, lat * 111e3, people, [(str(a), str(b)) for a, b in read["edges"]])


def cut(units, territory):
    return sum(territory[a] != territory[b] for a, b in units.borders)


@pytest.mark.soak
@pytest.mark.parametrize("state", COUNTIES)
def test_counties_reach_the_published_optima(state, testdata, soak):
    if state != "ID" and soak(2) < 2:
        pytest.skip("one of them is enough in `make test`; `make soak` reaches all")
    count, known = COUNTIES[state]
    units, rules = counties(testdata, state), Rules(count, {"people": 0.005})
    found = compact(units, rules, seconds=240, on_progress=lambda p: p.cost > known)
    assert brute.faults(units, rules, found.territory) == []
    assert found.cost == cut(units, found.territory) == known
    assert found.bound <= known


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(1, 4), min_size=8, max_size=8), st.integers(1, 3), st.sampled_from([0.2, 0.5]))
def test_no_plan_cuts_fewer_borders(amounts, count, band):
    units, rules = grid(4, 2, customers=amounts), Rules(count, {"customers": band})
    plans = [dict(zip(units.ids, map(str, row), strict=True)) for row in brute.balanced(units, rules).tolist()]
    known = min((cut(units, p) for p in plans if not brute.faults(units, rules, p)), default=None)
    try:
        found = compact(units, rules, seconds=20)
    except DesignError:
        assert known is None
    else:
        assert brute.faults(units, rules, found.territory) == []
        assert (found.cost, found.state) == (known, "optimal")


def test_rules_hold_for_compact_territories_too():
    units = grid(5, 4)
    rules = Rules(2, {"customers": 0.1}, centres={"A": "00", "B": "01"}, locked={"34": "A"}, apart=[("04", "00")])
    found = compact(units, rules, seconds=20)
    assert brute.faults(units, rules, found.territory) == []
    assert found.state == "optimal"
    kept = replace(rules, keep=Keep(dict.fromkeys(units.ids[:10], "B"), "customers", 0.8))
    again = compact(units, kept, seconds=20)
    assert brute.faults(units, kept, again.territory) == []
    with pytest.raises(DesignError, match="weights and prices"):
        compact(units, replace(rules, weights={"customers": 1.0}))


def test_no_territory_is_empty_where_the_band_would_allow_it():
    found = compact(grid(2, 2), Rules(2, {"customers": 2.0}), seconds=20)
    assert (found.cost, found.state, set(found.territory.values())) == (2, "optimal", set(found.centre))
    assert len(found.centre) == 2

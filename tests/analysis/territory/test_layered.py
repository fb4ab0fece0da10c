"""Territories of several products together, against every plan of a few units."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from gcrm.analysis.territory import Rules
from gcrm.analysis.territory.layered import design_layers
from gcrm.errors import DesignError
from tests.analysis.territory import brute
from tests.analysis.territory.test_design import grid


def cheapest(layers, rules, sells):
    """Try every pair of plans; return what the cheapest costs, infinite where none is right."""
    plans = {}
    for layer, units in layers.items():
        own = [name for name in rules.centres if layer in sells.get(name, layers)]
        free = Rules(len(own), {}, centres={name: rules.centres[name] for name in own})
        plans[layer] = [
            dict(zip(units.ids, names, strict=True))
            for names in product(own, repeat=len(units.ids))
            if not brute.faults(units, free, dict(zip(units.ids, names, strict=True)))
        ]
    whole = sum(float(units.activities["customers"].sum()) for units in layers.values())
    best = np.inf
    for chosen in product(*plans.values()):
        held, cost = dict.fromkeys(rules.centres, 0.0), 0.0
        for units, plan in zip(layers.values(), chosen, strict=True):
            for i, unit in enumerate(units.ids):
                held[plan[unit]] += units.activities["customers"][i]
                centre = units.ids.index(rules.centres[plan[unit]])
                cost += float(np.hypot(units.x[i] - units.x[centre], units.y[i] - units.y[centre]))
        share = np.array(list(held.values())) / (whole / rules.count)
        if (np.abs(share - 1) <= rules.bands["customers"] + 1e-9).all():
            best = min(best, cost)
    return best


@pytest.mark.parametrize("sells", [{}, {"B": ["tea"]}])
@pytest.mark.parametrize("seed", range(4))
def test_bands_hold_for_the_sums_of_all_layers(seed, sells):
    chance = np.random.default_rng(seed)
    layers = {name: grid(3, 2, customers=chance.integers(1, 5, 6)) for name in ("tea", "coffee")}
    rules = Rules(2, {"customers": 0.4}, centres={"A": "00", "B": "12"})
    known = cheapest(layers, rules, sells)
    try:
        found = design_layers(layers, rules, sells=sells)
    except DesignError:
        assert known == np.inf
    else:
        assert found["tea"].state == "optimal"
        assert found["tea"].cost == found["coffee"].cost == pytest.approx(known)
        held = sum(found[layer].loads["A"]["customers"] for layer in layers)
        whole = sum(units.activities["customers"].sum() for units in layers.values())
        assert abs(held / (whole / 2) - 1) <= 0.4 + 1e-9


def test_layers_need_centres():
    with pytest.raises(DesignError, match="Name a centre for every territory"):
        design_layers({"tea": grid(3, 2)}, Rules(2, {"customers": 0.4}))

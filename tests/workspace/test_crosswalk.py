"""Crosswalks of a project: between its levels, across a change of borders, and how wrong they are."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

import gcrm
from gcrm.access.scope import Scope
from gcrm.errors import AccessError, QueryError


def moved(walk, figures):
    given = np.array([figures[i] for i in walk.sources], float)
    return dict(zip(walk.targets, walk.extensive(given).figures, strict=True))


def test_zones_become_districts_and_plots_of_a_day(town_ws):
    people = {"a": 90, "b": 10, "c": 50, "d": 50}
    assert moved(town_ws.crosswalk("zone", "district"), people) == pytest.approx({"west": 100, "east": 100})
    old = town_ws.crosswalk("zone", "plot", target_day=date(2015, 1, 1))
    assert moved(old, people) == pytest.approx({"P": 100, "Q": 100})
    assert moved(town_ws.crosswalk("zone", "plot"), people) == pytest.approx({"P": 90, "R": 60, "S": 50})


def test_addresses_know_better_than_the_ground_where_people_live(town_ws):
    walk = town_ws.crosswalk("district", "zone", "addresses")
    assert moved(walk, {"west": 100, "east": 100}) == pytest.approx({"a": 90, "b": 10, "c": 50, "d": 50}, rel=1e-4)
    assert dict(zip(walk.sources, walk.by_area.tolist(), strict=True)) == {"west": False, "east": True}
    error = town_ws.crosswalk.error("people", "zone", "district").set_index("weight")
    assert list(error.index) == ["addresses", "area"]
    assert error.loc["addresses", "mean_absolute_error"] == pytest.approx(0, abs=0.01)
    assert error.loc["area", "mean_absolute_error"] == pytest.approx(20, rel=1e-3)
    assert error.loc["area", "share_misplaced"] == pytest.approx(0.2, rel=1e-3)


def test_a_trend_crosses_a_change_of_borders(town_ws):
    trend = town_ws.crosswalk.trend("residents", "plot").set_index(["region_id", "as_of"])["value"]
    then, now = date(2010, 4, 1), date(2020, 4, 1)
    assert trend.xs(then, level="as_of").to_dict() == pytest.approx({"P": 50, "R": 150, "S": 100}, rel=1e-3)
    assert trend.xs(now, level="as_of").to_dict() == {"P": 60, "R": 140, "S": 110}
    assert trend.xs(then, level="as_of").sum() == pytest.approx(300, rel=1e-12)


def test_what_cannot_be_moved_is_refused(town_ws):
    with pytest.raises(QueryError, match="weight by area"):
        town_ws.crosswalk("zone", "district", "dwellings")
    with pytest.raises(QueryError, match="zone"):
        town_ws.crosswalk("zon", "district")
    with pytest.raises(QueryError, match="dwellings"):
        town_ws.crosswalk("zone", "district", "dwelings")
    with pytest.raises(QueryError, match="reference days"):
        town_ws.crosswalk.trend("people", "zone")
    east = gcrm.open(town_ws.folder, scope=Scope("east", {"district": ("east",)}, record_rights=True))
    with pytest.raises(AccessError, match="does not see every region"):
        east.crosswalk("zone", "district")
    east.close()
    guest = gcrm.open(town_ws.folder, scope=Scope("guest"))
    with pytest.raises(AccessError, match="no right to single records"):
        guest.crosswalk("zone", "district")
    guest.close()

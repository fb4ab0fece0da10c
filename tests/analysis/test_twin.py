"""Twins of buildings, held against a plain search; penetration and leads against the formula by hand."""

from __future__ import annotations

import math
import random

import pyarrow as pa
import pytest

from gcrm.analysis.interval import wilson
from gcrm.analysis.twin import LEAST, Likeness, with_twins
from gcrm.conform.region import degrees

CRS = "EPSG:32610"


def town(size: int, seed: int) -> tuple[list[dict[str, object]], pa.Table]:
    import shapely  # noqa: PLC0415

    chance = random.Random(seed)  # noqa: S311
    rows = []
    for key in range(size):
        x, y = 551_000 + chance.uniform(0, 1500), 4_180_000 + chance.uniform(0, 1500)
        lon, lat = degrees(shapely.Point(x, y), CRS)
        units = chance.choice([None, 0, 2, 3, 4, 6, 8])
        rows.append(
            {
                "building_key": key,
                "residence_type": chance.choice(["small_multi", "large_multi", None]),
                "units": units,
                "built_year": chance.choice([None, 1900, 1910, 1950]),
                "lon": lon,
                "lat": lat,
                "customers": chance.randint(0, units or 0),
                "customers_before": 0,
                "xy": (x, y),
            }
        )
    table = pa.Table.from_pylist([{k: v for k, v in r.items() if k != "xy"} for r in rows])
    return rows, table


def alike(one: dict, other: dict, likeness: Likeness) -> bool:
    if one is other or one["residence_type"] is None or one["residence_type"] != other["residence_type"]:
        return False
    if not one["units"] or not other["units"] or not 2 / 3 <= other["units"] / one["units"] <= 1.5:
        return False
    if one["built_year"] and other["built_year"] and abs(one["built_year"] - other["built_year"]) > likeness.years:
        return False
    return math.dist(one["xy"], other["xy"]) <= likeness.radius_m


@pytest.mark.parametrize("likeness", [Likeness(), Likeness(300, 8, 60)])
def test_twins_and_leads_are_those_of_a_plain_search(likeness):
    rows, table = town(250, 7)
    found = with_twins(table, CRS, likeness).to_pylist()
    leads = 0
    for one, got in zip(rows, found, strict=True):
        twins = sorted((r for r in rows if alike(one, r, likeness)), key=lambda r: math.dist(one["xy"], r["xy"]))
        twins = twins[: likeness.most]
        assert got["twins"] == len(twins)
        assert got["penetration"] == (one["customers"] / one["units"] if one["units"] else None)
        if len(twins) < LEAST:
            assert got["lead"] is None
            continue
        held, room = sum(r["customers"] for r in twins), sum(r["units"] for r in twins)
        assert got["expected"] == pytest.approx(one["units"] * held / room)
        assert got["lead"] == pytest.approx(max(0, one["units"] * float(wilson(held, room)[0]) - one["customers"]))
        leads += got["lead"] > 0
    assert leads >= 3  # of 8 twins at most, few are sure enough


def test_the_interval_is_that_of_scipy():
    from scipy.stats import binomtest  # noqa: PLC0415

    for hits, tries in [(0, 10), (3, 10), (10, 10), (217, 2000)]:
        low, high = wilson(hits, tries)
        known = binomtest(hits, tries).proportion_ci(method="wilson")
        assert (float(low), float(high)) == pytest.approx((known.low, known.high))

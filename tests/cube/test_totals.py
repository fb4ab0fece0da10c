"""Totals against results that others published or computed: Gray's SALES cube, and pandas on random companies."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gcrm.access.scope import LOCAL
from gcrm.settings import Settings
from tests import star
from tests.star import ask

# Gray et al., "Data Cube" (1997), figure 3: model x year x colour.
_SALES = [5, 87, 62, 54, 95, 49, 31, 54, 71, 64, 62, 63, 52, 9, 55, 27, 62, 39]


def gray_rows() -> dict[str, list[dict[str, Any]]]:
    """Gray's sales as orders: the model is the customer's segment, the colour the department of the only line."""
    facts = [
        (model, year, colour)
        for model in ("Chevy", "Ford")
        for year in (1990, 1991, 1992)
        for colour in ("red", "white", "blue")
    ]
    return {
        "ingest.customer": [
            {"customer_id": m, "segment": m, "source": "s", "row_no": i} for i, m in enumerate(("Chevy", "Ford"))
        ],
        'ingest."order"': [
            {"order_id": str(i), "customer_id": m, "ordered_on": date(y, 6, 1), "source": "s"}
            for i, (m, y, _) in enumerate(facts)
        ],
        "ingest.order_line": [
            {"order_id": str(i), "line_no": 1, "product_id": c, "amount": _SALES[i], "source": "s"}
            for i, (_, _, c) in enumerate(facts)
        ],
        "ingest.product": [{"product_id": c, "department": c, "source": "s"} for c in ("red", "white", "blue")],
    }


@pytest.mark.parametrize(("totals", "count"), [("cube", 48), ("rollup", 27)])
def test_grays_sales_cube(totals, count):
    con = star.build(gray_rows())
    table = ask(
        con,
        settings=star.SETTINGS,
        scope=LOCAL,
        measures=["revenue"],
        by=["segment", "year", "department"],
        totals=totals,
    ).table
    assert table.num_rows == count
    cells = {(r["segment"], r["year"], r["department"], r["grouping"]): float(r["revenue"]) for r in table.to_pylist()}
    assert cells[None, None, None, 7] == 941
    assert cells["Chevy", None, None, 3] == 508
    if totals == "cube":
        assert [cells[None, y, None, 5] for y in ("1990", "1991", "1992")] == [343, 314, 284]
        assert [cells[None, None, c, 6] for c in ("red", "white", "blue")] == [233, 369, 339]


_ZONES = ("A", "B", "C")
_DAY = date(2020, 1, 1)
_people = st.lists(
    st.tuples(st.sampled_from([*range(4), None]), st.sampled_from(["x", "y", None])), min_size=1, max_size=8
)
_buys = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 200), st.integers(-500, 5000)), min_size=1, max_size=20)


def random_rows(people: list[tuple[int | None, str | None]], buys: list[tuple[int, int, int]]) -> dict[str, Any]:
    """Customers at places 0-2 (each in its zone), 3 (outside) or nowhere, and their orders in cents."""
    return {
        "conform.layer": [{"layer_id": 0, "hierarchy": "city", "level": "zone", "depth": 2, "overlapping": False}],
        "conform.region": [
            {"region_key": i, "layer_id": 0, "hierarchy": "city", "level": "zone", "region_id": z, "name": z}
            for i, z in enumerate(_ZONES)
        ],
        "conform.location_region": [{"location_id": i, "layer_id": 0, "region_key": i} for i in range(3)],
        "geocode.location": [{"location_id": i} for i in range(4)],
        "geocode.record_location": [
            {"kind": "customer", "source": "s", "row_no": n, "location_id": p}
            for n, (p, _) in enumerate(people)
            if p is not None
        ],
        "ingest.customer": [
            {"customer_id": f"c{n}", "segment": s, "source": "s", "row_no": n} for n, (_, s) in enumerate(people)
        ],
        'ingest."order"': [
            {
                "order_id": f"o{n}",
                "customer_id": f"c{c}",
                "ordered_on": _DAY + timedelta(d),
                "amount": cents / 100,
                "source": "s",
            }
            for n, (c, d, cents) in enumerate(buys)
        ],
    }


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(people=_people, buys=_buys)
def test_totals_equal_pandas(people, buys):
    con = star.build(
        random_rows(people, buys), Settings.model_validate({**star.SETTINGS.model_dump(), "cell_resolutions": [8]})
    )
    table = ask(
        con,
        settings=star.SETTINGS,
        scope=LOCAL,
        measures=["revenue", "orders", "buyers"],
        by=["zone", "segment"],
        totals="cube",
    ).table
    found = {
        (r["zone"], r["segment"], r["grouping"]): (float(r["revenue"]), r["orders"], r["buyers"])
        for r in table.to_pylist()
    }
    known = [(f"c{n}", _ZONES[p] if p in {0, 1, 2} else None, s) for n, (p, s) in enumerate(people)]
    customers = pd.DataFrame(known, columns=["customer", "zone", "segment"]).astype(object)
    orders = pd.DataFrame([(f"c{c}", cents) for c, _, cents in buys], columns=["customer", "cents"])
    merged = orders.merge(customers, how="left", on="customer", indicator=True).astype(object)
    merged[["zone", "segment"]] = (
        merged[["zone", "segment"]].astype(object).where(merged[["zone", "segment"]].notna(), "none")
    )
    merged["buyer"] = merged["customer"].where(merged["_merge"] == "both")
    expected: dict[Any, Any] = {(z, None, 1): (0, 0, 0) for z in _ZONES}  # the total of a region always shows
    for grouping, keys in ((0, ["zone", "segment"]), (1, ["zone"]), (2, ["segment"])):
        for key, group in merged.groupby(keys):
            members = dict(zip(keys, key, strict=True))
            zone, segment = (None if members.get(n, "none") == "none" else members[n] for n in ("zone", "segment"))
            expected[zone, segment, grouping] = (group.cents.sum() / 100, len(group), group.buyer.nunique())
    expected[None, None, 3] = (merged.cents.sum() / 100, len(merged), merged.buyer.nunique())
    assert found == expected


def test_nothing_is_known_of_what_a_company_has_no_record_of():
    con = star.build(random_rows([(0, "x"), (None, None)], []), star.SETTINGS)
    words = {"settings": star.SETTINGS, "scope": LOCAL, "measures": ["customers", "revenue", "buyers", "prospects"]}
    for row in ask(con, by=["zone"], totals="rollup", **words).table.to_pylist():
        assert row["customers_state"] == "known"
        for measure in ("revenue", "buyers", "prospects"):
            assert (row[measure], row[f"{measure}_state"]) == (None, "unknown")


def test_sales_without_lines_are_known_but_not_by_product():
    con = star.build(random_rows([(0, "x")], [(0, 1, 700)]), star.SETTINGS)
    words = {"settings": star.SETTINGS, "scope": LOCAL, "measures": ["revenue"]}
    assert ask(con, **words).table.column("revenue").to_pylist() == [7]
    for row in ask(con, by=["department"], **words).table.to_pylist():
        assert row["revenue_state"] == "unknown"

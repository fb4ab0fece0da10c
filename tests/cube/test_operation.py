"""Moves between questions, pivot tables, and the records behind a row: each figure is made up of its records."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from gcrm.access.scope import LOCAL, Scope
from gcrm.cube.ground import whole_range
from gcrm.cube.model import PERIODS, model_of
from gcrm.cube.operation import behind, drill_down, drill_up, regrouped
from gcrm.cube.pivot import ABSENT, Mark, pivot
from gcrm.cube.query import Period
from gcrm.cube.question import Question, Top
from gcrm.cube.span import days_of
from gcrm.cube.through import through
from gcrm.errors import AccessError, QueryError
from tests import star
from tests.cube import company

MODEL = model_of(star.SETTINGS)


@pytest.fixture(scope="module")
def con():
    rows = company.rows()
    rows["ingest.prospect"] = [{"prospect_id": "q", "name": "Q", "source": "s", "row_no": 1}]
    rows["ingest.interaction"] = [
        {"interaction_id": "i", "customer_id": "c1", "occurred_at": "2017-01-15 09:00:00", "channel": "phone"}
    ]
    return star.build(rows)


def answer(con, question):
    return star.ask(con, **vars(question)).table


def test_down_into_a_region_and_up_again(con):
    asked = Question(("customers",), ("district",))
    below = drill_down(asked, "district", "D1", MODEL, whole_range(con))
    assert (below.by, below.where) == (("zone",), {"district": ["D1"]})
    assert answer(con, below)["zone"].to_pylist() == ["A", "B"]
    assert drill_up(below, "zone", MODEL) == asked
    assert drill_up(asked, "district", MODEL).by == ()
    unknown = drill_down(asked, "district", None, MODEL, whole_range(con))
    assert sum(answer(con, unknown)["customers"].to_pylist()) == 2


def test_down_through_the_calendar_keeps_to_the_days_that_were_asked_for(con):
    asked = Question(("orders",), ("segment", "year"), period=("2017-01-15", "2017-12-31"), totals="rollup")
    quarters = drill_down(asked, "year", "2017", MODEL, whole_range(con))
    assert (quarters.by, quarters.period) == (("segment", "quarter"), ("2017-01-15", "2017-12-31"))
    months = drill_down(quarters, "quarter", "2017-Q1", MODEL, whole_range(con))
    assert (months.by, months.period) == (("segment", "month"), ("2017-01-15", "2017-03-31"))
    days = drill_down(months, "month", "2017-02", MODEL, whole_range(con))
    assert (days.by, days.period) == (("segment", "day"), ("2017-02-01", "2017-02-28"))
    with pytest.raises(QueryError, match="Nothing lies below 'day'"):
        drill_down(days, "day", "2017-02-01", MODEL, whole_range(con))
    with pytest.raises(QueryError, match="lies outside of the days"):
        drill_down(replace(days, by=("month",)), "month", "2017-03", MODEL, whole_range(con))


@pytest.mark.parametrize("starts", [1, 4, 11])
def test_a_label_stands_for_the_days_that_carry_it(con, starts):
    first, days = date(2015, 12, 20), 800
    moved = (13 - starts) % 12
    con.execute(
        "CREATE OR REPLACE TEMP TABLE spans AS SELECT day, (day + $months * INTERVAL 1 MONTH)::DATE AS fiscal"
        " FROM (SELECT ($first::DATE + i::INTEGER) AS day FROM range($days) AS t(i))",
        {"months": moved, "first": first, "days": days},
    )
    for name, (label, _) in PERIODS.items():
        found = con.execute(f"SELECT {label} AS label, min(day), max(day) FROM spans GROUP BY ALL").fetchall()
        edges = {first, first + timedelta(days=days - 1)}
        inner = [(text, low, high) for text, low, high in found if not edges & {low, high}]
        assert inner or name in {"year", "fiscal_year"}
        for text, low, high in inner:
            assert days_of(name, text, starts) == Period(low, high)


def test_a_label_that_is_none_is_refused():
    for name, label in [("year", "17"), ("month", "2017-13"), ("week", "2017-W60"), ("day", "x"), ("quarter", "2017")]:
        with pytest.raises(QueryError, match="write it as results do"):
            days_of(name, label)


MEASURES = ("customers", "buyers", "orders", "revenue")


@pytest.mark.parametrize(
    "by",
    [("zone", "segment"), ("area",), ("month",), ("h3_r8",), ("department",)],
)
def test_the_records_of_a_row_make_up_its_figure(con, by):
    asked = Question(MEASURES, by, totals="cube")
    table = answer(con, asked).to_pylist()
    assert table
    for row in table:
        for name in MEASURES:
            if row[f"{name}_state"] == "unknown":
                continue
            wanted = behind(regrouped(asked, by, (name,)), row, MODEL, whole_range(con))
            found = through(con, wanted, settings=star.SETTINGS, scope=LOCAL, limit=1000, by=by)
            figures = found.table["figure"].to_pylist()
            assert found.total == found.table.num_rows
            if name == "revenue":
                assert sum(figures) == row[name]
            elif name == "buyers":
                assert len(set(found.table["customer_id"].to_pylist())) == row[name]
            else:
                assert found.total == row[name]


def test_records_name_their_measure_and_refuse_what_has_none(con):
    words = {"settings": star.SETTINGS, "scope": LOCAL, "limit": 2}
    found = through(con, Question(("average_order",), where={"segment": ["family"]}), **words)
    assert (found.measure, found.total, found.table.num_rows) == ("revenue", 3, 2)
    assert found.table["order_id"].to_pylist() == ["o1", "o2"]
    assert through(con, Question(("penetration",)), **words).measure == "customers"
    assert [through(con, Question((name,)), **words).total for name in ("prospects", "interactions")] == [1, 1]
    with pytest.raises(QueryError, match="no records behind 'households'"):
        through(con, Question(("households",)), **words)
    with pytest.raises(AccessError, match="no right to single records"):
        through(con, Question(("customers",)), **{**words, "scope": Scope("guest")})


def test_the_rest_beside_top_members_has_no_records_of_its_own(con):
    asked = Question(("customers",), ("zone",), top=Top(1))
    rows = answer(con, asked).to_pylist()
    first = behind(asked, rows[0], MODEL, whole_range(con))
    assert (first.where, first.top) == ({"zone": ["A"]}, None)
    with pytest.raises(QueryError, match="rest of the members"):
        behind(asked, rows[-1], MODEL, whole_range(con))
    with pytest.raises(QueryError, match="does not say its 'zone'"):
        behind(asked, {}, MODEL, whole_range(con))


def test_a_pivot_keeps_unknown_total_and_absent_apart(con):
    asked = Question(("orders",), ("zone", "segment"), totals="cube")
    laid = pivot(answer(con, asked), asked, ["zone"], ["segment"])
    assert laid.side[-2:] == ((None,), (Mark.TOTAL,))
    assert laid.top == (("family",), ("single",), (None,), (Mark.TOTAL,))
    assert laid.cell(("A",), ("family",)) == (2, "known")
    assert laid.cell(("B",), ("family",)) == (None, ABSENT)
    assert laid.cell((Mark.TOTAL,), (Mark.TOTAL,)) == (6, "known")
    assert laid.frame.loc["total", "total"] == 6
    assert laid.states.loc["B", "family"] == ABSENT
    top = replace(asked, top=Top(1, by="zone"), totals="none")
    assert pivot(answer(con, top), top, ["zone"], ["segment"]).side == (("A",), (Mark.OTHERS,))


def test_top_members_follow_their_dimension(con):
    asked = Question(("customers", "orders"), ("district", "segment"), top=Top(1, by="district"))
    below = drill_down(asked, "district", "D1", MODEL, whole_range(con))
    assert below.top == Top(1, by="zone")
    assert drill_up(replace(asked, by=("district",)), "district", MODEL).top is None
    assert regrouped(asked, ("segment",), ("orders",)).top is None
    assert regrouped(asked, ("district",), ("orders",)).top == Top(1, "customers", "district")
    answer(con, below)

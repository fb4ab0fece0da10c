"""Formulas: what they mean, and that nothing but the allow-list passes."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gcrm.cube.model import MEASURES
from gcrm.cube.model.formula import FUNCTIONS, Figure, Frame, Number, Rank, Sum, parse, unit_of
from gcrm.errors import QueryError
from tests import star
from tests.cube import company

_REVENUE = Figure("revenue")


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("revenue", _REVENUE),
        ("(revenue)", _REVENUE),
        ("-revenue", Sum("-", Number(0), _REVENUE)),
        ("revenue / 2", Sum("/", _REVENUE, Number(2))),
        ("revenue - orders * 2", Sum("-", _REVENUE, Sum("*", Figure("orders"), Number(2)))),
        ("share_of_parent(revenue)", Sum("/", _REVENUE, Figure("revenue", Frame("parent")))),
        ("share_of_total(revenue)", Sum("/", _REVENUE, Figure("revenue", Frame("total")))),
        ("RANK(revenue)", Rank(_REVENUE)),
        ("change(revenue)", Sum("-", _REVENUE, Figure("revenue", Frame(time="previous")))),
        ("previous(penetration)", Figure("penetration", Frame(time="previous"))),
        ("running_total(buyers)", Figure("buyers", Frame(time="to_date"))),
    ],
)
def test_a_formula_is_taken_apart(text, term):
    assert parse(text, MEASURES) == term


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_can_be_said(name):
    measures = ", ".join(["revenue", "buyers"][: FUNCTIONS[name].measures])
    assert parse(f"{name}({measures})", MEASURES) != _REVENUE


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("revenue; DROP TABLE x", "is no formula"),
        ("revenue -- 1", "is no formula"),
        ("revenue /* $v0 */ + 1", "is no formula"),
        ("'revenue' || 'x'", "is no formula"),
        ('"revenue" + 1', "is no formula"),
        ("", "is no formula"),
        ("revenue +", "is no formula"),
        ("revenue" + " + 1" * 400, "is no formula"),
        ("revenue" + " + 1" * 40, "nested too deeply"),
        ("1" * 400 + " + revenue", "too large a number"),
        ("revenu + 1", "no measure 'revenu'. Did you mean 'revenue'?"),
        ("w.revenue + 1", "'w.revenue' means nothing"),
        ("sum(revenue)", "'SUM(revenue)' means nothing"),
        ("(SELECT 1)", "means nothing"),
        ("rank(revenue) OVER ()", "means nothing"),
        ("growth(revenue + 1)", "takes the name of 1 measure"),
        ("growth(revenue, orders)", "takes the name of 1 measure"),
        ("location_quotient(revenue)", "takes the name of 2 measure"),
        ("growht(revenue)", "Did you mean 'growth'?"),
        ("share_of_total(average_order)", "is a ratio, whose parts make no whole"),
        ("running_total(customers)", "is a stock"),
    ],
)
def test_what_is_no_formula_is_refused_in_words(text, message):
    with pytest.raises(QueryError) as caught:
        parse(text, MEASURES)
    assert message in str(caught.value)


_WORDS = st.sampled_from(
    [
        *MEASURES,
        *FUNCTIONS,
        *"+-*/(),;'\"$?[]{}.:%|&<>=!@#~^`\\\n\0",
        "--",
        "/*",
        "*/",
        "SELECT",
        "FROM",
        "x",
        "1",
        "1e9",
    ]
)
_TEXTS = st.one_of(
    st.text(max_size=40), st.lists(_WORDS, max_size=14).map(" ".join), st.lists(_WORDS, max_size=9).map("".join)
)


@settings(max_examples=80, deadline=None)
@given(text=_TEXTS)
def test_any_text_is_a_term_or_refused(text):
    try:
        term = parse(text, MEASURES)
    except QueryError:
        return
    assert isinstance(term, Number | Figure | Sum | Rank)
    assert unit_of(term, {n: m.unit for n, m in MEASURES.items()}) in {"count", "currency", "share", "number"}


_TERMS = st.recursive(
    st.sampled_from([*MEASURES, "0.5", "7", "share_of_parent(orders)", "growth(revenue)", "rank(buyers)"]),
    lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from("+-*/"), inner),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def con():
    return star.build(company.rows())


@settings(max_examples=15, deadline=None)
@given(text=_TERMS.filter(lambda t: t.startswith("(")))
def test_no_word_of_a_formula_is_sql(con, text):
    answer = star.ask(con, measures=[text], period="2017-Q1")
    assert answer.table.num_rows == 1
    written = re.sub(r'"[^"]*"', "", answer.sql)
    assert not re.search(r"rank\(buyers|share_of|growth", written)


def test_a_long_product_has_no_end_of_digits(con):
    answer = star.ask(con, measures=[" * ".join(["revenue"] * 8)], period="2017-Q1")
    (found,) = answer.table.column(0).to_pylist()
    assert found == pytest.approx(150.0**8)


def test_a_published_location_quotient():
    """Jobs of an industry in a county and in the country: (1714 / 79006) / (879213 / 15593224)."""
    made = company.rows()
    orders = [("o1", "c1", 1714), ("o2", "c4", 879_213 - 1714)]
    made['ingest."order"'] = [
        {"order_id": o, "customer_id": c, "ordered_on": date(2017, 1, 10), "amount": m} for o, c, m in orders
    ]
    jobs = {"A": 79_006, "B": 15_593_224 - 79_006, "C": 0}
    made["ingest.zone_statistic"] = [
        {"hierarchy": "city", "level": "zone", "region_id": z, "statistic": "households", "value": v}
        for z, v in jobs.items()
    ]
    asked = "location_quotient(revenue, households)"
    table = star.ask(star.build(made), measures=[asked], by=["zone"], period="2017-Q1").table.to_pydict()
    found = dict(zip(table["zone"], table[asked], strict=True))
    assert found["A"] == pytest.approx(0.3847623, abs=5e-8)

"""`[cube]` in gcrm.toml: what it may declare, what it is refused with, and expressions over the columns of facts."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlglot import exp

from gcrm.cube.model import FACTS, expression, model_of
from gcrm.errors import QueryError, SettingsError
from gcrm.settings import Settings
from tests import star

_COLUMNS = FACTS["order_line"].columns


def declare(**cube: Any) -> Settings:
    return Settings.model_validate({**star.SETTINGS.model_dump(), "cube": cube})


def test_a_measure_may_rest_on_those_above_it():
    measures = {
        "fees": {"kind": "additive", "fact": "order", "of": "amount * 0.02", "unit": "currency"},
        "fee_rate": {"kind": "ratio", "numerator": "fees", "denominator": "revenue", "unit": "share"},
        "net": {"kind": "calculated", "formula": "revenue - fees", "title": "Net revenue"},
    }
    found = model_of(declare(measures=measures)).measures
    assert [found[n].title for n in measures] == ["Fees", "Fee rate", "Net revenue"]
    assert [found[n].unit for n in measures] == ["currency", "share", "currency"]


@pytest.mark.parametrize(
    ("measure", "message"),
    [
        ({"kind": "additive", "fact": "order"}, "a measure of kind 'additive' needs 'of'"),
        ({"kind": "percentile", "fact": "order", "of": "amount"}, "needs 'quantile'"),
        ({"kind": "ratio", "numerator": "revenue"}, "needs 'denominator'"),
        ({"kind": "calculated", "formula": "revenue", "fact": "order"}, "has no 'fact'"),
        ({"kind": "semi-additive", "fact": "order"}, "only customer and prospect are stocks"),
        (
            {"kind": "distinct", "fact": "customer", "over_time": "average"},
            "only a 'semi-additive' measure is averaged",
        ),
        ({"kind": "percentile", "fact": "order", "of": "amount", "quantile": 1}, "less than 1"),
        ({"kind": "sum", "fact": "order"}, "Input should be 'additive'"),
        ({"kind": "distinct", "fact": "orders"}, "Input should be 'customer'"),
        ({"kind": "distinct", "fact": "order", "off": "amount"}, "Extra inputs"),
    ],
)
def test_a_declaration_that_means_nothing_is_refused(measure, message):
    with pytest.raises(ValidationError) as caught:
        declare(measures={"mine": measure})
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("cube", "message"),
    [
        ({"measures": {"revenue": {"kind": "distinct", "fact": "order"}}}, "cube.measures.revenue: the word is taken"),
        ({"measures": {"zone": {"kind": "distinct", "fact": "order"}}}, "cube.measures.zone: the word is taken"),
        (
            {"measures": {"mine": {"kind": "additive", "fact": "order", "of": "amonut"}}},
            "cube.measures.mine.of: The expression 'amonut' names 'amonut'. Did you mean 'amount'?",
        ),
        (
            {"measures": {"mine": {"kind": "additive", "fact": "order", "of": "segment"}}},
            "cube.measures.mine.of: 'segment' gives text; a number is needed here.",
        ),
        (
            {"measures": {"mine": {"kind": "distinct", "fact": "order", "where": "amount"}}},
            "cube.measures.mine.where: 'amount' gives a number; a condition, such as 'amount > 5' is needed here.",
        ),
        (
            {"measures": {"mine": {"kind": "distinct", "fact": "order", "where": "segment > 5"}}},
            "cube.measures.mine.where: The expression 'segment > 5' cannot be worked out",
        ),
        (
            {"measures": {"mine": {"kind": "ratio", "numerator": "revenue", "denominator": "buyer"}}},
            "cube.measures.mine.denominator: there is no such measure 'buyer'. Did you mean 'buyers'?",
        ),
        (
            {"measures": {"mine": {"kind": "calculated", "formula": "mine + 1"}}},
            "cube.measures.mine.formula: The formula 'mine + 1' cannot be worked out: there is no measure 'mine'.",
        ),
        (
            {"dimensions": {"mine": {"of": "quantity", "facts": ["order"]}}},
            "cube.dimensions.mine.of: The expression 'quantity' names 'quantity'.",
        ),
    ],
)
def test_what_cannot_be_worked_out_is_refused_where_it_stands(cube, message):
    with pytest.raises(SettingsError) as caught:
        model_of(declare(**cube))
    assert f"gcrm.toml: {message}" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "written", "kind"),
    [
        ("amount - 5", 'f."amount" - 5', "number"),
        ("amount / quantity", 'f."amount" / NULLIF(f."quantity", 0)', "number"),
        ("segment = 'x'", 'f."segment" = $v', "truth"),
        ("segment IN ('x', 'y')", 'f."segment" IN ($v, $v)', "truth"),
        ("CASE WHEN amount < 10 THEN 'small' END", 'CASE WHEN f."amount" < 10 THEN $v END', "text"),
        ("year(ordered_on)", 'YEAR(f."ordered_on")', "number"),
        ("ordered_on", 'f."ordered_on"', "day"),
    ],
)
def test_an_expression_is_written_with_its_texts_as_values(text, written, kind):
    assert expression.write(text, _COLUMNS, lambda _: "$v") == written
    assert expression.kind_of(text, _COLUMNS) == kind


@pytest.mark.parametrize(
    "text",
    [
        "amount; DROP TABLE x", "amount -- x", "amount /* x */", "(SELECT 1)", "sum(amount)", "f.amount", "$v0", "?",
        "amount || 'x'", "segment LIKE '%'", "amount::TEXT", "CAST(amount AS TEXT)", "read_csv('x')", "getenv('HOME')",
        "segment IN order_id", "segment IN (SELECT 1)", "amount = 'x'", "", "*", "COLUMNS(*)", "amount OVER ()",
        "(" * 60 + "amount" + ")" * 60, "amount" + " + 1" * 60, "nextval('x')", "amount AS x", "amount, amount",
    ],
)  # fmt: skip
def test_nothing_else_is_an_expression(text):
    with pytest.raises(QueryError):
        expression.kind_of(text, _COLUMNS)


_WORDS = st.sampled_from(
    [*_COLUMNS, *"+-*/%(),;$?[]{}.:|&<>=!@", "'x'", "''", "--", "/*", "CASE", "WHEN", "THEN", "END", "IN", "NOT", "AND",
     "BETWEEN", "NULL", "IS", "SELECT", "FROM", "abs", "round", "coalesce", "lower", "year", "if", "1", "0.5", "TRUE"]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(text=st.one_of(st.text(max_size=30), st.lists(_WORDS, max_size=12).map(" ".join)))
def test_any_text_is_an_expression_over_columns_or_refused(text):
    given_up = []

    def put(value: object) -> str:
        given_up.append(value)
        return f"$v{len(given_up)}"

    try:
        expression.kind_of(text, _COLUMNS)
        written = expression.write(text, _COLUMNS, put)
    except QueryError:
        return
    tree = sqlglot.parse_one(written, read="duckdb")
    assert {(c.table, c.name in _COLUMNS) for c in tree.find_all(exp.Column)} <= {("f", True)}
    assert not any(e.is_string for e in tree.find_all(exp.Literal))
    assert not tree.find(exp.Select, exp.Anonymous, exp.Subquery, exp.Cast)
    assert len(re.findall(r"\$v\d+", written)) == len(given_up)


def test_a_division_by_zero_is_unknown_and_not_endless():
    declared = declare(measures={"price": {"kind": "maximum", "fact": "order_line", "of": "amount / quantity"}})
    line = {"order_id": "o", "line_no": 1, "amount": 5, "quantity": 0, "source": "s"}
    rows = {
        "ingest.order_line": [line],
        'ingest."order"': [{"order_id": "o", "ordered_on": "2020-01-01", "source": "s"}],
    }
    table = star.ask(star.build(rows, declared), settings=declared, measures=["price", "revenue"]).table
    assert table.select(["price", "revenue"]).to_pylist()[0]["price"] is None


def test_a_figure_of_orders_is_taken_from_their_lines_only_where_it_stays_true():
    measures = {
        "entries": {"kind": "distinct", "fact": "order"},
        "mean_order": {"kind": "mean", "fact": "order", "of": "amount"},
        "large": {"kind": "distinct", "fact": "order", "of": "order_id", "where": "amount > 5"},
        "channels": {"kind": "distinct", "fact": "order", "of": "channel"},
    }
    found = {
        n: m.is_of_lines
        for n, m in model_of(declare(measures=measures)).measures.items()
        if n in {*measures, "revenue"}
    }
    assert found == {"revenue": True, "entries": False, "mean_order": False, "large": False, "channels": True}

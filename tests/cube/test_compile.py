"""The SQL itself: golden statements, and what must hold of every statement."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from gcrm.access.scope import LOCAL
from gcrm.cube.question import Top
from tests import star
from tests.cube import company
from tests.star import ask

HERE = Path(__file__).parent
QUESTION = {
    "measures": ["penetration"],
    "by": ["zone"],
    "where": {"district": "D1"},
    "period": "2017-Q1",
    "totals": "rollup",
}

#: File -> the question whose statement it holds.
GOLDEN = {
    "penetration_by_zone": QUESTION,
    "share_by_zone": {"measures": ["share_of_parent(revenue)"], "by": ["zone"], "period": "2017-Q1"},
    "top_zone_by_month": {
        "measures": ["revenue"],
        "by": ["zone", "month"],
        "period": "2017-Q1",
        "top": Top(1, "revenue", "zone"),
    },
}


@pytest.fixture(scope="module")
def con():
    return star.build(company.rows())


@pytest.mark.parametrize("name", GOLDEN)
def test_a_statement_is_the_golden_one(con, name):
    text = ask(con, settings=star.SETTINGS, scope=LOCAL, **GOLDEN[name]).sql
    assert text + "\n" == (HERE / f"{name}.sql").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "question",
    [
        QUESTION,
        {"measures": ["revenue"], "by": ["segment", "month"], "where": {"segment": "'; DROP TABLE x; --"}},
        {"measures": ["customers", "buyers"], "by": ["area"], "where": {"area": ["X", None]}, "totals": "cube"},
    ],
)
def test_values_are_parameters_and_only_warehouse_and_cube_are_read(con, question):
    answer = ask(con, settings=star.SETTINGS, scope=LOCAL, **question)
    tree = sqlglot.parse_one(answer.sql, read="duckdb")
    catalogs = {t.db for t in tree.find_all(exp.Table) if t.db}
    assert catalogs <= {"warehouse", "cube"}
    literals = {e.this for e in tree.find_all(exp.Literal) if e.is_string}
    assert literals <= {"unknown", "known", "9999-12-31", "%Y-%m", "1"}
    assert {f"${name}" for name in answer.parameters} == set(re.findall(r"\$\w+", answer.sql))


def test_the_same_question_has_the_same_id_and_another_has_not(con):
    ids = [
        ask(con, settings=star.SETTINGS, scope=LOCAL, **{**QUESTION, "period": p}).id
        for p in ("2017-Q1", "2017-Q1", "2017")
    ]
    assert ids[0] == ids[1] != ids[2]

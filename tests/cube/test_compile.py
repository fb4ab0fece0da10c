"""The SQL itself: one golden statement, and what must hold of every statement."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from gcrm.access.scope import LOCAL
from tests import star
from tests.cube import company
from tests.star import ask

GOLDEN = Path(__file__).parent / "penetration_by_zone.sql"
QUESTION = {
    "measures": ["penetration"],
    "by": ["zone"],
    "where": {"district": "D1"},
    "period": "2017-Q1",
    "totals": "rollup",
}


@pytest.fixture(scope="module")
def con():
    return star.build(company.rows())


def test_penetration_by_zone_is_the_golden_statement(con):
    assert ask(con, settings=star.SETTINGS, scope=LOCAL, **QUESTION).sql + "\n" == GOLDEN.read_text(encoding="utf-8")


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

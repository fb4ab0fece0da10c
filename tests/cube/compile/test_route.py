"""Cuboids never change a figure: random questions answered from them, and from the facts alone."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

import pytest

from gcrm.access.scope import LOCAL
from gcrm.cube.ask import plan_of
from gcrm.cube.compile import compile_plan
from gcrm.cube.compile.source import sources
from gcrm.cube.cuboid.cuboid import NONE
from gcrm.cube.plan import demands
from gcrm.cube.question import Question, Top
from gcrm.receipt import digest
from tests import star
from tests.cube.materialise import town
from tests.cube.materialise.chance import chosen

_MEASURES = [
    *("customers", "buyers", "prospects", "revenue", "orders", "average_order", "units_sold", "interactions"),
    *("typical_order", "mean_order", "largest_order", "first_order", "web_buyers", "products_bought"),
    *("mean_customers", "families", "segments", "net", "revenue / customers", "share_of_parent(revenue)"),
    *("share_of_total(buyers)", "growth(revenue)", "growth(buyers)", "growth(customers)", "running_total(revenue)"),
    *("year_over_year(revenue)", "rank(buyers)", "year_to_date(revenue)"),
]
_PLACES = ["district", "zone", "zip", "h3_r8", "area"]
_ATTRIBUTES = ["segment", "owner", "channel", "store", "department", "size"]
_PERIODS = ["year", "quarter", "month", "week", "fiscal_year", "fiscal_quarter"]
_MEMBERS = {
    "district": ["D1", "D2", None],
    "zone": ["A", "B", None],
    "segment": ["family", "single", None],
    "channel": ["web", "shop", None],
    "department": ["food", None],
    "area": ["X", None],
}


@pytest.fixture(scope="module")
def con():
    random = Random(1)  # noqa: S311
    with chosen(random, 60):
        return star.build(town.rows(random), town.SETTINGS)


def random_question(random: Random) -> Question:
    """A question about the town; not every one has an answer."""
    by = [
        *random.sample(_PLACES, random.choice([0, 1, 1, 2])),
        *random.sample(_ATTRIBUTES, random.choice([0, 0, 0, 1])),
    ]
    by += random.sample(_PERIODS, random.choice([0, 1, 1, 2]))
    random.shuffle(by)
    where = {n: tuple(random.sample(_MEMBERS[n], random.choice([1, 2]) if len(_MEMBERS[n]) > 1 else 1))
             for n in random.sample(list(_MEMBERS), random.choice([0, 0, 1, 2]))}  # fmt: skip
    period = random.choice(
        [None, None, "2016", "2017", "2017-Q1", "2017-03", ("2016-04-01", "2017-03-31"), ("2016-03-05", "2017-04-20"),
         ("2015-01-01", "2019-12-31"), ("2016-01-01", "2017-06-30"), ("2017-01-01", "2017-01-31")]
    )  # fmt: skip
    measures = tuple(random.sample(_MEASURES, random.choice([1, 2, 4])))
    members = [n for n in by if n not in _PERIODS]
    top = Top(random.choice([1, 2]), by=random.choice(members)) if members and random.random() < 0.2 else None
    totals = random.choice(["none", "none", "rollup", "cube"])
    return Question(measures, tuple(by), where, period, totals, top=top)


def same(own: Any, other: Any) -> bool:
    """Equal; floats up to the order in which they were added."""
    if isinstance(own, float) and isinstance(other, float):
        return math.isclose(own, other, rel_tol=1e-9, abs_tol=1e-9)
    return type(own) is type(other) and own == other


def compare(con, question: Question) -> int:
    """Answer a question both ways, refuse any difference, and return how many parts came from cuboids."""
    plan = plan_of(con, question, settings=town.SETTINGS, scope=LOCAL)
    plain = replace(plan, catalogue=NONE)
    tables = [con.execute(*compile_plan(p)).to_arrow_table() for p in (plan, plain)]
    ours, theirs = ([tuple(row.values()) for row in table.to_pylist()] for table in tables)
    assert len(ours) == len(theirs), question
    assert digest(tables[0]) == digest(tables[1])  # so that receipts are the same
    for own, other in zip(ours, theirs, strict=True):
        assert all(map(same, own, other)), (question, own, other)
    return sum(s.cuboid is not None for frame, ms in demands(plan).items() for s in sources(plan, frame, ms))


def test_random_questions_have_the_same_answers_with_and_without_cuboids(con):
    random = Random(2)  # noqa: S311
    used = sum(bool(compare(con, random_question(random))) for _ in range(40))
    assert used > 15


def test_a_stock_is_taken_from_month_ends_only(con):
    on = {"settings": town.SETTINGS, "measures": ["customers"], "by": ["district"]}
    (whole,) = star.ask(con, **on, period="2017-03").origins
    assert whole.source.startswith("cuboid_")
    (part,) = star.ask(con, **on, period=(date(2017, 3, 5), date(2017, 3, 20))).origins
    assert (part.source, part.why) == ("facts", "2017-03-20 is no month end")


@pytest.mark.soak
def test_random_questions_about_random_towns(soak):
    for seed in range(soak(10)):
        random = Random(seed)  # noqa: S311
        with chosen(random):
            con = star.build(town.rows(random, random.choice([3, 60]), random.choice([0, 10, 150])), town.SETTINGS)
        for _ in range(40):
            compare(con, random_question(random))

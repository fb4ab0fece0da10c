"""Random questions over random companies: every figure, member and total as the oracle works them out."""

from __future__ import annotations

import random
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from gcrm.access.scope import Scope
from gcrm.cube.question import Top
from tests.cube import oracle, sample, world
from tests.cube.materialise.chance import chosen
from tests.cube.twins import ATTRIBUTES, FORMULAS, PERIODS, RATIOS, TAKEN
from tests.star import ask

if TYPE_CHECKING:
    from collections.abc import Callable

#: Questions of the whole campaign.
WHOLE = 600
_ADDING = sorted(n for n, t in TAKEN.items() if t.how in {"count", "different", "sum"})
_FLOWS = sorted(n for n in _ADDING if TAKEN[n].fact not in {"customer", "prospect"})
_PLAIN = st.sampled_from([*TAKEN, *RATIOS, *FORMULAS, "households", "penetration"])
_FORMULA = st.one_of(
    st.builds("{}({})".format, st.sampled_from(["share_of_parent", "share_of_total"]), st.sampled_from(_ADDING)),
    st.builds(
        "{}({})".format,
        st.sampled_from(["index", "change", "growth", "previous", "year_before", "year_over_year", "rank"]),
        st.sampled_from([*TAKEN, *RATIOS]),
    ),
    st.builds("{}({})".format, st.sampled_from(["running_total", "year_to_date"]), st.sampled_from(_FLOWS)),
    st.builds("location_quotient({}, {})".format, st.sampled_from(_ADDING), st.sampled_from(_ADDING)),
    st.builds(
        "{} {} {}".format,
        st.sampled_from(_ADDING),
        st.sampled_from("+-*/"),
        st.sampled_from([*_ADDING, "rank(revenue)", "(1 - share_of_total(customers))", "0.5"]),
    ),
)
_MEASURES = st.lists(st.one_of(_PLAIN, _FORMULA), min_size=1, max_size=3, unique=True)
_BY = st.lists(
    st.sampled_from(["district", "zone", "zone", "area", "zip", "h3_r8", *ATTRIBUTES, "month", *PERIODS]),
    max_size=3,
    unique=True,
)
_FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "zone": st.sampled_from(["A", ("A", "C"), ("R", None), None, "E"]),
        "district": st.sampled_from(["D1", ("D2", "D3"), (None,)]),
        "area": st.sampled_from(["X", ("X", "Y"), ("Y", None), None]),
        "zip": st.sampled_from(["94110", (None,)]),
        "segment": st.sampled_from(["x", ("y", None), "; DROP TABLE x"]),
        "department": st.sampled_from(["food", ("drink", None)]),
        "channel": st.sampled_from(["web", None]),
        "size": st.just("large"),
    },
)
_DAY = st.integers(0, 520).map(lambda n: date(2019, 11, 10) + timedelta(n))
_PERIOD = st.one_of(
    st.none(),
    st.sampled_from(["2020", "2020-Q1", "2020-Q4", "2020-02", "2020-03", "2021-01"]),
    st.tuples(_DAY, _DAY).map(lambda pair: (min(pair), max(pair))),
)
_HAVING = st.sampled_from(["customers >= 1", "revenue > 20", "orders <> 1", "penetration < 0.3", "rank(revenue) <= 2"])
_SCOPE = st.sampled_from([{}, {}, {}, {"zone": ("A", "C")}, {"area": ("X",)}, {"district": ("D1",)}])


@st.composite
def questions(draw: st.DrawFn) -> dict[str, Any]:
    """Draw the words of a question."""
    words: dict[str, Any] = {"measures": draw(_MEASURES), "by": draw(_BY)}
    filters = draw(_FILTERS)
    names = draw(st.lists(st.sampled_from(sorted(filters)), max_size=2, unique=True)) if filters else []
    words |= {"where": {n: filters[n] for n in names}, "period": draw(_PERIOD)}
    words["totals"] = draw(st.sampled_from(["none", "rollup", "cube"]))
    words["having"] = draw(st.one_of(st.just(()), _HAVING.map(lambda c: (c,))))
    members = [d for d in words["by"] if d not in PERIODS]
    if members and draw(st.booleans()):
        top = Top(draw(st.integers(1, 3)), draw(st.one_of(st.just(""), _PLAIN)), draw(st.sampled_from(members)))
        words["top"] = Top(top.n, top.measure, top.by, draw(st.booleans()), draw(st.booleans()))
    return words


@cache
def company(number: int) -> Any:
    """Build a random company, every other one with cuboids, and the oracle that knows its records."""
    draw = random.Random(number)  # noqa: S311 - a company to compare, no secret
    with chosen(draw):
        con = sample.build(draw, sample.KEPT if number % 2 else sample.SETTINGS)
    return con, oracle.Oracle(world.read(con))


def figures(con: Any, words: dict[str, Any], scope: dict[str, tuple[str, ...]]) -> list[Any]:
    """Ask the cube: (members, grouping, others), figures."""
    held = Scope("reader", scope, record_rights=True)
    table = ask(con, settings=sample.SETTINGS, scope=held, **words).table
    found = []
    for row in table.to_pylist():
        for m in words["measures"]:
            assert row[f"{m}_state"] == ("unknown" if row[m] is None else "known")
        key = tuple(row[d] for d in words["by"]), row.get("grouping", 0), row.get("others", False)
        found.append((key, {m: row[m] if row[m] is None else float(row[m]) for m in words["measures"]}))
    return found


def compare(number: int, words: dict[str, Any], scope: dict[str, tuple[str, ...]]) -> None:
    """Compare the cube's answer with the oracle's: the same rows, each once, and the same figures."""
    con, known = company(number)
    found, expected = figures(con, words, scope), known.answer(words, scope)
    assert sorted(map(str, (key for key, _ in found))) == sorted(map(str, expected))
    for key, values in found:
        wanted = {m: v if v is None else pytest.approx(float(v), rel=1e-6, abs=2e-5) for m, v in expected[key].items()}
        assert values == wanted, key


def campaign(rounds: int, companies: int) -> None:
    """Compare some random questions over some random companies."""
    quiet = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    phases = (Phase.explicit, Phase.generate, Phase.shrink)
    check = given(st.integers(0, companies - 1), questions(), _SCOPE)(compare)
    # A part of the campaign asks the same questions each time: all of it may meet one that takes the oracle minutes.
    known = settings(derandomize=rounds < WHOLE, database=None, suppress_health_check=quiet, phases=phases)
    settings(known, max_examples=rounds, deadline=None)(check)()


def test_members_that_a_condition_leaves_may_be_ordered_by_their_rank() -> None:
    top = Top(1, by="district", others=False)
    compare(0, {"measures": ["rank(customers)"], "by": ["district"], "having": ("customers >= 1",), "top": top}, {})


@pytest.mark.soak
def test_random_questions_have_the_oracles_answers(soak: Callable[..., int]) -> None:
    campaign(soak(WHOLE, 60), soak(30, 3))

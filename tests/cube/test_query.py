"""Periods as users write them, and the period before."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.cube.query import Period, parse_period, previous

WHOLE = Period(date(2016, 1, 1), date(2018, 12, 31))


@pytest.mark.parametrize(
    ("word", "first", "last"),
    [
        ("2017", "2017-01-01", "2017-12-31"),
        ("2017-Q1", "2017-01-01", "2017-03-31"),
        ("2017-Q4", "2017-10-01", "2017-12-31"),
        ("2016-02", "2016-02-01", "2016-02-29"),
        (("2017-01-05", date(2017, 1, 9)), "2017-01-05", "2017-01-09"),
        (None, "2016-01-01", "2018-12-31"),
    ],
)
def test_words_become_days(word, first, last):
    assert parse_period(word, WHOLE) == Period(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("days", "before"),
    [
        (("2017-03-01", "2017-03-31"), ("2017-02-01", "2017-02-28")),
        (("2017-01-01", "2017-03-31"), ("2016-10-01", "2016-12-31")),
        (("2017-01-01", "2017-12-31"), ("2016-01-01", "2016-12-31")),
        (("2017-01-10", "2017-01-16"), ("2017-01-03", "2017-01-09")),
    ],
)
def test_the_period_before(days, before):
    assert previous(parse_period(days, WHOLE)) == parse_period(before, WHOLE)


@given(first=st.dates(date(1990, 1, 1), date(2100, 1, 1)), length=st.integers(0, 4000))
def test_the_period_before_ends_the_day_before(first, length):
    period = Period(first, first + timedelta(length))
    before = previous(period)
    assert before.last == first - timedelta(1)
    assert before.first <= before.last

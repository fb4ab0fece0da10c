"""Change against literal rows: the company of the cube's tests (orders from 10 January to 10 March 2017)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from gcrm.access.scope import LOCAL, Scope
from gcrm.analysis.change import UNKNOWN, Figure, Kpi, kpis, period_before
from gcrm.cube.ground import whole_range
from gcrm.cube.model import MEASURES
from gcrm.cube.query import parse_period
from tests import star
from tests.cube import company

if TYPE_CHECKING:
    import duckdb

    from gcrm.cube.ask import Answer


class Cube:
    """What a workspace answers, over literal rows."""

    measures = MEASURES

    def __init__(self, con: duckdb.DuckDBPyConnection, scope: Scope = LOCAL) -> None:
        self.con, self.scope = con, scope

    @property
    def period_range(self) -> tuple[date, date]:
        return self.period(None)

    def period(self, word: Any) -> tuple[date, date]:
        days = parse_period(word, whole_range(self.con))
        return days.first, days.last

    def query(self, measures: Any, by: Any = (), where: Any = None, period: Any = None) -> Answer:
        return star.ask(
            self.con, settings=star.SETTINGS, scope=self.scope, measures=measures, by=by, where=where, period=period
        )


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return star.build(company.rows())


def figures(found: tuple[Kpi, ...]) -> dict[str, tuple[Any, Any, Any]]:
    return {k.measure.name: (k.here.value, k.above.value if k.above else None, k.before.value) for k in found}


def test_a_region_stands_against_the_one_above_and_the_month_before(con: duckdb.DuckDBPyConnection) -> None:
    path = [("district", "D1"), ("zone", "A")]
    found = kpis(Cube(con), ["customers", "revenue", "average_order"], path=path, period="2017-02")
    # February: c2 left on the 1st, c3 came on the 15th; zone A sold nothing; in January c1 and c2 bought for 10 and 5.
    assert figures(found) == {"customers": (2, 3, 2), "revenue": (0, 0, 15), "average_order": (None, None, 7.5)}
    customers, revenue, average = found
    assert (customers.difference, customers.change, customers.share) == (0, 0, 2 / 3)
    assert (revenue.difference, revenue.change, revenue.share) == (-15, -1, None)
    assert (average.difference, average.change, average.share) == (None, None, None)
    assert average.here == UNKNOWN


def test_the_largest_region_stands_against_the_whole(con: duckdb.DuckDBPyConnection) -> None:
    (found,) = kpis(Cube(con), ["revenue"], path=[("district", "D1")], period="2017-01")
    assert (found.here.value, found.above) == (23, Figure(23, "known"))
    assert found.share == 1


def test_the_whole_stands_against_nothing_above(con: duckdb.DuckDBPyConnection) -> None:
    (found,) = kpis(Cube(con), ["revenue"], period="2017-03")
    assert (found.here.value, found.above, found.before.value) == (20, None, 107)


def test_filters_hold_for_every_figure(con: duckdb.DuckDBPyConnection) -> None:
    (found,) = kpis(Cube(con), ["buyers"], path=[("zone", "A")], period="2017-02", where={"segment": "single"})
    assert (found.here.value, found.above, found.before.value) == (0, Figure(0, "known"), 1)


@pytest.mark.parametrize(
    ("period", "before"),
    [
        ("2017-02", (date(2017, 1, 1), date(2017, 1, 31))),
        ("2017-01", None),
        ("2017-Q1", None),
        ("2017", None),
        (None, None),
        (("2017-02-01", "2017-02-10"), (date(2017, 1, 22), date(2017, 1, 31))),
        (("2017-01-05", "2017-01-08"), (date(2017, 1, 1), date(2017, 1, 4))),
        (("2017-01-05", "2017-01-09"), None),
    ],
)
def test_before_the_first_month_nothing_is_known(con: duckdb.DuckDBPyConnection, period: Any, before: Any) -> None:
    assert period_before(Cube(con), period) == before


def test_before_the_first_month_is_unknown_not_zero(con: duckdb.DuckDBPyConnection) -> None:
    (found,) = kpis(Cube(con), ["revenue"], period="2017-01")
    assert found.before == UNKNOWN
    assert found.change is None


def test_what_is_suppressed_gives_neither_change_nor_share(con: duckdb.DuckDBPyConnection) -> None:
    found = kpis(Cube(con, Scope("guest")), ["customers", "revenue"], path=[("zone", "A")])
    assert {k.here.state for k in found} == {"suppressed"}
    assert {(k.change, k.difference, k.share) for k in found} == {(None, None, None)}


def test_a_fall_below_zero_keeps_its_sign() -> None:
    kpi = Kpi(MEASURES["revenue"], Figure(-30, "known"), None, Figure(-20, "known"))
    assert (kpi.difference, kpi.change) == (-10, -0.5)

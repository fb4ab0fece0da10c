"""As is, as was, on a day and as if: the same totals, each region's share by a count of every record in Python."""

from __future__ import annotations

import calendar
import json
import random
from datetime import date, timedelta
from itertools import pairwise

import pytest

from gcrm.access.scope import Scope
from gcrm.cube.geography import TODAY, geography_of
from gcrm.cube.model import dimensions
from gcrm.cube.outline import named_outlines
from gcrm.cube.question import Question, Scenario, Top
from gcrm.errors import ProjectError, QueryError
from tests import star
from tests.cube import company, dated
from tests.star import ask

_DAYS = [date(2016, 1, 1) + timedelta(days=30 * i) for i in range(32)]
_SWITCHES = ["as is", "as was", date(2016, 5, 5), date(2017, 7, 1), "2017-12-31", date(2018, 1, 1)]
_LEVELS = ["district", "zone", "zip"]
_EVER = (date.min, date.max)


def _invented(seed: int = 7):
    pick = random.Random(seed)  # noqa: S311 - the same records every time
    customers = []
    for n in range(60):
        since = pick.choice([None, *_DAYS])
        until = None if since is None or pick.random() < 0.5 else since + timedelta(days=pick.randrange(1, 700))
        customers.append(
            {"customer_id": f"c{n}", "place": pick.choice([*dated.LOCATED, None]), "since": since, "until": until}
        )
    orders = [
        {"order_id": f"o{n}", "customer_id": pick.choice(customers)["customer_id"], "amount": pick.randrange(1, 100),
         "ordered_on": pick.choice([*_DAYS, dated.CHANGE, dated.LAST, date(2017, 6, 30), date(2017, 12, 31)])}
        for n in range(200)
    ]  # fmt: skip
    return customers, orders


CUSTOMERS, ORDERS = _invented()
_PLACE = {c["customer_id"]: c["place"] for c in CUSTOMERS}


@pytest.fixture(scope="module")
def con():
    return star.build(dated.rows(CUSTOMERS, ORDERS))


def _members(place, level, day, world=(dated.REGIONS, dated.PLACES)):
    """Identifiers of the regions of a level that hold a place on a day; the day None is after every change."""
    found = set()
    regions, places = world
    for key, _, _, name, region, _, begin, end in regions:
        valid = end is None if day is None else (begin or date.min) <= day < (end or date.max)
        if name == level and valid and place in places[key]:
            found.add(region)
    return found or {None}


def _on(switch, day):
    if switch == "as was":
        return day
    return None if switch == "as is" else date.fromisoformat(str(switch))


def _active(customer, day):
    return (customer["since"] or date.min) <= day < (customer["until"] or date.max)


def _expected(level, switch, first, last, records=(CUSTOMERS, ORDERS), world=(dated.REGIONS, dated.PLACES)):
    """Customers at the end of the period, buyers and revenue in it, by region."""
    found: dict = {}
    customers, orders = records
    where = {c["customer_id"]: c["place"] for c in customers}
    for c in customers:
        if _active(c, last):
            for r in _members(c["place"], level, _on(switch, last), world):
                found.setdefault(r, [set(), set(), 0])[0].add(c["customer_id"])
    for o in orders:
        if first <= o["ordered_on"] <= last:
            for r in _members(where[o["customer_id"]], level, _on(switch, o["ordered_on"]), world):
                cell = found.setdefault(r, [set(), set(), 0])
                cell[1].add(o["customer_id"])
                cell[2] += o["amount"]
    return {r: (len(a), len(b), c) for r, (a, b, c) in found.items()}


def _answered(answer, level):
    rows = answer.table.to_pylist()
    return {r[level]: (r["customers"], r["buyers"], r["revenue"]) for r in rows if not r.get("grouping")}


@pytest.mark.parametrize("switch", _SWITCHES, ids=str)
@pytest.mark.parametrize("level", [*_LEVELS, "area"])
def test_every_switch_counts_what_a_loop_over_the_records_counts(con, level, switch):
    for first, last in [(date(2016, 1, 1), date(2018, 12, 31)), (date(2017, 5, 1), date(2017, 9, 30))]:
        answer = ask(
            con, measures=["customers", "buyers", "revenue"], by=[level], period=(first, last), geography=switch
        )
        found = {r: row for r, row in _answered(answer, level).items() if any(row)}
        assert found == {r: row for r, row in _expected(level, switch, first, last).items() if any(row)}


def _redrawn(pick):
    """Regions of every level, drawn anew on days of their own: partitions, and areas that overlap."""
    regions, places = [], {}
    for layer, hierarchy, level in (
        (0, "city", "district"),
        (1, "city", "zone"),
        (2, "trade", "area"),
        (3, "postal", "zip"),
    ):
        cuts = sorted(pick.sample(_DAYS, pick.randrange(4)))
        for begin, end in pairwise([None, *cuts, None]):
            valid = pick.sample("ABCD", pick.randrange(1, 5))
            members = {region: [] for region in valid}
            for place in dated.LOCATED:
                most = len(valid) if level == "area" else 1
                for region in pick.sample(valid, pick.randrange(most + 1)):
                    members[region].append(place)
            for region, held in members.items():
                key = len(regions) + 1
                regions.append((key, layer, hierarchy, level, region, None, begin, end))
                places[key] = held
    return regions, places


@pytest.mark.soak
def test_random_worlds_are_counted_as_a_loop_counts_them(soak):
    for seed in range(soak(10, 2)):
        pick = random.Random(seed)  # noqa: S311 - the same worlds every time
        world, records = _redrawn(pick), _invented(seed)
        con = star.build(dated.rows(*records, *world))
        first, last = sorted(pick.sample(_DAYS, 2))
        for level in ("district", "zone", "area", "zip"):
            for switch in ("as is", "as was", pick.choice(_DAYS)):
                words = {"measures": ["customers", "buyers", "revenue"], "by": [level], "totals": "rollup"}
                answer = ask(con, **words, period=(first, last), geography=switch)
                found = {r: row for r, row in _answered(answer, level).items() if any(row)}
                expected = _expected(level, switch, first, last, records, world)
                assert found == {r: row for r, row in expected.items() if any(row)}, (seed, level, switch)


def test_totals_are_equal_under_every_switch_and_nothing_is_lost(con):
    words = {"measures": ["customers", "buyers", "revenue"], "by": ["zone", "month"], "totals": "cube"}
    answers = [ask(con, **words, geography=s).table.to_pylist() for s in _SWITCHES]
    answers.append(ask(con, **words, geography=_scenario()).table.to_pylist())
    for grouping in (2, 3):  # the total over zones of each month, and of all
        rows = [
            sorted((str(r["month"]), r["customers"], r["buyers"], r["revenue"]) for r in a if r["grouping"] == grouping)
            for a in answers
        ]
        assert rows[0]
        assert all(r == rows[0] for r in rows)
    for a in answers:
        assert sum(r["revenue"] or 0 for r in a if r["grouping"] == 0) == sum(o["amount"] for o in ORDERS)


def test_as_was_by_month_counts_each_stock_in_the_region_of_the_months_end(con):
    rows = ask(con, measures=["customers"], by=["zone", "month"], period="2017", geography="as was").table.to_pylist()
    found = {(r["zone"], r["month"]): r["customers"] for r in rows if r["customers"]}
    expected: dict = {}
    for month in range(1, 13):
        last = date(2017, month, calendar.monthrange(2017, month)[1])
        for region, (customers, _, _) in _expected("zone", "as was", last, last).items():
            if customers:
                expected[region, f"2017-{month:02}"] = customers
    assert found == expected


def test_as_was_a_region_is_shown_only_while_it_was_there(con):
    rows = ask(con, measures=["prospects"], by=["zone", "year"], geography="as was").table.to_pylist()
    shown = {(r["zone"], r["year"]) for r in rows if r["zone"]}
    both = [("A", y) for y in ("2016", "2017", "2018")] + [("B", "2016"), ("B", "2017"), ("C", "2018")]
    assert shown == {*both, ("D", "2017"), ("D", "2018")}
    on = ask(con, measures=["prospects"], by=["zone"], geography=date(2016, 5, 5)).table.to_pylist()
    assert [r["zone"] for r in on if r["zone"]] == ["A", "B"]


@pytest.mark.parametrize("switch", _SWITCHES, ids=str)
def test_filters_and_top_members_follow_the_switch(con, switch):
    period = (date(2016, 1, 1), date(2018, 12, 31))
    for level, member in [("zone", "A"), ("area", "X"), ("district", "D2"), ("area", None)]:
        row = ask(
            con, measures=["customers", "buyers", "revenue"], where={level: [member]}, period=period, geography=switch
        ).table.to_pylist()[0]
        expected = _expected(level, switch, *period).get(member, (0, 0, 0))
        assert (row["customers"], row["buyers"], row["revenue"] or 0) == expected
    top = ask(con, measures=["buyers"], by=["area"], top=Top(1), period=period, geography=switch).table.to_pylist()
    best = max((v[1], r) for r, v in _expected("area", switch, *period).items() if r)
    assert top[0]["buyers"] == best[0]
    outside = {o["customer_id"] for o in ORDERS} - _buyers_only_in(top[0]["area"], switch)
    assert sum(r["buyers"] for r in top if r["others"]) == len(outside)


def _buyers_only_in(area, switch):
    """Customers none of whose orders lies in another area than this, or in none."""
    others = set()
    for o in ORDERS:
        if _members(_PLACE[o["customer_id"]], "area", _on(switch, o["ordered_on"])) - {area}:
            others.add(o["customer_id"])
    return {o["customer_id"] for o in ORDERS} - others


def test_statistics_follow_the_regions(con):
    def households(**words):
        rows = ask(con, measures=["households"], **words).table.to_pylist()
        return {r.get("zone", r.get("district")): r["households"] for r in rows if r["households"] is not None}

    assert households(by=["zone"]) == {"A": 40, "C": 30, "D": 5}
    assert households(by=["zone"], geography=date(2017, 8, 1)) == {"A": 40, "B": 10, "D": 5}
    assert households(by=["zone"], period="2016", geography="as was") == {"A": 40, "B": 10}
    assert households(by=["zone"], period="2018", geography="as was") == {"A": 40, "C": 30, "D": 5}
    assert households(by=["district"], period="2016", geography="as was") == {"D1": 40, "D2": 10}
    assert households(by=["district"], period="2018", geography="as was") == {"D1": 5, "D2": 70}


def _scenario():
    return Scenario("zip", "zone", {"A": "94111", "C": "new", "D": None})


def test_as_if_moves_units_between_territories(con):
    period = (date(2016, 1, 1), date(2018, 12, 31))
    words = {"measures": ["customers", "buyers", "revenue"], "by": ["zip"], "period": period}
    answer = ask(con, **words, geography=_scenario())
    moved = {"A": "94111", "C": "new", "D": None}
    expected: dict = {}
    for o in ORDERS:
        place = _PLACE[o["customer_id"]]
        (zone,) = _members(place, "zone", None)
        (today,) = _members(place, "zip", None)
        territory = moved.get(zone, today) if zone else today
        expected[territory] = expected.get(territory, 0) + o["amount"]
    assert {r["zip"]: r["revenue"] for r in answer.table.to_pylist() if r["revenue"]} == expected
    assert {r["zip"] for r in answer.table.to_pylist()} >= {"94110", "94111", "new"}
    one = ask(con, measures=["revenue"], where={"zip": "new"}, period=period, geography=_scenario()).table
    assert one["revenue"].to_pylist() == [expected["new"]]
    top = ask(con, **words, geography=_scenario(), top=Top(2)).table.to_pylist()
    assert sum(r["revenue"] or 0 for r in top) == sum(o["amount"] for o in ORDERS)


def test_a_scenario_that_names_every_unit_sums_their_statistics(con):
    rows = ask(con, measures=["households"], by=["zip"], geography=_scenario()).table.to_pylist()
    assert {r["zip"]: r["households"] for r in rows} == {"94110": None, "94111": 40, "new": 30, None: 5}
    part = Scenario("zip", "zone", {"A": "94111"})
    assert set(ask(con, measures=["households"], by=["zip"], geography=part).table["households"].to_pylist()) == {None}
    inside = Scenario("district", "zone", {"A": "D1"})
    rows = ask(con, measures=["households"], by=["district"], geography=inside).table.to_pylist()
    assert {r["district"]: r["households"] for r in rows if r["district"]} == {"D1": 45, "D2": 30}


def test_outlines_are_those_of_the_version(con):
    known = dimensions(star.SETTINGS)

    def west(level, word):
        found = named_outlines(con, level, geography_of(con, word, known))
        return {name: outline.bounds[0] for name, outline in found.items()}

    assert west("zone", "as is") == {"A": 12, "C": 14, "D": 15}
    assert west("zone", date(2016, 5, 5)) == {"A": 11, "B": 13}
    assert west("zone", "as was") == {"A": 12, "B": 13, "C": 14, "D": 15}
    assert west("zip", _scenario()) == {"94110": 31, "94111": 12, "new": 14}


def test_without_dated_regions_every_day_is_today():
    con = star.build(company.rows())
    words = {"measures": ["customers", "revenue"], "by": ["zone"]}
    assert ask(con, **words, geography="as was").table.equals(ask(con, **words).table)
    assert con.execute("SELECT count(*) FROM cube.location_path_on").fetchone() == (0,)


def test_shares_of_the_parent_are_told_where_there_is_one_parent(con):
    with pytest.raises(QueryError, match="has lain in several districts"):
        ask(con, measures=["share_of_parent(revenue)"], by=["zone"], geography="as was")
    rows = ask(
        con, measures=["revenue", "share_of_parent(revenue)"], by=["zone"], geography=date(2016, 5, 5)
    ).table.to_pylist()
    assert {r["zone"]: r["share_of_parent(revenue)"] for r in rows if r["zone"]} == {"A": 1.0, "B": 1.0}


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("yesterday", "'yesterday' is none"),
        ({"level": "zip", "unit": "zone"}, "says 'level', 'unit' and 'assign'"),
        (Scenario("zon", "zone", {}), "no level whose regions"),
        (Scenario("zone", "district", {}), "smaller level"),
        (Scenario("zip", "zone", {"B": "94110"}), "no zone 'B' today"),
    ],
)
def test_what_is_no_geography_is_refused(con, word, message):
    with pytest.raises(QueryError, match=message):
        ask(con, measures=["customers"], by=["zip"], geography=word)


def test_another_geography_needs_record_rights(con):
    with pytest.raises(QueryError, match="record rights"):
        ask(con, measures=["customers"], by=["zone"], geography="as was", scope=Scope("public"))


def test_a_geography_is_kept_in_words(con):
    assert Question(("customers",), geography=date(2017, 1, 2)).words()["geography"] == "2017-01-02"
    words = Question(("customers",), geography=_scenario()).words()["geography"]
    assert words == {"level": "zip", "unit": "zone", "assign": {"A": "94111", "C": "new", "D": None}}
    again = json.loads(json.dumps(words))
    assert geography_of(con, again, dimensions(star.SETTINGS)) == geography_of(
        con, _scenario(), dimensions(star.SETTINGS)
    )


def test_a_snapshot_of_an_older_version_says_that_it_has_to_be_built_again():
    old = star.build(company.rows())
    old.execute("DROP TABLE cube.region_version")
    with pytest.raises(ProjectError, match="run gcrm build again"):
        named_outlines(old, "zone", TODAY)

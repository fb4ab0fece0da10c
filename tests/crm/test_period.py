"""Periods: a new assignment closes the earlier one, and two of one subject never overlap."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gcrm import crm
from gcrm.errors import RecordError
from tests.crm.place import ANA, Place

FIRST = date(2024, 1, 1)
ZONE = crm.Subject("region", "12", "zone")


def day(n: int | None) -> date | None:
    return None if n is None else FIRST + timedelta(n)


def held(store: crm.Store, **how: object) -> list[tuple[str, int, int | None]]:
    """Owner, first day and end of each assignment, in order."""
    return [
        (a.owner_id, (a.valid_from - FIRST).days, a.valid_to and (a.valid_to - FIRST).days)
        for a in store.find(crm.Assignment, order_by="valid_from", **how)
    ]


def assign(store: crm.Store, owner: str, first: int, end: int | None = None, **how: object) -> crm.Assignment:
    with store.write(actor="ana") as unit:
        return unit.add(crm.Assignment(how.pop("subject", ZONE), owner, day(first), day(end), **how))


def test_a_new_assignment_closes_the_earlier_one_in_the_same_transaction(store: crm.Store) -> None:
    first = assign(store, "S1", 0)
    assign(store, "S2", 31)
    assert held(store) == [("S1", 0, 31), ("S2", 31, None)]
    closed = store.history(crm.Assignment, first.id)[-1]
    assert (closed.action, closed.before, closed.after) == ("change", {}, {"valid_to": "2024-02-01"})


def test_others_are_left_alone(store: crm.Store) -> None:
    assign(store, "S1", 0)
    assign(store, "S2", 5, product="wine")
    assign(store, "S3", 5, channel="web")
    assign(store, "S4", 5, subject=crm.Subject("region", "12", "district"))
    assign(store, "S5", 5, subject=ANA)
    assert {end for _, _, end in held(store)} == {None}


def test_one_of_the_same_day_is_replaced(store: crm.Store) -> None:
    first = assign(store, "S1", 0)
    assign(store, "S2", 0)
    assert held(store) == [("S2", 0, None)]
    assert [c.action for c in store.history(crm.Assignment, first.id)] == ["add", "remove"]


def test_one_behind_the_back_of_a_later_one_is_refused_but_fits_before_it(store: crm.Store) -> None:
    later = assign(store, "S1", 31)
    message = rf"would overlap one that begins on 2024-02-01 \(number {later.id}, S1\). Give it an end by then"
    with pytest.raises(RecordError, match=message):
        assign(store, "S2", 0)
    with pytest.raises(RecordError, match=message):
        assign(store, "S2", 0, 32)
    assign(store, "S2", 0, 31)
    assert held(store) == [("S2", 0, 31), ("S1", 31, None)]
    with pytest.raises(RecordError, match=message), store.write(actor="ana") as unit:
        unit.change(store.find(crm.Assignment, owner_id="S2")[0], valid_to=None)


def test_a_sales_person_changes_team(store: crm.Store) -> None:
    with store.write(actor="ana") as unit:
        unit.add(crm.Owner("S1", "Sam", "North"))
        unit.add(crm.Owner("S1", "Sam", "South", day(10)))
        unit.add(crm.Owner("S2", "Sue", "North"))
    assert [(o.owner_id, o.team, o.valid_from, o.valid_to) for o in store.find(crm.Owner)] == [
        ("S1", "North", None, day(10)),
        ("S1", "South", day(10), None),
        ("S2", "North", None, None),
    ]


STEPS = st.lists(st.tuples(st.integers(0, 12), st.none() | st.integers(1, 6), st.sampled_from(["a", "b"])), max_size=8)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_whatever_is_assigned_nobody_shares_a_day(tmp_path_factory: pytest.TempPathFactory, steps: list) -> None:
    who: dict[tuple[str, int], str] = {}  # subject and day -> owner, kept by hand
    with Place(tmp_path_factory.mktemp("store")).open() as store:
        for i, (first, length, subject) in enumerate(steps):
            end = None if length is None else first + length
            try:
                assign(store, f"S{i}", first, end, subject=crm.Subject("customer", subject))
            except RecordError:
                continue
            # Whatever was running gives way from the first day on, for good.
            who = {(s, d): o for (s, d), o in who.items() if s != subject or d < first or _later(store, o, first)}
            who |= {(subject, d): f"S{i}" for d in range(first, end or 30)}
        found: dict[tuple[str, int], str] = {}
        for subject in "ab":
            for owner, first, end in held(store, subject=crm.Subject("customer", subject)):
                for d in range(first, min(end or 30, 30)):
                    assert (subject, d) not in found
                    found[subject, d] = owner
        assert found == who


def _later(store: crm.Store, owner: str, first: int) -> bool:
    """Whether an owner's assignment begins after a day."""
    return any((a.valid_from - FIRST).days > first for a in store.find(crm.Assignment, owner_id=owner))

"""Scenarios in the store: steps that are undone, done again and gone back to; publishing writes all or nothing."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gcrm import crm
from gcrm.crm import drafting
from gcrm.errors import ConflictError, RecordError
from tests.crm.place import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

DAY = date(2024, 7, 1)
UNITS = {"z1": "North", "z2": "North", "z3": "South", "z4": None}
OWNERS = {"North": "anna", "South": "ben"}


def begin(store: crm.Store, name: str = "plan", **words: object) -> crm.Scenario:
    with store.write(actor="ana") as unit:
        return drafting.begin(unit, crm.Scenario(name, "territory", "zone", **words), dict(UNITS), dict(OWNERS))


def move(store: crm.Store, scenario: crm.Scenario, **units: str | None) -> crm.Scenario:
    with store.write(actor="ben") as unit:
        return drafting.step(unit, scenario, units, {}, "moved")


def units_of(store: crm.Store, name: str = "plan") -> dict[str, str | None]:
    return dict(drafting.layout(store, drafting.named(store, name)).units)


def go(store: crm.Store, scenario: crm.Scenario, by: int) -> crm.Scenario:
    with store.write(actor="ana") as unit:
        return drafting.go(unit, scenario, by)


def test_steps_are_undone_and_done_again(store: crm.Store) -> None:
    first = begin(store)
    assert units_of(store) == UNITS
    moved = move(store, move(store, first, z2="South"), z4="South", z3=None)
    assert units_of(store) == UNITS | {"z2": "South", "z4": "South", "z3": None}
    back = go(store, moved, -1)
    assert units_of(store) == UNITS | {"z2": "South"}
    assert go(store, go(store, back, -5), 0).head == 1
    assert units_of(store) == UNITS
    again = go(store, drafting.named(store, "plan"), 9)
    assert again.head == 3
    assert units_of(store) == UNITS | {"z2": "South", "z4": "South", "z3": None}
    other = move(store, go(store, again, -2), z1="South")
    assert (other.head, len(drafting.steps(store, other))) == (2, 2)
    assert units_of(store) == UNITS | {"z1": "South"}
    kinds = [(c.actor, c.action) for c in store.changes() if c.entity == "scenario_step"]
    assert kinds == [
        ("ana", "add"),
        ("ben", "add"),
        ("ben", "add"),
        ("ben", "remove"),
        ("ben", "remove"),
        ("ben", "add"),
    ]


def test_going_back_to_a_step_is_a_step(store: crm.Store) -> None:
    scenario = move(store, move(store, begin(store), z1="South"), z2="East")
    with store.write(actor="ana") as unit:
        scenario = drafting.step(unit, scenario, {}, {"East": "cleo"})
        scenario = drafting.restore(unit, scenario, 1)
        assert drafting.layout(unit, scenario) == drafting.Layout(UNITS, OWNERS | {"East": None})
    assert scenario.head == 5
    assert units_of(store) == UNITS
    go(store, scenario, -1)
    assert units_of(store) == UNITS | {"z1": "South", "z2": "East"}
    with pytest.raises(RecordError, match="has no step 6: its steps are 1 to 5"), store.write(actor="ana") as unit:
        drafting.restore(unit, drafting.named(unit, "plan"), 6)


def test_nothing_changes_where_nothing_differs(store: crm.Store) -> None:
    scenario = begin(store)
    assert move(store, scenario, z1="North", z4=None) == scenario


def test_what_somebody_else_changed_is_not_overwritten(store: crm.Store) -> None:
    scenario = begin(store)
    move(store, scenario, z1="South")
    with pytest.raises(ConflictError, match="ben changed head"):
        move(store, scenario, z2="South")
    assert units_of(store) == UNITS | {"z1": "South"}


def test_names_and_units_are_checked(store: crm.Store) -> None:
    scenario = begin(store)
    with pytest.raises(RecordError, match="a scenario 'plan' already"):
        begin(store, " plan ")
    with pytest.raises(RecordError, match=r"no unit 'z9'\. Known: z1, z2, z3, z4\. Nothing was changed"):
        move(store, scenario, z1="South", z9="South")
    assert units_of(store) == UNITS
    with pytest.raises(RecordError, match=r"no scenario 'plam'\. Did you mean 'plan'"):
        drafting.named(store, "plam")
    with store.write(actor="ana") as unit:
        unit.change(scenario, state="archived")
    assert begin(store).id != scenario.id
    assert drafting.named(store, "plan").state == "draft"


def test_publishing_writes_assignments_of_a_day_or_nothing(store: crm.Store) -> None:
    scenario = begin(store, product="tea")
    about = {"product": "tea", "channel": None}
    with store.write(actor="ana") as unit:
        for region, first in (("z1", date(2024, 1, 1)), ("z4", date(2024, 1, 1)), ("z3", date(2024, 9, 1))):
            unit.add(crm.Assignment(crm.Subject("region", region, "zone"), "cleo", first, product="tea"))
    changes = {"z1": "anna", "z3": "ben", "z4": None}
    with pytest.raises(RecordError, match="begins on 2024-09-01"), store.write(actor="ana") as unit:
        drafting.publish(unit, scenario, changes, DAY)
    assert drafting.named(store, "plan") == scenario
    assert {a.owner_id for a in store.find(crm.Assignment)} == {"cleo"}
    with store.write(actor="ana") as unit:
        unit.remove(unit.find(crm.Assignment, subject=crm.Subject("region", "z3", "zone"), **about)[0])
        done = drafting.publish(unit, scenario, changes, DAY)
    assert (done.state, done.effective) == ("published", DAY)
    held = {(a.subject.id, a.owner_id, a.valid_from, a.valid_to) for a in store.find(crm.Assignment, **about)}
    assert held == {
        ("z1", "cleo", date(2024, 1, 1), DAY),
        ("z1", "anna", DAY, None),
        ("z3", "ben", DAY, None),
        ("z4", "cleo", date(2024, 1, 1), DAY),
    }
    with pytest.raises(RecordError, match="is published and stays as it is"):
        move(store, done, z1="South")


NUMBERS = count()
TURNS = st.lists(
    st.one_of(
        st.dictionaries(st.sampled_from(sorted(UNITS)), st.sampled_from(["North", "South", "East", None]), max_size=3),
        st.integers(-3, 3),
    ),
    max_size=10,
)


@pytest.fixture(scope="module")
def own_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[crm.Store]:
    """Give one store to all examples, which takes less time than one for each."""
    with Place(tmp_path_factory.mktemp("store")).open() as store:
        yield store


@settings(max_examples=25, deadline=None)
@given(turns=TURNS)
def test_steps_are_a_history_like_any_other(own_store: crm.Store, turns: list[object]) -> None:
    """Held against a plain list of layouts with a place in it."""
    kept, at = [UNITS], 0
    with own_store.write(actor="ana") as unit:
        scenario = drafting.begin(unit, crm.Scenario(f"plan {next(NUMBERS)}", "territory", "zone"), dict(UNITS), {})
        for turn in turns:
            if isinstance(turn, int):
                scenario, at = drafting.go(unit, scenario, turn), min(max(at + turn, 0), len(kept) - 1)
            else:
                scenario = drafting.step(unit, scenario, turn, {})
                if kept[at] | turn != kept[at]:
                    kept, at = [*kept[: at + 1], kept[at] | turn], at + 1
            assert drafting.layout(unit, scenario).units == kept[at]

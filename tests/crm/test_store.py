"""The store: what is written is there at once, in one piece and in the log; whoever comes late is told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from gcrm import crm
from gcrm.errors import ConflictError, QueryError, RecordError
from tests.crm.place import ANA, BEN, Place

ZONE = crm.Subject("region", "12", "zone")
#: One of every type, with the values that come back.
RECORDS = [
    crm.Contact(ANA, "Ana Ruiz", "buyer", "ana@example.org", "+34 600 000 000"),
    crm.Interaction(BEN, datetime(2024, 5, 1, 10, 30), "phone", "call", "reached", "Wants a\nquote."),  # noqa: DTZ001
    crm.Note(crm.Subject("building", "8437"), "The bell is broken. ✓ 안녕"),
    crm.Task(ANA, "Send the quote", date(2024, 5, 3), "S01"),
    crm.Visit(crm.Subject("store", "S1"), datetime(2024, 5, 4, 9), "S01", "planned"),  # noqa: DTZ001
    crm.Owner("S01", "Sam", "North", date(2024, 1, 1)),
    crm.Assignment(ZONE, "S01", date(2024, 1, 1), date(2024, 7, 1), "wine", "web"),
    crm.Consent(ANA, "email", "campaign", granted=True, given_on=date(2024, 2, 29), evidence="form 12"),
    crm.Decision("1 main st 94110", "move", -122.4, 37.7, 9_007_199_254_740_993, "across the yard"),
    crm.Sameness(ANA, "prospect", "P1", same=False),
    crm.Residence("parcel 12-7", "small_multi", 3),
    crm.Scenario("2025, three teams", "territory", "zone", "draft", 1, None, "fewer miles", None, "wine", "web"),
    crm.ScenarioStep(1, 1, {"z1": "North", "z2": None}, {"North": "S01"}, "begun"),
    crm.SavedView("My zone", "territory", "level=zone&in=12"),
    crm.Export("audience", 12, {"where": {"zone": ["12"]}, "rows": 12, "share": 0.5, "name": "Ñ"}, "list.csv"),
]


@pytest.mark.parametrize("record", RECORDS, ids=lambda r: type(r).__name__)
def test_every_record_comes_back_as_it_was_written(store: crm.Store, record: crm.Record) -> None:
    before = datetime.now(UTC)
    with store.write(actor="ana") as unit:
        stored = unit.add(record)
    read = store.get(type(record), stored.id)
    assert read == stored
    assert store.find(type(record)) == [stored]
    assert {name: value for name, value in vars(read).items() if name in _own(record)} == _own(record)
    assert (read.version, read.created_by, read.changed_by) == (1, "ana", "ana")
    assert before - timedelta(seconds=1) <= read.created_at == read.changed_at <= datetime.now(UTC)
    assert read.created_at.tzinfo is UTC


def _own(record: crm.Record) -> dict[str, object]:
    kept = {"id", "version", "created_at", "created_by", "changed_at", "changed_by"}
    return {name: value for name, value in vars(record).items() if name not in kept}


def test_others_see_it_at_once(store: crm.Store, at: Place) -> None:
    with at.open() as other:
        with store.write(actor="ana") as unit:
            note = unit.add(crm.Note(ANA, "new"))
            assert unit.get(crm.Note, note.id) == note
            assert other.find(crm.Note) == []
        assert other.find(crm.Note) == [note]


def test_a_unit_is_whole_or_nothing(store: crm.Store) -> None:
    with pytest.raises(ZeroDivisionError), store.write(actor="ana") as unit:  # noqa: PT012
        unit.add(crm.Note(ANA, "half"))
        unit.add(crm.Task(ANA, "half"))
        _ = 1 / 0
    assert store.find(crm.Note) == store.find(crm.Task) == store.changes() == []
    with store.write(actor="ana") as unit:
        unit.add(crm.Note(ANA, "whole"))
    assert [c.number for c in store.changes()] == [1]


def test_a_change_says_who_and_when_and_what(store: crm.Store) -> None:
    with store.write(actor="ana") as unit:
        task = unit.add(crm.Task(ANA, "Call", date(2024, 1, 2)))
    with store.write(actor="ben") as unit:
        changed = unit.change(task, state="done", title=" Call back ")
        unit.remove(changed)
    assert (changed.version, changed.title, changed.state, changed.created_by, changed.changed_by) == (
        2,
        "Call back",
        "done",
        "ana",
        "ben",
    )
    about = {"subject_kind": "customer", "subject_id": "C1"}
    history = store.history(crm.Task, task.id)
    assert [(c.number, c.actor, c.action, c.entity, c.entity_id, c.version) for c in history] == [
        (1, "ana", "add", "task", task.id, 1),
        (2, "ben", "change", "task", task.id, 2),
        (3, "ben", "remove", "task", task.id, 3),
    ]
    assert (history[0].before, history[0].after) == (
        None,
        about | {"title": "Call", "due_on": "2024-01-02", "state": "open"},
    )
    assert (history[1].before, history[1].after) == (
        {"title": "Call", "state": "open"},
        {"title": "Call back", "state": "done"},
    )
    assert (history[2].before, history[2].after) == (
        about | {"title": "Call back", "due_on": "2024-01-02", "state": "done"},
        None,
    )
    assert store.get(crm.Task, task.id) is None
    assert store.find(crm.Task) == []
    assert store.last_change() == 3


def test_a_change_that_changes_nothing_leaves_no_trace(store: crm.Store) -> None:
    with store.write(actor="ana") as unit:
        task = unit.add(crm.Task(ANA, "Call"))
        assert unit.change(task, title="Call ") == task
    assert store.last_change() == 1


def test_whoever_comes_late_is_told_who_changed_what_and_when(store: crm.Store) -> None:
    with store.write(actor="ana") as unit:
        task = unit.add(crm.Task(ANA, "Call"))
    with store.write(actor="ben") as unit:
        unit.change(task, state="done", owner_id="S01")
    with pytest.raises(ConflictError) as caught, store.write(actor="ana") as unit:  # noqa: PT012
        unit.add(crm.Note(ANA, "lost with the rest"))
        unit.change(task, state="dropped")
    change = store.changes(after=1)[0]
    assert str(caught.value) == (
        f"This task is not as you read it: ben changed owner_id, state on {change.at:%Y-%m-%d at %H:%M:%S} UTC. "
        "Nothing of yours was stored. Read it again and repeat your change."
    )
    assert store.get(crm.Task, task.id).state == "done"
    assert store.find(crm.Note) == []
    with store.write(actor="cleo") as unit:
        unit.remove(unit.get(crm.Task, task.id))
    for act in (lambda u: u.change(task, state="dropped"), lambda u: u.remove(task)):
        with pytest.raises(ConflictError, match="cleo removed it on "), store.write(actor="ana") as unit:
            act(unit)


def test_what_is_not_stored_cannot_be_changed_nor_stored_twice(store: crm.Store) -> None:
    with store.write(actor="ana") as unit:
        note = unit.add(crm.Note(ANA, "x"))
        with pytest.raises(RecordError, match="not stored yet; add it first"):
            unit.change(crm.Note(ANA, "x"), text="y")
        with pytest.raises(RecordError, match=r"stored already \(number 1\); use change"):
            unit.add(note)
        with pytest.raises(RecordError, match=r"note\.txt is no field\. Did you mean 'text'"):
            unit.change(note, txt="y")
        with pytest.raises(RecordError, match=r"note\.subject stays as it is"):
            unit.change(note, subject=BEN)


def test_a_number_is_never_given_twice(store: crm.Store) -> None:
    with store.write(actor="ana") as unit:
        first = unit.add(crm.Note(ANA, "x"))
    store.erase([ANA], actor="ana")
    with store.write(actor="ana") as unit:
        assert unit.add(crm.Note(BEN, "y")).id > first.id


@pytest.mark.parametrize("actor", ["", "  ", "two\nlines", None, "x" * 201])
def test_every_unit_has_an_actor(store: crm.Store, actor: str) -> None:
    with pytest.raises(RecordError, match="Every change says who made it"), store.write(actor=actor):
        pytest.fail("it must not begin")


def test_find_filters_orders_and_cuts(store: crm.Store) -> None:
    days = [date(2024, 1, 3), None, date(2024, 1, 1), date(2024, 1, 2)]
    with store.write(actor="ana") as unit:
        for i, day in enumerate(days):
            unit.add(crm.Task(ANA if i % 2 else BEN, str(i), day, owner_id="S1" if i < 2 else None))
        unit.add(crm.Note(ZONE, "n"))

    def titles(**how: object) -> list[str]:
        return [t.title for t in store.find(crm.Task, **how)]

    assert titles() == ["0", "1", "2", "3"]
    assert titles(order_by="due_on") == ["2", "3", "0", "1"]
    assert titles(order_by="-due_on", limit=2) == ["0", "3"]
    assert titles(order_by=("owner_id", "-title")) == ["1", "0", "3", "2"]
    assert titles(subject=ANA) == ["1", "3"]
    assert titles(subject=[ANA, BEN, ZONE]) == ["0", "1", "2", "3"]
    assert titles(subject=[]) == []
    assert titles(subject=crm.Subject("customer", "P1")) == []
    assert titles(owner_id=None) == ["2", "3"]
    assert titles(owner_id=["S1", None], subject=BEN) == ["0", "2"]
    assert titles(due_on=[date(2024, 1, 1), date(2024, 1, 3)]) == ["0", "2"]
    assert [n.text for n in store.find(crm.Note, subject=ZONE)] == ["n"]
    assert store.find(crm.Note, subject=crm.Subject("region", "12", "district")) == []
    for wrong in ({"subjct": ANA}, {"order_by": "due"}, {"order_by": "-removed_at"}):
        with pytest.raises(QueryError, match="has no field"):
            store.find(crm.Task, **wrong)


def test_the_log_cannot_be_rewritten(store: crm.Store) -> None:
    with store.write(actor="ana") as unit:
        note = unit.add(crm.Note(ANA, "x"))
        unit.change(note, text="y")
    columns = "number, at, actor, action, entity, entity_id, version"
    insert = f"INSERT INTO change ({columns}) VALUES ({{}}, '2024-01-01', 'x', 'add', 'note', 1, 1)"
    for statement in (
        "DELETE FROM change",
        "DELETE FROM change WHERE number = 2",
        "UPDATE change SET actor = 'nobody'",
        "UPDATE change SET before = NULL, after = NULL",
        "UPDATE change SET before = NULL, after = NULL, blanked = 1",
        "UPDATE change SET number = 3 WHERE number = 2",
        insert.format(4),
        insert.format(2),
        insert.replace("INSERT", "INSERT OR REPLACE").format(1),
    ):
        with pytest.raises(DBAPIError), store._door.engine.begin() as con:
            con.execute(text(statement))
    assert [c.actor for c in store.changes()] == ["ana", "ana"]


def test_the_log_is_read_in_parts(store: crm.Store) -> None:
    for i in range(5):
        with store.write(actor="ana") as unit:
            unit.add(crm.Note(ANA, f"{i}"))
    assert [c.number for c in store.changes(after=1, limit=2)] == [2, 3]
    assert [c.number for c in store.changes(after=5)] == []


def test_only_what_a_build_reads_is_new_to_it(store: crm.Store, at: Place) -> None:
    empty = crm.fingerprint(at.folder, at.settings)
    with store.write(actor="ana") as unit:
        unit.add(crm.Note(ANA, "x"))
        unit.add(crm.SavedView("v", "p"))
        unit.add(crm.Export("x", 1, {}))
    assert crm.fingerprint(at.folder, at.settings) == empty != ""
    with store.moment() as moment:
        identity = moment.identity
    prints = {empty}
    with store.write(actor="ana") as unit:
        task = unit.add(crm.Task(ANA, "x"))
    for act in (
        lambda u: u.change(task, state="done"),
        lambda u: u.add(crm.Consent(ANA, "email", "x", granted=True, given_on=date(2024, 1, 1))),
        lambda u: u.remove(u.get(crm.Task, task.id)),
    ):
        prints.add(crm.fingerprint(at.folder, at.settings))
        with store.write(actor="ana") as unit:
            act(unit)
    store.erase([BEN], actor="ana")
    prints.add(crm.fingerprint(at.folder, at.settings))
    assert len(prints) == 5
    assert store.pending(identity, 0) == store.pending(None, 99) == store.pending("another", 99) == 5
    assert store.pending(identity, 4) == 4
    assert store.pending(identity, store.last_change()) == 0


def test_a_local_actor_has_a_name() -> None:
    assert crm.local_actor()

"""Redaction: a name goes out of what was written about others, out of its history, and everything else stays."""

from __future__ import annotations

from gcrm import crm

BUILDING = crm.Subject("building", "B1")


def test_a_text_goes_out_of_records_and_log(store: crm.Store) -> None:
    with store.write(actor="ana") as unit:
        note = unit.add(crm.Note(BUILDING, "Ask Ann Lee for the key."))
        gone = unit.add(crm.Note(BUILDING, "Ann Lee was here."))
        unit.remove(gone)
        task = unit.add(crm.Task(BUILDING, "Call Ann Lee"))
        unit.change(task, title="Call the janitor")
        other = unit.add(crm.Note(BUILDING, "The lift is broken."))
        unit.add(crm.Export("audience", 3, {"where": {"name": ["Ann Lee", "Bob"]}}, "a.csv"))
    before = store.changes()
    assert store.redact(lambda text: text.replace("Ann Lee", "(forgotten)"), actor="officer") == 3
    assert [n.text for n in store.find(crm.Note, subject=BUILDING)] == ["Ask (forgotten) for the key.", other.text]
    assert [e.receipt for e in store.find(crm.Export)] == [{"where": {"name": ["(forgotten)", "Bob"]}}]
    log = store.changes()
    assert "Ann Lee" not in str(log)
    assert [(c.number, c.at, c.actor, c.action, c.entity_id) for c in log[:-1]] == [
        (c.number, c.at, c.actor, c.action, c.entity_id) for c in before
    ]
    assert (log[-1].actor, log[-1].action) == ("officer", "forget")
    assert store.history(crm.Note, other.id)[0].after is not None
    assert store.history(crm.Note, note.id)[0].after is None
    assert "Ann Lee" not in str(store.history(crm.Task, task.id))


def test_nothing_is_written_where_nothing_is_found(store: crm.Store) -> None:
    with store.write(actor="ana") as unit:
        unit.add(crm.Note(BUILDING, "The lift is broken."))
    before = store.changes()
    assert store.redact(lambda text: text.replace("Ann Lee", "x"), actor="officer") == 0
    assert store.changes() == before

"""Forgetting: no byte of the person is left in the files, the rest stays, and the person is known again by a hash."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest

from gcrm import crm
from gcrm.errors import RecordError, StoreError
from tests.crm.place import ANA, BEN, Place

if TYPE_CHECKING:
    from pathlib import Path

    from tests.postgres import Server

WORDS = ("Zélie Quickfox", "quickfox@example.org", "likes turquoise", "QF-77120")


def person(unit: crm.Unit, subject: crm.Subject) -> None:
    """Write everything there can be about a person, with words that occur nowhere else."""
    name, email, text, evidence = WORDS
    contact = unit.add(crm.Contact(subject, name, email="old." + email))
    unit.change(contact, email=email)
    note = unit.add(crm.Note(subject, text))
    unit.remove(note)
    unit.add(crm.Note(subject, text + " " + "x" * 9000))
    task = unit.add(crm.Task(subject, text))
    unit.change(task, title=f"{text} {name}")
    unit.add(crm.Visit(subject, datetime(2024, 1, 1, 9), "S01", "done", text))  # noqa: DTZ001
    unit.add(crm.Interaction(subject, datetime(2024, 1, 1, 9), "phone", "call", text, name))  # noqa: DTZ001
    unit.add(crm.Consent(subject, "email", "x", granted=True, given_on=date(2024, 1, 1), evidence=evidence))
    unit.add(crm.Assignment(subject, "S01", date(2024, 1, 1)))


def found(folder: Path, words: tuple[str, ...]) -> set[str]:
    """Words that some file of a folder holds, in UTF-8 or UTF-16 or as JSON writes it."""
    content = b"".join(path.read_bytes() for path in folder.iterdir())
    forms = {w: (w.encode(), w.encode("utf-16-le"), w.encode("unicode_escape")) for w in words}
    return {w for w, bytes_ in forms.items() if any(b in content for b in bytes_)}


def test_no_byte_of_a_forgotten_person_is_left(tmp_path: Path) -> None:
    who = crm.Subject("customer", "C-4711-unique")
    words = (*WORDS, who.id)
    with Place(tmp_path).open() as store:
        with store.write(actor="ana") as unit:
            unit.add(crm.Note(BEN, "stays here"))
        with store.write(actor="ana") as unit:
            person(unit, who)
            unit.add(crm.Note(BEN, "stays there"))
        with store.write(actor="ana") as unit:
            for i in range(50):
                unit.add(crm.Note(ANA, f"{i} " + "y" * 500))
        assert found(tmp_path, words) == set(words)
        assert store.erase([who], actor="officer") == 8
        assert found(tmp_path, words) == set()  # while it is still open
        with store.write(actor="ana") as unit:
            unit.add(crm.Note(BEN, "after"))
    assert found(tmp_path, (*words, "stays here", "stays there", "after")) == {"stays here", "stays there", "after"}


def test_records_go_the_log_keeps_who_and_when(store: crm.Store) -> None:
    with store.write(actor="ana") as unit:
        person(unit, ANA)
        person(unit, BEN)
    before = store.changes()
    assert store.erase([ANA], actor="officer") == 8
    kinds = (crm.Contact, crm.Note, crm.Task, crm.Visit, crm.Interaction, crm.Consent, crm.Assignment)
    for kind in kinds:
        assert store.find(kind, subject=ANA) == []
        assert len(store.find(kind, subject=BEN)) == 1
    after = store.changes()
    assert [(c.number, c.at, c.actor, c.action, c.entity, c.entity_id, c.version) for c in before] == [
        (c.number, c.at, c.actor, c.action, c.entity, c.entity_id, c.version) for c in after[:-1]
    ]
    half = len(before) // 2
    assert {(c.before, c.after) for c in after[:half]} == {(None, None)}
    assert after[half:-1] == before[half:]
    last = after[-1]
    assert (last.actor, last.action, last.entity, last.after) == (
        "officer",
        "forget",
        "tombstone",
        {"subjects": 1, "records": 8},
    )


def test_a_decision_about_two_records_goes_with_either_of_them(store: crm.Store) -> None:
    dora = crm.Subject("customer", "D1")
    with store.write(actor="ana") as unit:
        unit.add(crm.Sameness(ANA, "customer", "D1", same=False))
        kept = unit.add(crm.Sameness(ANA, "prospect", "D1", same=True))
        unit.add(crm.Sameness(dora, "prospect", "P1", same=True))
    assert store.erase([dora], actor="officer") == 2
    assert store.find(crm.Sameness) == [kept]
    assert [c.after for c in store.changes()][:3] == [None, {**STORED, "subject_id": "C1"}, None]


STORED = {"subject_kind": "customer", "other_kind": "prospect", "other_id": "D1", "same": True}


def test_a_tombstone_knows_the_person_and_nobody_else(store: crm.Store) -> None:
    assert store.tombstones().hashes == frozenset()
    store.erase([ANA, crm.Subject("region", "12", "zone")], actor="officer")
    assert store.forgotten("customer", "C1") is True
    assert store.forgotten("prospect", "C1") is store.forgotten("customer", "C2") is False
    stones = store.tombstones()
    assert ANA in stones
    assert BEN not in stones
    assert hashlib.sha256(stones.salt + b"customer\x1fC1").hexdigest() in stones.hashes
    assert len(stones.salt) == 32
    assert all(len(h) == 64 and "C1" not in h for h in stones.hashes)
    assert min(stones.hashes) not in repr(stones)


def test_two_stores_have_salts_of_their_own(tmp_path: Path) -> None:
    salts = set()
    for name in "ab":
        (tmp_path / name).mkdir()
        with Place(tmp_path / name).open() as store:
            salts.add(store.tombstones().salt)
    assert len(salts) == 2


def test_forgetting_again_and_forgetting_strangers_does_no_harm(store: crm.Store) -> None:
    with store.write(actor="ana") as unit:
        person(unit, ANA)
    assert store.erase([], actor="officer") == 0
    assert [store.erase([ANA, ANA], actor="officer") for _ in range(2)] == [8, 0]
    assert store.erase([BEN], actor="officer") == 0
    assert len(store.tombstones().hashes) == 2
    with pytest.raises(RecordError, match="subject is empty"):
        store.erase([crm.Subject("customer", "")], actor="officer")


def test_two_hundred_people_are_forgotten_in_one_go(store: crm.Store) -> None:
    people = [crm.Subject("customer", f"person {i}") for i in range(200)]
    with store.write(actor="ana") as unit:
        for who in people:
            unit.add(crm.Note(who, "x"))
        unit.add(crm.Note(BEN, "stays"))
    assert store.erase(people, actor="officer") == 200
    assert [n.subject for n in store.find(crm.Note)] == [BEN]
    assert len(store.tombstones().hashes) == 200
    assert all(p in store.tombstones() for p in people)


def test_a_reader_that_holds_on_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gcrm.crm.erasure._PATIENCE_S", 0.2)
    with Place(tmp_path).open() as store, Place(tmp_path).open() as other:
        with store.write(actor="ana") as unit:
            person(unit, ANA)
        with other.moment() as moment:
            moment.find(crm.Note)
            with pytest.raises(StoreError, match="another program reads it and keeps their bytes"):
                store.erase([ANA], actor="officer")
        assert store.erase([ANA], actor="officer") == 0
    assert found(tmp_path, WORDS) == set()


def test_in_postgresql_the_tables_hold_nothing_once_they_are_rewritten(tmp_path: Path, postgres: Server) -> None:
    # What the server's own write-ahead log, its backups and replicas hold is beyond us: docs/guides/operations.md.
    name = postgres.database()
    with Place(tmp_path, postgres.url(name)).open() as store:
        with store.write(actor="ana") as unit:
            person(unit, ANA)
            unit.add(crm.Note(BEN, "a word that stays"))
        store.erase([ANA], actor="officer")
    postgres.execute("CHECKPOINT")
    oid = postgres.execute(f"SELECT oid FROM pg_database WHERE datname = '{name}'")[0][0]
    base = postgres.folder / "data" / "base" / str(oid)
    assert found(base, (*WORDS, "a word that stays")) == {"a word that stays"}

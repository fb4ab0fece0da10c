"""The audience: who may be reached is who agreed last, everybody is counted once, and nothing is given away."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta

import pyarrow as pa
import pytest

import gcrm
from gcrm import crm, exports
from gcrm.access.scope import Scope
from gcrm.crm import Subject
from gcrm.errors import AccessError, QueryError

MAIL = {"channel": "email", "purpose": "campaign"}


def ids(found):
    return found.table["id"].to_pylist()


def say(ws, who, granted, day, **words):
    subject = Subject("prospect" if who.startswith("q") else "customer", who)
    with ws.crm.write(actor="ana") as unit:
        return unit.add(crm.Consent(subject=subject, **{**MAIL, **words}, granted=granted, given_on=day))


def test_who_agreed_last_is_in_the_list_and_everybody_else_is_counted(ws):
    found = exports.audience(ws, **MAIL)
    assert ids(found) == ["z1c0", "z2c0", "q1"]
    assert found.counts == {
        "included": 3,
        "forgotten": 0,
        "inactive": 1,  # q3
        "is_customer": 1,  # q2
        "opted_out": 1,  # z1c1
        "no_consent": 8,  # z1c3-5, z2c1-2, lost, q4, q5
        "no_location": 0,
        "no_contact": 2,  # z1c2, z3c0
    }
    assert found.total == 11 + 5
    first, _, last = found.table.to_pylist()
    assert (first["email"], first["contact_name"], first["consent_on"]) == ("first@example.org", None, date(2024, 1, 1))
    assert (last["name"], last["contact_name"]) == ("=Quentin", "Mr Q")
    assert not {"phone", "address", "lon"} & set(found.table.column_names)


def test_each_channel_asks_for_what_it_needs(ws):
    mail = exports.audience(ws, channel="letter", purpose="Campaign")
    assert ids(mail) == ["q1", "q4"] or mail.counts["no_contact"] == 1
    assert mail.counts["no_location"] == 1  # q5
    visit = exports.audience(ws, channel="visit", purpose="campaign")
    assert ids(visit) == ["q1"]
    assert visit.counts["no_location"] == 1  # q4
    assert {"lon", "lat"} <= set(visit.table.column_names)
    phone = exports.audience(ws, channel="telephone", purpose="campaign")
    assert phone.table.to_pylist()[0]["phone"] == "+3"
    assert ids(exports.audience(ws, channel="web", purpose="campaign")) == []


def test_areas_and_kinds_narrow_it(ws):
    found = exports.audience(ws, where={"zone": ["z1", "z2"]}, kinds=["customers"], **MAIL)
    assert (ids(found), found.total) == (["z1c0", "z2c0"], 9)
    assert found.table["area"].to_pylist() == ["z1", "z2"]
    alone = exports.audience(ws, where={"zone": "z1"}, kinds=["prospects"], **MAIL)
    assert (ids(alone), alone.counts["is_customer"], alone.total) == (["q1", "q2"], 0, 3)
    nowhere = exports.audience(ws, where={"zone": None}, **MAIL)
    assert (ids(nowhere), nowhere.total) == ([], 3)  # lost, q4, q5
    customers = ws.query(["customers"], where={"zone": "z1"}).table["customers"][0].as_py()
    whole = exports.audience(ws, where={"zone": "z1"}, kinds=["customers"], **MAIL)
    assert whole.total - whole.counts["inactive"] == customers


def test_the_store_speaks_at_once(ws):
    say(ws, "z1c0", granted=False, day=date(2024, 3, 1))
    given = say(ws, "z1c1", granted=True, day=date(2024, 2, 1))  # the day of the file's no: the store's word counts
    say(ws, "z2c0", granted=False, day=date(2024, 1, 15))  # before the file's yes
    assert ids(exports.audience(ws, **MAIL)) == ["z1c1", "z2c0", "q1"]
    with ws.crm.write(actor="ana") as unit:
        unit.remove(given)
        unit.add(crm.Contact(subject=Subject("customer", "z2c0"), name="New", email="new@example.org"))
    found = exports.audience(ws, **MAIL)
    assert ids(found) == ["z2c0", "q1"]
    assert found.table.to_pylist()[0]["email"] == "new@example.org"
    assert found.receipt["change"] == ws.crm.last_change() > 0


def test_a_consent_for_something_else_is_none(ws):
    say(ws, "z1c3", granted=True, day=date(2024, 3, 1), purpose="newsletter")
    assert "z1c3" not in ids(exports.audience(ws, **MAIL))
    assert ids(exports.audience(ws, channel="email", purpose="newsletter")) == []  # no mailbox
    assert exports.audience(ws, channel="email", purpose="newsletter").counts["no_contact"] == 1


def test_the_forgotten_are_in_no_list_before_the_next_build(ws):
    ws.crm.erase([Subject("customer", "z1c0"), Subject("prospect", "q1")], actor="ana")
    found = exports.audience(ws, **MAIL)
    assert ids(found) == ["z2c0"]
    assert found.counts["forgotten"] == 2
    assert found.total == 16


def test_any_history_of_consents_is_read_as_its_latest_word(ws):
    """Against an independent reading of the same words, given in any order to the store."""
    chance = random.Random(3)  # noqa: S311
    people = [f"z1c{i}" for i in range(6)] + ["z2c0", "z2c1", "z3c0", "lost"]
    words = [
        (person, date(2024, 1, 1) + timedelta(chance.randrange(40)), chance.random() < 0.5)
        for person in people
        for _ in range(chance.randrange(5))
    ]
    chance.shuffle(words)
    with ws.crm.write(actor="ana") as unit:
        for person, day, granted in words:
            subject = Subject("customer", person)
            unit.add(crm.Consent(subject=subject, channel="web", purpose="survey", granted=granted, given_on=day))
    latest = {}
    for person, day, granted in words:
        if person not in latest or day >= latest[person][0]:
            latest[person] = (day, granted)
    found = exports.audience(ws, kinds=["customers"], channel="web", purpose="survey")
    assert ids(found) == sorted(person for person, (_, granted) in latest.items() if granted)
    counted = Counter("included" if granted else "opted_out" for _, granted in latest.values())
    assert {k: n for k, n in found.counts.items() if n} == dict(counted) | {"no_consent": 11 - len(latest)}


def test_a_scope_sees_its_regions_only_and_without_rights_no_list(ws):
    west = gcrm.open(ws.folder, Scope("west", {"zone": ("z2",)}, record_rights=True))
    assert ids(exports.audience(west, **MAIL)) == ["z2c0"]
    partner = gcrm.open(ws.folder, Scope("agency"))
    with pytest.raises(AccessError, match="ask how many"):
        exports.audience(partner, **MAIL)


def test_small_counts_are_withheld_and_cannot_be_worked_out(ws):
    exact = exports.reach(ws, **MAIL)
    assert (exact.counts["included"], exact.total) == (3, 16)
    shown = exports.reach(gcrm.open(ws.folder, Scope("agency")), **MAIL)
    least = ws.settings.privacy.min_count
    assert shown.total == 16
    hidden = [reason for reason, n in shown.counts.items() if n is None]
    assert all(n is None or n == 0 or n >= least for n in shown.counts.values())
    assert len(hidden) >= 2
    assert sum(exact.counts[reason] for reason in hidden) >= least
    few = exports.reach(gcrm.open(ws.folder, Scope("agency")), where={"zone": "z3"}, **MAIL)
    assert few.total is None
    assert set(few.counts.values()) == {None}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"kinds": ["customer"]}, "Did you mean 'customers'"),
        ({"kinds": []}, "no list of ''"),
        ({"where": {"zone": "z9"}}, "no zone 'z9'"),
        ({"channel": " "}, "Channel or purpose is empty"),
    ],
)
def test_a_wrong_word_is_named(ws, words, message):
    with pytest.raises(QueryError, match=message):
        exports.audience(ws, **{**MAIL, **words})


def test_areas_by_a_threshold(ws):
    assert exports.areas(ws, "zone", "customers", minimum=3).members == ("z1", "z2")
    assert exports.areas(ws, "zone", "customers", maximum=3).members == ("z2", "z3", "z4")
    assert exports.areas(ws, "zone", "customers", top=1).where == {"zone": ("z1",)}
    assert exports.areas(ws, "zone", "customers", where={"district": "s"}, minimum=0).members == ("z3", "z4")
    chosen = exports.areas(ws, "zone", "penetration", minimum=0.05)
    assert chosen.table["zone"].to_pylist() == list(chosen.members) == ["z1", "z2"]
    assert chosen.unknown == 1  # z4 has no households
    nobody = exports.areas(ws, "zone", "customers", minimum=99)
    assert nobody.table.num_rows == 0
    with pytest.raises(QueryError, match="No zone meets"):
        _ = nobody.where
    with pytest.raises(QueryError, match="at least 3 and at most 2"):
        exports.areas(ws, "zone", "customers", minimum=3, maximum=2)
    with pytest.raises(QueryError, match="top 0"):
        exports.areas(ws, "zone", "customers", top=0)
    withheld = exports.areas(gcrm.open(ws.folder, Scope("agency")), "zone", "customers", minimum=0, period="2024-Q2")
    assert withheld.members == ("z4",)
    assert withheld.suppressed == 3


def test_an_audience_is_a_safe_table(ws, tmp_path):
    found = exports.audience(ws, **MAIL)
    exports.write_table(found.table, tmp_path / "list.csv")
    assert '"\'=Quentin"' in (tmp_path / "list.csv").read_text(encoding="utf-8-sig")
    assert exports.read_table(tmp_path / "list.csv", found.table.schema).equals(found.table)
    assert found.table.schema.field("consent_on").type == pa.date32()

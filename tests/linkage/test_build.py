"""The stage: who is one party, who is not and why; what people decided; households; the values that count."""

from __future__ import annotations

from datetime import date

import pytest

from tests.linkage.company import customer, link, parties, rules


def test_a_person_written_twice_is_one_party_and_a_family_is_a_household():
    con, report = link(
        [
            customer("1", "Ana Maria Example", since=date(2019, 1, 1)),
            customer("2", "Example, Ana", "12 Alpha Street, 94110", since=date(2021, 1, 1)),
            customer("3", "Ben Example"),
            customer("4", "Dora Sample"),
            customer("5", "Ana Example", "7 Beta Ave, 94112"),
        ]
    )
    assert parties(con) == {
        "1": "customer:1",
        "2": "customer:1",
        "3": "customer:3",
        "4": "customer:4",
        "5": "customer:5",
    }
    found = rules(con)
    assert found["1", "2"] == ("likely", "same")
    assert found["1", "3"] == found["2", "3"] == ("family", "different")
    assert ("1", "5") not in found
    homes = dict(con.execute("SELECT id, household_id FROM linkage.member").fetchall())
    assert homes == {"1": "customer:1", "2": "customer:1", "3": "customer:1", "4": "customer:4", "5": "customer:5"}
    assert ("duplicate", 1) in {(f.kind, f.count) for f in report.findings}


def test_companies_are_one_by_their_name_and_not_by_another_form():
    con, _ = link(
        [
            customer("1", "Alpha Bakery Ltd."),
            customer("2", "ALPHA BAKERY LIMITED"),
            customer("3", "Alpha Bakery Inc"),
            customer("4", "Omega Tyres Ltd"),
        ]
    )
    found = rules(con)
    assert found["1", "2"] == ("likely", "same")
    assert found["1", "3"] == found["2", "3"] == ("legal_form_differs", "open")
    assert not any("4" in pair for pair in found)
    assert con.execute("SELECT DISTINCT household_id FROM linkage.member").fetchall() == [(None,)]


@pytest.mark.parametrize(
    ("more", "other", "rule"),
    [
        ({"born_on": date(1950, 3, 1)}, {"born_on": date(1981, 11, 24)}, "born_on_differs"),
        ({"official_id": "771 200 43"}, {"official_id": "90 155 872"}, "official_id_differs"),
        ({"born_on": date(1950, 3, 1)}, {"born_on": date(1950, 3, 1)}, "likely"),
        ({"official_id": "77120043", "born_on": date(1950, 3, 1)}, {"official_id": "771-20043"}, "likely"),
    ],
)
def test_father_and_son_of_one_name_are_left_to_a_person(more, other, rule):
    people = [customer("1", "Ana Example", **more), customer("2", "Ana Example", **other)]
    assert rules(link(people)[0])["1", "2"][0] == rule
    assert rules(link(people, contradictions="weigh")[0])["1", "2"] == ("likely", "same")


def test_twins_are_left_to_a_person():
    day = date(1990, 5, 6)
    con, _ = link([customer("1", "Ana Example", born_on=day), customer("2", "Bea Example", born_on=day)])
    assert rules(con)["1", "2"] == ("given_name_differs", "open")


def test_a_prospect_who_became_a_customer_is_the_customer():
    prospects = [
        {"prospect_id": "P1", "name": "Somebody Else", "customer_id": "1"},
        {"prospect_id": "P2", "name": "Ana Example", "address": "12 Alpha St, 94110"},
    ]
    con, _ = link([customer("1", "Ana Example")], prospects)
    assert parties(con) == {"1": "customer:1", "P1": "customer:1", "P2": "customer:1"}
    assert rules(con)["1", "P1"] == ("became", "same")


def test_contacts_tell_people_who_moved():
    people = [customer("1", "Ana Example"), customer("2", "Ana Example", "7 Beta Ave, 94112")]
    assert parties(link(people)[0])["2"] == "customer:2"
    contacts = [
        {"contact_id": "a", "customer_id": "1", "email": "ana@example.org", "phone": "+1 555 0100 200"},
        {"contact_id": "b", "customer_id": "2", "email": "Ana@Example.org", "phone": "(555) 0100200"},
    ]
    assert parties(link(people, contacts=contacts)[0])["2"] == "customer:1"


def test_decisions_outrank_the_model():
    people = [customer("1", "Ana Example"), customer("2", "Ana Example"), customer("3", "Ben Sample")]
    con, _ = link(people, decisions=[("1", "2", False), ("1", "3", True)])
    assert parties(con) == {"1": "customer:1", "2": "customer:2", "3": "customer:1"}
    found = rules(con)
    assert found["1", "2"] == ("decided_different", "different")
    assert found["1", "3"] == ("decided_same", "same")


def test_what_was_declared_different_is_never_one_by_way_of_a_third():
    people = [customer(str(i), "Ana Example") for i in range(1, 5)]
    con, report = link(people, decisions=[("1", "2", False), ("1", "3", True), ("2", "3", True)])
    found = parties(con)
    assert found["1"] != found["2"]
    assert found["1"] == found["3"]  # of two decisions that do not go together, the first holds
    assert rules(con)["2", "3"] == ("decided_same", "open")
    assert ("conflict", 1) in {(f.kind, f.count) for f in report.findings}
    # Undone, all four are one again.
    assert set(parties(link(people)[0]).values()) == {"customer:1"}


def test_many_of_one_surname_at_a_house_without_units_are_no_household():
    people = [customer(str(i), f"{name} Kim") for i, name in enumerate(("Ana", "Bo", "Cy", "Di"))]
    con, _ = link(people, household_most=4)
    assert con.execute("SELECT count(DISTINCT household_id) FROM linkage.member").fetchone() == (1,)
    con, report = link(people, household_most=3)
    assert con.execute("SELECT count(DISTINCT household_id) FROM linkage.member").fetchone() == (4,)
    assert ("crowded", 4) in {(f.kind, f.count) for f in report.findings}
    flat = [{**p, "address": "12 Alpha St Apt 3, 94110"} for p in people]
    assert link(flat, household_most=3)[0].execute(
        "SELECT count(DISTINCT household_id) FROM linkage.member"
    ).fetchone() == (1,)


def test_the_golden_record_says_where_each_value_comes_from():
    people = [
        customer("1", "Ana Example", phone="555 0100 200", segment="private", since=date(2018, 1, 1)),
        customer("2", "Ana M. Example", "12 Alpha Street, 94110", source="shop", email="ana@example.org",
                 segment="web", since=date(2022, 1, 1)),
    ]  # fmt: skip
    con, _ = link(people)
    query = "SELECT field, value, id, source, rule, others FROM linkage.golden ORDER BY field"
    assert con.execute(query).fetchall() == [
        ("address", "12 Alpha Street, 94110", "2", "shop", "recent", 1),
        ("email", "ana@example.org", "2", "shop", "recent", 0),
        ("name", "Ana M. Example", "2", "shop", "complete", 1),
        ("phone", "555 0100 200", "1", "files", "recent", 0),
        ("segment", "web", "2", "shop", "recent", 1),
    ]
    con, _ = link(people, trust=["files"], golden={"name": "trusted", "segment": "complete"})
    found = {row[0]: row[1:5] for row in con.execute(query).fetchall()}
    assert found["name"] == ("Ana Example", "1", "files", "trusted")
    assert found["segment"] == ("private", "1", "files", "complete")


def test_the_evidence_adds_up_to_the_weight():
    people = [customer("1", "Ana Example"), customer("2", "Anna Example"), customer("3", "Ben Example")]
    con, _ = link(people)
    again, _ = link(people)
    for table in ("pair", "evidence", "member"):
        query = f"FROM linkage.{table} ORDER BY ALL"
        assert con.execute(query).fetchall() == again.execute(query).fetchall()
    rows = con.execute(
        "SELECT p.weight, sum(e.weight), p.probability, 1 / (1 + pow(2.0, -p.weight)) FROM linkage.pair AS p "
        "JOIN linkage.evidence AS e ON e.record_a = p.record_a AND e.record_b = p.record_b "
        "GROUP BY p.record_a, p.record_b, p.weight, p.probability"
    ).fetchall()
    assert len(rows) == 3
    for weight, total, probability, expected in rows:
        assert total == pytest.approx(weight, abs=0.01)
        assert probability == pytest.approx(expected, abs=1e-3)
    # log2(m / u) by hand: the assumed probabilities of the field's levels.
    told = con.execute("SELECT weight, log2(same_share / different_share) FROM linkage.parameter").fetchall()
    assert all(weight == pytest.approx(by_hand, abs=1e-3) for weight, by_hand in told)


@pytest.mark.parametrize("people", [[], [customer("1", "Ana Example")], [customer("1", None, None)] * 1])
def test_nothing_to_compare_is_no_fault(people):
    con, report = link(people)
    assert report.rows["member"] == len(people)
    assert report.rows["pair"] == 0
    assert report.findings == ()
    assert all(party == f"customer:{id_}" for id_, party in parties(con).items())


def test_no_temporary_table_is_left():
    con, _ = link([customer("1", "Ana Example"), customer("2", "Ana Example")])
    left = con.execute("SELECT table_name FROM duckdb_tables() WHERE database_name IN ('temp', 'memory')").fetchall()
    assert left == []

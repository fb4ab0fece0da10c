"""Names: people and companies told apart, and what is left of either for comparison."""

from __future__ import annotations

import pytest

from gcrm import sql


@pytest.fixture(scope="module")
def con():
    with sql.connect() as opened:
        sql.run(opened, "gcrm.geocode", "macro")
        sql.run(opened, "gcrm.linkage", "macro")
        yield opened


COMPANIES = [
    ("Example Bäckerei GmbH", "example backerei", "gmbh"),
    ("Example Baeckerei G.m.b.H. & Co. KG", "example baeckerei", "gmbh co kg"),
    ("Beispiel AG", "beispiel", "ag"),
    ("Alpha Tools Ltd.", "alpha tools", "ltd"),
    ("ALPHA TOOLS LIMITED", "alpha tools", "ltd"),
    ("The Alpha Tools Company", "alpha tools", "co"),
    ("Alpha and Sons, Inc.", "alpha sons", "inc"),
    ("Alpha & Sons L.L.C.", "alpha sons", "llc"),
    ("Padaria Exemplo Ltda", "padaria exemplo", "ltda"),
    ("Comercio Exemplo S/A", "comercio exemplo", "sa"),
    ("㈜예시전자", "예시전자", "주식회사"),
    ("예시전자(주)", "예시전자", "주식회사"),
    ("주식회사 예시전자", "예시전자", "주식회사"),
]
PEOPLE = [
    ("Ana Example", "ana", "example"),
    ("Example, Ana", "ana", "example"),
    ("Dr. Ana Maria Example", "ana maria", "example"),
    ("Ana Sá", "ana", "sa"),
    ("Herr Jörg Müller-Beispiel", "jorg muller", "beispiel"),
    ("김예시", "예시", "김"),
    ("김 예시", "예시", "김"),
    ("Madonna", None, "madonna"),
]


@pytest.fixture(scope="module")
def names(con):
    con.execute("ATTACH ':memory:' AS ingest")
    con.execute("CREATE TABLE ingest.customer (name VARCHAR)")
    con.execute("CREATE TABLE ingest.prospect (name VARCHAR)")
    con.executemany("INSERT INTO ingest.customer VALUES (?)", [(row[0],) for row in (*COMPANIES, *PEOPLE)])
    sql.run(con, "gcrm.linkage", "name")
    rows = con.execute("SELECT name, full_name, given_name, surname, legal_form FROM known_name").fetchall()
    return {name: parts for name, *parts in rows}


@pytest.mark.parametrize(("written", "name", "form"), COMPANIES)
def test_a_company_loses_its_form_and_keeps_its_name(names, written, name, form):
    assert names[written] == [name, None, name, form]


@pytest.mark.parametrize(("written", "given", "surname"), PEOPLE)
def test_a_person_has_a_surname_last(names, written, given, surname):
    assert names[written] == [f"{given} {surname}" if given else surname, given, surname, None]


@pytest.mark.parametrize(
    ("written", "key"),
    [("+1 (555) 123-4567", "551234567"), ("0555 1234567", "551234567"), ("12345", None), ("n/a", None), ("", None)],
)
def test_a_telephone_number_is_its_last_digits(con, written, key):
    assert con.execute("SELECT phone_key($text)", {"text": written}).fetchone() == (key,)

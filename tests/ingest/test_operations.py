"""The operational store in a build: its records stand beside the rows of the files, and who was forgotten stays out."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest

from gcrm import crm
from gcrm.errors import SettingsError
from gcrm.settings import load
from tests.ingest.bench import Built, build, settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ANA, BEN = crm.Subject("customer", "C1"), crm.Subject("prospect", "P1")
ZONE = crm.Subject("region", "12", "zone")
FILES = {
    "customers": "customer_id,name\nC1,Ana\nC2,Bea\n",
    "prospects": "prospect_id,customer_id\nP1,\nP2,C1\nP3,C2\n",
    "orders": "order_id,customer_id,ordered_on,amount\n1,C1,2017-01-01,10\n2,C2,2017-01-02,5\n3,,2017-01-03,2\n",
    "interactions": (
        "interaction_id,customer_id,prospect_id,occurred_at\n"
        "1,C1,,2017-01-01 10:00\n2,,P1,2017-01-01 11:00\n3,C2,,2017-01-01 12:00\n"
    ),
    "owners": "owner_id,name\nS1,Sam\nS2,Sue\n",
    "contacts": "contact_id,customer_id,prospect_id,email\n1,C1,,a@x\n2,,P1,b@x\n3,C2,,c@x\n",
    "consents": (
        "customer_id,prospect_id,channel,purpose,granted,given_on\n"
        "C1,,email,x,yes,2017-01-01\nC2,,email,x,no,2017-01-01\n,P1,email,x,true,2017-01-01\n"
    ),
    "assignments": (
        "subject_kind,subject_id,level,owner_id,valid_from\n"
        "customer,C1,,S1,2017-01-01\ncustomer,C2,,S1,2017-01-01\nprospect,C1,,S1,\nregion,C1,zone,S2,2017-01-01\n"
    ),
}
TABLES = {
    "customers": "customer",
    "prospects": "prospect",
    "contacts": "contact",
    "consents": "consent",
    "assignments": "assignment",
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[crm.Store]:
    with crm.open_store(tmp_path, settings()) as opened:
        yield opened


def ingest(folder: Path, *kinds: str) -> Built:
    for kind in kinds:
        (folder / f"{kind}.csv").write_text(FILES[kind], encoding="utf-8")
    return build(folder, **{kind: {"kind": kind, "path": f"{kind}.csv"} for kind in kinds})


def test_without_a_store_none_is_made(tmp_path: Path) -> None:
    built = ingest(tmp_path, "customers")
    assert [p.name for p in tmp_path.iterdir()] == ["customers.csv"]
    assert built.rows("FROM ingest.task") == built.rows("FROM ingest.operation") == []
    assert built.rows("SELECT source FROM ingest.source") == [("customers",)]


def test_every_record_stands_beside_the_rows_of_the_files(tmp_path: Path, store: crm.Store) -> None:
    at = datetime(2024, 5, 1, 10, 30)  # noqa: DTZ001
    with store.write(actor="ana") as unit:
        unit.add(crm.Interaction(ANA, at, "E-mail", "call", "reached", "words that stay in the store"))
        unit.add(crm.Visit(BEN, at, "S1", "done", "bought"))
        unit.add(crm.Visit(BEN, at, "S1", "missed"))
        unit.add(crm.Visit(ZONE, at, "S1"))
        unit.add(crm.Task(ANA, "Call", date(2024, 5, 2), "S1"))
        unit.add(crm.Contact(BEN, "Ben", "chief", "b@x", "1"))
        unit.add(crm.Contact(crm.Subject("store", "1"), "Till"))
        unit.add(crm.Consent(ANA, "email", "x", granted=False, given_on=date(2024, 1, 1), evidence="letter"))
        unit.add(crm.Assignment(ZONE, "S1", date(2024, 1, 1)))
        unit.add(crm.Owner("S1", "Samantha", "North"))
        unit.add(crm.Owner("S1", "Samantha", "South", date(2024, 1, 1)))
        unit.add(crm.Decision("k1", "move", 8.5, 50.25, note="stays in the store"))
        unit.add(crm.Decision("k2", "not_found"))
        unit.add(crm.Decision("k1", "accept", 8.0, 50.0))
        unit.add(crm.Note(ANA, "not read"))
        unit.remove(unit.add(crm.Task(ANA, "gone")))
    built = ingest(tmp_path, "interactions", "owners", "contacts", "consents", "assignments")
    mine = "WHERE source = 'crm' ORDER BY row_no"
    party = "interaction_id, customer_id, prospect_id, occurred_at, channel, kind, outcome"
    assert built.rows(f"SELECT {party} FROM ingest.interaction WHERE source = 'crm' ORDER BY interaction_id") == [
        ("crm-interaction-1", "C1", None, at, "email", "call", "reached"),
        ("crm-visit-1", None, "P1", at, "visit", "visit", "bought"),
        ("crm-visit-2", None, "P1", at, "visit", "visit_missed", None),
    ]
    created = store.find(crm.Task)[0].created_at.date()
    assert built.rows("SELECT * EXCLUDE (source, row_no) FROM ingest.task ORDER BY task_id") == [
        ("crm-task-1", "customer", "C1", None, "Call", date(2024, 5, 2), "S1", "open", created),
        ("crm-visit-3", "region", "12", "zone", "visit", date(2024, 5, 1), "S1", "open", created),
    ]
    assert built.rows(f"SELECT * EXCLUDE (source, row_no) FROM ingest.contact {mine}") == [
        ("crm-contact-1", None, "P1", "Ben", "chief", "b@x", "1"),
        ("crm-contact-2", None, None, "Till", None, None, None),
    ]
    assert built.rows(f"SELECT * EXCLUDE (source, row_no) FROM ingest.consent {mine}") == [
        ("C1", None, "email", "x", False, date(2024, 1, 1), "letter")
    ]
    assert built.rows(f"SELECT * EXCLUDE (source, row_no) FROM ingest.assignment {mine}") == [
        ("region", "12", "zone", "S1", date(2024, 1, 1), None, None, None)
    ]
    assert built.rows(f"SELECT owner_id, name, team, row_no FROM ingest.owner {mine}") == [
        ("S1", "Samantha", "South", 2)
    ]
    assert built.rows("SELECT address_key, action, lon, lat, row_no FROM ingest.decision ORDER BY row_no") == [
        ("k2", "not_found", None, None, 2),
        ("k1", "accept", 8.0, 50.0, 3),
    ]
    account = "SELECT kind, file, format, rows_in, rows_loaded, rows_rejected, rows_superseded FROM ingest.source"
    assert sorted(built.rows(f"{account} WHERE source = 'crm'")) == [
        ("assignments", "assignment", "operational store", 1, 1, 0, 0),
        ("consents", "consent", "operational store", 1, 1, 0, 0),
        ("contacts", "contact", "operational store", 2, 2, 0, 0),
        ("decision", "decision", "operational store", 3, 2, 0, 1),
        ("interactions", "interaction", "operational store", 1, 1, 0, 0),
        ("interactions", "visit", "operational store", 2, 2, 0, 0),
        ("owners", "owner", "operational store", 2, 1, 0, 1),
        ("task", "task", "operational store", 1, 1, 0, 0),
        ("task", "visit", "operational store", 1, 1, 0, 0),
    ]
    assert built.report.rows["interaction"] == 6
    assert built.report.rows["task"] == 2
    with store.moment() as moment:
        assert built.rows("FROM ingest.operation") == [(moment.identity, moment.last_change, 0)]
        assert store.pending(*built.rows("SELECT identity, last_change FROM ingest.operation")[0]) == 0


def test_a_store_in_postgresql_is_read_alike(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    server = request.getfixturevalue("postgres")
    project = settings().model_copy(
        update={"crm": settings().crm.model_copy(update={"url": server.url(server.database())})}
    )
    from gcrm import sql  # noqa: PLC0415
    from gcrm.ingest import build_ingest  # noqa: PLC0415

    for rows in ([], [("C1",)]):
        con = sql.connect()
        con.execute("ATTACH ':memory:' AS ingest")
        build_ingest(con, settings=project, folder=tmp_path)
        assert con.execute("SELECT customer_id FROM ingest.consent").fetchall() == rows
        with crm.open_store(tmp_path, project) as store, store.write(actor="ana") as unit:
            unit.add(crm.Consent(ANA, "email", "x", granted=True, given_on=date(2024, 1, 1)))
    assert list(tmp_path.iterdir()) == []


def test_who_was_forgotten_stays_out_and_the_figures_stay(tmp_path: Path, store: crm.Store) -> None:
    before = ingest(tmp_path, *FILES)
    assert before.rows("SELECT count(*) FROM ingest.reject") == [(0,)]
    store.erase([ANA, BEN], actor="officer")
    built = ingest(tmp_path, *FILES)  # the same files, delivered again
    for table, rows in {
        "SELECT customer_id FROM ingest.customer": [("C2",)],
        "SELECT prospect_id FROM ingest.prospect": [("P3",)],  # P2 is the forgotten customer as a prospect
        'SELECT order_id, customer_id, amount::INT FROM ingest."order" ORDER BY 1': [
            ("1", None, 10),
            ("2", "C2", 5),
            ("3", None, 2),
        ],
        "SELECT interaction_id, customer_id, prospect_id FROM ingest.interaction ORDER BY 1": [
            ("1", None, None),
            ("2", None, None),
            ("3", "C2", None),
        ],
        "SELECT email FROM ingest.contact": [("c@x",)],
        "SELECT customer_id, prospect_id FROM ingest.consent": [("C2", None)],
        # The prospect C1 and the region C1 are others than the customer C1.
        "SELECT subject_kind, subject_id FROM ingest.assignment ORDER BY ALL": [
            ("customer", "C2"),
            ("prospect", "C1"),
            ("region", "C1"),
        ],
    }.items():
        assert built.rows(table) == rows, table
    assert built.rows("SELECT source, line, reason, column_name, detail FROM ingest.reject ORDER BY ALL") == [
        (source, line, "forgotten", column, "a person who was forgotten")
        for source, line, column in [
            ("assignments", 2, "subject_id"),
            ("consents", 2, "customer_id"),
            ("consents", 4, "customer_id"),
            ("contacts", 2, "customer_id"),
            ("contacts", 3, "customer_id"),
            ("customers", 2, "customer_id"),
            ("prospects", 2, "prospect_id"),
            ("prospects", 3, "prospect_id"),
        ]
    ]
    for kind, table in TABLES.items():
        (counts,) = built.rows(
            f"SELECT rows_in, rows_loaded + rows_rejected FROM ingest.source WHERE source = '{kind}'"
        )
        assert counts[0] == counts[1] == before.rows(f"SELECT count(*) FROM ingest.{table}")[0][0]
    assert built.rows("SELECT forgotten FROM ingest.operation") == [(2,)]


def test_numbers_as_keys_are_known_again(tmp_path: Path, store: crm.Store) -> None:
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    pq.write_table(pa.table({"customer_id": pa.array([7, 8], pa.int32())}), tmp_path / "customers.parquet")
    store.erase([crm.Subject("customer", "7")], actor="officer")
    built = build(tmp_path, it={"kind": "customers", "path": "customers.parquet"})
    assert built.rows("SELECT customer_id FROM ingest.customer") == [("8",)]


def test_no_source_has_the_name_of_the_store(tmp_path: Path) -> None:
    toml = '[project]\nname = "x"\nmetric_crs = "EPSG:32610"\n[sources.crm]\nkind = "owners"\npath = "o.csv"\n'
    (tmp_path / "gcrm.toml").write_text(toml, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"sources\.crm: the operational store has this name"):
        load(tmp_path)

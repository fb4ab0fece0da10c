"""The star of what people wrote: the operational store wins over files, the latest consent counts, nobody overlaps."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gcrm import sql
from tests import star

if TYPE_CHECKING:
    import duckdb

FIRST = date(2024, 1, 1)


def day(n: int | None) -> date | None:
    return None if n is None else FIRST + timedelta(n)


def assignment(row_no: int, owner: str, first: int | None, end: int | None = None, **more: Any) -> dict[str, Any]:
    subject = {"subject_kind": "region", "subject_id": "1", "level": "zone"}
    return subject | {
        "owner_id": owner,
        "valid_from": day(first),
        "valid_to": day(end),
        "source": "file",
        "row_no": row_no,
        **more,
    }


def held(con: duckdb.DuckDBPyConnection) -> list[tuple[str, int | None, int | None]]:
    columns, order = "owner_id, valid_from, valid_to", "valid_from NULLS FIRST, owner_id"
    rows = con.execute(f"SELECT {columns} FROM warehouse.bridge_assignment ORDER BY {order}").fetchall()
    return [(o, a and (a - FIRST).days, b and (b - FIRST).days) for o, a, b in rows]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([assignment(1, "A", 0)], [("A", 0, None)]),
        ([assignment(1, "A", None), assignment(2, "B", 5)], [("A", None, 5), ("B", 5, None)]),
        ([assignment(1, "B", 5), assignment(2, "A", 0)], [("A", 0, 5), ("B", 5, None)]),
        ([assignment(1, "A", 0, 3), assignment(2, "B", 5)], [("A", 0, 3), ("B", 5, None)]),
        ([assignment(1, "A", 0), assignment(2, "B", 0)], [("B", 0, None)]),
        ([assignment(1, "A", 0), assignment(2, "B", 0, product="wine")], [("A", 0, None), ("B", 0, None)]),
        ([assignment(1, "A", 0), assignment(2, "B", 0, subject_id="2")], [("A", 0, None), ("B", 0, None)]),
        # From the first word of the store on, only the store counts.
        ([assignment(1, "A", 0), assignment(1, "S", 5, 7, source="crm")], [("A", 0, 5), ("S", 5, 7)]),
        ([assignment(1, "A", 8), assignment(1, "S", 5, 7, source="crm")], [("S", 5, 7)]),
        ([assignment(1, "A", 8), assignment(1, "S", 5, source="crm", channel="web")], [("S", 5, None), ("A", 8, None)]),
    ],
)
def test_assignments_follow_each_other(rows: list[dict[str, Any]], expected: list[Any]) -> None:
    assert held(star.build({"ingest.assignment": rows})) == expected


STEPS = st.lists(
    st.tuples(st.none() | st.integers(0, 9), st.none() | st.integers(1, 12), st.sampled_from(["file", "crm"])),
    max_size=8,
)


@settings(max_examples=40, deadline=None)
@given(STEPS)
def test_whatever_is_assigned_nobody_shares_a_day(steps: list[tuple[int | None, int | None, str]]) -> None:
    con = sql.connect()
    con.execute("ATTACH ':memory:' AS ingest; ATTACH ':memory:' AS warehouse")
    for table, columns in star.tables().items():
        if table == 'ingest."assignment"':
            con.execute(f"CREATE TABLE {table} ({columns})")
    con.execute("CREATE TABLE warehouse.dim_customer (customer_id VARCHAR, customer_key INTEGER)")
    con.execute("CREATE TABLE warehouse.dim_prospect (prospect_id VARCHAR, prospect_key INTEGER)")
    rows = [
        assignment(i, f"{source} {i}", first, end, source=source)
        for i, (first, end, source) in enumerate(steps)
        if end is None or (first or -1) < end
    ]
    star.insert(con, "ingest.assignment", rows)
    sql.run(con, "gcrm.warehouse", "bridge_assignment")
    found: dict[int, str] = {}
    for owner, first, end in held(con):
        for d in range(-1 if first is None else first, 20 if end is None else end):
            assert d not in found
            found[d] = owner
    stored = [-1 if r["valid_from"] is None else (r["valid_from"] - FIRST).days for r in rows if r["source"] == "crm"]
    for d in range(-1, 20):
        # By hand: the source that counts on that day; of its rows that have begun, the last one, while it runs.
        counts = "crm" if stored and d >= min(stored) else "file"
        begun = [r for r in rows if r["source"] == counts and (r["valid_from"] is None or r["valid_from"] <= day(d))]
        last = max(begun, key=lambda r: (r["valid_from"] or date.min, r["row_no"]), default=None)
        runs = last is not None and (last["valid_to"] is None or day(d) < last["valid_to"])
        assert found.get(d) == (last["owner_id"] if runs and last else None)


def test_the_store_wins_over_the_list_of_owners() -> None:
    con = star.build(
        {
            "ingest.owner": [
                {"owner_id": "A", "name": "file", "team": "T", "source": "zzz", "row_no": 1},
                {"owner_id": "A", "name": "store", "source": "crm", "row_no": 9},
                {"owner_id": "B", "name": "file", "source": "file", "row_no": 2},
            ],
            "ingest.assignment": [assignment(1, "C", 0)],
            "ingest.task": [{"task_id": "t", "owner_id": "D"}],
        }
    )
    assert con.execute("SELECT owner_id, name, team, listed FROM warehouse.dim_owner").fetchall() == [
        ("A", "store", None, True),
        ("B", "file", None, True),
        ("C", "C", None, False),
        ("D", "D", None, False),
    ]
    found = con.execute("SELECT subject, missing, rows FROM warehouse.orphan").fetchall()
    orphans = {(subject, missing): rows for subject, missing, rows in found}
    assert orphans["assignment", "owner"] == 1
    assert orphans["assignment", "region, customer or prospect"] == 1


def test_the_latest_consent_counts_and_words_are_written_alike() -> None:
    def consent(row_no: int, channel: str, said: str, on: int, **more: Any) -> dict[str, Any]:
        base = {"customer_id": "1", "channel": channel, "purpose": "Spring  Sale", "source": "file"}
        return base | {"granted": said == "yes", "given_on": day(on), "row_no": row_no, **more}

    con = star.build(
        {
            "ingest.customer": [{"customer_id": "1", "source": "c", "row_no": 1}],
            "ingest.consent": [
                consent(1, "E-Mail", "yes", 1),
                consent(2, " email ", "no", 2),
                consent(3, "EMAIL", "yes", 0),
                consent(4, "email", "yes", 2, source="crm", purpose="spring_sale"),
                consent(5, "phone", "yes", 1),
                consent(6, "phone", "no", 1),
                consent(7, "email", "yes", 9, customer_id=None, prospect_id="1"),
            ],
        }
    )
    rows = con.execute(
        "SELECT customer_key, customer_id, prospect_id, channel, purpose, granted, given_on, source "
        "FROM warehouse.fact_consent WHERE is_latest ORDER BY customer_id NULLS LAST, channel"
    ).fetchall()
    assert rows == [
        (1, "1", None, "email", "spring_sale", True, day(2), "crm"),
        (1, "1", None, "phone", "spring_sale", False, day(1), "file"),
        (None, None, "1", "email", "spring_sale", True, day(9), "file"),
    ]
    assert con.execute("SELECT count(*) FROM warehouse.fact_consent").fetchone() == (7,)


def test_an_order_of_nobody_known_counts_and_is_no_orphan() -> None:
    con = star.build(
        {
            "ingest.customer": [{"customer_id": "1", "source": "c", "row_no": 1}],
            'ingest."order"': [
                {"order_id": "1", "customer_id": "1", "ordered_on": FIRST, "amount": 10},
                {"order_id": "2", "customer_id": None, "ordered_on": FIRST, "amount": 5},
                {"order_id": "3", "customer_id": "gone", "ordered_on": FIRST, "amount": 2},
            ],
        }
    )
    assert con.execute("SELECT sum(amount)::INT, count(customer_key) FROM warehouse.fact_order").fetchone() == (17, 1)
    query = "SELECT rows FROM warehouse.orphan WHERE subject = 'order' AND missing = 'customer'"
    assert con.execute(query).fetchall() == [(1,)]

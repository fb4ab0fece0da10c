"""Statements that are planned once do what they do when they are planned each time."""

from __future__ import annotations

import pyarrow as pa
import pytest

from gcrm import sql
from gcrm.errors import InternalError
from gcrm.geocode.prepared import PreparedConnection


@pytest.fixture
def con():
    with sql.connect() as made:
        made.execute("CREATE TABLE t (x INTEGER); CREATE TEMP TABLE half (y INTEGER, text VARCHAR)")
        made.execute("CREATE TEMP TABLE later (z INTEGER); CREATE TEMP TABLE joint (v INTEGER)")
        yield made


def put(con, *rows):
    for x in rows:
        con.execute("INSERT INTO t VALUES ($x)", {"x": x})


HALF = "-- One row per x.\nCREATE OR REPLACE TEMP TABLE half AS SELECT x // $by AS y, '$by' AS text FROM t;\n"
LATER = "CREATE OR REPLACE TEMP TABLE later AS SELECT y + 1 AS z FROM half"


def test_a_plan_fills_tables_as_the_statement_does_and_leaves_nothing(con):
    prepared = PreparedConnection(con, {"half": ("later",)})
    for rows in ([4, 6], [], [8], [4, 6]):
        with prepared.ask({}):
            put(con, *rows)
            (statement,) = prepared.extract_statements(HALF)
            assert prepared.execute(statement, {"by": 2}).fetchone() == (len(rows),)
            assert prepared.execute(LATER).fetchone() == (len(rows),)
            found = prepared.execute("SELECT y, text FROM half ORDER BY y").fetchall()
            assert found == [(x // 2, "$by") for x in rows]
            assert con.execute("SELECT z FROM later ORDER BY z").fetchall() == [(x // 2 + 1,) for x in rows]
        assert con.execute("SELECT count(*) FROM t, half, later").fetchone() == (0,)


def test_other_values_have_a_plan_of_their_own(con):
    prepared = PreparedConnection(con, {})
    for by in (2, 3, 2):
        with prepared.ask({}):
            put(con, 12)
            prepared.execute(HALF, {"by": by})
            assert prepared.execute("SELECT y FROM half").fetchall() == [(12 // by,)]


def test_a_table_that_is_made_twice_holds_what_was_made_last(con):
    prepared = PreparedConnection(con, {})
    for _ in range(2):
        with prepared.ask({}):
            for rows in (1, 2, 3):
                put(con, rows)
                assert prepared.execute(HALF, {"by": 1}).fetchone() == (rows,)
                assert con.execute("SELECT count(*) FROM half").fetchone() == (rows,)


def test_tables_that_are_empty_are_not_read_whatever_they_are_called(con):
    prepared = PreparedConnection(con, {})
    union = (
        "CREATE OR REPLACE TEMP TABLE joint AS WITH step AS (SELECT z AS v FROM later) "
        "SELECT v FROM step UNION ALL SELECT h.y FROM half AS h UNION ALL SELECT half.y FROM half "
        "UNION ALL SELECT x FROM t WHERE x IN (SELECT y FROM half)"
    )
    shadow = "CREATE OR REPLACE TEMP TABLE joint AS WITH half AS (SELECT x AS y FROM t) SELECT y AS v FROM half"
    for rows in ([], [0, 6], [], [0]):
        with prepared.ask({}):
            put(con, *rows)
            prepared.execute(HALF, {"by": 1})
            prepared.execute("CREATE OR REPLACE TEMP TABLE later AS SELECT y AS z FROM half WHERE y > 5")
            prepared.execute(union)
            expected = sorted([*(x for x in rows if x > 5), *rows, *rows, *rows])
            assert con.execute("SELECT v FROM joint ORDER BY v").fetchall() == [(v,) for v in expected]
            prepared.execute("CREATE OR REPLACE TEMP TABLE half AS SELECT z AS y, '' AS text FROM later WHERE z > 99")
            prepared.execute(shadow)
            assert con.execute("SELECT v FROM joint ORDER BY v").fetchall() == [(v,) for v in sorted(rows)]


def test_what_others_add_is_seen(con):
    prepared = PreparedConnection(con, {})
    for rows in (0, 1, 0):
        with prepared.ask({}):
            prepared.execute("CREATE OR REPLACE TEMP TABLE half (y INTEGER, text VARCHAR)")
            if rows:
                con.execute("INSERT INTO half VALUES (7, 'a')")
            assert prepared.execute(LATER).fetchone() == (rows,)
            prepared.execute("INSERT INTO later SELECT 1")
            read = "CREATE OR REPLACE TEMP TABLE joint AS SELECT z FROM later"
            assert prepared.execute(read).fetchone() == (rows + 1,)


def test_tables_that_come_and_go_are_kept(con):
    con.execute("CREATE TEMP TABLE passing (x INTEGER)")
    prepared = PreparedConnection(con, {})
    for name in ("passing", "unknown"):
        for x in (1, 2):
            with prepared.ask({}):
                put(con, x)
                prepared.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT x * 10 AS x FROM t")
                assert con.execute(f"FROM {name}").fetchall() == [(x * 10,)]
                prepared.execute(f"DROP TABLE IF EXISTS {name}")


def test_rows_that_others_put_into_a_table_by_a_relation_are_seen_and_no_view_is_left(con):
    prepared = PreparedConnection(con, {})
    for rows in ([], [3, 4], []):
        with prepared.ask({}):
            prepared.execute("CREATE OR REPLACE TEMP TABLE half (y INTEGER, text VARCHAR)")
            assert prepared.execute(LATER).fetchone() == (0,)
            batch = pa.table({"y": pa.array(rows, pa.int32()), "text": pa.array([str(y) for y in rows])})
            prepared.from_arrow(batch).insert_into("half")
            assert prepared.execute(LATER).fetchone() == (len(rows),)
            assert con.execute("SELECT z FROM later ORDER BY z").fetchall() == [(y + 1,) for y in rows]
    assert con.execute("SELECT count(*) FROM duckdb_views() WHERE NOT internal").fetchone() == (0,)


def test_a_table_that_nobody_reads_stays_empty(con):
    prepared = PreparedConnection(con, {}, ("later",))
    with prepared.ask({}):
        put(con, 2, 4)
        assert prepared.execute(HALF, {"by": 1}).fetchone() == (2,)
        assert prepared.execute(LATER).fetchone() == (0,)
        assert con.execute("SELECT count(*) FROM later").fetchone() == (0,)


def test_functions_stand_for_others_only_where_that_was_asked(con):
    con.execute("CREATE TEMP MACRO loud(x) AS upper(x); CREATE TEMP MACRO still(x) AS lower(x)")
    prepared = PreparedConnection(con, {})
    for instead, said in (({}, "AB"), ({"loud": "still"}, "ab"), ({}, "AB")):
        with prepared.ask(instead):
            assert prepared.execute("SELECT loud('aB'), 'loud('").fetchone() == (said, "loud(")


def test_a_table_with_a_column_of_its_name_is_not_made_of_itself(con):
    con.execute("CREATE TEMP TABLE street (street INTEGER)")
    prepared = PreparedConnection(con, {})
    for x in (5, 6):
        with prepared.ask({}):
            put(con, x)
            prepared.execute("CREATE OR REPLACE TEMP TABLE street AS SELECT x AS street FROM t")
            assert con.execute("FROM street").fetchall() == [(x,)]


def test_what_cannot_be_planned_once_is_refused(con):
    prepared = PreparedConnection(con, {})
    with prepared.ask({}), pytest.raises(InternalError, match="itself"):
        prepared.execute("CREATE OR REPLACE TEMP TABLE t AS SELECT x + 1 AS x FROM t")
    with prepared.ask({}), pytest.raises(InternalError, match="bytes"):
        prepared.execute("SELECT $x", {"x": b"1"})

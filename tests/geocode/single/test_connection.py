"""Statements over a few rows do what they do in DuckDB."""

from __future__ import annotations

import pytest

from gcrm import sql
from gcrm.errors import InternalError
from gcrm.geocode.single import connection
from gcrm.geocode.single.connection import SingleConnection
from gcrm.geocode.single.value import frozen

QUERIES = (
    "SELECT * EXCLUDE (t) REPLACE (x + 1 AS x) FROM asked",
    "SELECT a.x, h.said FROM asked AS a INNER JOIN held AS h ON h.x = a.x AND h.flag",
    "SELECT a.x, h.said FROM asked AS a LEFT JOIN held AS h ON h.x = a.x AND h.said <> 'b'",
    "SELECT a.t, h.said FROM asked AS a INNER JOIN held AS h ON h.said IS NOT DISTINCT FROM a.t",
    "SELECT a.x FROM asked AS a SEMI JOIN held AS h ON upper(h.said) = upper(a.t)",
    "SELECT x, said, t FROM asked INNER JOIN held USING (x)",
    "SELECT x FROM held WHERE x IN (SELECT x FROM asked)",
    "SELECT x FROM asked WHERE x NOT IN (SELECT x FROM held)",
    "SELECT x FROM asked WHERE t NOT IN (SELECT said FROM held)",
    "SELECT x FROM asked WHERE (x, t) IN (SELECT (x, said) FROM held)",
    "SELECT x, t FROM asked UNION SELECT x, said FROM held",
    "SELECT t, count(*) AS n, list(x) FILTER (x > 1) AS l, min({'t': t, 'x': -x}).x AS m FROM asked GROUP BY t",
    "SELECT t FROM asked GROUP BY t HAVING count(*) = 1",
    "SELECT t, sum(x) AS n, arg_min(t, -x) AS l FROM asked GROUP BY ALL",
    "SELECT max(x), avg(x), quantile_cont(x, 0.4), bool_or(x > 5) FROM asked WHERE x < 0",
    "SELECT x, row_number() OVER (PARTITION BY t ORDER BY x) AS place FROM asked",
    "SELECT x, unnest(parts) AS part, generate_subscripts(parts, 1) AS place FROM held",
    "SELECT list_transform(parts, lambda p, i: p || i || x) AS l, parts[2:], parts[-1], parts[NULL:2] FROM held",
    "SELECT list_filter(list_sort(parts), lambda p: length(p) > x) AS l, list_has_any(parts, ['a', NULL]) FROM held",
    "SELECT a.x, b.x AS y FROM asked AS a, range(-1, 2) AS b (x) WHERE a.x > b.x OR a.t IS NULL",
    "WITH one AS (SELECT x, double(x) AS y FROM asked), two AS (SELECT sum(y) AS s FROM one) FROM one, two",
    "SELECT CASE WHEN x > 1 THEN 'much' WHEN t IS NULL THEN 'none' END AS c, coalesce(t, 'x') AS k FROM asked",
    "SELECT widest(x) AS w, t FROM asked GROUP BY t",
    "SELECT x % 2 = 1 AND t = 'a' AS a, x BETWEEN 2 AND NULL AS b, NOT (t = 'a' OR x = 1) AS c FROM asked",
    "SELECT x // 2 - x / 2 AS d, -x ** 2 AS e, least(x, 2, NULL) AS f FROM asked",
    "SELECT try_cast(t AS INTEGER) AS i, (x * 1.5)::DOUBLE AS d, x::VARCHAR || t AS s, nullif(t, 'a') AS n FROM asked",
)
ASKED = ((1, "a"), (2, "b"), (3, None), (3, "a"), (-7, "c"))
HELD = "(1, 'a', true, ['p', 'qq']), (2, 'B', false, ['a', 'rrrr', 's']), (3, NULL, true, []), (5, 'b', NULL, NULL)"


@pytest.fixture
def con():
    with sql.connect() as made:
        made.execute("CREATE TEMP MACRO double(n) AS n * 2; CREATE TEMP MACRO widest(n) AS max(n) - min(n)")
        made.execute("CREATE TEMP TABLE asked (x INTEGER, t VARCHAR); CREATE TEMP TABLE made (x DOUBLE)")
        made.execute(f"CREATE TABLE held AS FROM (VALUES {HELD}) AS t (x, said, flag, parts)")
        yield made


def told(rows) -> list[str]:
    return sorted(repr(frozen([*row])) for row in rows)


@pytest.mark.parametrize("many", [0, 5_000])
@pytest.mark.parametrize("query", QUERIES)
def test_a_query_answers_as_in_duckdb(con, monkeypatch, query, many):
    monkeypatch.setattr(connection, "_MANY", many)  # every table on the shelf, or none
    single = SingleConnection(con, ("held",))
    single.fill("asked", ASKED)
    found = single.execute(query).fetchall()
    con.executemany("INSERT INTO asked VALUES (?, ?)", ASKED)
    assert told(found) == told(con.execute(query).fetchall())
    single.close()


def test_what_one_ask_wrote_is_gone_in_the_next(con):
    single = SingleConnection(con, ("held",))
    for x in (4, 5):
        with single.ask("asked", x=x):
            assert single.execute("CREATE OR REPLACE TEMP TABLE made AS SELECT x FROM asked").fetchone() == (1,)
            single.execute("INSERT INTO made SELECT x + $more FROM asked", {"more": 2})
            assert single.execute("SELECT * FROM made ORDER BY x").fetchall() == [(float(x),), (x + 2.0,)]
    assert con.execute("SELECT count(*) FROM made").fetchone() == (0,)
    with pytest.raises(InternalError, match="held"):
        single.fill("held", [(1, "a", True, ())])


def test_sql_that_is_not_known_is_named(con):
    single = SingleConnection(con, ("held",))
    for query, what in (
        ("SELECT soundex(t) FROM asked", "soundex"),
        ("SELECT x FROM asked EXCEPT SELECT x FROM held", "EXCEPT"),
        ("SELECT x FROM asked ORDER BY x DESC", "DESCENDING"),
        ("SELECT z FROM asked", "z"),
    ):
        with pytest.raises(InternalError, match=what):
            single.execute(query)

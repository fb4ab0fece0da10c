"""A million customers, a tenth of them duplicates with errors: seconds, memory, and how many are found.

There is no peer: splink runs inside. The line compares with the ten minutes in which a nightly build should be done
with it.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from typing import TYPE_CHECKING

from gcrm import sql
from gcrm.linkage.build import link
from gcrm.settings.linkage import Linkage

if TYPE_CHECKING:
    import duckdb

PROMISED_S = 600.0
MEMORY = "1250MB"
#: Names made of syllables; low numbers are frequent.
NAME = (
    "CREATE MACRO syllables(n) AS list_aggregate(list_transform(range(1, 4), i -> substr('bakelimonurasitodefugahijo', "
    "(1 + 2 * ((n // pow(13, i - 1)::BIGINT) % 13))::BIGINT, 2)), 'string_agg', '')"
)
#: A uniform number of 0 to 1 that belongs to a person and a purpose.
CHANCE = "CREATE MACRO chance(n, what) AS hash(n || what)::DOUBLE / 18446744073709551615.0"
#: One person per number; squares make some names, streets and houses frequent.
PERSON = """
    CREATE TEMP TABLE person AS
    SELECT
        n AS who,
        syllables((2000 * pow(chance(n, 'given'), 2))::BIGINT) AS given_name,
        syllables(((2197 * pow(chance(n, 'surname'), 2))::BIGINT * 7919) % 2197)
            || substr('nersohlt', 1 + (8 * chance(n, 'end'))::BIGINT % 8, 1) AS surname,
        (1 + (180 * pow(chance(n, 'house'), 2))::BIGINT)::VARCHAR AS house_number,
        syllables(((20000 * chance(n, 'street'))::BIGINT * 7919) % 2197) || ' '
            || syllables((20000 * chance(n, 'street'))::BIGINT // 2197) || ' street' AS street,
        (10000 + (20000 * chance(n, 'street'))::BIGINT // 20)::VARCHAR AS postcode,
        CASE WHEN chance(n, 'born?') < 0.6
            THEN strftime(DATE '1940-01-01' + (25000 * chance(n, 'born'))::INTEGER, '%Y%m%d') END AS born_on,
        CASE WHEN chance(n, 'email?') < 0.5 THEN hash(n || 'mail')::VARCHAR || '@example.org' END AS email,
        CASE WHEN chance(n, 'phone?') < 0.5 THEN right(hash(n || 'phone')::VARCHAR, 9) END AS phone
    FROM range($people) AS t (n)
"""
#: The first ones again: letters swapped or lost, an initial for a name, e-mail or telephone not known.
RECORD = """
    CREATE TABLE linkage.record AS
    WITH again AS (
        SELECT * REPLACE (
            CASE WHEN chance(who, 'a') < 0.3
                THEN left(surname, 2) || substr(surname, 4, 1) || substr(surname, 3, 1) || substr(surname, 5)
                ELSE surname END AS surname,
            CASE WHEN chance(who, 'b') < 0.3 THEN left(street, 3) || substr(street, 5) ELSE street END AS street,
            CASE WHEN chance(who, 'c') < 0.2 THEN NULL ELSE email END AS email,
            CASE WHEN chance(who, 'd') < 0.2 THEN NULL ELSE phone END AS phone,
            CASE WHEN chance(who, 'e') < 0.2 THEN left(given_name, 1) ELSE given_name END AS given_name)
        FROM person WHERE who < $twice
    ),
    everybody AS (SELECT *, 1 AS copy FROM person UNION ALL SELECT *, 2 FROM again)
    SELECT
        row_number() OVER (ORDER BY hash(e.who || 'order'), e.copy) AS record_id, 'customer' AS kind,
        who || '-' || e.copy AS id, 'person' AS population,
        given_name || ' ' || surname AS full_name, given_name, surname, NULL::VARCHAR AS legal_form,
        house_number, street, NULL::VARCHAR AS unit, postcode, 'city' AS city, born_on, NULL::VARCHAR AS official_id,
        email, phone, NULL::VARCHAR AS became, who
    FROM everybody AS e
"""
COUNTS = """
    WITH placed AS (SELECT r.who, c.root FROM cluster AS c JOIN linkage.record AS r USING (record_id))
    SELECT
        (SELECT sum(n * (n - 1) // 2) FROM (SELECT count(*) AS n FROM placed GROUP BY who)),
        (SELECT sum(n * (n - 1) // 2) FROM (SELECT count(*) AS n FROM placed GROUP BY root)),
        (SELECT sum(n * (n - 1) // 2) FROM (SELECT count(*) AS n FROM placed GROUP BY who, root)),
        (SELECT count(*) FROM linkage.pair)
"""


def make(con: duckdb.DuckDBPyConnection, records: int) -> None:
    """Write so many records, a tenth of them duplicates."""
    for stage in ("ingest", "linkage"):
        con.execute(f"ATTACH ':memory:' AS {stage}")
    sql.run(con, "gcrm.ingest", "sameness")
    sql.run(con, "gcrm.linkage", "parameter")
    for macro in (NAME, CHANCE):
        con.execute(macro)
    con.execute(PERSON, {"people": records - records // 10})
    con.execute(RECORD, {"twice": records // 10})
    con.execute("DROP TABLE person")


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description="Benchmark linkage_scale.")
    parser.add_argument("--records", type=int, default=1_000_000)
    asked = parser.parse_args()
    with sql.connect(memory_limit=MEMORY) as con:
        make(con, asked.records)
        started = time.perf_counter()
        link(con, Linkage())
        seconds = time.perf_counter() - started
        true, found, right, pairs = con.execute(COUNTS).fetchall()[0]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    promised = PROMISED_S * asked.records / 1_000_000
    sys.stdout.write(
        f"BENCH linkage_scale ours={seconds:.1f} peer={promised:.1f} ratio={promised / seconds:.2f} unit=s "
        f"records={asked.records} memory_mb={memory:.0f}\n"
        f"  {true:,} duplicates, {right:,} found ({right / true:.2%}), {found - right:,} wrong "
        f"({(found - right) / max(found, 1):.2%} of what was joined), {pairs:,} pairs kept\n"
    )


if __name__ == "__main__":
    main()

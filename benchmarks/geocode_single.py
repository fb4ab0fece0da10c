"""A single address against an open geocoder: how long one waits, over a pack of 300,000 points.

A third of the streets has two letters swapped, and a tenth of the numbers is new to its street. What is promised is a
time: 95 of 100 within 50 ms.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from gcrm import sql
from gcrm.geocode import Geocoder
from gcrm.geocode.pack.build import Origins, build_pack

ROWS = 300_000
PROMISED_MS = 50.0
#: Streets of a hundred numbers in towns of fifty streets; names of two or three syllables, and a type.
POINTS = """
COPY (
    WITH letter AS (
        SELECT ['ba', 'ko', 'lin', 'mer', 'ton', 'sha', 'wel', 'dor', 'fi', 'gran', 'hol', 'ster', 'vi', 'nor', 'pa',
            'ru', 'tas', 'um', 'que', 'yel', 'brook', 'field', 'wood', 'ham'] AS part,
            ['Street', 'Avenue', 'Road', 'Lane', 'Court', 'Drive'] AS type
    ), street AS (
        SELECT s,
            upper(part[1 + (hash(s, 1) % 24)::INT][1]) || part[1 + (hash(s, 1) % 24)::INT][2:]
                || part[1 + (hash(s, 2) % 24)::INT]
                || CASE WHEN hash(s, 3) % 2 = 0 THEN part[1 + (hash(s, 4) % 24)::INT] ELSE '' END
                || ' ' || type[1 + (hash(s, 5) % 6)::INT] AS street
        FROM range(0, $rows // 100) AS t (s), letter
    )
    SELECT
        (1 + i % 100)::VARCHAR || CASE WHEN hash(i) % 50 = 0 THEN 'A' ELSE '' END AS house_number,
        street.street,
        (10000 + i // 5000)::VARCHAR AS postcode,
        'Town ' || (i // 5000)::VARCHAR AS city,
        round(-120 + (i // 5000) % 20 * 0.5 + (i // 100) % 7 * 0.01 + i % 100 * 0.0002, 6) AS lon,
        round(35 + (i // 5000) // 20 * 0.5 + (i // 700) % 8 * 0.01 + hash(i) % 10 * 0.0001, 6) AS lat
    FROM range($rows) AS t (i)
    INNER JOIN street ON street.s = i // 100
    ORDER BY hash(i, 1)
) TO {path} (FORMAT csv, HEADER)
"""


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--asked", type=int, default=300)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gcrm-bench-") as name:
        source = Path(name) / "points.csv"
        with duckdb.connect() as con:
            con.execute(POINTS.format(path=sql.literal(str(source))), {"rows": asked.rows // 100 * 100})
            texts = questions(con, source, asked.asked + 20)
        build_pack([source], Path(name) / "bench.pack", Origins(country="US"))
        started = time.perf_counter()
        with Geocoder(Path(name) / "bench.pack") as geocoder:
            opened = time.perf_counter() - started
            for text in texts[:20]:  # the first ones plan
                geocoder.find(text)
            measure(geocoder, texts[20:], opened, asked.rows)


def questions(con: duckdb.DuckDBPyConnection, source: Path, count: int) -> list[str]:
    """Write addresses of the file down as people do."""
    rows = con.execute(
        "SELECT house_number, street, postcode, city FROM read_csv($path, all_varchar = true) "
        "ORDER BY md5(house_number || street || postcode) LIMIT $count",
        {"path": str(source), "count": count},
    ).fetchall()
    texts = []
    for i, (number, street, postcode, city) in enumerate(rows):
        said = street[:2] + street[3] + street[2] + street[4:] if i % 3 == 0 else street
        texts.append(f"{'777' if i % 10 == 9 else number} {said}, {postcode} {city}")
    return texts


def measure(geocoder: Geocoder, texts: list[str], opened: float, rows: int) -> None:
    """Ask one after the other and print how long it took."""
    waited, computed, found = [], [], 0
    for text in texts:
        started, working = time.perf_counter(), time.process_time()
        found += geocoder.find(text).lon is not None
        waited.append((time.perf_counter() - started) * 1000)
        computed.append((time.process_time() - working) * 1000)
    waited.sort()
    computed.sort()
    place = int(len(texts) * 0.95)
    middle, most, cpu = waited[len(waited) // 2], waited[place], sum(computed) / len(computed)
    print(
        f"BENCH geocode_single ours={most:.1f} peer={PROMISED_MS:.1f} ratio={PROMISED_MS / most:.2f} unit=ms "
        f"median={middle:.1f} cpu={cpu:.1f} cpu_p95={computed[place]:.1f} opened_s={opened:.1f} "
        f"rows={rows} asked={len(texts)}\n"
        f"  95 of 100 within {most:.0f} ms, half within {middle:.0f} ms; {found} of {len(texts)} have a point",
        flush=True,
    )
    if most > PROMISED_MS:
        sys.stdout.write(f"  more than the {PROMISED_MS:.0f} ms that are promised\n")


if __name__ == "__main__":
    main()

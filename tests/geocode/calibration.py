"""How often matches are right, by level, score and lead: made on noised addresses of four cities.

Run `python -m tests.geocode.calibration FOLDER` with the folder of the address files. It prints the rows of
`gcrm/geocode/confidence.sql`, measured on one half of the streets, beside the other half, and the calibration error.
A match is right when the true address (any of its points) lies within its error_m, or within 50 m.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from gcrm import sql
from tests.geocode import noise
from tests.geocode.ground import build, connect

if TYPE_CHECKING:
    import duckdb

CITIES = {
    "us_washington_dc": "Washington",
    "uk_southampton": "Southampton",
    "de_stuttgart": "Stuttgart",
    "kr_seoul": "서울",
}
#: Addresses whose md5 ends so are not in the reference: their numbers are new to their streets.
LEFT_OUT = "md5_number_lower(house_number || street || postcode) % 10 = 3"


def answered(folder: Path, city: str, *, half: int, rows: int, seed: int) -> duckdb.DuckDBPyConnection:
    """Ask a city for its noised addresses; the table `answered` holds one row per question.

    Parameters
    ----------
    folder
        The address files.
    city
        Name of the file, without its ending.
    half
        Which half of the streets.
    rows
        Questions per kind of noise.
    seed
        Of the noise.
    """
    con = connect()
    con.execute(
        "CREATE TEMP TABLE held AS SELECT *, row_number() OVER () AS row_no FROM read_parquet($file)",
        {"file": str(folder / f"{city}.parquet")},
    )
    con.execute(
        "INSERT INTO ingest.address_reference (house_number, street, postcode, city, lon, lat, source, row_no) "
        f"SELECT house_number, street, postcode, $city, lon, lat, 'r', row_no FROM held WHERE NOT ({LEFT_OUT})",
        {"city": CITIES[city]},
    )
    noise.judge(con, noise.noise(con, city=CITIES[city], seed=seed, rows=rows, half=half), "judged")
    con.execute(
        "INSERT INTO ingest.customer (customer_id, source, row_no, house_number, street, postcode, city) "
        "SELECT no::VARCHAR, 'c', no, house_number, street, postcode, city FROM judged"
    )
    build(con)
    sql.run(con, "gcrm.geocode", "macro")
    con.execute(
        f"""
        CREATE TEMP TABLE answered AS
        SELECT j.*, {
            LEFT_OUT.replace("house_number", "true_number")
            .replace("street", "true_street")
            .replace("postcode", "true_postcode")
        } AS left_out,
            l.match_level, l.status, l.rule, l.score, l.faults, l.confidence, l.error_m,
            (SELECT min(distance_m(h.lon, h.lat, l.lon, l.lat)) FROM held AS h
             WHERE (h.street, h.house_number, h.postcode) = (j.true_street, j.true_number, j.true_postcode)) AS off_m
        FROM judged AS j
        JOIN geocode.record_location AS r ON r.kind = 'customer' AND r.row_no = j.no
        JOIN geocode.location AS l USING (location_id)
        """
    )
    return con


BINS = """
    SELECT match_level, status, floor(coalesce(score, 0) / 10) * 10 AS score_from, confidence,
        CASE
            WHEN status = 'tie' THEN off_m <= 50
            ELSE coalesce(off_m <= greatest(50, error_m), false)
        END AS is_right,
        left_out, rule, off_m
    FROM answered WHERE match_level IS NOT NULL
"""


def main(folder: Path, rows: int) -> None:
    """Print the table."""
    out = connect()
    out.execute("CREATE TEMP TABLE bin (half INTEGER, match_level VARCHAR, status VARCHAR, score_from DOUBLE, "
                "confidence DOUBLE, is_right BOOLEAN, left_out BOOLEAN, rule VARCHAR, off_m DOUBLE)")  # fmt: skip
    for city in CITIES:
        for half in (0, 1):
            with answered(folder, city, half=half, rows=rows, seed=7 + half) as con:
                found = con.execute(BINS).to_arrow_table()
            out.register("found", found)
            out.execute("INSERT INTO bin SELECT $half, * FROM found", {"half": half})
    lines = [
        (
            "SELECT match_level, status, score_from, count(*) FILTER (half = 0), "
            "round(avg(is_right::INT) FILTER (half = 0), 4), count(*) FILTER (half = 1), "
            "round(avg(is_right::INT) FILTER (half = 1), 4) FROM bin GROUP BY ALL ORDER BY ALL"
        ),
        (
            "SELECT 'calibration error', sum(n * abs(c - r)) / sum(n) FROM ("
            "SELECT count(*) AS n, avg(confidence) AS c, "
            "avg(is_right::INT) AS r FROM bin WHERE half = 1 GROUP BY confidence)"
        ),
        "SELECT rule, count(*), median(off_m) FROM bin WHERE left_out GROUP BY ALL ORDER BY 2 DESC",
    ]
    for line in lines:
        sys.stdout.write("\n".join(map(str, out.execute(line).fetchall())) + "\n\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 4000)

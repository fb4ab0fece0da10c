"""How often matches are right, by level, score and lead: made on noised addresses of four cities.

`python -m tests.geocode.calibration FOLDER [ROWS]`, with the folder of the address files, asks each city for its noised
addresses, half of its streets at a time, and writes `docs/images/calibration.svg`; then Cambridge, where the folder of
its data stands beside. It prints the figures of
docs/geocoding-accuracy.md and the rows of `gcrm/geocode/verdict/confidence.sql`, measured on one half of the streets
and compared with the other. A match is right when the true address (any of its points) lies within its error_m, or
50 m.
"""

from __future__ import annotations

import random
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gcrm import sql
from tests.geocode import noise
from tests.geocode.cambridge import centreline_errors, write_addresses
from tests.geocode.ground import build, connect
from tests.geocode.reliability import report

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

CITIES = {
    "us_washington_dc": "Washington",
    "uk_southampton": "Southampton",
    "de_stuttgart": "Stuttgart",
    "kr_seoul": "서울",
    "us_cambridge_ma": "Cambridge",
}
UNSEEN = "us_cambridge_ma"
FITTED = tuple(file for file in CITIES if file != UNSEEN)
#: Addresses whose md5 ends so are not in the reference: their numbers are new to their streets.
LEFT_OUT = "md5_number_lower(house_number || street || postcode) % 10 = 3"


def answered(
    folder: Path, city: str, *, half: int, rows: int, seed: int, hard: bool = False
) -> duckdb.DuckDBPyConnection:
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
    hard
        Ask with noise that leaves little to go by, and for streets and postcodes without a number, too.
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
    written = noise.noise(con, city=CITIES[city], seed=seed, rows=rows, half=half, hard=hard)
    noise.judge(con, [*written, *(_areas(written, seed) if hard else [])], "judged")
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


def _areas(written: Sequence[noise.Written], seed: int) -> list[noise.Written]:
    """Return the clean addresses without their numbers, and without their streets; some without a postcode."""
    rng = random.Random(seed)  # noqa: S311 - noise, not secrets
    clean = [w for w in written if w.kind == "clean"]
    streets = [
        replace(w, kind="without_number", house_number=None, postcode=w.postcode if rng.random() < 0.5 else None)
        for w in clean
    ]
    return [*streets, *(replace(w, kind="without_street", house_number=None, street=None) for w in clean)]


def ask(out: duckdb.DuckDBPyConnection, folder: Path, file: str, *, halves: Sequence[int], rows: int) -> None:
    """Ask a city, some of its halves, and put what was answered into the table `answer`."""
    for half in halves:
        with answered(folder, file, half=half, rows=rows, seed=7 + half, hard=True) as con:
            found = con.execute(
                "SELECT $city AS city, $half AS half, kind, ambiguous, toss_up, left_out, match_level, status, "
                "house_number IS NOT NULL OR kind = 'swapped' AS numbered, "
                "rule, score, faults, confidence, error_m, off_m FROM answered",
                {"city": CITIES[file], "half": half},
            ).to_arrow_table()
        out.register("found", found)
        out.execute("CREATE TEMP TABLE IF NOT EXISTS answer AS FROM found LIMIT 0")
        out.execute("INSERT INTO answer FROM found")
        out.unregister("found")


def main(folder: Path, rows: int) -> None:
    """Ask the cities, print the figures and draw the plot; then Cambridge, which nothing was fitted on."""
    plot = Path(__file__).parents[2] / "docs" / "images" / "calibration.svg"
    with connect() as out:
        for file in FITTED:
            ask(out, folder, file, halves=(0, 1), rows=rows)
        sys.stdout.write(report(out, plot))
    city = folder.parent / "cambridge"
    if not city.is_dir():
        return
    with connect() as out, tempfile.TemporaryDirectory() as work:
        addresses = Path(work) / f"{UNSEEN}.parquet"
        write_addresses(city, addresses)
        ask(out, Path(work), UNSEEN, halves=(1,), rows=rows)
        errors = centreline_errors(city, addresses, Path(work))
        sys.stdout.write(f"\n# {CITIES[UNSEEN]}\n{report(out)}")
        shares = errors.quantile([0.5, 0.9, 0.95]).round(1).to_list()
        sys.stdout.write(f"on centrelines: {len(errors)} addresses, metres off (median, 90 %, 95 %): {shares}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 3000)

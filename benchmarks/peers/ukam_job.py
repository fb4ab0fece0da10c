"""Jobs of uk-address-matcher, run by the Python of its own environment: `build` its reference, or `ask` it."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import duckdb


def build(folder: Path) -> None:
    """Prepare the reference as its guide advises for one that is used again."""
    from uk_address_matcher import prepare_canonical_folder  # noqa: PLC0415

    with duckdb.connect() as con:
        con.execute(
            "COPY (SELECT row_no::VARCHAR AS unique_id, house_number || ' ' || street || ', SOUTHAMPTON' "
            f"AS address_concat, postcode FROM '{folder}/held.parquet') TO '{folder}/canonical.parquet'"
        )
        prepare_canonical_folder(
            str(folder / "canonical.parquet"), str(folder / "prepared"), con=con, show_progress="off"
        )


def ask(folder: Path, rows: int) -> None:
    """Answer the first questions by its own stages and write down where they lie."""
    from uk_address_matcher import AddressMatcher  # noqa: PLC0415

    started, computed = time.perf_counter(), time.process_time()
    with duckdb.connect() as con:
        messy = con.sql(
            "SELECT id::VARCHAR AS unique_id, address AS address_concat, postcode "
            f"FROM '{folder}/questions.parquet' WHERE id <= {rows}"
        )
        matcher = AddressMatcher(
            canonical_addresses=str(folder / "prepared"), addresses_to_match=messy, con=con, show_progress="off"
        )
        matcher.match().matches().create("answer")
        con.execute(
            f"COPY (SELECT a.unique_id::INTEGER AS id, h.lon, h.lat FROM answer AS a JOIN '{folder}/held.parquet' AS h "
            f"ON h.row_no::VARCHAR = a.resolved_canonical_id) TO '{folder}/ukam.parquet'"
        )
    used = {"seconds": time.perf_counter() - started, "cpu": time.process_time() - computed}
    (folder / "took.json").write_text(json.dumps(used), encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1] == "build":
        build(Path(sys.argv[2]))
    else:
        ask(Path(sys.argv[2]), int(sys.argv[3]))

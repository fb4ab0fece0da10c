"""Washington, asked of gcrm and of whereabouts 0.4.3: addresses per second of processor time, and how many are right.

Both hold the same 72,000 addresses. gcrm answers all questions; whereabouts, which is much slower, the first of them in
an order of chance, by its `standard` method; a few of those by its slower and surer `trigram` method, too.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from _peers import CITIES, PEERS, ask_ours, environment, report, shares, took, write_questions

PROMISED = 25.0
CITY = "us_washington_dc"


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=40_000, help="questions per kind of noise")
    parser.add_argument("--peer-rows", type=int, default=3_000)
    parser.add_argument("--trigram-rows", type=int, default=150)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.folder:
        ask_ours(asked.folder, ("address",))
        return
    if not (CITIES / f"{CITY}.parquet").is_file():
        print("geocode_vs_whereabouts: skipped, the address file of Washington is not there")
        return
    python = environment("whereabouts==0.4.3")
    if python is None:
        print("geocode_vs_whereabouts: skipped, whereabouts needs Python 3.12: name one by GCRM_PYTHON312")
        return
    with tempfile.TemporaryDirectory(prefix="gcrm-bench-") as name:
        compare(Path(name), python, asked.rows, asked.peer_rows, asked.trigram_rows)


def compare(folder: Path, python: Path, rows: int, peer_rows: int, trigram_rows: int) -> None:
    """Ask both sides and print what came of it."""
    from gcrm.geocode.pack.build import Origins, build_pack  # noqa: PLC0415

    write_questions(
        folder, CITY, "Washington", rows, lambda a: f"{a.house_number} {a.street}, {a.city}, DC {a.postcode}"
    )
    build_pack([CITIES / f"{CITY}.parquet"], folder / "ours.pack", Origins(country="US"))
    job = PEERS / "whereabouts_job.py"
    took([python, job, "build", folder], 0, folder)
    ours = took([sys.executable, Path(__file__), "--folder", folder], 3 * rows, folder)
    peer = took([python, job, "ask", folder, "standard", str(peer_rows)], peer_rows, folder)
    report(
        "geocode_vs_whereabouts", PROMISED, ours, peer,
        shares(folder, "ours.parquet", peer_rows), shares(folder, "standard.parquet", peer_rows),
    )  # fmt: skip
    if trigram_rows:
        sure = took([python, job, "ask", folder, "trigram", str(trigram_rows)], trigram_rows, folder)
        right = ", ".join(f"{k} {v[0]:.1%}" for k, v in shares(folder, "trigram.parquet", trigram_rows).items())
        print(f"  its trigram method: {sure.speed:.0f} addresses/CPU-s of {trigram_rows}; right: {right}", flush=True)


if __name__ == "__main__":
    main()

"""Southampton, asked of gcrm and of uk-address-matcher 1.5.3: addresses per CPU-second, and how many are right.

Both hold the same 36,000 addresses, prepared before, and answer the same questions: a line and a postcode. What is
timed on either side is one call with all of them. It ends with an error where uk-address-matcher is right more often.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from _peers import CITIES, PEERS, ask_ours, environment, in_turns, report, shares, took, write_questions

PROMISED = 15.0
CITY = "uk_southampton"


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000, help="questions per kind of noise")
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.folder:
        ask_ours(asked.folder, ("address", "postcode"))
        return
    if not (CITIES / f"{CITY}.parquet").is_file():
        print("geocode_vs_ukam: skipped, the address file of Southampton is not there")
        return
    python = environment("uk-address-matcher==1.5.3")
    if python is None:
        print("geocode_vs_ukam: skipped, its environment needs Python 3.12: name one by GCRM_PYTHON312")
        return
    with tempfile.TemporaryDirectory(prefix="gcrm-bench-") as name:
        compare(Path(name), python, asked.rows)


def compare(folder: Path, python: Path, rows: int) -> None:
    """Ask both sides and print what came of it."""
    from gcrm.geocode.pack.build import Origins, build_pack  # noqa: PLC0415

    write_questions(folder, CITY, "Southampton", rows, lambda a: f"{a.house_number} {a.street}, {a.city}")
    build_pack([CITIES / f"{CITY}.parquet"], folder / "ours.pack", Origins(country="GB"))
    job = PEERS / "ukam_job.py"
    took([python, job, "build", folder], 0, folder)
    own, theirs = [sys.executable, Path(__file__), "--folder", folder], [python, job, "ask", folder, str(3 * rows)]
    ours, peer = in_turns((own, theirs), 3 * rows, folder)
    report(
        "geocode_vs_ukam", PROMISED, ours, peer,
        shares(folder, "ours.parquet", 3 * rows), shares(folder, "ukam.parquet", 3 * rows),
    )  # fmt: skip


if __name__ == "__main__":
    main()

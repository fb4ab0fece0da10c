"""Washington, asked of gcrm and of whereabouts 0.4.3: addresses per second of processor time, and how many are right.

Both hold the same 72,000 addresses, prepared before, and answer the same questions, whereabouts by its `standard`
method. What is timed on either side is one call with all of them. A few are asked of its slower `trigram` method, too;
that is told beside the ratio and does not count. It ends with an error where whereabouts is right more often.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from _peers import CITIES, PEERS, ask_ours, environment, in_turns, report, shares, took, write_questions

PROMISED = 25.0
CITY = "us_washington_dc"


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000, help="questions per kind of noise")
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
        compare(Path(name), python, asked.rows, asked.trigram_rows)


def compare(folder: Path, python: Path, rows: int, trigram_rows: int) -> None:
    """Ask both sides and print what came of it."""
    from gcrm.geocode.pack.build import Origins, build_pack  # noqa: PLC0415

    write_questions(
        folder, CITY, "Washington", rows, lambda a: f"{a.house_number} {a.street}, {a.city}, DC {a.postcode}"
    )
    build_pack([CITIES / f"{CITY}.parquet"], folder / "ours.pack", Origins(country="US"))
    job = PEERS / "whereabouts_job.py"
    took([python, job, "build", folder], 0, folder)
    own = [sys.executable, Path(__file__), "--folder", folder]
    ours, peer = in_turns((own, [python, job, "ask", folder, "standard", str(3 * rows)]), 3 * rows, folder)
    if trigram_rows:
        sure = took([python, job, "ask", folder, "trigram", str(trigram_rows)], trigram_rows, folder)
        theirs, own = (shares(folder, f"{name}.parquet", trigram_rows) for name in ("trigram", "ours"))
        right = ", ".join(f"{kind} {theirs[kind][0]:.1%} (ours {own[kind][0]:.1%})" for kind in theirs)
        print(
            f"  its trigram method, {trigram_rows} of the questions: {sure.speed:.0f} addresses/CPU-s; right: {right}"
        )
    report(
        "geocode_vs_whereabouts", PROMISED, ours, peer,
        shares(folder, "ours.parquet", 3 * rows), shares(folder, "standard.parquet", 3 * rows),
    )  # fmt: skip


if __name__ == "__main__":
    main()

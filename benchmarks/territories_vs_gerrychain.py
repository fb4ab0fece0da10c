"""Borders cut on county graphs in the same time: ours beside gerrychain's recombination in short bursts.

People within half a percent, every territory contiguous; the optima are published. A side that finds no plan in time
reaches nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from _peers import PEERS, ROOT, environment

from gcrm.analysis.territory import Rules, compact
from gcrm.errors import DesignError
from tests.analysis.territory import brute
from tests.analysis.territory.test_compact import COUNTIES, counties, cut

DATA = Path(os.environ.get("GCRM_TESTDATA", ROOT.parent / "shared" / "data"))
BAND = 0.005
#: How long the peer may overrun its time before it is ended.
_PATIENCE_S = 5


def ours(state: str, seconds: float) -> int | None:
    """Return how many borders our plan cuts, checked."""
    count, known = COUNTIES[state]
    units, rules = counties(DATA, state), Rules(count, {"people": BAND})
    try:
        found = compact(units, rules, seconds=seconds, on_progress=lambda p: p.cost > known)
    except DesignError:
        return None
    wrong = brute.faults(units, rules, found.territory)
    if wrong:
        sys.exit(f"territories_vs_gerrychain: the plan of {state} breaks rules: {wrong[:3]}")
    return cut(units, found.territory)


def theirs(python: Path, state: str, seconds: float) -> int | None:
    """Return how many borders the peer's best plan cuts."""
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer.json"
        graph = DATA / "territories" / f"us_counties_{state}.json"
        words = [python, PEERS / "gerrychain_job.py", graph, COUNTIES[state][0], BAND, seconds, answer]
        process = subprocess.Popen([str(word) for word in words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(seconds + _PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        return int(json.loads(answer.read_text(encoding="utf-8"))["cut"]) if answer.exists() else None


def main() -> None:
    """Run both sides on every graph, and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    seconds = parser.parse_args().seconds
    python = environment("gerrychain==1.0.0")
    if python is None:
        print("SKIP territories_vs_gerrychain: it needs Python 3.12 (GCRM_PYTHON312)")
        return
    worse = []
    for state, (count, known) in COUNTIES.items():
        own, peer = ours(state, seconds), theirs(python, state, seconds)
        print(
            f"BENCH territories_vs_gerrychain graph={state} territories={count} ours={own} peer={peer} "
            f"optimum={known} unit=cut_edges seconds={seconds:.0f}",
            flush=True,
        )
        if own is None or (peer is not None and own > peer):
            worse.append(state)
    if worse:
        sys.exit(f"territories_vs_gerrychain: ours cuts more in {', '.join(worse)}")


if __name__ == "__main__":
    main()

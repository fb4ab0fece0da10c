"""Ten million customers and fifty million order lines asked with cuboids and without, by the same engine.

Both sides answer from the same star through `gcrm.open`; one has `[cube] space_mb = 0`. The other is a project in use:
see `_cube.in_use`.
Questions are covered where every figure comes from a cuboid, as `explain` says; the classes are those of `_mix.py`.
Each is asked of both sides one after the other, in turns, and its answers are compared row by row. What is promised:
20 times on covered questions, and no loss on the others.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections import defaultdict
from typing import TYPE_CHECKING

import _cube
import _mix
import numpy as np

from gcrm.workspace import open_workspace

if TYPE_CHECKING:
    import pyarrow as pa

    from gcrm.workspace import Workspace

#: Megabytes of the cuboids: about a tenth of what the star takes.
SPACE_MB = 512
PROMISED = 20.0
#: Uncovered questions may take so much longer: they differ by so much when they are asked twice.
NOISE = 1.05
_WARM_UP = 20
_WORDS = ("covered", "uncovered")


def main() -> None:
    """Ask both sides, compare, report."""
    parser = argparse.ArgumentParser(description="Benchmark cube_vs_facts.")
    parser.add_argument("--customers", type=int, default=_cube.CUSTOMERS)
    parser.add_argument("--lines", type=int, default=0, help="order lines; five per customer where absent")
    parser.add_argument("--questions", type=int, default=500)
    asked = parser.parse_args()
    star = _cube.star(asked.customers, asked.lines or asked.customers * 5)
    facts = _cube.project(star, "facts", "space_mb = 0")
    ready = _cube.in_use(star, "ready", f"space_mb = {SPACE_MB}\ncuboids_from = 0")
    with_cuboids, without = open_workspace(ready), open_workspace(facts)
    questions = _mix.mix(asked.questions)
    for warm in _mix.mix(_WARM_UP, _cube.BEFORE + 1):
        _timed(with_cuboids, warm)
        _timed(without, warm)
    times: dict[str, list[tuple[float, float]]] = defaultdict(list)
    figures = 0
    for number, question in enumerate(questions):
        kind, ours, theirs, same = _ask(number, question, with_cuboids, without)
        times[kind].append((ours, theirs))
        figures += same
    print(f"  {_mix.proportions(questions)}, of {asked.customers:,} customers")
    print(f"  the same answers: {figures:,} figures", flush=True)
    covered, uncovered = ([p for k, ps in times.items() if k.startswith(word) for p in ps] for word in _WORDS)
    for word, pairs in [(_WORDS[0], covered), (_WORDS[1], uncovered), *sorted(times.items())]:
        _print(word, pairs)
    ratio, other = _ratio(covered), _ratio(uncovered)
    print(
        f"BENCH cube_vs_facts ours={sum(o for o, _ in covered):.2f} peer={sum(t for _, t in covered):.2f} "
        f"ratio={ratio:.2f} unit=s uncovered_ratio={other:.2f} covered={len(covered)} of={len(questions)}",
        flush=True,
    )
    if asked.customers >= _cube.CUSTOMERS and (ratio < PROMISED or other < 1 / NOISE):
        sys.exit(f"cube_vs_facts: {ratio:.1f} and {other:.2f} are less than the {PROMISED:.0f} and 1 that are promised")


def _ask(number: int, asked: _mix.Asked, ready: Workspace, facts: Workspace) -> tuple[str, float, float, int]:
    """Ask both sides in turns; return the class, the seconds of each, and the number of figures that are the same."""
    sides = [ready, facts] if number % 2 else [facts, ready]
    found = {id(ws): _timed(ws, asked) for ws in sides}
    (ours, table, covered), (theirs, other, _) = found[id(ready)], found[id(facts)]
    if not covered:  # the same statement: the better of two times is less of chance
        ours, theirs = (min(one, _timed(ws, asked)[0]) for one, ws in ((ours, ready), (theirs, facts)))
    if table.num_rows != other.num_rows or not _same(table, other):
        msg = f"the sides give different answers: {asked}"
        raise ValueError(msg)
    return f"{_WORDS[not covered]} {asked.kind}", ours, theirs, table.num_rows * len(asked.question.measures)


def _timed(ws: Workspace, asked: _mix.Asked) -> tuple[float, pa.Table, bool]:
    """Return the seconds from the words to a table, the table, and whether cuboids gave all of it."""
    started = time.perf_counter()
    result = ws.ask(asked.question)
    seconds = time.perf_counter() - started
    taken = result.answer.origins
    statistics = ("zone statistics are small",)
    return seconds, result.table, all(o.source != "facts" or o.why in statistics for o in taken)


def _same(one: pa.Table, other: pa.Table) -> bool:
    """Say whether two answers have the same rows; floats up to nine digits."""
    return all(
        a == b or (isinstance(a, float) and isinstance(b, float) and math.isclose(a, b, rel_tol=1e-9))
        for mine, theirs in zip(one.to_pylist(), other.to_pylist(), strict=True)
        for a, b in zip(mine.values(), theirs.values(), strict=True)
    )


def _ratio(pairs: list[tuple[float, float]]) -> float:
    return sum(theirs for _, theirs in pairs) / sum(ours for ours, _ in pairs) if pairs else math.nan


def _print(kind: str, pairs: list[tuple[float, float]]) -> None:
    if not pairs:
        return
    ours, theirs = np.array(pairs).T * 1000
    p50, p95 = np.percentile(ours, [50, 95])
    q50, q95 = np.percentile(theirs, [50, 95])
    print(
        f"  {kind:<26} {len(pairs):>3} questions: p50 {p50:.1f} ms, p95 {p95:.1f} ms; without p50 {q50:.1f} ms, "
        f"p95 {q95:.1f} ms; {_ratio(pairs):.1f} times in all, {np.median(theirs / ours):.1f} times at the median",
        flush=True,
    )


if __name__ == "__main__":
    main()

"""The cube and its peers asked the same questions: tables for the peers, our own answers, comparison and report.

Every side is a process of its own that asks one question after the other, from the words to a table in memory; opening,
loading and whatever a side may prepare for all questions do not count: for the cube, what a project in use has
prepared (`_cube.in_use`) in the space that settings give as they come. Sides run one after the other. Answers are
compared row for row before any time is reported; rows in which nothing happened do not count, for only the cube shows
members without records.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import _cube
import _mix
import numpy as np

sys.path.insert(0, str(Path(__file__).parent / "peers"))

import cube_words

from gcrm import sql
from gcrm.warehouse.reader import open_newest
from gcrm.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gcrm.result import Result

#: Customers where the command line names no number; what is promised is promised of so many.
FULL = 1_000_000
#: Customers, too, have cuboids: by itself a project has them from two million records on.
_CUBE = "cuboids_from = 1_000_000"
_EVENT = """
    order_id, order_id[2:]::INTEGER AS order_no, ordered_on, strftime(ordered_on, '%Y') AS year,
    strftime(ordered_on, '%Y') || '-Q' || quarter(ordered_on) AS quarter, strftime(ordered_on, '%Y-%m') AS month,
    customer_key, location_id, segment, owner_id AS owner, store_id AS store, channel, amount::DOUBLE AS amount
"""
#: Table for the peers -> what is in it.
_TABLES = {
    "place": """
        SELECT l.location_id, l.lon, l.lat, s.region_id AS state, d.region_id AS district, z.region_id AS zone,
            p.region_id AS zip
        FROM warehouse.dim_location AS l JOIN cube.location_path AS w ON w.location_id = l.location_id
        LEFT JOIN warehouse.dim_region AS s ON s.region_key = w.state
        LEFT JOIN warehouse.dim_region AS d ON d.region_key = w.district
        LEFT JOIN warehouse.dim_region AS z ON z.region_key = w.zone
        LEFT JOIN warehouse.dim_region AS p ON p.region_key = w.zip
    """,
    "product": "SELECT product_key, department, category, product_id AS product FROM warehouse.dim_product",
    "customer": """
        SELECT customer_key, segment, owner_id AS owner, since, until, location_id FROM warehouse.dim_customer
    """,
    "order": f"SELECT {_EVENT} FROM warehouse.fact_order ORDER BY ordered_on",
    "line": f"SELECT {_EVENT}, product_key, department, quantity FROM warehouse.fact_order_line ORDER BY ordered_on",
}


def compare(name: str, sides: Callable[[Path], dict[str, Sequence[str | Path]]], promised: float | None) -> None:
    """Ask the cube and its peers from the command line; print what came of it.

    Parameters
    ----------
    name
        Name of the benchmark.
    sides
        Gets the folder with tables and questions; returns the command that asks each peer.
    promised
        How many times as long the first peer has to take; a smaller ratio ends with an error. Null promises nothing.
    """
    parser = argparse.ArgumentParser(description=f"Benchmark {name}.")
    parser.add_argument("--customers", type=int, default=FULL)
    parser.add_argument("--lines", type=int, default=0, help="order lines; five per customer where absent")
    parser.add_argument("--questions", type=int, default=500)
    parser.add_argument("--ours", nargs=2, type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.ours:
        _ours(*asked.ours)
        return
    made = _cube.in_use(_cube.star(asked.customers, asked.lines or asked.customers * 5), "cube", _CUBE)
    questions = _mix.mix(asked.questions)
    with tempfile.TemporaryDirectory(prefix="gcrm-bench-") as held:
        folder = Path(held)
        _write(folder, made, questions)
        own = [sys.executable, sys.argv[0], "--ours", folder, made]
        for command in (own, *sides(folder).values()):
            subprocess.run([str(part) for part in command], check=True)
        print(f"  {_mix.proportions(questions)}, of {asked.customers:,} customers", flush=True)
        if asked.customers >= FULL:
            _check_figures(folder, questions)
        ratios = [_report(name, folder, peer, questions) for peer in sides(folder)]
    if promised is not None and ratios[0] < promised and asked.customers >= FULL:
        sys.exit(f"{name}: {ratios[0]:.1f} is less than the {promised:.0f} that is promised")


def _write(folder: Path, made: Path, questions: list[_mix.Asked]) -> None:
    """Write the tables and the questions for the peers."""
    reader = open_newest(made)
    for table, text in _TABLES.items():
        reader.cursor().execute(f"COPY ({text}) TO {sql.literal(str(folder / f'{table}.parquet'))}")
    reader.close()
    words = [[a.question.words(), a.kind] for a in questions]
    (folder / "questions.json").write_text(json.dumps(words, default=str), encoding="utf-8")


def _ours(folder: Path, made: Path) -> None:
    """Answer the questions of a folder."""
    from gcrm.cube.question import from_words  # noqa: PLC0415

    ws = open_workspace(made)
    cube_words.run(folder, "ours", lambda words: ws.ask(from_words(words)), rows)


def rows(result: Result) -> list[list[Any]]:
    """Return the rows of one of our answers: members, GROUPING_ID and figures."""
    question = result.question
    found = []
    for row in result.table.to_pylist():
        values = [None if row[m] is None else float(row[m]) for m in question.measures]
        found.append([[row[d] for d in question.by], row.get("grouping", 0), values])
    return found


def _report(name: str, folder: Path, peer: str, questions: list[_mix.Asked]) -> float:
    """Compare a peer's answers with ours, and print the times of both, class by class; return the ratio."""
    sides = {side: json.loads((folder / f"{side}.json").read_text(encoding="utf-8")) for side in ("ours", peer)}
    both = [
        (a.kind, ours, theirs)
        for a, ours, theirs in zip(questions, sides["ours"], sides[peer], strict=True)
        if theirs["rows"] is not None
    ]
    figures = sum(_same(questions[ours["number"]], ours["rows"], theirs["rows"], peer) for _, ours, theirs in both)
    classes: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for kind, ours, theirs in both:
        classes[kind].append((ours["seconds"], theirs["seconds"]))
    own, other = (sum(pair[i]["seconds"] for _, *pair in both) for i in (0, 1))
    cpu = [sum(pair[i]["cpu"] for _, *pair in both) for i in (0, 1)]
    print(
        f"BENCH {name} peer_is={peer} ours={own:.2f} peer={other:.2f} ratio={other / own:.2f} unit=s "
        f"cpu={cpu[0]:.2f} peer_cpu={cpu[1]:.2f} cpu_ratio={cpu[1] / cpu[0]:.2f} median_ratio={_median(both):.2f} "
        f"questions={len(both)} of={len(questions)}",
        flush=True,
    )
    print(f"  the same answers: {figures:,} figures", flush=True)
    classes = {"all": [pair for pairs in classes.values() for pair in pairs], **classes}
    for kind, pairs in classes.items():
        _print_class(kind, pairs)
    return other / own


def _median(both: list[tuple[str, dict[str, Any], dict[str, Any]]]) -> float:
    """Return how many times as long a peer takes for the question in the middle."""
    return float(np.median([theirs["seconds"] / ours["seconds"] for _, ours, theirs in both]))


def _print_class(kind: str, pairs: list[tuple[float, float]]) -> None:
    ours, theirs = np.array(pairs).T * 1000
    p50, p95 = np.percentile(ours, [50, 95])
    q50, q95 = np.percentile(theirs, [50, 95])
    median = np.median(theirs / ours)
    print(
        f"  {kind:<16} {len(pairs):>3} questions: p50 {p50:.1f} ms, p95 {p95:.1f} ms; peer p50 {q50:.1f} ms, "
        f"p95 {q95:.1f} ms; {theirs.sum() / ours.sum():.1f} times in all, {median:.1f} times at the median",
        flush=True,
    )


def _same(asked: _mix.Asked, ours: list[Any], theirs: list[Any], peer: str) -> int:
    """Compare the rows of two answers, those in which something happened; return the number of figures."""
    known = {(tuple(members), grouping): values for members, grouping, values in ours if any(values)}
    found = {(tuple(members), grouping): values for members, grouping, values in theirs if any(values)}
    if known.keys() != found.keys():
        wrong = sorted(map(str, known.keys() ^ found.keys()))
        msg = f"{peer} has other rows: {wrong[:5]} of {len(known)} and {len(found)}, {asked}"
        raise ValueError(msg)
    for key, values in known.items():
        for mine, other in zip(values, found[key], strict=True):
            if not math.isclose(mine or 0, other or 0, rel_tol=1e-9, abs_tol=1e-6):
                msg = f"{peer} has {other} where {mine} is: {key}, {asked}"
                raise ValueError(msg)
    return len(known) * len(asked.question.measures)


def _check_figures(folder: Path, questions: list[_mix.Asked]) -> None:
    """Make sure that every question has a row with a figure: to find nothing is quick."""
    for found in json.loads((folder / "ours.json").read_text(encoding="utf-8")):
        if not any(any(values) for _, _, values in found["rows"]):
            msg = f"no row has a figure: {questions[found['number']]}"
            raise ValueError(msg)

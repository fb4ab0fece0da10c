"""Fewest cut edges of a county graph by gerrychain's recombination in short bursts, run by the Python of its own.

Arguments: the graph, how many territories, the band, seconds, and the file for the answer.
"""

from __future__ import annotations

import json
import sys
import time
from functools import partial
from pathlib import Path

import networkx as nx
from gerrychain import Graph, Partition
from gerrychain.constraints import within_percent_of_ideal_population
from gerrychain.optimization import SingleMetricOptimizer
from gerrychain.proposals import recom
from gerrychain.updaters import Tally, cut_edges

#: Steps of a burst, as its guide has it.
_BURST = 10


def main() -> None:
    """Look until the time is over, and write whatever is better than before."""
    path, count, band, seconds, answer = sys.argv[1:]
    deadline = time.monotonic() + float(seconds)
    read = json.loads(Path(path).read_text(encoding="utf-8"))
    graph = nx.Graph()
    for row in read["units"]:
        graph.add_node(row["id"], people=row["population"])
    graph.add_edges_from(read["edges"])
    mean = sum(row["population"] for row in read["units"]) / int(count)
    best = None
    while time.monotonic() < deadline:
        try:
            start = Partition.from_random_assignment(
                Graph.from_networkx(graph),
                n_parts=int(count),
                epsilon=float(band),
                pop_col="people",
                updaters={"people": Tally("people"), "cut": cut_edges},
            )
        except Exception:  # noqa: BLE001, S112 - no start in this draw
            continue
        step = partial(recom, pop_col="people", pop_target=mean, epsilon=float(band), node_repeats=0)
        limits = [within_percent_of_ideal_population(start, float(band), pop_key="people")]
        chain = SingleMetricOptimizer(step, limits, start, lambda p: len(p["cut"]), maximize=False)
        try:
            for _ in chain.short_bursts(_BURST, 100_000):
                if best is None or chain.best_score < best:
                    best = chain.best_score
                    Path(answer).write_text(json.dumps({"cut": best}), encoding="utf-8")
                if time.monotonic() >= deadline:
                    break
        except Exception:  # noqa: BLE001, S112 - no bipartition was found; it begins anew
            continue


main()

"""networkx: the minutes from 200 crossings to 5,000, on a graph given as arcs; writes them, and what that took."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import networkx as nx
import numpy as np

folder = Path(sys.argv[1])
given = np.load(folder / "graph.npz")
graph = nx.DiGraph()
graph.add_weighted_edges_from(
    zip(given["tail"].tolist(), given["head"].tolist(), given["minutes"].tolist(), strict=True)
)
origins, destinations = given["origins"].tolist(), given["destinations"].tolist()
found = np.full((len(origins), len(destinations)), np.nan)
started, computed = time.perf_counter(), time.process_time()
for i, origin in enumerate(origins):
    reached = nx.single_source_dijkstra_path_length(graph, origin)
    found[i] = [reached.get(node, np.nan) for node in destinations]
taken = {"seconds": time.perf_counter() - started, "cpu": time.process_time() - computed}
np.save(folder / "peer.npy", found)
(folder / "took.json").write_text(json.dumps(taken), encoding="utf-8")

"""A million travel times on a graph of 50,000 crossings, against networkx on the same pairs.

Ours begins with points in lon and lat, which are put on roads first; the peer is given the crossings themselves. Both
find the shortest of every pair; a difference of more than a billionth ends the benchmark.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from _harness import peak_mb
from _peers import PEERS, environment, took
from _roads import city, crossings

from gcrm.enrich.road.travel import travel

#: Origins; a million pairs are 5,000 destinations of each.
ORIGINS, LEAST = 200, 10.0


def main() -> None:
    parser = argparse.ArgumentParser(description="Benchmark matrix_vs_networkx.")
    parser.add_argument("--pairs", type=int, default=1_000_000)
    parser.add_argument("--nodes", type=int, default=50_000)
    asked = parser.parse_args()
    python = environment("networkx==3.5", "numpy==2.3.5")
    if python is None:
        print("matrix_vs_networkx: skipped, its environment needs Python 3.12: name one by GCRM_PYTHON312")
        return
    con = city(asked.nodes)
    places = crossings(con)
    chance = np.random.default_rng(2)
    chosen = [places[np.sort(chance.choice(len(places), n, replace=False))] for n in (ORIGINS, asked.pairs // ORIGINS)]
    origins, destinations = chosen
    how = travel(con, "drive")
    _ = how.graph.matrix, how.graph.back, how.graph.tree  # made once per snapshot, mode and hour, and kept
    started, computed = time.perf_counter(), time.process_time()
    ours = how.between(origins[:, 1:], destinations[:, 1:])
    seconds, cpu = time.perf_counter() - started, time.process_time() - computed
    with tempfile.TemporaryDirectory(prefix="gcrm-bench-") as name:
        folder = Path(name)
        arcs = con.execute(
            "SELECT from_node, to_node, min(drive_min) AS minutes FROM enrich.road_arc WHERE drive_min IS NOT NULL"
            " GROUP BY ALL ORDER BY ALL"
        ).fetchnumpy()
        given = {"tail": arcs["from_node"], "head": arcs["to_node"], "minutes": arcs["minutes"]}
        ends = {"origins": origins[:, 0].astype(int), "destinations": destinations[:, 0].astype(int)}
        np.savez(folder / "graph.npz", **given, **ends)
        peer = took([python, PEERS / "networkx_job.py", folder], ours.size, folder)
        theirs = np.load(folder / "peer.npy")
    ratio = peer.seconds / seconds
    print(
        f"BENCH matrix_vs_networkx ours={seconds:.2f} peer={peer.seconds:.2f} ratio={ratio:.2f} unit=s "
        f"rss_mb={peak_mb():.0f} cpu={cpu:.2f} peer_cpu={peer.cpu:.2f} pairs={ours.size} nodes={how.net.nodes} "
        f"arcs={len(arcs['minutes'])}",
        flush=True,
    )
    if not np.allclose(ours, theirs, rtol=1e-9, atol=1e-9, equal_nan=True):
        sys.exit(f"matrix_vs_networkx: times differ, by {np.nanmax(np.abs(ours - theirs)):g} min at most")
    print(f"  the same {np.isfinite(ours).sum():,} times; {np.isnan(ours).sum():,} pairs have no way in either")
    if ratio < LEAST and asked.pairs >= 1_000_000:
        sys.exit(f"matrix_vs_networkx: {ratio:.1f} is less than the {LEAST:g} that is promised")


if __name__ == "__main__":
    main()

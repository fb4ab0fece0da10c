"""A thousand ten-minute isochrones by car on a graph of 50,000 crossings, against a promised number a second."""

from __future__ import annotations

import argparse
import sys
import time

import numpy as np
import shapely
from _harness import peak_mb
from _roads import city, crossings

from gcrm.enrich.road.travel import travel

#: Isochrones a second that are promised.
LEAST = 4.0


def main() -> None:
    parser = argparse.ArgumentParser(description="Benchmark isochrones.")
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--nodes", type=int, default=50_000)
    asked = parser.parse_args()
    con = city(asked.nodes)
    places = crossings(con)
    chosen = places[np.random.default_rng(3).choice(len(places), asked.rows, replace=False), 1:]
    how = travel(con, "drive")
    _ = how.graph.matrix, how.graph.tree  # made once per snapshot, mode and hour, and kept
    started, computed = time.perf_counter(), time.process_time()
    areas = [own[0] for own in how.areas(chosen, [10.0])]
    seconds, cpu = time.perf_counter() - started, time.process_time() - computed
    rate = len(areas) / seconds
    print(
        f"BENCH isochrones ours={seconds:.2f} unit=s rate={rate:.1f} least={LEAST:g} rss_mb={peak_mb():.0f} "
        f"cpu={cpu:.2f} rows={len(areas)} nodes={how.net.nodes}",
        flush=True,
    )
    whole = [bool(shapely.is_valid(a)) and shapely.contains_xy(a, *at) for a, at in zip(areas, chosen, strict=True)]
    if not all(whole):
        sys.exit(f"isochrones: {len(whole) - sum(whole)} areas are not valid, or do not hold the place they begin at")
    vertices = np.median(shapely.get_num_coordinates(areas))
    print(f"  all valid and around their places; half have more than {vertices:,.0f} vertices")
    if rate < LEAST and asked.rows >= 1000:
        sys.exit(f"isochrones: {rate:.1f} a second are less than the {LEAST:g} that are promised")


if __name__ == "__main__":
    main()

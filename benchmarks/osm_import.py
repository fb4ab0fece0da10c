"""Helsinki's centre and Monaco, imported by gcrm and by pyrosm 0.25: seconds of processor time for the same layers.

Both sides read buildings, roads, points of interest, land, barriers, regions and addresses, and write each as
GeoParquet; ours cuts the roads at their junctions besides, and makes the sea and the regions that the edge cuts. What
counts is processor time from the name of the extract to the last file, imports aside. It ends with an error where the
two do not find the same roads, or more than one building in a hundred differs that the edge does not cut.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

import geopandas as gpd
from _peers import PEERS, ROOT, Side, environment, took

PROMISED = 1.5
CITIES = tuple(ROOT / "data" / "samples" / city / f"{city}.osm.pbf" for city in ("helsinki", "monaco"))
#: Ways that are no roads of ours: raceways, and what is not there yet or no more.
NO_ROADS = frozenset({"raceway", "construction", "proposed", "platform", "abandoned", "razed", "elevator", "rest_area"})


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.folder:
        ours(asked.folder)
        return
    python = environment("pyrosm==0.25.0", "pyarrow")
    if python is None:
        print("osm_import: skipped, pyrosm is asked in Python 3.12: name one by GCRM_PYTHON312")
        return
    with tempfile.TemporaryDirectory(prefix="gcrm-bench-") as name:
        folder = Path(name)
        own = took([sys.executable, Path(__file__), "--folder", folder], 1, folder)
        peer = took([python, PEERS / "pyrosm_job.py", folder, *CITIES], 1, folder)
        found = [compare(folder, city.name) for city in CITIES]
    report(own, peer, found)


def ours(folder: Path) -> None:
    """Import each city into a folder of its own."""
    import osmium  # noqa: F401, PLC0415 - imports do not count

    from gcrm.city.extract import convert  # noqa: PLC0415 - the parent process does without

    started, computed = time.perf_counter(), time.process_time()
    for city in CITIES:
        (folder / city.name).mkdir()
        convert(city, folder / city.name)
    used = {"seconds": time.perf_counter() - started, "cpu": time.process_time() - computed}
    (folder / "took.json").write_text(json.dumps(used), encoding="utf-8")


def compare(folder: Path, city: str) -> str:
    """Hold what both found against each other; return it in a line, or end with an error."""
    mine = set(gpd.read_parquet(folder / city / "buildings.parquet")["building_id"])
    frame = gpd.read_parquet(folder / f"{city}.buildings.parquet")
    theirs = {f"{kind[0]}{number}" for kind, number in zip(frame["osm_type"], frame["id"], strict=True)}
    cut = edge(ROOT / "data" / "samples" / city.partition(".")[0] / city, theirs - mine)
    ways = set(gpd.read_parquet(folder / city / "roads.parquet")["road_id"].str.extract(r"^w(\d+)\.")[0].astype(int))
    roads = gpd.read_parquet(folder / f"{city}.roads.parquet")
    network = set(roads.loc[~roads["highway"].isin(NO_ROADS), "id"])
    line = (
        f"  {city}: buildings {len(mine):,}, peer {len(theirs):,} ({cut:,} of them cut by the edge, "
        f"{len(theirs - mine) - cut} others only its own, {len(mine - theirs)} only ours); "
        f"ways with roads {len(ways):,}, peer {len(network):,} ({len(network - ways)} only its own)"
    )
    if max(len(theirs - mine) - cut, len(mine - theirs)) > 0.01 * len(mine) or network - ways:
        sys.exit(f"osm_import: not the same\n{line}")
    return line


def edge(path: Path, names: set[str]) -> int:
    """Return how many of some buildings miss a node or a way in the extract: their outlines are not whole."""
    import osmium  # noqa: PLC0415 - the ways as they are, without any of our code

    ways: dict[int, tuple[bool, bool]] = {}
    relations: dict[int, list[int]] = {}
    for thing in osmium.FileProcessor(str(path)).with_locations():
        if thing.is_way():
            ways[thing.id] = all(node.location.valid() for node in thing.nodes), thing.is_closed()
        elif thing.is_relation() and f"r{thing.id}" in names:
            relations[thing.id] = [m.ref for m in thing.members if m.type == "w"]
    cut = sum(not all(ways[int(name[1:])]) for name in names if name[0] == "w")
    return cut + sum(not all(ways.get(way, (False, False))[0] for way in of) for of in relations.values())


def report(own: Side, peer: Side, found: list[str]) -> None:
    """Print the line and what was found; end with an error where less is reached than is promised."""
    ratio = peer.cpu / own.cpu
    print(
        f"BENCH osm_import ours={own.cpu:.2f} peer={peer.cpu:.2f} ratio={ratio:.2f} unit=CPU-s promised={PROMISED} "
        f"seconds={own.seconds:.2f} peer_seconds={peer.seconds:.2f} "
        f"whole_cpu={own.whole_cpu:.2f} peer_whole_cpu={peer.whole_cpu:.2f}",
        flush=True,
    )
    print("\n".join(found), flush=True)
    if ratio < PROMISED:
        sys.exit(f"osm_import: {ratio:.2f} is less than the {PROMISED} that is promised")


if __name__ == "__main__":
    main()

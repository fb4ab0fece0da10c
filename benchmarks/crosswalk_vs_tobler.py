"""Figures of Cambridge's zones of 2010, moved to those of 2020 by area, beside tobler 0.14: the same numbers.

Block groups first, then the blocks, of which there are ten times as many; the numbers of both are compared. Both sides
start from shapes in memory, in metres, and end with a count and a rate per zone. tobler's counts are those without its
default of allocating what lies outside every target, which gives other numbers; its rates count ground of no source as
zero, so rates are compared where sources cover a zone wholly. What counts is processor time, the mean of ten turns.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from _peers import PEERS, ROOT, environment, took

CITY = Path(os.environ.get("GCRM_TESTDATA", ROOT.parent / "shared" / "data")) / "cambridge"
#: Name -> the file and the identifier of either census.
ZONES = {
    "block groups": ("DEMOGRAPHICS_BlockGroups2010", "GEOID10", "DEMOGRAPHICS_AdjustedBlockGroups2020", "GEOID20"),
    "blocks": ("DEMOGRAPHICS_Blocks2010", "GEOID10", "DEMOGRAPHICS_AdjustedBlocks2020", "GEOID20"),
}
#: Sums over edges take less than the overlays of GEOS; promised is less than was measured, for busy machines.
PROMISED = 1.8
NEAR_PEOPLE, NEAR_RATE = 1e-3, 1e-6


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.folder:
        ours(asked.folder)
        return
    if not CITY.is_dir():
        print("crosswalk_vs_tobler: skipped, there is no test data: name its folder by GCRM_TESTDATA")
        return
    python = environment("tobler==0.14.0", "pyarrow")
    if python is None:
        print("crosswalk_vs_tobler: skipped, tobler is asked in Python 3.12: name one by GCRM_PYTHON312")
        return
    for name, files in ZONES.items():
        with tempfile.TemporaryDirectory(prefix="gcrm-bench-") as made:
            folder = Path(made)
            rows = write(folder, files)
            own = took([sys.executable, Path(__file__), "--folder", folder], rows, folder)
            peer = took([python, PEERS / "tobler_job.py", folder], rows, folder)
            line = compare(folder)
        ratio = peer.cpu / own.cpu
        print(
            f"BENCH crosswalk_vs_tobler ours={own.cpu:.3f} peer={peer.cpu:.3f} ratio={ratio:.2f} unit=CPU-s "
            f"promised={PROMISED} zones={rows} seconds={own.seconds:.3f} peer_seconds={peer.seconds:.3f}",
            flush=True,
        )
        print(f"  {name}: {line}", flush=True)
        if ratio < PROMISED:
            sys.exit(f"crosswalk_vs_tobler: {ratio:.2f} is less than the {PROMISED} that is promised")


def write(folder: Path, files: tuple[str, str, str, str]) -> int:
    """Write sources with a count and a rate, drawn by seed, and targets; return how many zones there are."""
    old, new = (
        gpd.read_file(CITY / f"{file}.geojson")[[key, "geometry"]].rename(columns={key: "id"}).to_crs("EPSG:26986")
        for file, key in (files[:2], files[2:])
    )
    for frame in (old, new):
        frame["geometry"] = frame.geometry.make_valid()
    draw = np.random.default_rng(7)
    old["people"] = draw.integers(0, 2000, len(old)).astype(float)
    old["rate"] = draw.random(len(old))
    old.to_parquet(folder / "sources.parquet")
    new.to_parquet(folder / "targets.parquet")
    return len(old) + len(new)


def ours(folder: Path) -> None:
    """Move the figures."""
    from gcrm.conform.crosswalk import by_area  # noqa: PLC0415 - the parent process does without

    old, new = (gpd.read_parquet(folder / f"{name}.parquet") for name in ("sources", "targets"))
    sides = [(frame["id"].to_numpy(), frame.geometry.to_numpy()) for frame in (old, new)]
    started, computed = time.perf_counter(), time.process_time()
    for _ in range(10):
        walk = by_area(*sides, whole_from=2)  # as drawn, like the peer
        people, rate = walk.extensive(old["people"].to_numpy()), walk.intensive(old["rate"].to_numpy())
    used = {"seconds": (time.perf_counter() - started) / 10, "cpu": (time.process_time() - computed) / 10}
    table = pd.DataFrame({"people": people.figures, "rate": rate.figures, "covered": rate.covered})
    table.to_parquet(folder / "ours.parquet")
    (folder / "took.json").write_text(json.dumps(used), encoding="utf-8")


def compare(folder: Path) -> str:
    """Hold the figures against each other; return it in a line, or end with an error."""
    mine, theirs = (pd.read_parquet(folder / f"{name}.parquet") for name in ("ours", "peer"))
    whole = mine["covered"] > 1 - 1e-9
    apart = np.abs(mine["people"] - theirs["people"]).max()
    off = np.abs(mine["rate"] - theirs["rate"])[whole].max() if whole.any() else 0.0
    if apart > NEAR_PEOPLE or off > NEAR_RATE:
        sys.exit(f"crosswalk_vs_tobler: not the same: people by {apart:.2g}, rates by {off:.2g}")
    total = mine["people"].sum()
    same = f"counts within {apart:.1g}, rates of {whole.sum():,} within {off:.1g}"
    return f"{len(mine):,} targets, {same}; {total:,.0f} people"


if __name__ == "__main__":
    main()

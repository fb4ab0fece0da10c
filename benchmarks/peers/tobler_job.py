"""The job of tobler: people of the zones of one census, moved to those of another, by area."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import geopandas as gpd
import pandas as pd
from tobler.area_weighted import area_interpolate

folder = Path(sys.argv[1])
sources, targets = (gpd.read_parquet(folder / f"{name}.parquet") for name in ("sources", "targets"))
started, computed = time.perf_counter(), time.process_time()
for _ in range(10):
    found = area_interpolate(
        sources, targets, extensive_variables=["people"], intensive_variables=["rate"], allocate_total=False
    )
used = {"seconds": (time.perf_counter() - started) / 10, "cpu": (time.process_time() - computed) / 10}
table = pd.DataFrame({"people": found["people"].to_numpy(), "rate": found["rate"].to_numpy()})
table.to_parquet(folder / "peer.parquet")
(folder / "took.json").write_text(json.dumps(used), encoding="utf-8")

"""Layers of an extract read by pyrosm and written as GeoParquet, run by the Python of its own environment."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import pyrosm

#: Keys of points of interest that both sides read.
POI = {
    "amenity": True,
    "shop": True,
    "office": True,
    "tourism": True,
    "leisure": True,
    "healthcare": True,
    "craft": True,
}


def read(path: Path, folder: Path) -> dict[str, int]:
    """Read every layer that the other side reads; write each, and return its rows."""
    osm = pyrosm.OSM(str(path), keep_metadata=False)
    layers = {
        "buildings": osm.get_buildings(),
        "roads": osm.get_network("all"),
        "points_of_interest": osm.get_pois(POI),
        "land_uses": osm.get_landuse(),
        "natural": osm.get_natural(),
        "regions": osm.get_boundaries(),
        "address_references": osm.get_data_by_custom_criteria({"addr:housenumber": True}),
        "barriers": osm.get_data_by_custom_criteria({"railway": True, "waterway": True}),
    }
    rows = {}
    for name, frame in layers.items():
        rows[name] = 0 if frame is None else len(frame)
        if frame is not None:
            frame.to_parquet(folder / f"{path.name}.{name}.parquet")
    return rows


def main() -> None:
    """Read the extracts named on the command line into the folder named first, and say what it took."""
    folder = Path(sys.argv[1])
    started, computed = time.perf_counter(), time.process_time()
    rows = {Path(name).name: read(Path(name), folder) for name in sys.argv[2:]}
    used = {"seconds": time.perf_counter() - started, "cpu": time.process_time() - computed}
    (folder / "took.json").write_text(json.dumps(used), encoding="utf-8")
    (folder / "peer.json").write_text(json.dumps(rows), encoding="utf-8")


if __name__ == "__main__":
    main()

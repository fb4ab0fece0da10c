"""Data of the two benchmarks that assign points to regions: irregular polygons that share borders, and points."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from gcrm import sql
from gcrm.conform import write_cells
from gcrm.conform.resolution import best_resolution
from gcrm.conform.table import row_numbers
from gcrm.generate.tiling import tiling

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

REGIONS = 3000
METRIC = "EPSG:5070"


def make(folder: Path, rows: int, *, seed: int = 1) -> None:
    """Write the regions, and points anywhere among them: as numpy arrays, and as a table of DuckDB."""
    regions = tiling(REGIONS, seed).geometry.rename("geometry")
    regions.to_frame().to_parquet(folder / "regions.parquet")
    west, south, east, north = regions.total_bounds
    rng = np.random.default_rng(seed)
    # Some on vertices and edges of the regions, where several of them cover a point.
    corner = rng.choice(regions.get_coordinates().to_numpy(), rows // 1000)
    free = rng.uniform([west, south], [east, north], (rows - len(corner), 2))
    lon, lat = rng.permutation(np.concatenate([free, corner])).T.copy()
    np.save(folder / "lon.npy", lon)
    np.save(folder / "lat.npy", lat)
    with sql.connect() as con:
        con.execute(f"ATTACH {sql.literal(str(folder / 'geocode.duckdb'))} AS geocode")
        con.register("given", pa.table({"location_id": np.arange(rows), "lon": lon, "lat": lat}))
        con.execute("CREATE TABLE geocode.location AS SELECT * FROM given ORDER BY location_id")
        con.unregister("given")


def store_cells(folder: Path) -> None:
    """Store the cells of the points beside them, at the resolution that the regions are joined on."""
    with sql.connect() as con:
        con.execute(f"ATTACH {sql.literal(str(folder / 'geocode.duckdb'))} AS geocode")
        points = {"points": "geocode.location", "key": "location_id", "out": "geocode.location_cell"}
        rows = row_numbers(con, "geocode.location")
        write_cells(con, **points, resolutions=[_resolution(gpd.read_parquet(folder / "regions.parquet"), rows)])


def attach(folder: Path) -> duckdb.DuckDBPyConnection:
    """Open the points read-only, and a new file with the regions as layer 1, as the conform stage leaves them."""
    con = sql.connect(memory_limit="2GB", temp_folder=folder)
    con.execute(f"ATTACH {sql.literal(str(folder / 'geocode.duckdb'))} AS geocode (READ_ONLY)")
    con.execute(f"ATTACH {sql.literal(str(folder / 'conform.duckdb'))} AS conform")
    regions = gpd.read_parquet(folder / "regions.parquet")
    con.execute(
        "CREATE TABLE conform.layer AS SELECT 1::SMALLINT AS layer_id, $r AS resolution, false AS overlapping",
        {"r": _resolution(regions, row_numbers(con, "geocode.location"))},
    )
    keys = np.arange(len(regions), dtype=np.int32)
    con.register("given", pa.table({"region_key": keys, "geometry": shapely.to_wkb(regions.geometry)}))
    con.execute(
        "CREATE TABLE conform.region AS SELECT region_key, 1::SMALLINT AS layer_id, geometry, "
        "NULL::DATE AS valid_from, NULL::DATE AS valid_to FROM given"
    )
    con.unregister("given")
    return con


def _resolution(regions: gpd.GeoDataFrame, points: int) -> int:
    return best_resolution(regions.to_crs(METRIC).area.tolist(), points)


def save_ours(folder: Path, con: duckdb.DuckDBPyConnection) -> None:
    """Save pairs of point and region, sorted by point."""
    rows = con.execute("SELECT location_id, region_key FROM conform.location_region ORDER BY location_id").fetchnumpy()
    np.save(folder / "ours.npy", np.column_stack([rows["location_id"], rows["region_key"]]))
    con.close()


def load_peer(folder: Path) -> tuple[gpd.GeoDataFrame, np.ndarray, np.ndarray]:
    """Load the regions and the points as the peer wants them."""
    return gpd.read_parquet(folder / "regions.parquet"), np.load(folder / "lon.npy"), np.load(folder / "lat.npy")


def join(given: tuple[gpd.GeoDataFrame, np.ndarray, np.ndarray]) -> gpd.GeoDataFrame:
    """Do what one does in geopandas: make points, and join them to the regions that cover them."""
    regions, lon, lat = given
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs=regions.crs)
    return gpd.sjoin(points, regions, predicate="covered_by")


def save_peer(folder: Path, joined: gpd.GeoDataFrame) -> None:
    """Save pairs of point and region, sorted by point; of several regions the first."""
    pairs = pd.Series(joined["index_right"].to_numpy(), index=joined.index).groupby(level=0).min()
    np.save(folder / "peer.npy", np.column_stack([pairs.index, pairs]))


def same(folder: Path) -> str:
    """Compare row for row."""
    ours, peer = np.load(folder / "ours.npy"), np.load(folder / "peer.npy")
    if not np.array_equal(ours, peer):
        wrong = set(map(tuple, ours.tolist())) ^ set(map(tuple, peer.tolist()))
        msg = f"{len(wrong)} pairs of point and region differ, such as {sorted(wrong)[:5]}"
        raise ValueError(msg)
    return f"the same regions row for row: {len(ours):,} points in {len(np.unique(ours[:, 1])):,} regions"

"""Customers from a CSV file to a published, located table: a whole build against pandas and geopandas.

Both sides read the same two files: customers with their points, some of them broken on purpose, and a layer of
regions. Both check every record (ids present and unique, dates, coordinates), keep a ledger of the rejected ones with
line and reason, find the region of every customer, and write the result to disk. Ours is `gcrm build`: it also makes
the star schema and the cuboids that questions are answered from, and syncs every file.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import duckdb
import geopandas as gpd
import numpy as np
import pandas as pd
from _harness import Side, run

from gcrm import pipeline, sql
from gcrm.generate.tiling import tiling

if TYPE_CHECKING:
    from pathlib import Path

REGIONS = 300
SIZES = (1_000_000, 10_000_000)
PROJECT = """
[project]
name = "Benchmark"
metric_crs = "EPSG:5070"

[hierarchies.sales]
levels = ["zone"]

[sources.zones]
kind = "regions"
level = "zone"
path = "zones.parquet"
columns = { region_id = "zone_id", name = "name" }

[sources.customers]
kind = "customers"
path = "customers.csv"
"""
#: One customer in five hundred is broken, in one of five ways.
CUSTOMERS = """
COPY (
    SELECT
        CASE WHEN kind = 1 THEN NULL WHEN kind = 2 THEN 'C' || lpad((i - 1)::VARCHAR, 8, '0')
            ELSE 'C' || lpad(i::VARCHAR, 8, '0') END AS customer_id,
        'Customer ' || (hash(i) % 1000000)::VARCHAR AS name,
        ['family', 'single', 'senior', 'student'][(1 + hash(i, 1) % 4)::INTEGER] AS segment,
        'S' || (hash(i, 2) % 200)::VARCHAR AS owner_id,
        CASE WHEN kind = 3 THEN '2017-02-30' ELSE (DATE '2010-01-01' + (hash(i, 3) % 3000)::INTEGER)::VARCHAR END
            AS since,
        CASE WHEN kind = 4 THEN '-98,5' ELSE round($west + hash(i, 4) / 2**64 * ($east - $west), 7)::VARCHAR END AS lon,
        CASE WHEN kind = 5 THEN 355.5 ELSE round($south + hash(i, 5) / 2**64 * ($north - $south), 7) END AS lat
    FROM (
        SELECT i, CASE WHEN hash(i, 6) % 500 = 0 AND i > 0 THEN 1 + hash(i, 7) % 5 ELSE 0 END AS kind
        FROM range($rows) AS t (i)
    )
    ORDER BY i
) TO '{path}' (FORMAT csv, HEADER)
"""
#: Each loaded customer with its region, and each rejected one, from the published files.
LOCATED = """
SELECT c.customer_id, r.region_id AS zone_id
FROM ingest.customer AS c
INNER JOIN geocode.record_location AS g ON g.kind = 'customer' AND g.row_no = c.row_no
LEFT JOIN conform.location_region AS l ON l.location_id = g.location_id
LEFT JOIN conform.region AS r ON r.region_key = l.region_key
ORDER BY c.customer_id
"""
LEDGER = "SELECT line, reason FROM ingest.reject ORDER BY line"


def make(folder: Path, rows: int) -> None:
    """Write a project: customers as CSV, regions as GeoParquet."""
    regions = tiling(REGIONS, seed=3)
    regions[["zone_id", "name", "geometry"]].to_parquet(folder / "zones.parquet")
    west, south, east, north = (float(v) for v in regions.total_bounds)
    values = {"west": west, "south": south, "east": east, "north": north, "rows": rows}
    with duckdb.connect() as con:
        con.execute(CUSTOMERS.replace("'{path}'", sql.literal(str(folder / "customers.csv"))), values)
    (folder / "gcrm.toml").write_text(PROJECT, encoding="utf-8")


def build(folder: Path) -> Path:
    """Read, check, locate and publish with gcrm."""
    pipeline.build(folder)
    return folder


def save_ours(folder: Path, _: Path) -> None:
    """Take the region of each customer, and the ledger, from the published files."""
    with sql.connect() as con:
        for stage in ("ingest", "geocode", "conform"):
            (path,) = (folder / "snapshots").glob(f"{stage}-*.duckdb")
            con.execute(f"ATTACH {sql.literal(str(path))} AS {stage} (READ_ONLY)")
        for name, query in {"ours": LOCATED, "ours_ledger": LEDGER}.items():
            con.execute(f"COPY ({query}) TO {sql.literal(str(folder / f'{name}.parquet'))} (FORMAT parquet)")


def pandas_build(folder: Path) -> Path:
    """Read, check, locate and write with pandas and geopandas, the way one does."""
    read = pd.read_csv(folder / "customers.csv", dtype=str, keep_default_na=False, na_values=[""])
    since = pd.to_datetime(read["since"], format="%Y-%m-%d", errors="coerce")
    lon, lat = (pd.to_numeric(read[name], errors="coerce") for name in ("lon", "lat"))
    reason = np.full(len(read), None, dtype=object)
    checks = {
        "missing_value": read["customer_id"].isna() | (lon.isna() & read["lon"].isna() & lat.notna()),
        "bad_date": since.isna() & read["since"].notna(),
        "bad_number": (lon.isna() & read["lon"].notna()) | (lat.isna() & read["lat"].notna()),
        "out_of_range": ~(lon.between(-180, 180) & lat.between(-90, 90)) & lon.notna() & lat.notna(),
    }
    for name, wrong in checks.items():
        reason[wrong.to_numpy() & pd.isna(reason)] = name
    good = pd.isna(reason)
    again = read["customer_id"][good].duplicated()
    reason[again.index[again]] = "duplicate_key"
    ledger = pd.DataFrame({"line": read.index + 2, "reason": reason})[~pd.isna(reason)]
    customers = read.assign(since=since, lon=lon, lat=lat)[pd.isna(reason)]
    del read, since, lon, lat, checks
    points = gpd.GeoDataFrame(customers, geometry=gpd.points_from_xy(customers["lon"], customers["lat"]), crs=4326)
    zones = gpd.read_parquet(folder / "zones.parquet")[["zone_id", "geometry"]].sort_values("zone_id")
    located = gpd.sjoin(points, zones, how="left", predicate="covered_by").drop(columns="index_right")
    located = located[~located.index.duplicated()]
    located.to_parquet(folder / "peer_customers.parquet")
    ledger.to_parquet(folder / "peer_ledger.parquet")
    return folder


def save_peer(folder: Path, _: Path) -> None:
    """Bring the peer's result into the same order."""
    rows = pd.read_parquet(folder / "peer_customers.parquet", columns=["customer_id", "zone_id"])
    rows.sort_values("customer_id").to_parquet(folder / "peer.parquet", index=False)


def same(folder: Path) -> str:
    """Compare the customers with their regions, and the ledgers, row for row."""
    query = "SELECT count(*) FROM ((FROM $a EXCEPT ALL FROM $b) UNION ALL (FROM $b EXCEPT ALL FROM $a))"
    counts = []
    with sql.connect(memory_limit="4GB", temp_folder=folder) as con:
        for ours, peer in (("ours", "peer"), ("ours_ledger", "peer_ledger")):
            tables = {}
            for letter, name in (("$a", ours), ("$b", peer)):
                columns = "line, reason" if "ledger" in name else "customer_id, zone_id"
                tables[letter] = f"(SELECT {columns} FROM {sql.literal(str(folder / f'{name}.parquet'))})"
            ((different,),) = con.execute(query.replace("$a", tables["$a"]).replace("$b", tables["$b"])).fetchall()
            if different:
                msg = f"{different} rows of {ours} and {peer} differ"
                raise ValueError(msg)
            counts += con.execute(f"SELECT count(*) FROM {tables['$a']}").fetchall()[0]
    return f"the same: {counts[0]:,} customers with their regions, {counts[1]:,} rejected with line and reason"


if __name__ == "__main__":
    ours = Side(lambda folder: folder, build, save_ours)
    peer = Side(lambda folder: folder, pandas_build, save_peer)
    asked = any(word.startswith("--rows") for word in sys.argv)
    for size in SIZES[:1] if asked else SIZES:
        memory = 1 / 3 if size >= SIZES[-1] else None
        run("ingest_publish", make, {"ours": ours, "peer": peer}, same, size=size, least=1, memory=memory)

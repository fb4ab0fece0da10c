"""An invented city of streets for benchmarks of travel: a grid with gaps, bent by chance, drawn by a seed.

One street in ten is missing, one in five is one-way, and there are four classes of roads with their usual speeds.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pyarrow as pa
import shapely

from gcrm import columns, sql
from gcrm.enrich.road.build import build_roads
from gcrm.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Degrees between two crossings, about 90 m.
_BLOCK = 0.0008
_CLASSES = np.array(["residential", "tertiary", "secondary", "primary"])
_RULES = {"project": {"name": "Grid", "metric_crs": "EPSG:32633"}, "roads": {"junction_s": 0}}


def city(nodes: int, seed: int = 1) -> duckdb.DuckDBPyConnection:
    """Return a connection whose `enrich` holds the graph of a city of about so many crossings."""
    con = duckdb.connect()
    for catalog in ("ingest", "geocode", "enrich"):
        con.execute(f"ATTACH ':memory:' AS {catalog}")
    for name in ("roads", "road_conditions", "stores"):
        kind = columns.KINDS[name]
        fields = ", ".join(f"{sql.identifier(f.name)} {f.sql_type}" for f in kind.fields)
        con.execute(f"CREATE TABLE ingest.{sql.identifier(kind.table)} ({fields}, source VARCHAR, row_no BIGINT)")
    con.execute("CREATE TABLE ingest.order (ordered_on DATE)")
    con.execute("CREATE TABLE geocode.location (location_id BIGINT, lon DOUBLE, lat DOUBLE)")
    con.execute("CREATE TABLE geocode.record_location (kind TEXT, source TEXT, row_no BIGINT, location_id BIGINT)")
    con.register("streets", _streets(math.isqrt(nodes), np.random.default_rng(seed)))
    con.execute("INSERT INTO ingest.road BY NAME SELECT * FROM streets")
    build_roads(con, settings=Settings.model_validate(_RULES))
    return con


def crossings(con: duckdb.DuckDBPyConnection) -> NDArray[Any]:
    """Return number, lon and lat of the crossings that can be driven between."""
    text = "SELECT node_id, lon, lat FROM enrich.road_node WHERE component = 1 ORDER BY node_id"
    found = con.execute(text).fetchnumpy()
    return np.column_stack([found[name] for name in ("node_id", "lon", "lat")])


def _streets(side: int, chance: np.random.Generator) -> pa.Table:
    """Return the streets of a square city."""
    east, north = np.meshgrid(np.arange(side), np.arange(side), indexing="ij")
    at = np.stack([15 + east * _BLOCK, north * _BLOCK], axis=-1) + chance.normal(0, _BLOCK / 8, (side, side, 2))
    ends = [(at[:-1], at[1:]), (at[:, :-1], at[:, 1:])]
    pairs = np.concatenate([np.stack([a.reshape(-1, 2), b.reshape(-1, 2)], axis=1) for a, b in ends])
    pairs = pairs[chance.random(len(pairs)) > 0.1]
    count = len(pairs)
    return pa.table(
        {
            "road_id": [f"r{i}" for i in range(count)],
            "source": ["streets"] * count,
            "row_no": np.arange(count),
            "road_class": _CLASSES[chance.choice(4, count, p=[0.7, 0.15, 0.1, 0.05])].tolist(),
            "oneway": np.where(chance.random(count) < 0.2, "yes", "no").tolist(),
            "geometry": pa.array(shapely.to_wkb(shapely.linestrings(pairs)), pa.binary()),
        }
    )

"""The star that the cube's benchmarks ask: customers in towns, their orders, and regions of two hierarchies.

Records are drawn by hashes of their numbers, so that the same size is the same star everywhere. They stand as ingest
and geocode would leave them; from there on gcrm's own stages build the star. It is made once and kept in
`benchmarks/out` (or the folder that `GCRM_BENCH_OUT` names); `make clean` removes it.
"""

from __future__ import annotations

import hashlib
import inspect
import os
import shutil
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import shapely

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # the tests know the tables of the stages before

import _mix  # noqa: E402

from gcrm import __version__, settings, sql  # noqa: E402
from gcrm.access.scope import LOCAL  # noqa: E402
from gcrm.conform import build_conform  # noqa: E402
from gcrm.cube.ask import plan_of  # noqa: E402
from gcrm.cube.build import build_cube  # noqa: E402
from gcrm.cube.demand import Asked, asked_of  # noqa: E402
from gcrm.enrich import build_enrich  # noqa: E402
from gcrm.fingerprint import code_hash  # noqa: E402
from gcrm.generate.tiling import tiling  # noqa: E402
from gcrm.warehouse import build_warehouse, snapshot  # noqa: E402
from gcrm.workspace import open_workspace  # noqa: E402
from tests.star import tables  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import duckdb
    import geopandas as gpd

OUT = Path(os.environ.get("GCRM_BENCH_OUT", Path(__file__).parent / "out"))
RECORDS = Path(__file__).with_suffix(".sql")
CUSTOMERS, LINES = 10_000_000, 50_000_000
ZONES, ZIPS, STATES = 3000, 900, 15
#: Seed of the questions that a project in use was asked before.
BEFORE = 1000
#: What DuckDB may hold while a star is made; stages of a build have less.
MEMORY = "6GB"
PROJECT = """\
[project]
name = "Benchmark"
metric_crs = "EPSG:5070"

[hierarchies.administrative]
levels = ["state", "district", "zone"]

[hierarchies.postal]
levels = ["zip"]

[cube.measures.median_order]
kind = "median"
fact = "order"
of = "amount"
"""
RELEASES = """\
[releases.public]
measures = ["customers", "revenue"]
tables = [[], ["state"], ["district"]]
"""


def star(customers: int = CUSTOMERS, lines: int = LINES) -> Path:
    """Return the folder with the stage files of a star, up to the warehouse; it is made where it is missing."""
    made_from = [RECORDS.read_text(encoding="utf-8"), inspect.getsource(_make), inspect.getsource(_regions)]
    made_from += [code_hash(stage) for stage in ("conform", "enrich", "warehouse")]
    mark = hashlib.sha256("".join(made_from).encode()).hexdigest()[:8]
    folder = OUT / f"star-{customers}-{lines}-{mark}"
    if not folder.exists():
        draft = folder.with_suffix(f".{os.getpid()}")
        draft.mkdir(parents=True)
        try:
            started = time.perf_counter()
            _make(draft, customers, lines)
            print(f"  made the star of {customers:,} customers in {time.perf_counter() - started:.0f} s", flush=True)
            draft.rename(folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return folder


def in_use(made: Path, name: str, cube: str) -> Path:
    """Return a project that was asked before: 500 questions of the mix, of another seed, say what is worth keeping."""
    return project(made, name, cube, heard=heard(project(made, "facts", "space_mb = 0")))


def heard(folder: Path) -> Counter[Asked]:
    """Return what 500 questions of another seed would have left in a project's file."""
    ws = open_workspace(folder)
    found: Counter[Asked] = Counter()
    for asked in _mix.mix(500, seed=BEFORE):
        found.update(asked_of(plan_of(ws.cursor(), asked.question, settings=ws.settings, scope=LOCAL)))
    ws.close()
    return found


def project(
    made: Path,
    name: str,
    cube: str = "",
    memory: str = MEMORY,
    heard: Mapping[Asked, int] | None = None,
    releases: str = RELEASES,
    out: Path | None = None,
) -> Path:
    """Return a project over a star that `gcrm.open` reads; `cube` is what its gcrm.toml says under `[cube]`.

    The cube is built once for the code and the settings that it is built with. `heard` is what it was asked before,
    `releases` what it gives out, `out` where it is made (beside the star where absent).
    """
    text = PROJECT.replace("[cube.", f"[cube]\n{cube}\n\n[cube.", 1) + "\n" + releases
    known = text + code_hash("cube") + repr(sorted((heard or {}).items()))
    folder = (out or made) / f"{name}-{hashlib.sha256(known.encode()).hexdigest()[:8]}"
    if not folder.exists():
        draft = folder.with_suffix(f".{os.getpid()}")
        (draft / snapshot.FOLDER).mkdir(parents=True)
        (draft / "gcrm.toml").write_text(text, encoding="utf-8")
        for path in made.glob("*.duckdb"):
            os.link(path, draft / snapshot.FOLDER / path.name)
        build(draft, memory, heard)
        stages = ("geocode", "conform", "enrich", "warehouse", "cube")
        files = {s: draft / snapshot.FOLDER / f"{s}.duckdb" for s in stages}
        found = {s: snapshot.StageFile(p.name, folder.name, p.stat().st_size) for s, p in files.items()}
        snapshot.publish(draft, found, settings.load(draft).model_dump(mode="json"), __version__)
        draft.rename(folder)
    return folder


def build(folder: Path, memory: str = MEMORY, heard: Mapping[Asked, int] | None = None) -> tuple[float, float]:
    """Build the cube of a project over a star anew; return the seconds it took, and the size of its file in MB."""
    root = folder / snapshot.FOLDER
    (root / "cube.duckdb").unlink(missing_ok=True)
    with sql.connect(spatial=True, memory_limit=memory, temp_folder=root / "spilled") as con:
        for stage in ("geocode", "conform", "enrich", "warehouse"):
            snapshot.attach_file(con, root / f"{stage}.duckdb", stage)
        started = time.perf_counter()
        _stage(con, root, "cube", lambda: build_cube(con, settings=settings.load(folder), heard=heard))
        seconds = time.perf_counter() - started
    return seconds, (root / "cube.duckdb").stat().st_size / 1e6


def _make(folder: Path, customers: int, lines: int) -> None:
    """Write the records, and build what comes before the cube."""
    (folder / "gcrm.toml").write_text(PROJECT, encoding="utf-8")
    known = settings.load(folder)
    with sql.connect(spatial=True, memory_limit=MEMORY, temp_folder=folder / "spilled") as con:
        for stage in ("ingest", "geocode"):
            snapshot.attach_file(con, folder / f"{stage}.duckdb", stage, read_only=False)
        for table, columns in tables().items():
            if table.startswith(("ingest.", "geocode.")):
                con.execute(f"CREATE TABLE {table} ({columns})")
        _regions(con, customers)
        west, south, east, north = -104.0, 35.0, -92.0, 43.0
        values = {"west": west, "south": south, "east": east, "north": north, "towns": ZONES}
        values |= {"customers": customers, "lines": lines, "orders": lines * 2 // 5, "locations": customers // 2}
        for statement in con.extract_statements(RECORDS.read_text(encoding="utf-8")):
            con.execute(statement, {k: v for k, v in values.items() if k in statement.named_parameters})
        _close(con, folder, "ingest")
        _close(con, folder, "geocode")
        for stage, make in {"conform": build_conform, "enrich": build_enrich, "warehouse": build_warehouse}.items():
            _stage(con, folder, stage, lambda make=make: make(con, settings=known))
    (folder / "ingest.duckdb").unlink()  # no question reads it
    shutil.rmtree(folder / "spilled", ignore_errors=True)


def _regions(con: duckdb.DuckDBPyConnection, customers: int) -> None:
    """Write regions with their households; districts and states have no geometry but that of their zones."""
    zones, zips = tiling(ZONES, seed=4), tiling(ZIPS, seed=5)
    heads = zones.drop_duplicates("district").set_index("district").geometry.representative_point()
    chosen = heads.iloc[np.linspace(0, len(heads) - 1, STATES).astype(int)]
    _, nearest = shapely.STRtree(chosen.to_numpy()).query_nearest(heads.to_numpy(), all_matches=False)
    state = dict(zip(heads.index, (f"T{n + 1:02d}" for n in nearest), strict=True))
    rows = [("administrative", "state", s, None, None) for s in sorted(set(state.values()))]
    rows += [("administrative", "district", d, s, None) for d, s in state.items()]
    rows += [("administrative", "zone", *row) for row in _polygons(zones, zones["district"])]
    rows += [("postal", "zip", f"9{i[1:]}", None, g) for i, _, g in _polygons(zips, [None] * ZIPS)]
    names = ("hierarchy", "level", "region_id", "parent_id", "geometry")
    _insert(con, "ingest.region", dict(zip(names, zip(*rows, strict=True), strict=True)))
    con.execute(
        "UPDATE ingest.region SET name = upper(level[1]) || lower(level[2:]) || ' ' || region_id, source = level"
    )
    centres = zones.geometry.representative_point()
    order = np.random.default_rng(4).permutation(ZONES)
    con.register("given", pa.table({"town": order.astype(np.int32), "lon": centres.x, "lat": centres.y}))
    con.execute("CREATE TEMP TABLE town AS SELECT * FROM given")
    con.unregister("given")
    households = customers * 3 // ZONES
    _insert(
        con,
        "ingest.zone_statistic",
        {
            "region_id": list(zones["zone_id"]),
            "statistic": ["households"] * ZONES,
            "value": [float(households + (i * 7919) % (households + 1)) for i in range(ZONES)],
            "source": ["statistics"] * ZONES,
            "hierarchy": ["administrative"] * ZONES,
            "level": ["zone"] * ZONES,
        },
    )


def _polygons(regions: gpd.GeoDataFrame, parents: Any) -> list[tuple[str, str | None, bytes]]:
    return list(zip(regions["zone_id"], parents, shapely.to_wkb(regions.geometry), strict=True))


def _insert(con: duckdb.DuckDBPyConnection, table: str, columns: dict[str, Any]) -> None:
    con.register("given", pa.table(columns))
    con.execute(f"INSERT INTO {table} BY NAME SELECT * FROM given")
    con.unregister("given")


def _stage(con: duckdb.DuckDBPyConnection, folder: Path, stage: str, make: Callable[[], object]) -> None:
    """Build one stage into its file, and leave it attached for reading."""
    snapshot.attach_file(con, folder / f"{stage}.duckdb", stage, read_only=False)
    make()
    _close(con, folder, stage)


def _close(con: duckdb.DuckDBPyConnection, folder: Path, stage: str) -> None:
    con.execute(f"CHECKPOINT {sql.identifier(stage)}")
    con.execute(f"DETACH {sql.identifier(stage)}")
    snapshot.attach_file(con, folder / f"{stage}.duckdb", stage)
